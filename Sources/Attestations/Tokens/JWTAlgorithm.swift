import MetadataModel

/// How a JWT is signed, under its name in JWTs (RFC 7518, section 3.1, and RFC 8037, section 3.1). Those of public keys that
/// Binary Authorization has, and Ed25519: no `none`, and nothing with a secret that signer and verifier share.
enum JWTAlgorithm: String, Sendable, CaseIterable {
    case ecdsaP256 = "ES256"
    case ecdsaP384 = "ES384"
    case ecdsaP521 = "ES512"
    case rsaPKCS1SHA256 = "RS256"
    case rsaPKCS1SHA512 = "RS512"
    case rsaPSSSHA256 = "PS256"
    case rsaPSSSHA512 = "PS512"
    case ed25519 = "EdDSA"

    init(named name: String) throws(AttestationProblem) {
        guard let algorithm = Self.allCases.first(where: { $0.rawValue.utf8.elementsEqual(name.utf8) }) else {
            let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw AttestationProblem("alg is \(name.quotedForMessage), not one of \(known)")
        }
        self = algorithm
    }

    /// The one with which keys of an algorithm sign JWTs; nil if none is registered for it.
    init?(_ algorithm: SignatureAlgorithm) {
        switch algorithm {
        case .ecdsaP256: self = .ecdsaP256
        case .ecdsaP384: self = .ecdsaP384
        case .ecdsaP521: self = .ecdsaP521
        case .rsaPKCS1(_, .sha256): self = .rsaPKCS1SHA256
        case .rsaPKCS1(_, .sha512): self = .rsaPKCS1SHA512
        case .rsaPSS(_, .sha256): self = .rsaPSSSHA256
        case .rsaPSS(_, .sha512): self = .rsaPSSSHA512
        case .ed25519: self = .ed25519
        case .mlDSA65: return nil
        }
    }
}
