/// JSON text in the making: the primitive values, written as SwiftProtobuf writes them.
struct JSONOutput {
    var bytes: [UInt8] = []

    @inline(__always)
    mutating func byte(_ byte: UInt8) { bytes.append(byte) }

    @inline(__always)
    mutating func text(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    // MARK: Numbers

    mutating func unsigned(_ value: UInt64) {
        if value < 10 { return bytes.append(0x30 + UInt8(value)) }
        // Twenty digits are enough for 2^64 - 1; they come out last first.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var rest = value
            var start = 20
            while rest > 0 {
                start -= 1
                digits[start] = 0x30 + UInt8(rest % 10)
                rest /= 10
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
        }
    }

    mutating func signed(_ value: Int64) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        unsigned(value.magnitude)
    }

    /// Exactly `count` digits with leading zeros.
    mutating func padded(_ value: Int, _ count: Int) {
        var divisor = 1
        for _ in 1..<count { divisor *= 10 }
        while divisor > 0 {
            bytes.append(0x30 + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }

    mutating func double(_ value: Double) {
        if value.isFinite { return bytes.append(contentsOf: value.description.utf8) }
        if value.isNaN { text("\"NaN\"") } else if value < 0 { text("\"-Infinity\"") } else { text("\"Infinity\"") }
    }

    mutating func float(_ value: Float) {
        if value.isFinite { bytes.append(contentsOf: value.description.utf8) } else { double(Double(value)) }
    }

    // MARK: Strings

    /// The text in quotes, with escapes only where JSON or SwiftProtobuf wants them: `"`, `\`, and the C0 and C1 controls.
    mutating func string(_ utf8: UnsafeRawBufferPointer) throws(WireError) {
        bytes.append(UInt8(ascii: "\""))
        try escaped(utf8)
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func escaped(_ utf8: UnsafeRawBufferPointer) throws(WireError) {
        var plainStart = 0
        var position = 0
        while true {
            position = skipPlain(utf8, from: position)
            guard position < utf8.count else { break }
            let first = utf8[position]
            let length = first < 0x80 ? 1 : utf8SequenceLength(utf8, at: position)
            guard length > 0 else { throw WireError(.invalidUTF8, offset: position) }
            let isControl = first < 0x80 || (first == 0xC2 && utf8[position + 1] < 0xA0)
            if isControl {
                bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: utf8[plainStart..<position]))
                escape(first < 0x80 ? first : utf8[position + 1])
                plainStart = position + length
            }
            position += length
        }
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: utf8[plainStart...]))
    }

    private mutating func escape(_ scalar: UInt8) {
        switch scalar {
        case 0x08: text("\\b")
        case 0x09: text("\\t")
        case 0x0A: text("\\n")
        case 0x0C: text("\\f")
        case 0x0D: text("\\r")
        case 0x22: text("\\\"")
        case 0x5C: text("\\\\")
        default:
            text("\\u00")
            bytes.append(hexDigit(scalar >> 4))
            bytes.append(hexDigit(scalar & 15))
        }
    }

    private func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }

    // MARK: Bytes

    /// Standard base64 with padding, in quotes.
    mutating func base64(_ data: UnsafeRawBufferPointer) {
        bytes.append(UInt8(ascii: "\""))
        bytes.reserveCapacity(max(bytes.count + (data.count + 2) / 3 * 4 + 64, bytes.capacity))
        var position = 0
        while position + 3 <= data.count {
            let group = UInt32(data[position]) << 16 | UInt32(data[position + 1]) << 8 | UInt32(data[position + 2])
            for shift: UInt32 in [18, 12, 6, 0] { bytes.append(base64Digit(group >> shift)) }
            position += 3
        }
        let left = data.count - position
        if left > 0 {
            let group = UInt32(data[position]) << 16 | (left == 2 ? UInt32(data[position + 1]) << 8 : 0)
            bytes.append(base64Digit(group >> 18))
            bytes.append(base64Digit(group >> 12))
            bytes.append(left == 2 ? base64Digit(group >> 6) : UInt8(ascii: "="))
            bytes.append(UInt8(ascii: "="))
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private func base64Digit(_ bits: UInt32) -> UInt8 {
        let value = UInt8(bits & 63)
        switch value {
        case 0..<26: return value + 65
        case 26..<52: return value + 71
        case 52..<62: return value - 4
        case 62: return UInt8(ascii: "+")
        default: return UInt8(ascii: "/")
        }
    }
}

/// The first position at or after `start` whose byte is not printable ASCII, or is a quote or backslash.
///
/// Eight bytes at a time: in each byte of `odd`, the top bit says that the byte needs a closer look. The subtractions borrow
/// across bytes and may flag one too many behind a true one, never one too few, and only the lowest flag is used.
private func skipPlain(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let tops: UInt64 = 0x8080_8080_8080_8080
    var position = start
    while position + 8 <= text.count {
        let word = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let delete = word ^ (ones &* 0x7F)
        let odd =
            (word | (word &- ones &* 0x20) | (quote &- ones) | (backslash &- ones) | (delete &- ones)) & tops
        if odd != 0 { return position + odd.trailingZeroBitCount / 8 }
        position += 8
    }
    while position < text.count, isPlain(text[position]) { position += 1 }
    return position
}

private func isPlain(_ byte: UInt8) -> Bool { byte >= 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x5C }
