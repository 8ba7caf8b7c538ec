import MetadataModel
import StrictJSON

/// A statement in the simple signing format of container signatures: this image, under this name, is signed.
///
/// The format is that of `containers/image` ("atomic container signature"); Binary Authorization and cosign differ in the
/// type they write and in nothing else.
public struct SimpleSigningPayload: Sendable, Equatable {
    /// `critical.type`.
    public enum Kind: String, Sendable, CaseIterable {
        case atomic = "atomic container signature"
        case binaryAuthorization = "Google cloud binauthz container signature"
        case cosign = "cosign container image signature"
    }

    public let kind: Kind
    /// The image's name as the signer wrote it, mostly without a digest. It may be empty; what counts is the digest.
    public let reference: String
    public let digest: ImageDigest

    /// What is to be signed for an image.
    public init(reference: String, digest: ImageDigest, kind: Kind = .binaryAuthorization) {
        self.kind = kind
        self.reference = reference
        self.digest = digest
    }

    /// Reads a payload.
    init(_ json: JSONValue) throws(AttestationProblem) {
        let type = try json.string(at: "critical", "type")
        guard let kind = Kind(rawValue: type) else {
            let known = Kind.allCases.map(\.rawValue.quotedForMessage).joined(separator: ", ")
            throw AttestationProblem("critical.type is \(type.quotedForMessage), not one of \(known)")
        }
        self.kind = kind
        reference = try json.string(at: "critical", "identity", "docker-reference")
        let text = try json.string(at: "critical", "image", "docker-manifest-digest")
        do {
            digest = try ImageDigest(text)
        } catch {
            throw error.inside("critical.image.docker-manifest-digest")
        }
    }

    /// The bytes to sign.
    public var bytes: [UInt8] {
        let critical: JSONValue = [
            "identity": ["docker-reference": .string(reference)],
            "image": ["docker-manifest-digest": .string(digest.description)],
            "type": .string(kind.rawValue),
        ]
        return (["critical": critical] as JSONValue).bytes
    }
}
