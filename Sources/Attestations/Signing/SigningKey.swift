import Crypto
import CryptoExtras
import MetadataModel

/// A private key that signs, and its public half.
public struct SigningKey: Sendable {
    public let publicKey: PKIXPublicKey
    private let material: Material

    fileprivate enum Material: Sendable {
        case p256(P256.Signing.PrivateKey)
        case p384(P384.Signing.PrivateKey)
        case p521(P521.Signing.PrivateKey)
        case rsa(_RSA.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
        case mlDSA65(MLDSA65.PrivateKey)
    }

    /// Reads a private key: PKCS #8 (`-----BEGIN PRIVATE KEY-----`), SEC 1 (`EC PRIVATE KEY`) or PKCS #1
    /// (`RSA PRIVATE KEY`), not encrypted.
    ///
    /// - Parameter algorithm: as ``PKIXPublicKey/init(pem:algorithm:)`` takes it.
    public init(pem: String, algorithm: SignatureAlgorithm? = nil) throws(AttestationProblem) {
        let blocks = try PEMBlock.all(in: pem).filter { $0.label.hasSuffix("PRIVATE KEY") }
        guard let block = blocks.first, blocks.count == 1 else {
            throw AttestationProblem("expected one private key in PEM, found \(blocks.count)")
        }
        if block.label == "ENCRYPTED PRIVATE KEY" {
            let remedy = "decrypt it first, as with `openssl pkey -in FILE -out PLAIN`"
            throw AttestationProblem("the private key is encrypted; \(remedy)")
        }
        try self.init(Self.material(block), algorithm)
    }

    private init(_ material: Material, _ algorithm: SignatureAlgorithm?) throws(AttestationProblem) {
        self.material = material
        publicKey = try PKIXPublicKey(der: material.publicDER, algorithm: algorithm)
    }

    private static func material(_ block: PEMBlock) throws(AttestationProblem) -> Material {
        do {
            switch block.label {
            case "RSA PRIVATE KEY": return .rsa(try _RSA.Signing.PrivateKey(unsafeDERRepresentation: block.bytes))
            case "EC PRIVATE KEY": return try elliptic(block)
            case "PRIVATE KEY": return try material(try KeyFrame(privateKey: block.bytes), block)
            default: throw AttestationProblem("expected a private key, found \(block.label.quotedForMessage)")
            }
        } catch let problem as AttestationProblem {
            throw problem
        } catch {
            throw AttestationProblem("the private key is not a valid one of its kind")
        }
    }

    private static func material(_ frame: KeyFrame, _ block: PEMBlock) throws -> Material {
        switch frame.algorithm {
        case ObjectIdentifier.ecPublicKey: return try elliptic(block)
        case ObjectIdentifier.rsaEncryption:
            return .rsa(try _RSA.Signing.PrivateKey(unsafeDERRepresentation: block.bytes))
        case ObjectIdentifier.ed25519:
            // RFC 8410, section 7: an octet string in the octet string.
            var reader = DERReader(frame.key[...])
            let seed = reader.content(of: DERReader.octetString) ?? []
            return .ed25519(try Curve25519.Signing.PrivateKey(rawRepresentation: Array(seed)))
        case ObjectIdentifier.mlDSA65:
            return .mlDSA65(try MLDSA65.PrivateKey(seedRepresentation: mlDSASeed(frame.key), publicKey: nil))
        default: throw AttestationProblem("expected a key for ECDSA, RSA, Ed25519 or ML-DSA-65, found another kind")
        }
    }

    /// RFC 9881, section 6: the seed alone, or a sequence of the seed and what follows from it. A key that has only what
    /// follows is not taken.
    private static func mlDSASeed(_ key: [UInt8]) throws(AttestationProblem) -> [UInt8] {
        var reader = DERReader(key[...])
        if let seed = reader.content(of: 0x80) { return Array(seed) }
        if let both = reader.content(of: DERReader.sequence) {
            var inner = DERReader(both)
            if let seed = inner.content(of: DERReader.octetString) { return Array(seed) }
        }
        throw AttestationProblem("the ML-DSA-65 key has no seed; export it with its seed")
    }

    private static func elliptic(_ block: PEMBlock) throws(AttestationProblem) -> Material {
        // Which curve it is stands deep inside; only the right one takes the key.
        let text = block.text
        if let key = try? P256.Signing.PrivateKey(pemRepresentation: text) { return .p256(key) }
        if let key = try? P384.Signing.PrivateKey(pemRepresentation: text) { return .p384(key) }
        if let key = try? P521.Signing.PrivateKey(pemRepresentation: text) { return .p521(key) }
        throw AttestationProblem("the EC key is not valid, or its curve is none of P-256, P-384 and P-521")
    }

    /// The signature over the bytes, as ``AttestationAuthority`` verifies it: ECDSA in DER.
    public func signature(over message: [UInt8]) throws(AttestationProblem) -> [UInt8] {
        do {
            switch material {
            case .p256(let key): return Array(try key.signature(for: SHA256.hash(data: message)).derRepresentation)
            case .p384(let key): return Array(try key.signature(for: SHA384.hash(data: message)).derRepresentation)
            case .p521(let key): return Array(try key.signature(for: SHA512.hash(data: message)).derRepresentation)
            case .rsa(let key): return try signature(over: message, key)
            case .ed25519(let key): return Array(try key.signature(for: message))
            case .mlDSA65(let key): return Array(try key.signature(for: message))
            }
        } catch {
            throw AttestationProblem("the key cannot sign")
        }
    }

    private func signature(over message: [UInt8], _ key: _RSA.Signing.PrivateKey) throws -> [UInt8] {
        let isPSS = if case .rsaPSS = publicKey.algorithm { true } else { false }
        let padding = isPSS ? _RSA.Signing.Padding.PSS : .insecurePKCS1v1_5
        switch publicKey.algorithm {
        case .rsaPKCS1(_, .sha512), .rsaPSS(_, .sha512):
            return Array(try key.signature(for: SHA512.hash(data: message), padding: padding).rawRepresentation)
        default: return Array(try key.signature(for: SHA256.hash(data: message), padding: padding).rawRepresentation)
        }
    }
}

extension SigningKey {
    /// Kinds of keys that are made here.
    public enum NewKind: String, Sendable, CaseIterable {
        case p256 = "ecdsa-p256"
        case ed25519
    }

