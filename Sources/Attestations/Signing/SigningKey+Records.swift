import Foundation
public import GrafeasProto
import SwiftProtobuf

extension SimpleSigningPayload {
    /// The payload with a signature over ``bytes``, as Grafeas stores it.
    ///
    /// - Parameter keyID: the name by which the attestor knows the key.
    public func attestation(signature: [UInt8], keyID: String) -> Grafeas_V1_AttestationOccurrence {
        var attestation = Grafeas_V1_AttestationOccurrence()
        attestation.serializedPayload = Data(bytes)
        var signed = Grafeas_V1_Signature()
        signed.signature = Data(signature)
        signed.publicKeyID = keyID
        attestation.signatures = [signed]
        return attestation
    }
}

extension DSSE {
    /// An envelope with a signature over ``preAuthenticationEncoding(type:payload:)``.
    public static func envelope(
        type: String = inToto,
        payload: [UInt8],
        signature: [UInt8],
        keyID: String
    ) -> Grafeas_V1_Envelope {
        var envelope = Grafeas_V1_Envelope()
        envelope.payloadType = type
        envelope.payload = Data(payload)
        var signed = Grafeas_V1_EnvelopeSignature()
        signed.sig = Data(signature)
        signed.keyid = keyID
        envelope.signatures = [signed]
        return envelope
    }
}

extension SigningKey {
    /// Signs an image in the simple signing format.
    public func attestation(
        of payload: SimpleSigningPayload,
        keyID: String? = nil
    ) throws(AttestationProblem) -> Grafeas_V1_AttestationOccurrence {
        let signature = try signature(over: payload.bytes)
        return payload.attestation(signature: signature, keyID: keyID ?? KeyID.ni(of: publicKey))
    }

    /// Signs an in-toto statement.
    public func envelope(
        of statement: [UInt8],
        keyID: String? = nil
    ) throws(AttestationProblem) -> Grafeas_V1_Envelope {
        let message = DSSE.preAuthenticationEncoding(type: DSSE.inToto, payload: statement)
        return DSSE.envelope(
            payload: statement,
            signature: try signature(over: message),
            keyID: keyID ?? KeyID.ni(of: publicKey)
        )
    }
}
