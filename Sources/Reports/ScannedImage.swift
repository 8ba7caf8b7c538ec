import MetadataModel

/// The image that a report says it is about.
struct ScannedImage: Sendable, Equatable {
    /// What the scanner was told to look at: a reference, a file, a directory.
    var reference: String?
    /// Names that the image has with tags.
    var tags: [String] = []
    /// Names that the image has in registries with its digest there, `repository@sha256:…`.
    var repoDigests: [String] = []
    /// The digest of the image's manifest for one platform.
    var manifestDigest: String?
    /// The digest of the image's configuration, which `docker images` shows as its id. No registry serves an image by
    /// it.
    var configDigest: String?
    /// The JSON path of what the report says about it, for messages.
    var path = ""

    init(reference: String? = nil, path: String) {
        self.reference = reference
        self.path = path
    }

    /// The digests under which a registry may serve the image.
    var digests: [String] {
        var digests: [String] = []
        for digest in pinned.compactMap(\.digest) + [manifestDigest].compactMap({ $0?.lowercased() })
        where !digests.contains(digest) {
            digests.append(digest)
        }
        return digests
    }

    /// The references that have a digest.
    private var pinned: [ImageReference] {
        (repoDigests + [reference].compactMap(\.self)).compactMap(ImageReference.init).filter { $0.digest != nil }
    }

    /// The resource URI under which the findings belong: `https://registry/repository@sha256:…`.
    ///
    /// Nothing is made up: repository and digest are the caller's or the report's. A digest given must be one of the
    /// report's, if that has any. To a repository given without a digest the report's digest for it is added. Without
    /// anything given the report must name one image by digest, or say which of several it was told to look at.
    /// - Throws: ``ReportProblem`` when they speak of different images, or neither names a digest.
    func uri(given: String? = nil) throws(ReportProblem) -> String {
        guard let given, !given.isEmpty else { return "https://" + (try pinnedByReport()) }
        guard given.utf8.count <= Limits().resourceURIBytesMax, let wanted = ImageReference(given) else {
            let form = "[https://]registry/repository@sha256:…"
            throw ReportProblem(path: "image", description: "expected \(form), got \(given.quotedForMessage)")
        }
        if let digest = wanted.digest {
            let known = digests + [configDigest].compactMap { $0?.lowercased() }
            if digests.isEmpty || known.contains(digest) { return "https://\(wanted.repository)@\(digest)" }
            let what = "the report is about \(digests.joined(separator: ", ")), not about \(digest)"
            throw ReportProblem(path: path, description: what)
        }
        return "https://" + (try onlyOne(of: pinned.filter { $0.repository == wanted.repository }, for: given))
    }

    private func pinnedByReport() throws(ReportProblem) -> String {
        let pinned = pinned
        // An image that lies in several repositories is meant where the scanner was told to look.
        if let asked = reference.flatMap({ ImageReference($0) }) {
            let named = pinned.filter { $0.repository == asked.repository }
            if !named.isEmpty { return try onlyOne(of: named, for: asked.repository) }
        }
        return try onlyOne(of: pinned, for: nil)
    }

    private func onlyOne(of references: [ImageReference], for given: String?) throws(ReportProblem) -> String {
        let names = Set(references.compactMap(\.pinned)).sorted()
        if let name = names.first, names.count == 1 { return name }
        let way = "name the image as registry/repository@sha256:…"
        if names.count > 1 {
            let list = names.prefix(5).joined(separator: ", ")
            throw ReportProblem(path: path, description: "the report names several images (\(list)); \(way)")
        }
        let subject = reference.map { "about \($0.quotedForMessage), which it" } ?? "about an image that it"
        guard let given else {
            throw ReportProblem(path: path, description: "the report is \(subject) names no digest of; \(way)")
        }
        let known = Set(pinned.compactMap(\.pinned)).sorted().prefix(5).joined(separator: ", ")
        let what = known.isEmpty ? "no digest of any image" : known
        throw ReportProblem(
            path: path,
            description: "the report names \(what), so no digest is known of \(given.quotedForMessage); \(way)"
        )
    }
}
