import MetadataModel

/// The name of an image as a pod has it, parsed and checked more strictly than names in reports: what is admitted must
/// be what is pulled.
struct ImageName: Sendable, Equatable {
    /// `docker.io/library/nginx`
    let repository: String
    let tag: String?
    let digest: String?

    /// `repository:tag`, if the tag is what the image is pulled by. Behind a tag a digest decides, and none means
    /// latest.
    var tagged: String? { digest == nil ? "\(repository):\(tag ?? "latest")" : nil }
    var pinned: String? { digest.map { "\(repository)@\($0)" } }
    /// The repository without its last part.
    var directory: String { repository.lastIndex(of: "/").map { String(repository[..<$0]) } ?? "" }

    struct Flaw: Error {
        let text: String
    }

    init(_ text: String) throws(Flaw) {
        guard text.utf8.count <= 1_024, let reference = ImageReference(text), !text.hasPrefix("https://") else {
            let form = "expected registry/repository@sha256:…"
            throw Flaw(text: "\(text.quotedForMessage) is not the name of an image; \(form)")
        }
        let path = reference.repository.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard path.allSatisfy(Self.isPathPart) else {
            throw Flaw(text: "\(text.quotedForMessage) is not the name of an image: repositories are lower-case words")
        }
        if let digest = reference.digest {
            guard text.utf8.elementsEqual((text.prefix { $0 != "@" } + "@" + digest).utf8) else {
                throw Flaw(text: "the digest of \(text.quotedForMessage) is not in lower case, as digests are")
            }
            guard Self.isKnown(digest) else {
                throw Flaw(text: "\(digest.quotedForMessage) is no digest; expected sha256: and 64 hexadecimal digits")
            }
        }
        if let tag = reference.tag, !Self.isTag(tag) {
            throw Flaw(text: "\(tag.quotedForMessage) is not a tag")
        }
        (repository, tag, digest) = (reference.repository, reference.tag, reference.digest)
    }

    /// The algorithms that the OCI image specification registers.
    static func isKnown(_ digest: String) -> Bool {
        let bytes = digest.utf8
        let isSized =
            digest.hasPrefix("sha256:") ? bytes.count == 71 : digest.hasPrefix("sha512:") && bytes.count == 135
        return isSized && bytes.dropFirst(7).allSatisfy { "0123456789abcdef".utf8.contains($0) }
    }

    /// By the OCI distribution specification: lower-case letters and digits, with dots, dashes and underscores between.
    private static func isPathPart(_ part: Substring) -> Bool {
        let isOuter = { (byte: UInt8?) in byte.map { "abcdefghijklmnopqrstuvwxyz0123456789".utf8.contains($0) } ?? false
        }
        return isOuter(part.utf8.first) && isOuter(part.utf8.last) && !part.contains("..")
            && part.utf8.allSatisfy { isOuter($0) || "._-".utf8.contains($0) }
    }

    private static func isTag(_ tag: String) -> Bool {
        !tag.isEmpty && tag.utf8.count <= 128 && tag.utf8.first != UInt8(ascii: ".")
            && tag.utf8.first != UInt8(ascii: "-")
    }
}
