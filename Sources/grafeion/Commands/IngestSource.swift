import Foundation

/// What `grafeion ingest` is to take in.
enum IngestSource: Equatable {
    /// A file with a report, - for standard input.
    case file(String)
    case registry(RegistryReference)
    /// An image in a directory of images; without a tag the only one there.
    case layout(directory: String, tag: String?)

    init(parsing text: String) throws(ClientFailure) {
        if text.hasPrefix("oci://") {
            self = .registry(try RegistryReference(parsing: text))
        } else if text.hasPrefix("oci-layout:") {
            self = Self.layout(named: text.dropFirst("oci-layout:".count))
        } else {
            self = ImageLayout.isThere(text) ? .layout(directory: text, tag: nil) : .file(text)
        }
    }

    /// What is behind the last colon is a tag, unless it all is the name of a directory.
    private static func layout(named text: Substring) -> IngestSource {
        guard !ImageLayout.isThere(String(text)), let colon = text.lastIndex(of: ":"), !text[colon...].contains("/")
        else { return .layout(directory: String(text), tag: nil) }
        return .layout(directory: String(text[..<colon]), tag: String(text[text.index(after: colon)...]))
    }

    var isInRegistry: Bool {
        if case .registry = self { return true }
        return false
    }

    var isImage: Bool {
        if case .file = self { return false }
        return true
    }
}