    /// Makes a new key.
    ///
    /// - Returns: the key, and its private half as `-----BEGIN PRIVATE KEY-----`.
    public static func generate(_ kind: NewKind) throws(AttestationProblem) -> (key: SigningKey, privatePEM: String) {
        switch kind {
        case .p256:
            let key = P256.Signing.PrivateKey()
            let der = Array(key.derRepresentation)
            return (try SigningKey(.p256(key), nil), PEMBlock(label: "PRIVATE KEY", bytes: der).text)
        case .ed25519:
            let key = Curve25519.Signing.PrivateKey()
            // RFC 8410, section 7: version 0, the algorithm, and the seed in two octet strings.
            let frame: [UInt8] = [
                0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
            ]
            let der = frame + Array(key.rawRepresentation)
            return (try SigningKey(.ed25519(key), nil), PEMBlock(label: "PRIVATE KEY", bytes: der).text)
        }
    }
}

extension SigningKey.Material {
    /// The public half as SubjectPublicKeyInfo.
    fileprivate var publicDER: [UInt8] {
        switch self {
        case .p256(let key): Array(key.publicKey.derRepresentation)
        case .p384(let key): Array(key.publicKey.derRepresentation)
        case .p521(let key): Array(key.publicKey.derRepresentation)
        case .rsa(let key): Array(key.publicKey.derRepresentation)
        case .ed25519(let key):
            // RFC 8410, section 4.
            [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
                + Array(key.publicKey.rawRepresentation)
        case .mlDSA65(let key):
            // RFC 9881, section 4.
            [0x30, 0x82, 0x07, 0xB2, 0x30, 0x0B, 0x06, 0x09] + ObjectIdentifier.mlDSA65
                + [0x03, 0x82, 0x07, 0xA1, 0x00] + Array(key.publicKey.rawRepresentation)
        }
    }
}
