import Crypto
import CryptoExtras

extension AttestationKey {
    /// The payload of a JWT, if its header says the algorithm of this key and the signature is one of this key.
    func payload(of jwt: CompactJWT) throws(AttestationProblem) -> [UInt8] {
        guard case .pkix(let key) = material else {
            throw AttestationProblem("\(id) is a key of OpenPGP, with which no JWT is signed")
        }
        guard let algorithm = JWTAlgorithm(key.algorithm) else {
            throw AttestationProblem("\(id) is a key for \(key.algorithm.name), with which no JWT is signed")
        }
        if jwt.algorithm != algorithm {
            let found = "the JWT's alg is \(jwt.algorithm.rawValue)"
            throw AttestationProblem("\(found), and \(id) is a key for \(algorithm.rawValue)")
        }
        if let expected = key.signatureBytesInJWT, jwt.signature.count != expected {
            let found = "the JWT's signature has \(jwt.signature.count) bytes"
            throw AttestationProblem("\(found); one of \(algorithm.rawValue) is r and s, \(expected) bytes")
        }
        guard key.isValid(jwtSignature: jwt.signature, over: jwt.signingInput) else {
            throw AttestationProblem("the signature is not one of \(id) over the JWT")
        }
        return jwt.payload
    }
}

extension PKIXPublicKey {
    /// How many bytes an ECDSA signature of the key has in a JWT, each of r and s as long as the curve's order (RFC 7518,
    /// section 3.4); nil for other keys.
    fileprivate var signatureBytesInJWT: Int? {
        switch material {
        case .p256: 64
        case .p384: 96
        case .p521: 132
        case .rsa, .ed25519, .mlDSA65: nil
        }
    }

    /// As ``isValid(_:over:)``, but ECDSA signatures are r and s and not DER.
    fileprivate func isValid(jwtSignature signature: [UInt8], over message: [UInt8]) -> Bool {
        switch material {
        case .p256(let key):
            guard let value = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(value, for: SHA256.hash(data: message))
        case .p384(let key):
            guard let value = try? P384.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(value, for: SHA384.hash(data: message))
        case .p521(let key):
            guard let value = try? P521.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(value, for: SHA512.hash(data: message))
        case .rsa, .ed25519, .mlDSA65: return isValid(signature, over: message)
        }
    }
}
