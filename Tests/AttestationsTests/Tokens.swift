import Crypto
import Foundation
import GrafeasProto
import MetadataModel
import StrictJSON

@testable import Attestations

/// A JWT that a test writes part by part, as a signer would or should not.
struct WrittenJWT {
    var header = #"{"alg":"ES256","typ":"JWT"}"#
    var payload = WrittenJWT.claims()

    /// Claims about an image, as Kritis' signer is told to write them.
    static func claims(_ digest: ImageDigest = Example.digest, more: String = "") -> String {
        #"{"sub":"container:digest:\#(digest)","aud":"//binaryauthorization.googleapis.com","#
            + #""attestationType":"claimless"\#(more)}"#
    }

    /// What is signed.
    var signingInput: String { Base64.urlText(Array(header.utf8)) + "." + Base64.urlText(Array(payload.utf8)) }

    /// Signed with a P-256 key.
    func signed(by key: SigningKey) throws -> String {
        try signingInput + "." + Base64.urlText(signature(by: key))
    }

    /// The signature as JWTs have it.
    func signature(by key: SigningKey) throws -> [UInt8] {
        let der = try key.signature(over: Array(signingInput.utf8))
        return Array(try P256.Signing.ECDSASignature(derRepresentation: der).rawRepresentation)
    }
}

extension Example {
    /// An occurrence that has tokens, and nothing beside them.
    static func occurrence(tokens: [String]) -> Occurrence {
        var occurrence = Occurrence()
        occurrence.resourceUri = "https://registry.example/shop/cart@\(digest)"
        occurrence.attestation.jwts = tokens.map { token in
            var jwt = Grafeas_V1_Jwt()
            jwt.compactJwt = token
            return jwt
        }
        return occurrence
    }
}

extension AttestationAuthority {
    /// What is said of one token; `verified` if it counts.
    func word(on token: String, at now: Int64 = Example.now) -> String {
        let verdict = verdict(on: Example.occurrence(tokens: [token]), about: Example.digest, now: now)
        return verdict.isVerified ? "verified" : verdict.reasons.joined(separator: "; ")
    }
}
