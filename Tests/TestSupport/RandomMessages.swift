public import MessageReflection

/// Random encoded messages of any type in the registry, made from its descriptors: valid, canonical (fields ascending, packed,
/// defaults left out, map keys ascending) and representable in JSON.
public struct RandomMessages {
    /// What the randomness flows from; tests draw their own choices from it too.
    public var random: SeededGenerator
    /// How often a field is set, 0 ... 1.
    public var density = 0.4
    /// Messages below this depth get no message fields.
    public var depthMax = 4
    /// How many members a `google.protobuf.Struct` may have.
    public var structMemberCountMax = 3
    /// Whether strings may hold what needs escapes, control characters and characters outside ASCII.
    public var hasOddText = true

    private let registry: TypeRegistry

    public init(_ registry: TypeRegistry, seed: UInt64) {
        self.registry = registry
        random = SeededGenerator(seed: seed)
    }

    /// A random message of a type.
    public mutating func message(_ type: MessageType) -> [UInt8] { message(type, depth: 1) }

    /// A random element, for choices of the test.
    public mutating func pick<C: Collection>(_ choices: C) -> C.Element {
        choices[choices.index(choices.startIndex, offsetBy: Int.random(in: 0..<choices.count, using: &random))]
    }

    /// True with this probability.
    public mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &random) < probability
    }

    /// Random text, of at most twelve characters.
    public mutating func text() -> String {
        let plain = "abcXYZ019 -_./:@%+~"
        let odd = "\"\\/\u{0}\u{1}\u{7}\u{8}\t\n\u{C}\r\u{1F}\u{7F}\u{80}\u{9F}\u{A0}é漢\u{2028}\u{FFFD}\u{10FFFF}😀<>&'"
        let count = Int.random(in: 0...12, using: &random)
        return String((0..<count).map { _ in hasOddText && chance(0.2) ? pick(odd) : pick(plain) })
    }

    // MARK: Messages

    private mutating func message(_ type: MessageType, depth: Int) -> [UInt8] {
        switch type.wellKnown {
        case .timestamp: return time(seconds: -62_135_596_800...253_402_300_799, isDuration: false)
        case .duration: return time(seconds: -315_576_000_000...315_576_000_000, isDuration: true)
        case .fieldMask: return fieldMask()
        case .struct: return structure(depth: depth)
        case .value: return value(depth: depth)
        case .listValue: return list(depth: depth)
        case .any: return any(depth: depth)
        case .none, .wrapper: return fields(type, depth: depth)
        }
    }

    private mutating func fields(_ type: MessageType, depth: Int) -> [UInt8] {
        var writer = WireWriter()
        var members: [Int: Int] = [:]
        for (oneof, choices) in Dictionary(grouping: type.fields.filter { $0.oneof != nil }, by: { $0.oneof ?? 0 })
            .sorted(by: { $0.key < $1.key })
        {
            members[oneof] = pick(choices).number
        }
        for field in type.fields where field.kind != .group {
            if let oneof = field.oneof, members[oneof] != field.number { continue }
            if field.messageType != nil && depth >= depthMax { continue }
            if field.oneof == nil && !chance(density) { continue }
            write(field, to: &writer, depth: depth)
        }
        return writer.bytes
    }

    private mutating func write(_ field: MessageField, to writer: inout WireWriter, depth: Int) {
        if let key = field.mapKey, let value = field.mapValue, key.kind != .string {
            writer.field(field.number) { entry in
                element(key, to: &entry, depth: depth + 1)
                element(value, to: &entry, depth: depth + 1)
            }
        } else if let value = field.mapValue {
            for name in Set((0...pick(0..<3)).map { "k\($0 * pick(1..<7))" }).sorted() {
                writer.field(field.number) { entry in
                    entry.field(1, string: name)
                    element(value, to: &entry, depth: depth + 1)
                }
            }
        } else if field.isPacked {
            var list = WireWriter()
            for _ in 0...pick(0..<4) { scalar(field, isZeroAllowed: true, to: &list) }
            writer.field(field.number, bytes: list.bytes)
        } else if field.isRepeated {
            for _ in 0...pick(0..<3) { element(field, to: &writer, depth: depth) }
        } else {
            element(field, to: &writer, depth: depth)
        }
    }

    /// One value with its tag; of a field without presence, never the default.
    private mutating func element(_ field: MessageField, to writer: inout WireWriter, depth: Int) {
        let isZeroAllowed = field.isRepeated || field.hasPresence || field.declaringType.isMapEntry
        switch field.kind {
        case .string:
            let text = self.text()
            writer.field(field.number, string: text.isEmpty && !isZeroAllowed ? "x" : text)
        case .bytes:
            let count = Int.random(in: (isZeroAllowed ? 0 : 1)...9, using: &random)
            writer.field(field.number, bytes: (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
        case .message:
            if let type = field.messageType { writer.field(field.number, bytes: message(type, depth: depth + 1)) }
        default:
            writer.tag(field.number, field.kind.wireType)
            scalar(field, isZeroAllowed: isZeroAllowed, to: &writer)
        }
    }

    private mutating func scalar(_ field: MessageField, isZeroAllowed: Bool, to writer: inout WireWriter) {
        if isZeroAllowed && chance(0.2) {
            switch field.kind.wireType {
            case .fixed64: return writer.fixed64(0)
            case .fixed32: return writer.fixed32(0)
            default: return writer.varint(0)
            }
        }
        switch field.kind {
        case .bool: writer.varint(1)
        case .enum: writer.varint(UInt64(bitPattern: Int64(enumNumber(field))))
        case .double: writer.fixed64(double().bitPattern)
        case .float: writer.fixed32(Float(double()).bitPattern == 0 ? 1 : Float(double() + 1).bitPattern)
        case .int32: writer.varint(UInt64(bitPattern: Int64(pick([1, -1, 7, 123_456, Int32.min, Int32.max]))))
        case .int64: writer.varint(UInt64(bitPattern: pick([1, -1, 7, 1 << 53 + 1, Int64.min, Int64.max])))
        case .uint32, .sint32: writer.varint(UInt64(UInt32.random(in: 1...UInt32.max, using: &random)))
        case .uint64, .sint64: writer.varint(UInt64.random(in: 1...UInt64.max, using: &random))
        case .fixed32, .sfixed32: writer.fixed32(UInt32.random(in: 1...UInt32.max, using: &random))
        case .fixed64, .sfixed64: writer.fixed64(UInt64.random(in: 1...UInt64.max, using: &random))
        case .string, .bytes, .message, .group: break
        }
    }

    private mutating func enumNumber(_ field: MessageField) -> Int {
        let numbers = (field.enumType?.values ?? []).map(\.number).filter { $0 != 0 }
        return numbers.isEmpty ? 1 : pick(numbers)
    }

    private mutating func double() -> Double {
        switch pick(0..<6) {
        case 0: 1
        case 1: -0.1
        case 2: 1e21
        case 3: .infinity
        case 4: .leastNonzeroMagnitude
        default: Double.random(in: -1000...1000, using: &random)
        }
    }

    // MARK: Well-known types

    private mutating func time(seconds range: ClosedRange<Int64>, isDuration: Bool) -> [UInt8] {
        let seconds = chance(0.2) ? pick([range.lowerBound, -1, 0, 1]) : Int64.random(in: range, using: &random)
        var nanos = Int32(pick([0, 0, 1, 999_999_999, 500_000_000, 123_456_000]))
        if isDuration && (seconds < 0 || (seconds == 0 && chance(0.5))) { nanos = -nanos }
        var writer = WireWriter()
        if seconds != 0 { writer.field(1, varint: UInt64(bitPattern: seconds)) }
        if nanos != 0 { writer.field(2, varint: UInt64(bitPattern: Int64(nanos))) }
        return writer.bytes
    }

    private mutating func fieldMask() -> [UInt8] {
        var writer = WireWriter()
        for _ in 0..<pick(0..<4) {
            writer.field(1, string: pick(["note_name", "kind", "vulnerability.package_issue", "a.b_c.d"]))
        }
        return writer.bytes
    }

    private mutating func structure(depth: Int, type: String? = nil) -> [UInt8] {
        var writer = WireWriter()
        if let type {
            var value = WireWriter()
            value.field(3, string: type)
            member("@type", value.bytes, to: &writer)
        }
        for name in Set((0..<pick(0..<(structMemberCountMax + 1))).map { "m\($0 * pick(1..<7))" }).sorted() {
            member(name, value(depth: depth + 2), to: &writer)
        }
        return writer.bytes
    }

    private func member(_ name: String, _ value: [UInt8], to writer: inout WireWriter) {
        writer.field(1) { entry in
            entry.field(1, string: name)
            entry.field(2, bytes: value)
        }
    }

    private mutating func value(depth: Int) -> [UInt8] {
        var writer = WireWriter()
        switch pick(0..<(depth > 8 ? 4 : 6)) {
        case 0: writer.field(1, varint: 0)
        case 1:
            writer.tag(2, .fixed64)
            let number = double()
            writer.fixed64((number.isFinite ? number : 0).bitPattern)
        case 2: writer.field(3, string: text())
        case 3: writer.field(4, varint: chance(0.5) ? 1 : 0)
        case 4: writer.field(5, bytes: structure(depth: depth + 1))
        default: writer.field(6, bytes: list(depth: depth + 1))
        }
        return writer.bytes
    }

    private mutating func list(depth: Int) -> [UInt8] {
        var writer = WireWriter()
        for _ in 0..<pick(0..<4) { writer.field(1, bytes: value(depth: depth + 1)) }
        return writer.bytes
    }

    /// Of a known type, or a JSON object of an unknown type as the server keeps it.
    private mutating func any(depth: Int) -> [UInt8] {
        var writer = WireWriter()
        if chance(0.1) { return [] }
        if chance(0.3) {
            writer.field(1, string: "type.googleapis.com/google.protobuf.Struct")
            writer.field(2, bytes: structure(depth: depth + 1, type: "https://example.com/unknown.Type\(pick(0..<9))"))
            return writer.bytes
        }
        let name = pick(["google.protobuf.Duration", "google.protobuf.Value", "grafeas.v1.Hash", "grafeas.v1.Version"])
        guard let type = registry.message(name) else { return [] }
        let content = message(type, depth: depth + 1)
        // A Duration of nothing is "0s" in JSON; SwiftProtobuf, which ours is compared with, leaves the value out.
        if content.isEmpty, type.wellKnown != .none { return [] }
        writer.field(1, string: type.typeURL)
        if !content.isEmpty { writer.field(2, bytes: content) }
        return writer.bytes
    }
}
