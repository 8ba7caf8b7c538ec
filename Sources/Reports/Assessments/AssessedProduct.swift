import MetadataModel

/// What a statement is about: an image, a package, or a package within an image.
struct AssessedProduct: Sendable, Hashable {
    /// As the document names it, for messages.
    var name: String
    /// Whether it is an image, with a digest or without.
    private(set) var namesImage: Bool
    /// The image, if it is told by digest.
    private(set) var image: Image?
    /// The package that the statement is limited to.
    private(set) var package: AssessedPackage?

    /// An image by its digest.
    struct Image: Sendable, Hashable {
        /// `docker.io/library/debian`; nil where the document gives the digest alone.
        let repository: String?
        let digest: String

        /// `https://registry/repository@sha256:…`, if the document says where the image lies.
        var uri: String? { repository.map { "https://\($0)@\(digest)" } }

        /// For messages.
        var text: String { repository.map { "\($0)@\(digest)" } ?? digest }
    }

    /// A product by its names: package URLs, image references, or whatever its author calls it.
    /// - Parameter sha256: the digest that is given beside the names, which counts for an image whose names have none.
    init(_ name: String, also others: [String] = [], sha256: String? = nil) {
        self.name = name
        let names = [name] + others
        let purls = names.compactMap { text in PackageURL(text).map { (text: text, purl: $0) } }
        let beside = sha256.map { "sha256:\($0.lowercased())" }
        image = names.lazy.compactMap { Image(named: $0) }.first
        if image == nil, let beside, ResourceURI.isDigest(beside),
            let oci = purls.first(where: { $0.purl.type == "oci" })?.purl
        {
            image = Image(repository: oci.imageRepository, digest: beside)
        }
        namesImage = image != nil || purls.contains { $0.purl.isImage }
        guard !namesImage, let first = purls.first else { return }
        package = AssessedPackage(name: first.purl.packageName, purl: first.text)
    }

    /// The product and all that is in it, even if it is called by a package URL.
    var asWhole: AssessedProduct {
        var whole = self
        whole.package = nil
        return whole
    }

    /// The product as a part of another. An image that belongs to something else, such as a platform, stays an image.
    func within(_ whole: AssessedProduct) -> AssessedProduct {
        if namesImage, !whole.namesImage { return self }
        var part = whole
        part.package = package ?? AssessedPackage(name: name, purl: nil)
        return part
    }
}

extension AssessedProduct.Image {
    /// Nil if the text names no image by digest.
    fileprivate init?(named text: String) {
        if let purl = PackageURL(text) {
            guard purl.type == "oci", let version = purl.version, ResourceURI.isDigest(version) else { return nil }
            self.init(repository: purl.imageRepository, digest: version.lowercased())
        } else {
            guard let reference = ImageReference(text), let digest = reference.digest else { return nil }
            self.init(repository: reference.repository, digest: digest)
        }
    }
}

extension PackageURL {
    /// Whether it names an image. The version of a `docker` URL is a tag or the digest of a configuration, by which no
    /// registry serves the image, so only `oci` URLs tell one by digest.
    fileprivate var isImage: Bool { type == "oci" || type == "docker" }

    /// Where an image lies. By the definition of the type `oci` the name is the last part of the repository's name, and
    /// `repository_url` has all of it or what comes before the name: real ones do either.
    fileprivate var imageRepository: String? {
        guard var url = qualifiers["repository_url"] else { return nil }
        while url.hasSuffix("/") { url.removeLast() }
        let last = url.split(separator: "/").last.map { $0.prefix { $0 != ":" }.lowercased() }
        return ImageReference(last == name.lowercased() ? url : "\(url)/\(name)")?.repository
    }
}
