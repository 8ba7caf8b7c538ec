import FilterLanguage
import MessageReflection

extension FilterValue {
    /// The value of one scalar element on the wire; nil if it is written in a way that its field's type is not.
    init?(_ element: WireField, of field: MessageField) {
        guard element.type == field.kind.wireType else { return nil }
        switch field.kind {
        case .string: self = .string(element.text)
        case .bytes: self = .bytes([UInt8](element.payload))
        case .message, .group: return nil
        default: self.init(number: element.value, of: field.kind)
        }
    }

    /// A number as its kind reads the bits.
    private init(number bits: UInt64, of kind: FieldKind) {
        switch kind {
        case .bool: self = .bool(bits != 0)
        case .enum: self = .enumeration(Int32(truncatingIfNeeded: bits))
        case .double: self = .double(Double(bitPattern: bits))
        case .float:
            // As people read and write it: 9.8, and not the double next to what a float has for it.
            let float = Float(bitPattern: UInt32(truncatingIfNeeded: bits))
            self = .double(Double(float.description) ?? Double(float))
        case .int32, .sfixed32: self = .integer(Int64(Int32(truncatingIfNeeded: bits)))
        case .uint32, .fixed32: self = .integer(Int64(UInt32(truncatingIfNeeded: bits)))
        case .sint32, .sint64: self = .integer(Int64(bits >> 1) ^ -Int64(bits & 1))
        default: self = .integer(Int64(bitPattern: bits))
        }
    }

    /// What proto3 leaves out.
    init(defaultOf field: MessageField) {
        switch field.kind {
        case .string: self = .string("")
        case .bytes, .message, .group: self = .bytes([])
        default: self.init(number: 0, of: field.kind)
        }
    }

    /// The elements of a packed list, until the callback returns true.
    static func eachPacked(
        _ payload: UnsafeRawBufferPointer,
        of field: MessageField,
        _ matched: (FilterValue) -> Bool
    ) -> Bool {
        var reader = WireReader(payload)
        while !reader.isAtEnd {
            let bits: UInt64?
            switch field.kind.wireType {
            case .varint: bits = try? reader.varint()
            case .fixed64: bits = try? reader.fixed64()
            case .fixed32: bits = (try? reader.fixed32()).map(UInt64.init)
            case .lengthDelimited, .group: bits = nil
            }
            guard let bits else { return false }
            if matched(FilterValue(number: bits, of: field.kind)) { return true }
        }
        return false
    }

    /// The value of an encoded Timestamp or Duration.
    init(time message: UnsafeRawBufferPointer, isTimestamp: Bool) {
        var reader = WireReader(message)
        var seconds: Int64 = 0
        var nanos: Int32 = 0
        while let field = try? reader.next() {
            if field.number == 1 { seconds = Int64(bitPattern: field.value) }
            if field.number == 2 { nanos = Int32(truncatingIfNeeded: field.value) }
        }
        self =
            isTimestamp
            ? .timestamp(FilterTimestamp(seconds: seconds, nanos: nanos))
            : .duration(FilterDuration(seconds: seconds, nanos: nanos))
    }
}

/// Data that carries its own shape: JSON in messages.
enum DynamicShape {
    case `struct`, value, list, any

    init(_ type: WellKnownType) {
        switch type {
        case .struct: self = .struct
        case .listValue: self = .list
        case .any: self = .any
        default: self = .value
        }
    }

    /// Calls back with what is at the end of the keys until the callback returns true: a scalar, or nil for an object,
    /// a list or null. Lists on the way, and at the end, are entered.
    func visit(
        _ message: UnsafeRawBufferPointer,
        keys: ArraySlice<String>,
        isPresenceEnough: Bool,
        _ found: (FilterValue?) -> Bool
    ) -> Bool {
        if isPresenceEnough, keys.isEmpty { return found(nil) }
        var reader = WireReader(message)
        var typeURL = ""
        while let field = try? reader.next() {
            let isMatched: Bool
            switch (self, field.number) {
            case (.struct, 1): isMatched = Self.visitEntry(field.payload, keys, isPresenceEnough, found)
            case (.list, 1):
                isMatched = Self.value.visit(
                    field.payload,
                    keys: keys,
                    isPresenceEnough: isPresenceEnough,
                    found
                )
            case (.value, _): isMatched = Self.visitValue(field, keys, isPresenceEnough, found)
            case (.any, 1):
                typeURL = field.text
                isMatched = keys == ["@type"] && found(.string(typeURL))
            case (.any, 2) where typeURL.hasSuffix("/google.protobuf.Struct"):
                isMatched = Self.struct.visit(
                    field.payload,
                    keys: keys,
                    isPresenceEnough: isPresenceEnough,
                    found
                )
            default: isMatched = false
            }
            if isMatched { return true }
        }
        return false
    }

    private static func visitEntry(
        _ entry: UnsafeRawBufferPointer,
        _ keys: ArraySlice<String>,
        _ isPresenceEnough: Bool,
        _ found: (FilterValue?) -> Bool
    ) -> Bool {
        var reader = WireReader(entry)
        var key = ""
        var value = UnsafeRawBufferPointer(start: nil, count: 0)
        while let field = try? reader.next() {
            if field.number == 1 { key = field.text }
            if field.number == 2 { value = field.payload }
        }
        guard let wanted = keys.first, wanted == key else { return false }
        return Self.value.visit(value, keys: keys.dropFirst(), isPresenceEnough: isPresenceEnough, found)
    }

    private static func visitValue(
        _ field: WireField,
        _ keys: ArraySlice<String>,
        _ isPresenceEnough: Bool,
        _ found: (FilterValue?) -> Bool
    ) -> Bool {
        switch field.number {
        case 2 where keys.isEmpty: return found(FilterValue(json: Double(bitPattern: field.value)))
        case 3 where keys.isEmpty: return found(.string(field.text))
        case 4 where keys.isEmpty: return found(.bool(field.value != 0))
        case 5:
            return Self.struct.visit(field.payload, keys: keys, isPresenceEnough: isPresenceEnough, found)
        case 6: return Self.list.visit(field.payload, keys: keys, isPresenceEnough: isPresenceEnough, found)
        default: return false
        }
    }
}

extension FilterValue {
    /// A JSON number: whole where it is whole.
    fileprivate init(json number: Double) {
        self = Int64(exactly: number).map(FilterValue.integer) ?? .double(number)
    }
}
