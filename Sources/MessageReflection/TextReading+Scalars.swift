/// The values that are no messages.
extension TextReader {
    /// A string or bytes.
    mutating func text(_ row: FieldRow) throws(TextStop) {
        guard scanner.seesQuote else { throw expected("a quoted string") }
        let start = scanner.position
        let bytes = try scanner.strings()
        if row.kind == .string, !bytes.withWireBytes(isValidUTF8) {
            throw TextStop("the string is not valid UTF-8", start)
        }
        out.field(Int(row.number), bytes: bytes)
    }

    /// A number, boolean or enum; defaults are written too, since only canonical form knows which of them to leave out.
    mutating func scalar(_ row: FieldRow) throws(TextStop) {
        _ = scanner.peek()
        let start = scanner.position
        let value: ScalarValue?
        switch row.kind {
        case .enum: value = try enumValue(row)
        case .bool: value = try boolean()
        case .double, .float: value = try floatingPoint(row.kind)
        default: value = try scanner.number().flatMap { row.kind.integer($0) }
        }
        guard let value else {
            scanner.goBack(to: start)
            let name = row.kind == .enum ? tables.enumNames[Int(row.type)] : ""
            throw expected(row.kind == .enum ? "a name or number of \(name)" : row.kind.expectation)
        }
        out.tag(Int(row.number), row.kind.wireType)
        value.write(to: &out)
    }

    private mutating func enumValue(_ row: FieldRow) throws(TextStop) -> ScalarValue? {
        if let name = scanner.word() {
            return tables.enumNumber(name, of: Int(row.type)).map { .varint(UInt64(bitPattern: Int64($0))) }
        }
        return try scanner.number().flatMap { FieldKind.enum.integer($0) }
    }

    private mutating func boolean() throws(TextStop) -> ScalarValue? {
        if let word = scanner.word() {
            switch String(decoding: word, as: UTF8.self) {
            case "true", "True", "t": return .varint(1)
            case "false", "False", "f": return .varint(0)
            default: return nil
            }
        }
        guard let number = try scanner.number(), let value = number.integer, value.magnitude <= 1, !value.isNegative
        else {
            return nil
        }
        return .varint(value.magnitude)
    }

    private mutating func floatingPoint(_ kind: FieldKind) throws(TextStop) -> ScalarValue? {
        guard let number = try scanner.number(takesWords: true), let text = number.floatingPoint else { return nil }
        // A number too large for its type becomes infinite, as in all readers of the format.
        if kind == .float { return Float(text).map { .fixed32($0.bitPattern) } }
        return Double(text).map { .fixed64($0.bitPattern) }
    }
}

/// A number as it is written: a token of the text, and whether a minus stood before it.
struct TextNumber {
    var isNegative: Bool
    /// Without the sign.
    var token: UnsafeRawBufferPointer

    /// The value of a decimal, octal or hexadecimal integer of at most 64 bits.
    var integer: (isNegative: Bool, magnitude: UInt64)? {
        let text = String(decoding: token, as: UTF8.self).lowercased()
        guard let first = text.utf8.first, (0x30...0x39).contains(first) else { return nil }
        let magnitude: UInt64?
        if text.hasPrefix("0x") {
            magnitude = text.dropFirst(2).first == "+" ? nil : UInt64(text.dropFirst(2), radix: 16)
        } else {
            magnitude = UInt64(text, radix: first == 0x30 ? 8 : 10)
        }
        return magnitude.map { (isNegative, $0) }
    }

    /// The text of a number for floating point, as Swift's own types read it; nil if it is none.
    var floatingPoint: String? {
        let sign = isNegative ? "-" : ""
        var text = String(decoding: token, as: UTF8.self).lowercased()
        switch text {
        case "inf", "infinity": return sign + "inf"
        case "nan": return "nan"
        default: break
        }
        if text.hasSuffix("f") { text.removeLast() }
        guard Self.isDecimal(text) else { return nil }
        return sign + text
    }

    /// Digits with a point and an exponent perhaps; neither octal nor hexadecimal.
    private static func isDecimal(_ text: String) -> Bool {
        var rest = text.utf8[...]
        func digits() -> Substring.UTF8View {
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            rest = rest.dropFirst(digits.count)
            return digits
        }
        let whole = digits()
        var fraction = rest.prefix(0)
        let hasPoint = rest.first == UInt8(ascii: ".")
        if hasPoint {
            rest = rest.dropFirst()
            fraction = digits()
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return false }
        if rest.first == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
            return !digits().isEmpty && rest.isEmpty
        }
        return rest.isEmpty && (hasPoint || whole.count == 1 || whole.first != 0x30)
    }
}

extension FieldKind {
    /// An integer as a value of this kind; nil if it is none or does not fit.
    fileprivate func integer(_ number: TextNumber) -> ScalarValue? {
        guard let (isNegative, magnitude) = number.integer else { return nil }
        let unsigned = isNegative && magnitude != 0 ? nil : magnitude
        let smallest = UInt64(1) << 63
        let signed =
            isNegative && magnitude <= smallest
            ? Int64(truncatingIfNeeded: 0 &- magnitude) : unsigned.flatMap(Int64.init(exactly:))
        let small = signed.flatMap(Int32.init(exactly:))
        let smallUnsigned = unsigned.flatMap(UInt32.init(exactly:))
        switch self {
        case .int32, .enum: return small.map { .varint(UInt64(bitPattern: Int64($0))) }
        case .int64: return signed.map { .varint(UInt64(bitPattern: $0)) }
        case .uint32: return smallUnsigned.map { .varint(UInt64($0)) }
        case .uint64: return unsigned.map { .varint($0) }
        case .sint32: return small.map { .varint(UInt64(UInt32(bitPattern: $0 << 1 ^ $0 >> 31))) }
        case .sint64: return signed.map { .varint(UInt64(bitPattern: $0 << 1 ^ $0 >> 63)) }
        case .fixed32: return smallUnsigned.map { .fixed32($0) }
        case .sfixed32: return small.map { .fixed32(UInt32(bitPattern: $0)) }
        case .fixed64: return unsigned.map { .fixed64($0) }
        case .sfixed64: return signed.map { .fixed64(UInt64(bitPattern: $0)) }
        case .bool, .double, .float, .string, .bytes, .message, .group: return nil
        }
    }
}
