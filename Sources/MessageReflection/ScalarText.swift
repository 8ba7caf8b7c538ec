/// A scalar read from text: the bits as the wire has them, before they are written.
enum ScalarValue {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)

    /// Whether it is the default of its type, which a field without presence does not write.
    var isDefault: Bool {
        switch self {
        case .varint(let value), .fixed64(let value): value == 0
        case .fixed32(let value): value == 0
        }
    }

    func write(to writer: inout WireWriter) {
        switch self {
        case .varint(let value): writer.varint(value)
        case .fixed64(let value): writer.fixed64(value)
        case .fixed32(let value): writer.fixed32(value)
        }
    }
}

extension FieldKind {
    /// The number that `text` denotes as a value of this kind; nil if it does not fit. For the numeric kinds and enums.
    func number(_ text: UnsafeRawBufferPointer) -> ScalarValue? {
        switch self {
        case .int32, .enum: NumberText.integer(text, Int32.self).map { .varint(UInt64(bitPattern: Int64($0))) }
        case .int64: NumberText.integer(text, Int64.self).map { .varint(UInt64(bitPattern: $0)) }
        case .uint32: NumberText.integer(text, UInt32.self).map { .varint(UInt64($0)) }
        case .uint64: NumberText.integer(text, UInt64.self).map { .varint($0) }
        case .sint32:
            NumberText.integer(text, Int32.self).map { .varint(UInt64(UInt32(bitPattern: $0 << 1 ^ $0 >> 31))) }
        case .sint64: NumberText.integer(text, Int64.self).map { .varint(UInt64(bitPattern: $0 << 1 ^ $0 >> 63)) }
        case .fixed32: NumberText.integer(text, UInt32.self).map { .fixed32($0) }
        case .sfixed32: NumberText.integer(text, Int32.self).map { .fixed32(UInt32(bitPattern: $0)) }
        case .fixed64: NumberText.integer(text, UInt64.self).map { .fixed64($0) }
        case .sfixed64: NumberText.integer(text, Int64.self).map { .fixed64(UInt64(bitPattern: $0)) }
        case .float: NumberText.float(text).map { .fixed32($0.bitPattern) }
        case .double: NumberText.double(text).map { .fixed64($0.bitPattern) }
        case .bool, .string, .bytes, .message, .group: nil
        }
    }

    /// The value of a quoted number, which for floating point may also be `NaN`, `Infinity` or `-Infinity`.
    func quotedNumber(_ text: UnsafeRawBufferPointer) -> ScalarValue? {
        guard self == .double || self == .float else { return number(text) }
        let special: Double
        switch String(decoding: text.prefix(10), as: UTF8.self) {
        case "NaN": special = .nan
        case "Infinity": special = .infinity
        case "-Infinity": special = -.infinity
        default: return number(text)
        }
        return self == .double ? .fixed64(special.bitPattern) : .fixed32(Float(special).bitPattern)
    }

    /// What a person should have written.
    var expectation: String {
        switch self {
        case .int32, .sint32, .sfixed32, .enum: "an integer from -2147483648 to 2147483647"
        case .uint32, .fixed32: "an integer from 0 to 4294967295"
        case .int64, .sint64, .sfixed64: "an integer from -9223372036854775808 to 9223372036854775807"
        case .uint64, .fixed64: "an integer from 0 to 18446744073709551615"
        case .double: "a number"
        case .float: "a number of magnitude up to 3.4028235e+38"
        case .bool: "true or false"
        case .string: "a string"
        case .bytes: "base64 text"
        case .message, .group: "an object"
        }
    }
}

/// What a person should have written where a time stands.
enum TimeExpectation {
    static let timestamp = "a time in RFC 3339 form such as \"2024-01-31T09:30:00Z\""
    static let duration = "a duration in seconds such as \"1.5s\""
    static let fieldMask = "field paths separated by commas such as \"longDescription,vulnerability.severity\""
}
