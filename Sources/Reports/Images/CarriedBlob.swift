/// A JSON document that another carries in base64, and the digest of its bytes.
struct CarriedBlob {
    /// `sha256:` and 64 hexadecimal digits, computed.
    let digest: String
    let root: JSONNode
}

extension JSONNode {
    /// Reads the document that this value carries, nil if there is none. What is wrong in it is blamed at its own path
    /// behind that of this value: `images[0].config.rootfs.type`.
    func carried<Value>(
        _ read: (CarriedBlob) throws(ReportProblem) -> Value
    ) throws(ReportProblem) -> Value? {
        guard let text = try text() else { return nil }
        guard let bytes = Self.base64Decoded(text) else { throw problem("expected base64 (RFC 4648, section 4)") }
        if bytes.count > limits.imageBlobBytesMax {
            throw problem("has \(bytes.count) bytes; at most \(limits.imageBlobBytesMax) are taken")
        }
        do {
            let root = try JSONDocument(bytes, limits: limits).root
            return try read(CarriedBlob(digest: ContentDigest.sha256(bytes), root: root))
        } catch {
            let separator = error.path.isEmpty || error.path.hasPrefix("[") ? "" : "."
            throw ReportProblem(path: path + separator + error.path, description: error.description)
        }
    }

    /// The bytes that the text stands for; nil unless it is whole groups of four characters, padded only at the end and
    /// with no bit left over that says something (RFC 4648, section 3.5).
    private static func base64Decoded(_ text: String) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.count % 4 == 0 else { return nil }
        let padding = characters.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(characters.count / 4 * 3)
        var pending: UInt32 = 0
        var pendingBits = 0
        for character in characters.dropLast(padding) {
            guard let value = base64Value(character) else { return nil }
            pending = pending << 6 | value
            pendingBits += 6
            guard pendingBits >= 8 else { continue }
            pendingBits -= 8
            bytes.append(UInt8(pending >> UInt32(pendingBits)))
            pending &= 1 << UInt32(pendingBits) - 1
        }
        return pending == 0 ? bytes : nil
    }

    private static func base64Value(_ character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
