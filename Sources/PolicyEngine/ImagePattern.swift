import MetadataModel

/// A pattern over names of images.
///
/// Without tag and digest it is about repositories. With a tag it is about images that are named by that tag and no
/// digest; with a digest, about images of that digest.
struct ImagePattern: Sendable, Hashable {
    private enum Subject: Sendable, Hashable { case repository, tagged, pinned }

    /// As it was written, for explanations.
    let text: String
    private let subject: Subject
    private let wildcard: Wildcard

    /// Why a text is no pattern, to be put behind it in a message.
    struct Flaw: Error {
        let text: String
    }

    init(_ text: String) throws(Flaw) {
        self.text = text
        guard text.utf8.allSatisfy(Self.isAllowed) else {
            throw Flaw(
                text: "has characters that no name of an image has; only ASCII letters, digits and . _ - : / @ *"
            )
        }
        let written = text.hasPrefix("https://") ? text.dropFirst(8) : text[...]
        let halves = written.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        var path = halves[0]
        var suffix = halves.count == 2 ? "@" + halves[1] : ""
        if halves.count == 2 {
            guard ResourceURI.isDigest(halves[1]), halves[1].lowercased() == halves[1] else {
                throw Flaw(text: "must have a digest in lower case behind the @, or nothing")
            }
            subject = .pinned
        } else if let colon = path.lastIndex(of: ":"), !path[colon...].contains("/") {
            suffix = String(path[colon...])
            path = path[..<colon]
            subject = .tagged
        } else {
            subject = .repository
        }
        wildcard = Wildcard(try Self.spelledOut(path) + suffix)
    }

    /// Docker Hub's short names in full, as ``ImageReference`` has them.
    private static func spelledOut(_ path: Substring) throws(Flaw) -> String {
        if path == "**" { return "**" }
        var parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let isOpen = parts.count > 1 && parts.last?.isEmpty == true
        guard !parts.dropLast(isOpen ? 1 : 0).contains(where: \.isEmpty) else {
            throw Flaw(text: "has an empty part between slashes")
        }
        let hasHost = parts.count > 1 && (parts[0].contains { $0 == "." || $0 == ":" } || parts[0] == "localhost")
        if !hasHost { parts.insert("docker.io", at: 0) }
        if parts[0] == "index.docker.io" { parts[0] = "docker.io" }
        if !hasHost, parts[1].hasPrefix("*") {
            throw Flaw(text: "names no registry; write registry/\(path), or ** for all images")
        }
        if parts[0] == "docker.io", parts.count == 2, parts[1] != "**" { parts.insert("library", at: 1) }
        try check(registry: parts[0])
        return parts.joined(separator: "/")
    }

    /// A star may stand only in front of a registry, for the first part of its name: what is behind is a domain of
    /// somebody else otherwise.
    private static func check(registry: Substring) throws(Flaw) {
        guard registry.contains("*") else { return }
        let domain = registry.dropFirst()
        let rest = domain.split(whereSeparator: { $0 == "." || $0 == "-" })
        guard registry.first == "*", !domain.contains("*"), domain.first == "." || domain.first == "-",
            domain.contains("."), rest.count >= 2
        else {
            let form =
                "a star in a registry's name is taken in front of its domain only (*.example.com, *-docker.pkg.dev)"
            throw Flaw(text: "has the registry \(registry): " + form)
        }
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "._-:/@*".utf8.contains(byte)
        }
    }

    /// Whether every image matches.
    var matchesEverything: Bool { text == "**" }

    func matches(_ image: ImageName) -> Bool {
        switch subject {
        case .repository: wildcard.matches(image.repository)
        case .tagged: image.tagged.map { wildcard.matches($0) } ?? false
        case .pinned: image.pinned.map { wildcard.matches($0) } ?? false
        }
    }

    /// Whether the image is in the directory that the pattern names: as ``matches(_:)``, and a pattern without stars is
    /// a directory, whose images are those directly in it.
    func contains(_ image: ImageName) -> Bool {
        matches(image) || (subject == .repository && !wildcard.isOpen && wildcard.matches(image.directory))
    }
}
