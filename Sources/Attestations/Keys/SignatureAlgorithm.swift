import MetadataModel

/// How a key signs, under the names that Binary Authorization has for it.
public enum SignatureAlgorithm: Sendable, Hashable {
    /// With SHA-256.
    case ecdsaP256
    /// With SHA-384.
    case ecdsaP384
    /// With SHA-512.
    case ecdsaP521
    /// RSASSA-PKCS1-v1_5.
    case rsaPKCS1(bits: Int, Hash)
    /// RSASSA-PSS, the salt as long as the digest: as key management services sign.
    case rsaPSS(bits: Int, Hash)
    case ed25519
    case mlDSA65

    /// The hash under an RSA signature.
    public enum Hash: String, Sendable, CaseIterable {
        case sha256 = "SHA256"
        case sha512 = "SHA512"
    }

    /// Nil for an algorithm that is left open: no text, or `SIGNATURE_ALGORITHM_UNSPECIFIED`.
    public static func named(_ name: String) throws(AttestationProblem) -> SignatureAlgorithm? {
        if name.isEmpty || name == "SIGNATURE_ALGORITHM_UNSPECIFIED" { return nil }
        guard let algorithm = byName[name] else {
            let known = byName.keys.sorted().joined(separator: ", ")
            throw AttestationProblem("\(name.quotedForMessage) is no signature algorithm; there are \(known)")
        }
        return algorithm
    }

    /// The name; where Binary Authorization has two, the one that it writes.
    public var name: String {
        switch self {
        case .ecdsaP256: "ECDSA_P256_SHA256"
        case .ecdsaP384: "ECDSA_P384_SHA384"
        case .ecdsaP521: "ECDSA_P521_SHA512"
        case .rsaPKCS1(let bits, let hash): "RSA_SIGN_PKCS1_\(bits)_\(hash.rawValue)"
        case .rsaPSS(let bits, let hash): "RSA_PSS_\(bits)_\(hash.rawValue)"
        case .ed25519: "ED25519"
        case .mlDSA65: "ML_DSA_65"
        }
    }

    /// The enum `PkixPublicKey.SignatureAlgorithm`, aliases included, every size with either hash, and Ed25519, which it
    /// does not have, under its name in key management services too.
    private static let byName: [String: SignatureAlgorithm] = {
        var names: [String: SignatureAlgorithm] = [
            "EC_SIGN_P256_SHA256": .ecdsaP256, "EC_SIGN_P384_SHA384": .ecdsaP384, "EC_SIGN_P521_SHA512": .ecdsaP521,
            "EC_SIGN_ED25519": .ed25519,
        ]
        for algorithm in [ecdsaP256, ecdsaP384, ecdsaP521, ed25519, mlDSA65] { names[algorithm.name] = algorithm }
        for bits in [2048, 3072, 4096] {
            for hash in Hash.allCases {
                names["RSA_SIGN_PKCS1_\(bits)_\(hash.rawValue)"] = .rsaPKCS1(bits: bits, hash)
                names["RSA_PSS_\(bits)_\(hash.rawValue)"] = .rsaPSS(bits: bits, hash)
                names["RSA_SIGN_PSS_\(bits)_\(hash.rawValue)"] = .rsaPSS(bits: bits, hash)
            }
        }
        return names
    }()
}
