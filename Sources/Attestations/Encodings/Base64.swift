/// Base64 (RFC 4648), read in both alphabets, as DSSE asks for ("Protocol"), and without bits that say nothing.
enum Base64 {
    /// The bytes; nil if the text is not base64. Padding may be missing, white space may stand around the text.
    static func bytes(of text: some Collection<UInt8>) -> [UInt8]? {
        let trimmed = Array(text.drop(while: isSpace))
        var characters = trimmed[..<(trimmed.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? 0)]
        let isPadded = characters.last == UInt8(ascii: "=")
        if isPadded, characters.count % 4 != 0 { return nil }
        for _ in 0..<2 where characters.last == UInt8(ascii: "=") { characters.removeLast() }
        guard characters.count % 4 != 1 else { return nil }

        var bytes: [UInt8] = []
        bytes.reserveCapacity(characters.count / 4 * 3 + 2)
        var bits: UInt32 = 0
        var bitCount = 0
        for character in characters {
            guard let value = value(of: character) else { return nil }
            bits = bits << 6 | value
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
            }
        }
        // Bits left over must be zero, or two texts would be the same bytes.
        return bits & (1 << UInt32(bitCount) - 1) == 0 ? bytes : nil
    }

    /// The bytes of text in the alphabet for URLs, without padding and with nothing around it, as JWTs have it (RFC 7515,
    /// section 2); nil for any other.
    static func bytes(ofURLText text: some Collection<UInt8>) -> [UInt8]? {
        text.allSatisfy(isOfURLAlphabet) ? bytes(of: text) : nil
    }

    /// The standard alphabet, padded.
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        let text = encoded(bytes, last: "+/")
        return text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    }

    /// The alphabet for URLs, without padding.
    static func urlText(_ bytes: some Sequence<UInt8>) -> String { encoded(bytes, last: "-_") }

    private static func encoded(_ bytes: some Sequence<UInt8>, last: String) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789\(last)".utf8)
        var text: [UInt8] = []
        var bits: UInt32 = 0
        var bitCount = 0
        for byte in bytes {
            bits = (bits & 0xFF) << 8 | UInt32(byte)
            bitCount += 8
            while bitCount >= 6 {
                bitCount -= 6
                text.append(alphabet[Int(bits >> UInt32(bitCount) & 63)])
            }
        }
        if bitCount > 0 { text.append(alphabet[Int(bits << UInt32(6 - bitCount) & 63)]) }
        return String(decoding: text, as: UTF8.self)
    }

    private static func isOfURLAlphabet(_ byte: UInt8) -> Bool {
        byte != UInt8(ascii: "+") && byte != UInt8(ascii: "/") && value(of: byte) != nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func value(of character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character) - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character) + 4
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
