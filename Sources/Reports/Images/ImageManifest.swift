import MetadataModel

/// The manifest of an image for one platform, of OCI (image specification, "Image Manifest") or Docker's schema 2, which
/// have the same members.
struct ImageManifest: Sendable {
    /// The digest of the manifest itself, by which registries serve the image.
    let digest: String
    let configDigest: String
    /// The digests of the layers' blobs, the bottom layer's first.
    let layerDigests: [String]

    init(_ blob: CarriedBlob) throws(ReportProblem) {
        let root = blob.root
        try root.requireSchema2()
        try root["mediaType"].requireMediaType(MediaType.manifests, "of an image's manifest", isOptional: true)
        try root["config"]["mediaType"].requireMediaType(MediaType.configurations, "of an image's configuration")
        digest = blob.digest
        configDigest = try root["config"]["digest"].requiredDigest("the digest of the configuration")
        guard try root["layers"].isThere else { throw try root["layers"].problem("is required: the layers") }
        var digests: [String] = []
        for layer in try root["layers"].layers() {
            // BuildKit stores attestations as images whose layers are statements.
            if try layer["mediaType"].text() == MediaType.statement {
                throw try layer["mediaType"].problem("is an attestation's; this manifest is not one of an image")
            }
            digests.append(try layer["digest"].requiredDigest("the digest of the layer"))
        }
        layerDigests = digests
    }
}

/// An index, by which one name stands for images of several platforms (image specification, "Image Index"; Docker calls
/// it a manifest list).
struct ImageIndex: Sendable {
    let digest: String
    /// What it lists, without the attestations.
    let entries: [Entry]

    struct Entry: Sendable {
        let digest: String
        /// `linux/arm64/v8`; nil if none is named.
        let platform: String?
        /// Whether it is an index again.
        let isIndex: Bool
    }

    init(_ blob: CarriedBlob) throws(ReportProblem) {
        let root = blob.root
        try root.requireSchema2()
        try root["mediaType"].requireMediaType(MediaType.indexes, "of an index", isOptional: true)
        let nodes = try root["manifests"].requiredArray("the manifests that the index lists")
        if nodes.count > root.limits.indexEntriesMax {
            let bound = "at most \(root.limits.indexEntriesMax) are taken"
            throw try root["manifests"].problem("has \(nodes.count) entries; \(bound)")
        }
        var entries: [Entry] = []
        for node in nodes {
            let entry = Entry(
                digest: try node["digest"].requiredDigest("the digest of the manifest"),
                platform: try node["platform"].platform(),
                isIndex: try MediaType.indexes.contains(node["mediaType"].text() ?? "")
            )
            // So BuildKit marks the attestations that it lists beside the images.
            if entry.platform != "unknown/unknown" { entries.append(entry) }
        }
        self.entries = entries
        digest = blob.digest
    }
}

/// The media types of what makes up an image (image specification, "Media Types"), and Docker's for the same.
enum MediaType {
    static let manifests: Set = [
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
    ]
    static let indexes: Set = [
        "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json",
    ]
    static let configurations: Set = [
        "application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json",
    ]
    static let statement = "application/vnd.in-toto+json"
}

extension JSONNode {
    /// Refuses what came before manifests had configurations.
    fileprivate func requireSchema2() throws(ReportProblem) {
        let version = try self["schemaVersion"].integer()
        if version == 2 { return }
        let hint = version == 1 ? ": schema 1 has no configuration to check; push the image with a newer client" : ""
        throw try self["schemaVersion"].problem("expected 2\(hint)")
    }

    fileprivate func requireMediaType(
        _ expected: Set<String>,
        _ meaning: String,
        isOptional: Bool = false
    ) throws(ReportProblem) {
        guard let type = try text() else {
            if isOptional { return }
            throw problem("is required: the media type \(meaning)")
        }
        if !expected.contains(type) {
            throw problem("expected the media type \(meaning), found \(type.quotedForMessage)")
        }
    }

    fileprivate func requiredDigest(_ meaning: String) throws(ReportProblem) -> String {
        guard let digest = try digest() else { throw problem("is required: \(meaning), sha256:…") }
        return digest.lowercased()
    }

    /// `os/architecture/variant`.
    fileprivate func platform() throws(ReportProblem) -> String? {
        var parts: [String] = []
        for member in ["os", "architecture", "variant"] {
            if let part = try self[member].name(bytesMax: limits.versionBytesMax) { parts.append(part) }
        }
        return parts.isEmpty ? nil : parts.joined(separator: "/")
    }
}
