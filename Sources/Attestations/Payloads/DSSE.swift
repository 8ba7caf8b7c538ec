import Foundation
public import GrafeasProto
import MetadataModel
import StrictJSON
import SwiftProtobuf

/// DSSE, envelopes whose signatures cover the payload and its type (version 1.0).
public enum DSSE {
    /// The payload type of in-toto statements.
    public static let inToto = "application/vnd.in-toto+json"
    /// The payload type of simple signing payloads.
    public static let simpleSigning = "application/vnd.dev.cosign.simplesigning.v1+json"

    /// The bytes that are signed for a payload (DSSE protocol, "Signature Definition"): with lengths, so that type and
    /// payload cannot run into each other.
    public static func preAuthenticationEncoding(type: String, payload: [UInt8]) -> [UInt8] {
        Array("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
    }

    /// Reads an envelope from JSON, as files and the signatures of some builders have it.
    public static func envelope(json: [UInt8]) throws(AttestationProblem) -> Grafeas_V1_Envelope {
        if json.count > AttestationLimits.signatureBytesMax {
            throw AttestationProblem("the envelope has \(json.count) bytes; that is too long for one")
        }
        let root = try JSONValue(payload: json, bytesMax: AttestationLimits.signatureBytesMax)
        var envelope = Grafeas_V1_Envelope()
        envelope.payloadType = try root.string(at: "payloadType")
        envelope.payload = Data(try bytes(of: root.string(at: "payload"), "payload"))
        guard case .array(let signatures)? = root["signatures"] else {
            throw AttestationProblem("signatures is missing or no array")
        }
        for element in signatures {
            var signature = Grafeas_V1_EnvelopeSignature()
            signature.sig = Data(try bytes(of: element.string(at: "sig"), "sig"))
            signature.keyid = element["keyid"] == nil ? "" : try element.string(at: "keyid")
            envelope.signatures.append(signature)
        }
        return envelope
    }

    private static func bytes(of text: String, _ place: String) throws(AttestationProblem) -> [UInt8] {
        guard let bytes = Base64.bytes(of: Array(text.utf8)) else {
            throw AttestationProblem("\(place) is not base64")
        }
        return bytes
    }
}
