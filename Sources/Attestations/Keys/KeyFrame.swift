/// What stands around a key in DER: which kind of key it is, on which curve, and its own bytes.
struct KeyFrame {
    /// The object identifier of the kind.
    let algorithm: [UInt8]
    /// The object identifier of the curve; empty if there is none.
    let curve: [UInt8]
    /// The key's own bytes.
    let key: [UInt8]

    /// Reads a SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7), which must be all there is.
    init(publicKey der: [UInt8]) throws(AttestationProblem) {
        var outer = DERReader(der[...])
        guard let content = outer.content(of: DERReader.sequence), outer.isAtEnd else {
            throw AttestationProblem("the public key is not a SubjectPublicKeyInfo, or bytes follow it")
        }
        var reader = DERReader(content)
        guard let identifier = reader.content(of: DERReader.sequence), let (algorithm, curve) = Self.names(identifier),
            var bits = reader.content(of: DERReader.bitString), reader.isAtEnd, bits.popFirst() == 0
        else { throw AttestationProblem("the public key is not a SubjectPublicKeyInfo") }
        (self.algorithm, self.curve, key) = (algorithm, curve, Array(bits))
    }

    /// Reads a PKCS #8 private key (RFC 5958, section 2).
    init(privateKey der: [UInt8]) throws(AttestationProblem) {
        var outer = DERReader(der[...])
        guard let content = outer.content(of: DERReader.sequence), outer.isAtEnd else {
            throw AttestationProblem("the private key is not PKCS #8, or bytes follow it")
        }
        var reader = DERReader(content)
        guard reader.content(of: DERReader.integer) != nil, let identifier = reader.content(of: DERReader.sequence),
            let (algorithm, curve) = Self.names(identifier), let key = reader.content(of: DERReader.octetString)
        else { throw AttestationProblem("the private key is not PKCS #8") }
        (self.algorithm, self.curve, self.key) = (algorithm, curve, Array(key))
    }

    private static func names(_ identifier: ArraySlice<UInt8>) -> (algorithm: [UInt8], curve: [UInt8])? {
        var reader = DERReader(identifier)
        guard let algorithm = reader.content(of: DERReader.objectIdentifier) else { return nil }
        return (Array(algorithm), reader.content(of: DERReader.objectIdentifier).map(Array.init) ?? [])
    }
}
