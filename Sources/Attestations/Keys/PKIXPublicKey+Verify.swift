import Crypto
import CryptoExtras

extension PKIXPublicKey {
    /// Whether the signature is one of this key over exactly these bytes.
    ///
    /// ECDSA signatures are taken in DER (RFC 3279, section 2.2.3) and with nothing behind them.
    func isValid(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        switch material {
        case .p256(let key):
            guard isOneSequence(signature), let value = try? P256.Signing.ECDSASignature(derRepresentation: signature)
            else { return false }
            return key.isValidSignature(value, for: SHA256.hash(data: message))
        case .p384(let key):
            guard isOneSequence(signature), let value = try? P384.Signing.ECDSASignature(derRepresentation: signature)
            else { return false }
            return key.isValidSignature(value, for: SHA384.hash(data: message))
        case .p521(let key):
            guard isOneSequence(signature), let value = try? P521.Signing.ECDSASignature(derRepresentation: signature)
            else { return false }
            return key.isValidSignature(value, for: SHA512.hash(data: message))
        case .rsa(let key): return isValid(signature, over: message, key)
        case .ed25519(let key): return key.isValidSignature(signature, for: message)
        case .mlDSA65(let key): return key.isValidSignature(signature, for: message)
        }
    }

    private func isValid(_ signature: [UInt8], over message: [UInt8], _ key: _RSA.Signing.PublicKey) -> Bool {
        let value = _RSA.Signing.RSASignature(rawRepresentation: signature)
        switch algorithm {
        case .rsaPKCS1(_, .sha256):
            return key.isValidSignature(value, for: SHA256.hash(data: message), padding: .insecurePKCS1v1_5)
        case .rsaPKCS1(_, .sha512):
            return key.isValidSignature(value, for: SHA512.hash(data: message), padding: .insecurePKCS1v1_5)
        case .rsaPSS(_, .sha256): return key.isValidSignature(value, for: SHA256.hash(data: message), padding: .PSS)
        case .rsaPSS(_, .sha512): return key.isValidSignature(value, for: SHA512.hash(data: message), padding: .PSS)
        case .ecdsaP256, .ecdsaP384, .ecdsaP521, .ed25519, .mlDSA65: return false
        }
    }

    /// Whether the bytes are one DER sequence and nothing behind it.
    private func isOneSequence(_ signature: [UInt8]) -> Bool {
        var reader = DERReader(signature[...])
        return reader.content(of: DERReader.sequence) != nil && reader.isAtEnd
    }
}
