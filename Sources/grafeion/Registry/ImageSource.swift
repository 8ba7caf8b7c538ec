import Crypto

/// Where the manifests and configurations of images come from.
protocol ImageSource: Sendable {
    /// The manifest or index of that tag or digest, as it is stored there, and its media type as far as it is known
    /// otherwise than from its content.
    func manifest(_ tagOrDigest: String) async throws -> ImageBlob
    /// The configuration of that digest.
    func configuration(_ digest: String) async throws -> ImageBlob
}

/// Bytes of a registry, and their digest.
struct ImageBlob: Sendable {
    let bytes: [UInt8]
    /// Computed.
    let digest: String

    /// Bytes of a manifest or a configuration: what registries take at least of a manifest (distribution specification,
    /// "Pushing Manifests"), and the server at most of either.
    static let bytesMax = 4 << 20

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        digest = "sha256:" + SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The blob, which must be the one that was asked for.
    /// - Parameter name: what it is, for the message.
    func checked(is expected: String, _ name: String) throws(ClientFailure) -> ImageBlob {
        guard digest == expected else {
            throw .unexpected("\(name) is not what it should be: asked for \(expected), got \(digest)")
        }
        return self
    }
}

/// Media types of images (image specification, "Media Types"), and Docker's for the same.
enum ImageMediaType {
    static let manifests = [
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
    ]
    static let indexes = [
        "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json",
    ]
    static let configurations = [
        "application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json",
    ]
}
