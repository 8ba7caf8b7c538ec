import MetadataModel

/// An artifact that a statement is about: a name, which may be any text, and the SHA-256 of its content.
struct StatementSubject: Sendable {
    /// Nil if only the digest is said.
    let name: String?
    /// 64 hexadecimal digits in lower case.
    let sha256: String
    /// The image's name, if the name is one.
    let image: ImageReference?
    /// The digest as it stands in the file.
    private let node: JSONNode
    /// Where that is; for messages only, like all paths.
    var path: String { node.fullPath }

    var digest: String { "sha256:" + sha256 }

    init(name: String?, sha256: String, at node: JSONNode) {
        self.name = name
        self.sha256 = sha256
        self.node = node
        image = name.flatMap(Self.image)
    }

    /// The subjects of an array, at least one. Those that only have digests of other algorithms are passed over,
    /// because neither an image nor a file has a URI by them.
    static func all(_ array: JSONNode) throws(ReportProblem) -> [StatementSubject] {
        let nodes = try array.requiredArray("the artifacts that this is about")
        if nodes.isEmpty { throw array.problem("names no artifact, so there is nothing that this is about") }
        if nodes.count > array.limits.subjectsMax {
            throw array.problem("has \(nodes.count) artifacts; at most \(array.limits.subjectsMax) are taken")
        }
        var subjects: [StatementSubject] = []
        for node in nodes {
            if let subject = try StatementSubject(node["name"], digest: node["digest"]) { subjects.append(subject) }
        }
        if subjects.isEmpty { throw array.problem("has no artifact with a sha256 digest, by which it would be found") }
        return subjects
    }

    private init?(_ nameNode: JSONNode, digest: JSONNode) throws(ReportProblem) {
        let name = try nameNode.name(bytesMax: nameNode.limits.subjectNameBytesMax)
        guard let sha256 = try digest.sha256() else { return nil }
        self.init(name: name, sha256: sha256, at: try digest["sha256"])
        if let named = image?.digest, named != self.digest {
            throw nameNode.problem("names \(named), but the digest is \(self.digest)")
        }
    }

    // MARK: As a resource

    /// `https://registry/repository@sha256:…` of an image; `file://sha256:…:name`, as Grafeas has it, of a file.
    func uri() throws(ReportProblem) -> String {
        if let image { return "https://\(image.repository)@\(digest)" }
        if let name { return "file://\(digest):\(name)" }
        let what = "is the digest of an artifact without a name; name the image as registry/repository@\(digest)"
        throw ReportProblem(path: path, description: what)
    }

    /// The image that somebody named, if it is one of the subjects: by its digest or, named without one, by there being
    /// only one digest that can be meant.
    static func choice(
        of given: String,
        among subjects: [StatementSubject]
    ) throws(ReportProblem) -> (uri: String, sha256: String) {
        guard given.utf8.count <= Limits().resourceURIBytesMax, let wanted = ImageReference(given) else {
            let form = "[https://]registry/repository@sha256:…"
            throw ReportProblem(path: "image", description: "expected \(form), got \(given.quotedForMessage)")
        }
        let path = subjects.first?.path ?? ""
        let named = subjects.filter { $0.image?.repository == wanted.repository }
        let candidates = wanted.digest == nil && !named.isEmpty ? named : subjects
        let digests = Set(candidates.map(\.digest)).sorted()
        let list = digests.prefix(5).joined(separator: ", ") + (digests.count > 5 ? ", …" : "")
        if let digest = wanted.digest, !digests.contains(digest) {
            throw ReportProblem(path: path, description: "the statement is about \(list), not about \(digest)")
        }
        guard let digest = wanted.digest ?? digests.first, wanted.digest != nil || digests.count == 1 else {
            let way = "name the image as registry/repository@sha256:…"
            throw ReportProblem(path: path, description: "the statement is about several artifacts (\(list)); \(way)")
        }
        return ("https://\(wanted.repository)@\(digest)", String(digest.dropFirst(7)))
    }

    // MARK: Names of images

    /// The image of a name that says which registry it is in: `dist/app` is a file to builders of programs, so what
    /// would be taken for a repository on Docker Hub is not. BuildKit names images by package URLs.
    private static func image(_ name: String) -> ImageReference? {
        if let purl = PackageURL(name) { return image(purl) }
        let text = name.hasPrefix("https://") ? name.dropFirst(8) : name[...]
        guard let slash = text.firstIndex(of: "/") else { return nil }
        let host = text[..<slash]
        let startsLikeHost = host.first.map { $0.isASCII && ($0.isLetter || $0.isNumber) } ?? false
        guard startsLikeHost, host == "localhost" || host.contains(where: { $0 == "." || $0 == ":" }),
            let image = ImageReference(name)
        else { return nil }
        // Repositories are in lower case (OCI distribution, "Pulling manifests").
        return image.repository == image.repository.lowercased() ? image : nil
    }

    /// `pkg:docker/registry.example/app@1?platform=linux%2Famd64`, `pkg:oci/app?repository_url=registry.example/app`
    private static func image(_ purl: PackageURL) -> ImageReference? {
        let registry = purl.qualifiers["repository_url"]
        switch purl.type {
        case "docker":
            let name = purl.namespace.isEmpty ? purl.name : "\(purl.namespace)/\(purl.name)"
            return ImageReference(registry.map { "\($0)/\(name)" } ?? name)
        case "oci": return registry.flatMap { ImageReference($0) }
        default: return nil
        }
    }
}

extension JSONNode {
    /// The SHA-256 of a set of digests, in lower case; nil if it has none.
    func sha256() throws(ReportProblem) -> String? {
        let node = try self["sha256"]
        guard let text = try node.name(bytesMax: limits.versionBytesMax) else { return nil }
        guard text.utf8.count == 64, ResourceURI.isDigest("sha256:" + text) else {
            throw node.problem("expected 64 hexadecimal digits, found \(text.quotedForMessage)")
        }
        return text.lowercased()
    }
}
