/// Numbers from the text of a JSON number or of a string that holds one.
enum NumberText {
    /// The integer a JSON number denotes, exactly, whichever way it is written (`1000`, `1e3`, `1.0`, `-0`); nil if the text is
    /// no number, the number no integer, or its magnitude above 2^64 - 1.
    static func integer(_ text: UnsafeRawBufferPointer) -> (isNegative: Bool, magnitude: UInt64)? {
        guard jsonNumberLength(text) == text.count, !text.isEmpty else { return nil }
        let isNegative = text[0] == UInt8(ascii: "-")
        var magnitude: UInt64 = 0
        var isTooLarge = false
        // Zeros not yet multiplied in: at the end they may be cancelled by the exponent.
        var pendingZeros = 0
        var scale = 0
        var exponent = 0
        var position = isNegative ? 1 : 0
        var inFraction = false
        while position < text.count {
            let byte = text[position]
            position += 1
            if byte == UInt8(ascii: ".") {
                inFraction = true
            } else if byte | 0x20 == UInt8(ascii: "e") {
                exponent = Self.exponent(UnsafeRawBufferPointer(rebasing: text[position...]))
                break
            } else {
                if inFraction { scale -= 1 }
                if byte == UInt8(ascii: "0") {
                    pendingZeros += 1
                } else {
                    isTooLarge = !multiply(&magnitude, pendingZeros + 1, adding: UInt64(byte - 0x30)) || isTooLarge
                    pendingZeros = 0
                }
            }
        }
        if magnitude == 0 && !isTooLarge { return (isNegative, 0) }
        let power = pendingZeros + scale + exponent
        guard power >= 0, !isTooLarge, multiply(&magnitude, power, adding: 0) else { return nil }
        return (isNegative, magnitude)
    }

    /// `value * 10^power + digit`, false if it does not fit.
    private static func multiply(_ value: inout UInt64, _ power: Int, adding digit: UInt64) -> Bool {
        if value != 0 {
            guard power <= 20 else { return false }
            for _ in 0..<power {
                let (product, overflow) = value.multipliedReportingOverflow(by: 10)
                if overflow { return false }
                value = product
            }
        }
        let (sum, overflow) = value.addingReportingOverflow(digit)
        value = sum
        return !overflow
    }

    /// The exponent, held within bounds that are already out of any integer's.
    private static func exponent(_ text: UnsafeRawBufferPointer) -> Int {
        var value = 0
        var isNegative = false
        for byte in text {
            if byte == UInt8(ascii: "-") { isNegative = true }
            if (0x30...0x39).contains(byte) { value = min(value * 10 + Int(byte - 0x30), 1_000_000_000) }
        }
        return isNegative ? -value : value
    }

    /// The integer if it lies within a type's bounds.
    static func integer<Integer: FixedWidthInteger>(_ text: UnsafeRawBufferPointer, _: Integer.Type) -> Integer? {
        guard let (isNegative, magnitude) = integer(text) else { return nil }
        if !isNegative { return Integer(exactly: magnitude) }
        guard magnitude <= UInt64(1) << 63 else { return nil }
        return Integer(exactly: Int64(truncatingIfNeeded: 0 &- magnitude))
    }

    /// The nearest double; nil if the text is no number or beyond the largest finite one.
    static func double(_ text: UnsafeRawBufferPointer) -> Double? {
        guard jsonNumberLength(text) == text.count, let value = Double(String(decoding: text, as: UTF8.self)),
            value.isFinite
        else { return nil }
        return value
    }

    /// The nearest float; nil if the text is no number or beyond the largest finite one.
    static func float(_ text: UnsafeRawBufferPointer) -> Float? {
        guard jsonNumberLength(text) == text.count, let value = Float(String(decoding: text, as: UTF8.self)),
            value.isFinite
        else { return nil }
        return value
    }
}

/// The bytes of base64 text in the standard or the URL-safe alphabet, padded or not; nil if it is not that.
func decodedBase64(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
    var count = text.count
    while count > 0, text.count - count < 2, text[count - 1] == UInt8(ascii: "=") { count -= 1 }
    if count < text.count, text.count % 4 != 0 { return nil }
    if count % 4 == 1 { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * 3 / 4)
    var bits: UInt32 = 0
    for position in 0..<count {
        guard let digit = base64Value(text[position]) else { return nil }
        bits = bits << 6 | digit
        switch position & 3 {
        case 1: bytes.append(UInt8(truncatingIfNeeded: bits >> 4))
        case 2: bytes.append(UInt8(truncatingIfNeeded: bits >> 2))
        case 3: bytes.append(UInt8(truncatingIfNeeded: bits))
        default: break
        }
    }
    return bytes
}

private func base64Value(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x41...0x5A: UInt32(byte) - 0x41
    case 0x61...0x7A: UInt32(byte) - 0x47
    case 0x30...0x39: UInt32(byte) + 4
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
}
