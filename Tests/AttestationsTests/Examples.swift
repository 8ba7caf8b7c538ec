import Foundation
import GrafeasProto
import MetadataModel

@testable import Attestations

/// An image, and claims about it that tests build on.
enum Example {
    static let hex = String(repeating: "0123456789abcdef", count: 4)
    static let digest = try! ImageDigest("sha256:\(hex)")
    static let other = try! ImageDigest("sha256:\(String(repeating: "f", count: 64))")
    static let payload = SimpleSigningPayload(reference: "registry.example/shop/cart", digest: digest)
    /// 2026-01-01.
    static let now: Int64 = 1_767_225_600

    static func occurrence(
        _ payload: [UInt8],
        _ signatures: [[UInt8]],
        keyID: String = "",
        uri: String = "https://registry.example/shop/cart@\(digest)"
    ) -> Occurrence {
        var occurrence = Occurrence()
        occurrence.resourceUri = uri
        occurrence.attestation.serializedPayload = Data(payload)
        occurrence.attestation.signatures = signatures.map { bytes in
            var signature = Grafeas_V1_Signature()
            signature.signature = Data(bytes)
            signature.publicKeyID = keyID
            return signature
        }
        return occurrence
    }

    static func occurrence(_ envelope: Grafeas_V1_Envelope) -> Occurrence {
        var occurrence = Occurrence()
        occurrence.resourceUri = "https://registry.example/shop/cart@\(digest)"
        occurrence.dsseAttestation.envelope = envelope
        return occurrence
    }

    static func statement(_ digest: ImageDigest = digest) throws -> [UInt8] {
        try StatementPayload.bytes(
            about: "registry.example/shop/cart",
            digest,
            predicateType: "https://example.com/tested/v1",
            predicate: Array(#"{"passed":true}"#.utf8)
        )
    }
}

extension SigningKey {
    /// An authority of this key.
    func authority(_ form: SignedForm = .simpleSigning, requiresKeyIDs: Bool = false) -> AttestationAuthority {
        let key = AttestationKey(publicKey, signs: form)
        return AttestationAuthority(name: "qa", keys: [key], requiresKeyIDs: requiresKeyIDs)
    }
}

extension AttestationAuthority {
    func verdict(on occurrence: Occurrence) -> AttestationVerdict {
        verdict(on: occurrence, about: Example.digest, now: Example.now)
    }
}

extension AttestationVerdict {
    /// The reasons of what was refused.
    var reasons: [String] {
        outcomes.compactMap { if case .refused(let reason) = $0.result { reason } else { nil } }
    }
}
