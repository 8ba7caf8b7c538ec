import MetadataModel

/// An image in a registry, `registry/repository[:tag][@digest]`.
///
/// By the grammar of such references a first part without a dot or a colon that is not `localhost` is no registry, and
/// the image lies on Docker Hub, in `library` if it has no other part.
struct RegistryReference: Sendable, Equatable {
    /// `registry.example:5000`, `docker.io`.
    let registry: String
    /// `shop/web`, as the registry's paths have it.
    let repository: String
    var tag: String?
    var digest: String?

    /// `registry/repository`.
    var name: String { "\(registry)/\(repository)" }

    /// What a registry knows a manifest by: the digest if there is one, or the tag; `latest` without either.
    var manifest: String { digest ?? tag ?? "latest" }

    /// `registry/repository@sha256:…` or with its tag.
    var text: String { digest.map { "\(name)@\($0)" } ?? "\(name):\(manifest)" }

    /// - Parameter text: a reference; `oci://` and `https://` before it are passed over.
    init(parsing text: String) throws(ClientFailure) {
        var rest = text[...]
        for scheme in ["oci://", "https://"] where rest.hasPrefix(scheme) { rest = rest.dropFirst(scheme.count) }
        if let at = rest.firstIndex(of: "@") {
            let digest = String(rest[rest.index(after: at)...])
            guard Self.isDigest(digest) else {
                throw Self.failure(text, "a digest is sha256: and 64 hexadecimal digits")
            }
            self.digest = digest
            rest = rest[..<at]
        }
        // A colon before a slash belongs to the registry's port.
        if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("/") {
            let tag = String(rest[rest.index(after: colon)...])
            guard Self.isTag(tag) else { throw Self.failure(text, "its tag is not one") }
            self.tag = tag
            rest = rest[..<colon]
        }
        var parts = rest.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let hasRegistry = parts.count > 1 && (parts[0] == "localhost" || parts[0].contains { ".:".contains($0) })
        var registry = hasRegistry ? parts.removeFirst() : "docker.io"
        if registry == "index.docker.io" { registry = "docker.io" }
        if registry == "docker.io", parts.count == 1 { parts.insert("library", at: 0) }
        guard Self.isHost(registry) else {
            throw Self.failure(text, "\(registry.quotedForMessage) is no registry")
        }
        guard parts.allSatisfy(Self.isPathComponent) else {
            throw Self.failure(text, "a repository is parts of a-z 0-9 . _ - between slashes")
        }
        self.registry = registry
        repository = parts.joined(separator: "/")
    }

    /// Where the registry's API is. Docker Hub's is not where its name says.
    var host: String { registry == "docker.io" ? "registry-1.docker.io" : registry }

    /// Whether the registry is this machine's own, which nobody certifies.
    var isLocal: Bool { ["localhost", "127.0.0.1"].contains(registry.prefix { $0 != ":" }) }

    static func isDigest(_ text: String) -> Bool {
        let digits = text.utf8.dropFirst("sha256:".utf8.count)
        return text.hasPrefix("sha256:") && digits.count == 64
            && digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// Distribution specification, "Pulling manifests".
    static func isTag(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count) && text.utf8.allSatisfy(isWordByte) && !".-".contains(text.prefix(1))
    }

    /// A name or an address, and perhaps a port.
    private static func isHost(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let isName = parts[0].utf8.allSatisfy(isWordByte) && !parts[0].isEmpty
        return isName && (parts.count == 1 || parts.count == 2 && UInt16(parts[1]) != nil)
    }

    private static func isPathComponent(_ text: String) -> Bool {
        !text.isEmpty && text == text.lowercased() && text.utf8.allSatisfy(isWordByte)
            && !"._-".contains(text.prefix(1))
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }

    private static func failure(_ text: String, _ reason: String) -> ClientFailure {
        .usage("\(text.quotedForMessage) is not an image such as registry/repository:tag or …@sha256:…: \(reason)")
    }
}
