import MetadataModel

/// What a registry or a layout on disk has of an image, as `grafeion ingest oci://…` sends it:
///
///     {"grafeionImage": 1, "repository": "registry/repository", "tag": "1.2", "index": "<base64>",
///      "images": [{"manifest": "<base64>", "config": "<base64>"}]}
///
/// The blobs are the very bytes that the registry served, so that every digest is computed here and none is claimed.
struct ImageDocument {
    let root: JSONNode
    private var limits: ReportLimits { root.limits }

    private static let version: Int32 = 1

    func facts() throws(ReportProblem) -> ImageFacts {
        guard try root["grafeionImage"].integer() == Self.version else {
            throw try root["grafeionImage"].problem("expected \(Self.version), the version of this form")
        }
        let index = try root["index"].carried { blob throws(ReportProblem) in try ImageIndex(blob) }
        let images = try images(listedIn: index)
        if index == nil, images.isEmpty {
            throw try root["images"].problem("expected at least one image where there is no index")
        }
        return ImageFacts(repository: try repository(), tag: try tag(), index: index, images: images)
    }

    private func repository() throws(ReportProblem) -> String {
        let node = try root["repository"]
        let text = try node.requiredName(bytesMax: limits.referenceBytesMax, "the image's name, registry/repository")
        guard let reference = ImageReference(text), reference.tag == nil, reference.digest == nil else {
            throw node.problem("expected registry/repository without tag and digest, found \(text.quotedForMessage)")
        }
        return reference.repository
    }

    /// A tag by the grammar of the distribution specification ("Pulling manifests"): a word of at most 128 characters.
    private func tag() throws(ReportProblem) -> String? {
        let node = try root["tag"]
        guard let tag = try node.name(bytesMax: 128) else { return nil }
        let isWord = tag.utf8.allSatisfy { byte in
            let scalar = Character(UnicodeScalar(byte))
            return scalar.isASCII && (scalar.isLetter || scalar.isNumber || "_.-".contains(scalar))
        }
        guard isWord, !tag.hasPrefix("."), !tag.hasPrefix("-") else {
            throw node.problem("expected a tag, letters, digits and _ . - inside, found \(tag.quotedForMessage)")
        }
        return tag
    }

    private func images(listedIn index: ImageIndex?) throws(ReportProblem) -> [PlatformImage] {
        let nodes = try root["images"].array()
        if nodes.count > limits.platformImagesMax {
            throw try root["images"].problem("has \(nodes.count) images; at most \(limits.platformImagesMax) are taken")
        }
        var images: [PlatformImage] = []
        for (position, node) in nodes.enumerated() {
            let image = try image(node, place: "images[\(position)]")
            if let index, !index.entries.contains(where: { $0.digest == image.manifest.digest }) {
                throw try node["manifest"].problem("is \(image.manifest.digest), which is not in the index")
            }
            if images.contains(where: { $0.manifest.digest == image.manifest.digest }) {
                throw try node["manifest"].problem("is \(image.manifest.digest), which is there already")
            }
            images.append(image)
        }
        return images
    }

    private func image(_ node: JSONNode, place: String) throws(ReportProblem) -> PlatformImage {
        let manifest = try node["manifest"].carried { blob throws(ReportProblem) in try ImageManifest(blob) }
        guard let manifest else { throw try node["manifest"].problem("is required: the manifest in base64") }
        let config = try node["config"].carried { blob throws(ReportProblem) in
            guard blob.digest == manifest.configDigest else {
                throw blob.root.problem("is \(blob.digest); the manifest's configuration is \(manifest.configDigest)")
            }
            return try ImageConfig(blob)
        }
        guard let config else { throw try node["config"].problem("is required: the configuration in base64") }
        guard config.diffIDs.count == manifest.layerDigests.count else {
            let counts = "\(config.diffIDs.count) layers where the manifest has \(manifest.layerDigests.count)"
            throw ReportProblem(path: "\(place).config.rootfs.diff_ids", description: "has \(counts)")
        }
        return PlatformImage(manifest: manifest, config: config, place: place)
    }
}
