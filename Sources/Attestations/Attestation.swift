public import GrafeasProto
public import MetadataModel
import SwiftProtobuf

/// Something that claims to be attested: a payload and signatures, none of them verified.
public struct Attestation: Sendable {
    /// What is signed, and how it travelled.
    enum Content: Sendable {
        /// Bytes beside their signatures.
        case payload([UInt8])
        /// Bytes and their type in a DSSE envelope.
        case envelope(type: String, payload: [UInt8])
        /// The payload is in the signature, an OpenPGP message.
        case enclosed
        /// Bytes in a JWT, which has one signature.
        case jwt(CompactJWT)
        /// What cannot be taken apart, for this reason.
        case unreadable(AttestationProblem)
    }

    struct Signature: Sendable {
        /// The key that it names; empty if it names none.
        let keyID: String
        let bytes: [UInt8]
        /// Where in the occurrence it stands.
        let place: String
    }

    let content: Content
    let signatures: [Signature]
}

extension Attestation {
    /// All that an occurrence claims: its attestation, its envelope, and envelopes that stand in place of signatures.
    public static func all(in occurrence: Occurrence) -> [Attestation] {
        var found: [Attestation] = []
        switch occurrence.details {
        case .attestation(let attestation)?: found += all(in: attestation)
        case .dsseAttestation(let attestation)?:
            found += all(in: attestation.envelope, at: "dsse_attestation.envelope")
        default: break
        }
        if occurrence.hasEnvelope { found += all(in: occurrence.envelope, at: "envelope") }
        return found
    }

    private static func all(in attestation: Grafeas_V1_AttestationOccurrence) -> [Attestation] {
        let payload = Array(attestation.serializedPayload)
        let signatures = attestation.signatures.enumerated().map { index, signature in
            Signature(
                keyID: signature.publicKeyID,
                bytes: Array(signature.signature),
                place: "attestation.signatures[\(index)]"
            )
        }
        // v1beta1 and v1alpha1 store an OpenPGP message without its payload beside it.
        let content: Content = payload.isEmpty ? .enclosed : .payload(payload)
        var found: [Attestation] = []
        if !signatures.isEmpty { found.append(Attestation(content: content, signatures: signatures)) }
        // They have their payloads within; the one beside them is not theirs (grafeas.v1.AttestationOccurrence, "jwts").
        for (index, jwt) in attestation.jwts.enumerated() {
            found.append(Attestation(jwt, at: "attestation.jwts[\(index)]"))
        }
        return found
    }

    private init(_ jwt: Grafeas_V1_Jwt, at place: String) {
        do {
            let jwt = try CompactJWT(Array(jwt.compactJwt.utf8))
            content = .jwt(jwt)
            signatures = [Signature(keyID: jwt.keyID, bytes: jwt.signature, place: place)]
        } catch {
            content = .unreadable(error)
            signatures = [Signature(keyID: "", bytes: [], place: place)]
        }
    }

    /// The claims of an envelope.
    public static func all(in envelope: Grafeas_V1_Envelope, at place: String = "envelope") -> [Attestation] {
        var plain: [Signature] = []
        var nested: [Attestation] = []
        for (index, signature) in envelope.signatures.enumerated() {
            let bytes = Array(signature.sig)
            let at = "\(place).signatures[\(index)]"
            // Tekton Chains puts the whole signed envelope where its signature belongs.
            if bytes.first == UInt8(ascii: "{"), let inner = try? DSSE.envelope(json: bytes),
                !inner.signatures.contains(where: { $0.sig.first == UInt8(ascii: "{") })
            {
                nested += all(in: inner, at: at)
            } else {
                plain.append(Signature(keyID: signature.keyid, bytes: bytes, place: at))
            }
        }
        let content = Content.envelope(type: envelope.payloadType, payload: Array(envelope.payload))
        return (plain.isEmpty ? [] : [Attestation(content: content, signatures: plain)]) + nested
    }
}
