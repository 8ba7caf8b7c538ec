/// Reads DER (X.690) from front to back, as far as the frames of keys need it: tags of one byte, definite lengths in their
/// shortest form.
struct DERReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// Whether the next element has the tag.
    func isNext(_ tag: UInt8) -> Bool { rest.first == tag }

    /// The content of the next element; nil if it has another tag, is cut off or is not DER.
    mutating func content(of tag: UInt8) -> ArraySlice<UInt8>? {
        var reader = rest
        guard reader.popFirst() == tag, let first = reader.popFirst() else { return nil }
        var length = Int(first)
        if first >= 0x80 {
            let count = Int(first & 0x7F)
            guard (1...3).contains(count), reader.count >= count, reader.first != 0 else { return nil }
            length = reader.prefix(count).reduce(0) { $0 << 8 | Int($1) }
            reader = reader.dropFirst(count)
            guard length >= 0x80 else { return nil }
        }
        guard length <= reader.count else { return nil }
        rest = reader.dropFirst(length)
        return reader.prefix(length)
    }

    static let integer: UInt8 = 0x02
    static let bitString: UInt8 = 0x03
    static let octetString: UInt8 = 0x04
    static let objectIdentifier: UInt8 = 0x06
    static let sequence: UInt8 = 0x30
}

/// Object identifiers of keys and curves, as the content of their DER element.
enum ObjectIdentifier {
    /// RFC 5480, section 2.1.1.
    static let ecPublicKey: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]
    /// RFC 5480, section 2.1.1.1.
    static let p256: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
    static let p384: [UInt8] = [0x2B, 0x81, 0x04, 0x00, 0x22]
    static let p521: [UInt8] = [0x2B, 0x81, 0x04, 0x00, 0x23]
    /// RFC 8017, appendix C.
    static let rsaEncryption: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]
    static let rsaPSS: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0A]
    /// RFC 8410, section 3.
    static let ed25519: [UInt8] = [0x2B, 0x65, 0x70]
    /// RFC 9881, section 2.
    static let mlDSA65: [UInt8] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x12]
}
