/// The escapes of JSON strings (RFC 8259, section 7).
enum JSONEscapes {
    /// The length of the escape that begins at the position, a surrogate pair counting as one; nil if it is none.
    static func length(at position: Int, of bytes: [UInt8]) -> Int? {
        guard position + 1 < bytes.count else { return nil }
        guard bytes[position + 1] == UInt8(ascii: "u") else { return plain(bytes[position + 1]) == nil ? nil : 2 }
        guard let unit = unit(at: position + 2, of: bytes[...]) else { return nil }
        if unit & 0xFC00 == 0xDC00 { return nil }
        guard unit & 0xFC00 == 0xD800 else { return 6 }
        // A character beyond the basic plane is written as a high and a low surrogate.
        guard position + 7 < bytes.count, bytes[position + 6] == UInt8(ascii: "\\"),
            bytes[position + 7] == UInt8(ascii: "u"),
            let low = self.unit(at: position + 8, of: bytes[...]), low & 0xFC00 == 0xDC00
        else { return nil }
        return 12
    }

    /// The content of a string whose escapes have been checked.
    static func resolved(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var content: [UInt8] = []
        content.reserveCapacity(text.count)
        var position = text.startIndex
        while position < text.endIndex {
            guard text[position] == UInt8(ascii: "\\"), position + 1 < text.endIndex else {
                content.append(text[position])
                position += 1
                continue
            }
            if let byte = plain(text[position + 1]) {
                content.append(byte)
                position += 2
            } else {
                position = appendCharacter(at: position, of: text, to: &content)
            }
        }
        return content
    }

    private static func appendCharacter(at start: Int, of text: ArraySlice<UInt8>, to content: inout [UInt8]) -> Int {
        var code = unit(at: start + 2, of: text) ?? 0xFFFD
        var end = start + 6
        if code & 0xFC00 == 0xD800, let low = unit(at: start + 8, of: text) {
            code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
            end = start + 12
        }
        content.append(contentsOf: Unicode.Scalar(code).flatMap { UTF8.encode($0) } ?? UTF8.encodedReplacementCharacter)
        return end
    }

    private static func plain(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): letter
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    private static func unit(at start: Int, of bytes: ArraySlice<UInt8>) -> UInt32? {
        guard start + 4 <= bytes.endIndex else { return nil }
        var unit: UInt32 = 0
        for byte in bytes[start..<(start + 4)] {
            switch byte {
            case 0x30...0x39: unit = unit << 4 | UInt32(byte - 0x30)
            case 0x41...0x46: unit = unit << 4 | UInt32(byte - 0x37)
            case 0x61...0x66: unit = unit << 4 | UInt32(byte - 0x57)
            default: return nil
            }
        }
        return unit
    }
}
