import Attestations
import GrafeasProto
import MetadataModel
import SwiftProtobuf

/// What is to be signed of an image, and the occurrence that a signature makes of it.
struct AttestationDraft {
    /// With its digest.
    let image: RegistryReference
    let digest: ImageDigest
    let form: AttestationForm
    /// Under which it is stored.
    let note: String
    private let content: Content

    private enum Content {
        case simpleSigning(SimpleSigningPayload)
        case statement([UInt8])
    }

    /// - Parameter summary: what the statement of an envelope says; a simple signing payload has no room for it.
    init(
        image: RegistryReference,
        form: AttestationForm,
        note: String,
        summary: VerificationSummary
    ) throws(ClientFailure) {
        guard let text = image.digest else {
            throw .usage("\(image.name) is not named by its digest; name it \(image.name)@sha256:…, or by its tag")
        }
        do {
            digest = try ImageDigest(text)
            switch form {
            case .simpleSigning: content = .simpleSigning(SimpleSigningPayload(reference: image.name, digest: digest))
            case .dsse:
                content = .statement(
                    try StatementPayload.bytes(
                        about: image.name,
                        digest,
                        predicateType: VerificationSummary.predicateType,
                        predicate: Array(summary.predicate.compact.utf8)
                    )
                )
            }
        } catch {
            throw .usage("\(image.text): \(error)")
        }
        (self.image, self.form, self.note) = (image, form, note)
    }

    /// The bytes that the signature is over.
    var message: [UInt8] {
        switch content {
        case .simpleSigning(let payload): payload.bytes
        case .statement(let bytes): DSSE.preAuthenticationEncoding(type: DSSE.inToto, payload: bytes)
        }
    }

    /// The occurrence with a signature over ``message``.
    /// - Parameter keyID: the name of the key; empty while it is not known.
    func occurrence(signature: [UInt8], keyID: String) -> Occurrence {
        var occurrence = Occurrence()
        occurrence.resourceUri = "https://\(image.text)"
        occurrence.noteName = note
        switch content {
        case .simpleSigning(let payload):
            occurrence.kind = .attestation
            occurrence.attestation = payload.attestation(signature: signature, keyID: keyID)
        case .statement(let bytes):
            occurrence.kind = .dsseAttestation
            occurrence.dsseAttestation.envelope = DSSE.envelope(payload: bytes, signature: signature, keyID: keyID)
        }
        return occurrence
    }
}

/// What an attestor says of an image in a statement of in-toto's type for the results of verifications (SVR 0.1).
struct VerificationSummary {
    static let predicateType = "https://in-toto.io/attestation/svr/v0.1"

    let attestor: String
    /// When it is said, in RFC 3339.
    let time: String
    /// The policy that the image was found to conform to, if it was asked.
    var policy: ConformedPolicy?

    /// A policy as a decision names it.
    struct ConformedPolicy: Equatable {
        let name: String
        /// `sha256:…` of its text.
        let version: String
    }

    /// Names of things on a server are no URIs of their own, and the type asks for such.
    private static func uri(_ name: String) -> String { "grafeion:\(name)" }

    var predicate: JSONValue {
        var verifier = [JSONValue.Member(name: "id", value: .string(Self.uri(attestor)))]
        if let policy {
            var members = [JSONValue.Member(name: "uri", value: .string(Self.uri(policy.name)))]
            if policy.version.hasPrefix("sha256:") {
                let hex = JSONValue.Member(name: "sha256", value: .string(String(policy.version.dropFirst(7))))
                members.append(.init(name: "digest", value: .object([hex])))
            }
            verifier.append(.init(name: "policy", value: .object(members)))
        }
        let properties = ["GRAFEION_ATTESTED"] + (policy == nil ? [] : ["GRAFEION_POLICY_CONFORMANT"])
        return .object([
            .init(name: "verifier", value: .object(verifier)),
            .init(name: "timeCreated", value: .string(time)),
            .init(name: "properties", value: .array(properties.map { .string($0) })),
        ])
    }
}
