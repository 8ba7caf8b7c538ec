import Crypto
import CryptoExtras
import MetadataModel

/// A public key as X.509 has it (SubjectPublicKeyInfo, RFC 5280, section 4.1.2.7), and the one algorithm with which it is
/// used.
public struct PKIXPublicKey: Sendable {
    public let algorithm: SignatureAlgorithm
    /// The SubjectPublicKeyInfo in DER.
    public let der: [UInt8]
    let material: Material

    enum Material: Sendable {
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
        case p521(P521.Signing.PublicKey)
        case rsa(_RSA.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
        case mlDSA65(MLDSA65.PublicKey)
    }

    /// Reads `-----BEGIN PUBLIC KEY-----`.
    ///
    /// - Parameter algorithm: nil to take what follows from the key. An RSA key does not say how it signs: PKCS #1 v1.5
    ///   with SHA-256 is assumed, unless the key is for PSS alone; that one needs its algorithm named.
    public init(pem: String, algorithm: SignatureAlgorithm? = nil) throws(AttestationProblem) {
        let blocks = try PEMBlock.all(in: pem)
        guard let block = blocks.first, blocks.count == 1 else {
            throw AttestationProblem("expected one -----BEGIN PUBLIC KEY----- block, found \(blocks.count) PEM blocks")
        }
        switch block.label {
        case "PUBLIC KEY": try self.init(der: block.bytes, algorithm: algorithm)
        case "CERTIFICATE":
            let remedy = "`openssl x509 -in FILE -pubkey -noout` takes its key out"
            throw AttestationProblem("expected a public key, found a certificate; \(remedy)")
        case "PGP PUBLIC KEY BLOCK":
            throw AttestationProblem("expected a PKIX public key, found one of OpenPGP; configure it as such")
        case let label where label.contains("PRIVATE"):
            let remedy = "`openssl pkey -in FILE -pubout` takes the public key out"
            throw AttestationProblem("expected a public key, found a private one; \(remedy)")
        case let label:
            throw AttestationProblem("expected -----BEGIN PUBLIC KEY-----, found \(label.quotedForMessage)")
        }
    }

    /// Reads a SubjectPublicKeyInfo.
    public init(der: [UInt8], algorithm: SignatureAlgorithm? = nil) throws(AttestationProblem) {
        let frame = try KeyFrame(publicKey: der)
        material = try Self.material(frame, der)
        self.der = der
        let inferred = material.algorithm
        guard let declared = algorithm else {
            if frame.algorithm == ObjectIdentifier.rsaPSS {
                throw AttestationProblem("the key is for RSA-PSS but not for which hash; name its algorithm")
            }
            self.algorithm = inferred
            return
        }
        guard declared.fits(inferred) else {
            throw AttestationProblem("the key is declared \(declared.name) but is one for \(inferred.name)")
        }
        if frame.algorithm == ObjectIdentifier.rsaPSS, case .rsaPKCS1 = declared {
            throw AttestationProblem("the key is declared \(declared.name) but is one for RSA-PSS alone")
        }
        self.algorithm = declared
    }

    private static func material(_ frame: KeyFrame, _ der: [UInt8]) throws(AttestationProblem) -> Material {
        do {
            switch frame.algorithm {
            case ObjectIdentifier.ecPublicKey:
                switch frame.curve {
                case ObjectIdentifier.p256: return .p256(try P256.Signing.PublicKey(derRepresentation: der))
                case ObjectIdentifier.p384: return .p384(try P384.Signing.PublicKey(derRepresentation: der))
                case ObjectIdentifier.p521: return .p521(try P521.Signing.PublicKey(derRepresentation: der))
                default: throw AttestationProblem("the key's curve is none of P-256, P-384 and P-521")
                }
            case ObjectIdentifier.rsaEncryption, ObjectIdentifier.rsaPSS:
                let key = try _RSA.Signing.PublicKey(unsafeDERRepresentation: der)
                let bits = AttestationLimits.rsaBits
                guard bits.contains(key.keySizeInBits) else {
                    let bound = "\(bits.lowerBound) to \(bits.upperBound) are taken"
                    throw AttestationProblem("the RSA key has \(key.keySizeInBits) bits; \(bound)")
                }
                return .rsa(key)
            case ObjectIdentifier.ed25519:
                return .ed25519(try Curve25519.Signing.PublicKey(rawRepresentation: frame.key))
            case ObjectIdentifier.mlDSA65: return .mlDSA65(try MLDSA65.PublicKey(rawRepresentation: frame.key))
            default: throw AttestationProblem("expected a key for ECDSA, RSA, Ed25519 or ML-DSA-65, found another kind")
            }
        } catch let problem as AttestationProblem {
            throw problem
        } catch {
            throw AttestationProblem("the public key is not a valid one of its kind")
        }
    }

    /// `-----BEGIN PUBLIC KEY-----`.
    public var pem: String { PEMBlock(label: "PUBLIC KEY", bytes: der).text }
}

extension PKIXPublicKey.Material {
    /// How such a key signs if nobody says otherwise.
    var algorithm: SignatureAlgorithm {
        switch self {
        case .p256: .ecdsaP256
        case .p384: .ecdsaP384
        case .p521: .ecdsaP521
        case .rsa(let key): .rsaPKCS1(bits: key.keySizeInBits, .sha256)
        case .ed25519: .ed25519
        case .mlDSA65: .mlDSA65
        }
    }
}

extension SignatureAlgorithm {
    /// Whether a key whose own algorithm is the other one can be used with this.
    fileprivate func fits(_ own: SignatureAlgorithm) -> Bool {
        switch (self, own) {
        case (.rsaPKCS1(let bits, _), .rsaPKCS1(let size, _)), (.rsaPSS(let bits, _), .rsaPKCS1(let size, _)):
            bits == size
        default: self == own
        }
    }
}
