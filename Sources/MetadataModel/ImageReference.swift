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
        // Bytes, because every image of every pod comes by here, and characters cost ten times as much.
        let scheme = "https://".utf8
        let name = text.utf8.starts(with: scheme) ? text.utf8.dropFirst(scheme.count) : text.utf8[...]
        let at = name.firstIndex(of: UInt8(ascii: "@"))
        let located = name[..<(at ?? name.endIndex)]
        guard !located.isEmpty else { return nil }
        if let at {
            let digest = Substring(name[name.index(after: at)...])
            guard ResourceURI.isDigest(digest) else { return nil }
            self.digest = digest.lowercased()
        } else {
            digest = nil
        }
        var path = located
        // A colon before a slash belongs to the registry's port.
        if let colon = located.lastIndex(of: UInt8(ascii: ":")), !located[colon...].contains(UInt8(ascii: "/")) {
            path = located[..<colon]
            tag = String(Substring(located[located.index(after: colon)...]))
        } else {
            tag = nil
        }
        guard let repository = Self.spelledOut(path) else { return nil }
        self.repository = repository
    }

    private static func spelledOut(_ path: Substring.UTF8View) -> String? {
        let parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard let first = parts.first, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isAllowed) }) else { return nil }
        let hasHost =
            parts.count > 1
            && (first.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") }
                || first.elementsEqual("localhost".utf8))
        let rest = hasHost ? parts[1...] : parts[...]
        let host = hasHost ? Substring(first) : dockerHub
        guard !rest.contains(where: { $0.contains(UInt8(ascii: ":")) }) else { return nil }
        guard host == dockerHub || host == "index.docker.io" else { return String(Substring(path)) }
        let repository = rest.map { String(Substring($0)) }.joined(separator: "/")
        return "\(dockerHub)/\(rest.count == 1 ? "library/" : "")\(repository)"
    }

    private static let dockerHub: Substring = "docker.io"

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: ":"): true
        default: false
        }
    }
}
