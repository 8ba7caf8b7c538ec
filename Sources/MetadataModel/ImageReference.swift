/// The name of an image, `registry/repository:tag@digest`, as far as it is one.
///
/// By the grammar of such references a name whose first part is no host (no dot, no colon, not `localhost`) lies on
/// Docker Hub, and one of a single part in its `library`. Both are spelt out here, so that equal images have equal
/// names.
public struct ImageReference: Sendable, Equatable {
    /// `docker.io/library/debian`, without tag and digest.
    public let repository: String
    public let tag: String?
    public let digest: String?

    /// `docker.io/library/debian@sha256:…`, if there is a digest.
    public var pinned: String? { digest.map { "\(repository)@\($0)" } }

    /// Nil if the text has not the form of a reference; a leading `https://` is passed over.
    public init?(_ text: String) {
        let name = text.hasPrefix("https://") ? text.dropFirst(8) : text[...]
        let halves = name.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard let located = halves.first, !located.isEmpty else { return nil }
        if halves.count == 2 {
            guard ResourceURI.isDigest(halves[1]) else { return nil }
            digest = halves[1].lowercased()
        } else {
            digest = nil
        }
        var path = located
        // A colon before a slash belongs to the registry's port.
        if let colon = located.lastIndex(of: ":"), !located[colon...].contains("/") {
            path = located[..<colon]
            tag = String(located[located.index(after: colon)...])
        } else {
            tag = nil
        }
        guard let repository = Self.spelledOut(path) else { return nil }
        self.repository = repository
    }

    private static func spelledOut(_ path: Substring) -> String? {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isAllowed) }) else { return nil }
        let hasHost = parts.count > 1 && (parts[0].contains { $0 == "." || $0 == ":" } || parts[0] == "localhost")
        if !hasHost { parts.insert("docker.io", at: 0) }
        if parts[0] == "index.docker.io" { parts[0] = "docker.io" }
        if parts[0] == "docker.io", parts.count == 2 { parts.insert("library", at: 1) }
        guard !parts.dropFirst().contains(where: { $0.contains(":") }) else { return nil }
        return parts.joined(separator: "/")
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: ":"): true
        default: false
        }
    }
}
