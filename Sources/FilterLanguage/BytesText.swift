/// Bytes as people write them in a filter.
enum BytesText {
    /// Every reading of the text: `0x` means hexadecimal alone; otherwise base64 (the standard or the URL alphabet,
    /// padded or not), hexadecimal, or both where both are possible. Empty if there is none.
    static func readings(_ text: String) -> [[UInt8]] {
        if text.hasPrefix("0x") || text.hasPrefix("0X") { return hex(text.utf8.dropFirst(2)).map { [$0] } ?? [] }
        let base64 = base64(text)
        let hex = hex(text.utf8[...])
        if base64 == hex { return base64.map { [$0] } ?? [] }
        return [base64, hex].compactMap { $0 }
    }

    private static func hex(_ text: Substring.UTF8View) -> [UInt8]? {
        guard text.count % 2 == 0 else { return nil }
        var result: [UInt8] = []
        var high: UInt8?
        for byte in text {
            guard let digit = hexDigit(byte) else { return nil }
            if let first = high {
                result.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return result
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func base64(_ text: String) -> [UInt8]? {
        var digits = Array(text.utf8)
        let isPadded = digits.last == UInt8(ascii: "=")
        guard !isPadded || digits.count % 4 == 0 else { return nil }
        for _ in 0..<2 where digits.last == UInt8(ascii: "=") { digits.removeLast() }
        guard digits.count % 4 != 1 else { return nil }
        var result: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in digits {
            guard let digit = base64Digit(byte) else { return nil }
            bits = bits << 6 | UInt32(digit)
            count += 6
            if count >= 8 {
                count -= 8
                result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        // Bits left over at the end must be zero, or two texts would mean the same bytes.
        return bits & (1 << UInt32(count) - 1) == 0 ? result : nil
    }

    private static func base64Digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
