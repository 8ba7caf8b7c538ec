import MetadataModel
import StrictJSON

/// What was signed, once it has been read.
public enum SignedPayload: Sendable, Equatable {
    case simpleSigning(SimpleSigningPayload)
    case statement(StatementPayload)
    /// The image's name and digest and nothing else, `registry/repository@sha256:…`, or the digest alone: what people sign with
    /// gpg by hand.
    case imageReference(String)
    /// The claims of a JWT.
    case jwt(JWTClaims)

    /// Reads a payload that a key of this form has signed.
    ///
    /// - Parameter mediaType: the payload type of the envelope that it came in; nil if it came in none.
    init(_ bytes: [UInt8], signedAs form: SignedForm, mediaType: String?) throws(AttestationProblem) {
        switch (form, mediaType) {
        case (.simpleSigning, _): self = .simpleSigning(try SimpleSigningPayload(JSONValue(payload: bytes)))
        case (_, DSSE.inToto?): self = .statement(try StatementPayload(JSONValue(payload: bytes)))
        case (_, DSSE.simpleSigning?): self = .simpleSigning(try SimpleSigningPayload(JSONValue(payload: bytes)))
        case (_, let type?):
            let known = "\(DSSE.inToto) and \(DSSE.simpleSigning) are"
            throw AttestationProblem("the payload type \(type.quotedForMessage) is not known; \(known)")
        case (_, nil): try self.init(untyped: bytes)
        }
    }

    /// A payload of which nobody says what it is: its own members do.
    private init(untyped bytes: [UInt8]) throws(AttestationProblem) {
        guard bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") else {
            self = .imageReference(try Self.reference(bytes))
            return
        }
        let json = try JSONValue(payload: bytes)
        switch (json["critical"] != nil, json["_type"] != nil) {
        case (true, false): self = .simpleSigning(try SimpleSigningPayload(json))
        case (false, true): self = .statement(try StatementPayload(json))
        case (true, true):
            throw AttestationProblem("the payload is a simple signing payload and an in-toto statement in one")
        case (false, false):
            throw AttestationProblem("the payload is neither a simple signing payload nor an in-toto statement")
        }
    }

    private static func reference(_ bytes: [UInt8]) throws(AttestationProblem) -> String {
        var text = bytes[...]
        while let last = text.last, last == 0x0A || last == 0x0D { text.removeLast() }
        guard text.count <= 2048, !text.isEmpty, text.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw AttestationProblem("the payload is neither JSON nor one name of an image with its digest")
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Checks that the payload names the image.
    func check(names digest: ImageDigest) throws(AttestationProblem) {
        switch self {
        case .simpleSigning(let payload):
            guard payload.digest == digest else {
                throw AttestationProblem("the payload is about \(payload.digest), not about \(digest)")
            }
        case .statement(let statement): try statement.check(names: digest)
        case .jwt(let claims):
            guard claims.digest == digest else {
                throw AttestationProblem("the JWT is about \(claims.digest), not about \(digest)")
            }
        case .imageReference(let text):
            let isNamed = text.utf8.count > digest.description.utf8.count + 1 && text.hasSuffix("@\(digest)")
            guard isNamed || text == digest.description else {
                throw AttestationProblem("the payload is about \(text.quotedForMessage), not about \(digest)")
            }
        }
    }
}
