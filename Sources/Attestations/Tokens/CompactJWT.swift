import MetadataModel
import StrictJSON

/// A JWT in the compact form (RFC 7515, section 7.1): taken apart, and not verified.
///
/// jwt-kit (5.7) is not used for it: its collection of keys answers asynchronously, takes its default key for a `kid` that it
/// does not know and does not compare `alg` with the key; it takes base64 with padding and of the other alphabet, and JSON
/// with a member twice. What is left to do beside the signatures, which swift-crypto verifies, is this.
struct CompactJWT: Sendable, Equatable {
    /// How the header says that it is signed. It must agree with the key and decides nothing.
    let algorithm: JWTAlgorithm
    /// The key that the header names, `kid`; empty if it names none.
    let keyID: String
    /// The bytes that are signed: header and payload as they are written, and the dot between them.
    let signingInput: [UInt8]
    let payload: [UInt8]
    let signature: [UInt8]

    init(_ text: [UInt8]) throws(AttestationProblem) {
        if text.count > AttestationLimits.signatureBytesMax {
            throw AttestationProblem("the JWT has \(text.count) bytes; that is too long for one")
        }
        let parts = text.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3 else {
            throw AttestationProblem("a JWT has three parts with dots between them: header, payload and signature")
        }
        let header = try Self.header(Self.bytes(parts[0], "header"))
        (algorithm, keyID) = (header.algorithm, header.keyID)
        signingInput = Array(text[..<parts[1].endIndex])
        payload = try Self.bytes(parts[1], "payload")
        signature = try Self.bytes(parts[2], "signature")
    }

    private static func bytes(_ part: ArraySlice<UInt8>, _ name: String) throws(AttestationProblem) -> [UInt8] {
        guard let bytes = Base64.bytes(ofURLText: part) else {
            throw AttestationProblem("the JWT's \(name) is not base64url without padding")
        }
        return bytes
    }

    /// Reads a header. Keys that it brings or points to (`jwk`, `jku`, `x5c`, `x5u`) are no keys of an attestor and are passed
    /// over, as other members are.
    private static func header(
        _ bytes: [UInt8]
    ) throws(AttestationProblem) -> (algorithm: JWTAlgorithm, keyID: String) {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: bytes, limits: AttestationLimits.jwtHeader)
        } catch {
            throw AttestationProblem("the JWT's header is not JSON that can be relied on: \(error)")
        }
        do {
            try checkUsual(json)
            return (try JWTAlgorithm(named: json.string(at: "alg")), try keyID(json))
        } catch {
            throw error.inside("header of the JWT")
        }
    }

    /// Checks that the header asks for nothing beyond an ordinary JWT.
    private static func checkUsual(_ json: JSONValue) throws(AttestationProblem) {
        // RFC 7515, section 4.1.11: who does not know what is critical must refuse. `b64` (RFC 7797) changes what is signed,
        // and is refused where it comes without.
        for name in ["crit", "b64"] where json[name] != nil {
            throw AttestationProblem("\(name) is there, and no such extension is known")
        }
        // RFC 8725, section 3.11: a token that says that it is for something else is not for this.
        guard json["typ"] != nil else { return }
        let type = try json.string(at: "typ")
        if type.uppercased() != "JWT" { throw AttestationProblem("typ is \(type.quotedForMessage), not \"JWT\"") }
    }

    private static func keyID(_ json: JSONValue) throws(AttestationProblem) -> String {
        guard json["kid"] != nil else { return "" }
        let name = try json.string(at: "kid")
        if name.isEmpty { throw AttestationProblem("kid is empty; name a key, or leave it out") }
        return name
    }
}
