/// A message type known by its descriptor.
public struct MessageType: Sendable, Hashable, CustomStringConvertible {
    let tables: TypeTables
    let index: Int

    /// `grafeas.v1.Occurrence`
    public var fullName: String { tables.messageNames[index] }

    /// `Occurrence`
    public var name: String { String(fullName.split(separator: ".").last ?? "") }

    /// The type as `google.protobuf.Any` names it.
    public var typeURL: String { "type.googleapis.com/\(fullName)" }

    /// Which of the types with a JSON form of their own it is, if any.
    public var wellKnown: WellKnownType { row.wellKnown }

    /// Whether it is the entry of a map field, which no one but the map field names.
    public var isMapEntry: Bool { row.isMapEntry }

    /// The fields, ascending by number.
    public var fields: [MessageField] { row.fields.map { MessageField(tables: tables, index: $0) } }

    /// The names of the oneofs, in order; a field's ``MessageField/oneof`` counts in it.
    public var oneofs: [String] { tables.oneofNames[index] }

    /// The field with this number.
    public func field(number: Int) -> MessageField? {
        let found = tables.field(number, of: index)
        return found < 0 ? nil : MessageField(tables: tables, index: found)
    }

    /// The field with this name, in proto (`package_issue`) or JSON spelling (`packageIssue`).
    public func field(named name: String) -> MessageField? {
        var name = name
        let found = name.withUTF8 { tables.field(named: UnsafeRawBufferPointer($0), of: index) }
        return found < 0 ? nil : MessageField(tables: tables, index: found)
    }

    public var description: String { fullName }

    public static func == (a: MessageType, b: MessageType) -> Bool { a.index == b.index && a.tables === b.tables }

    public func hash(into hasher: inout Hasher) { hasher.combine(index) }

    var row: MessageRow { tables.messages[index] }
}

/// A field of a message type.
public struct MessageField: Sendable, Hashable, CustomStringConvertible {
    let tables: TypeTables
    let index: Int

    /// The name in the .proto file, `package_issue`.
    public var name: String { tables.string(row.name) }
    /// The name in JSON, `packageIssue`.
    public var jsonName: String { tables.string(row.jsonName) }
    /// The field number.
    public var number: Int { Int(row.number) }
    /// The declared type; a map is a repeated message.
    public var kind: FieldKind { row.kind }
    /// Whether it is repeated; true for maps.
    public var isRepeated: Bool { row.isRepeated }
    /// Whether it is a map.
    public var isMap: Bool { row.isMap }
    /// Whether writers pack it. Readers take both forms.
    public var isPacked: Bool { row.isPacked }
    /// Whether unset and default can be told apart: messages, oneof members, proto3 `optional`, proto2.
    public var hasPresence: Bool { row.hasPresence }
    /// What `google.api.field_behavior` says.
    public var behaviors: FieldBehaviors { row.behaviors }
    /// Whether it is marked deprecated.
    public var isDeprecated: Bool { row.isDeprecated }
    /// The index of the oneof it belongs to in ``MessageType/oneofs``.
    public var oneof: Int? { row.oneof < 0 ? nil : Int(row.oneof) }
    /// The message type that declares it.
    public var declaringType: MessageType { MessageType(tables: tables, index: Int(row.message)) }
    /// The type of a message field, the entry type of a map.
    public var messageType: MessageType? {
        kind == .message || kind == .group ? MessageType(tables: tables, index: Int(row.type)) : nil
    }
    /// The type of an enum field.
    public var enumType: EnumType? { kind == .enum ? EnumType(tables: tables, index: Int(row.type)) : nil }

    /// The key field of a map.
    public var mapKey: MessageField? { row.isMap ? messageType?.field(number: 1) : nil }
    /// The value field of a map.
    public var mapValue: MessageField? { row.isMap ? messageType?.field(number: 2) : nil }

    public var description: String { "\(declaringType.fullName).\(name)" }

    public static func == (a: MessageField, b: MessageField) -> Bool { a.index == b.index && a.tables === b.tables }

    public func hash(into hasher: inout Hasher) { hasher.combine(index) }

    var row: FieldRow { tables.fields[index] }
}

/// The declared type of a field, with the numbers of descriptor.proto.
public enum FieldKind: UInt8, Sendable {
    case double = 1
    case float = 2
    case int64 = 3
    case uint64 = 4
    case int32 = 5
    case fixed64 = 6
    case fixed32 = 7
    case bool = 8
    case string = 9
    case group = 10
    case message = 11
    case bytes = 12
    case uint32 = 13
    case `enum` = 14
    case sfixed32 = 15
    case sfixed64 = 16
    case sint32 = 17
    case sint64 = 18

    /// How one value of it is written on the wire.
    public var wireType: WireType {
        switch self {
        case .double, .fixed64, .sfixed64: .fixed64
        case .float, .fixed32, .sfixed32: .fixed32
        case .string, .message, .bytes: .lengthDelimited
        case .group: .group
        case .int64, .uint64, .int32, .bool, .uint32, .enum, .sint32, .sint64: .varint
        }
    }
}

/// What `google.api.field_behavior` says of a field.
public struct FieldBehaviors: OptionSet, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The client must set it.
    public static let required = FieldBehaviors(rawValue: 1)
    /// Only the server sets it.
    public static let outputOnly = FieldBehaviors(rawValue: 2)
    /// Only requests carry it.
    public static let inputOnly = FieldBehaviors(rawValue: 4)
    /// Set once, at creation.
    public static let immutable = FieldBehaviors(rawValue: 8)

    /// From the numbers of google/api/field_behavior.proto; the others change nothing for us.
    init(numbers: [UInt64]) {
        self = []
        for number in numbers {
            switch number {
            case 2: insert(.required)
            case 3: insert(.outputOnly)
            case 4: insert(.inputOnly)
            case 5: insert(.immutable)
            default: break
            }
        }
    }
}

/// The messages that proto3 JSON writes in a form of their own.
public enum WellKnownType: UInt8, Sendable {
    /// An ordinary message (`google.protobuf.Empty` too: its JSON is what an ordinary message without fields has).
    case none
    case timestamp
    case duration
    case fieldMask
    case `struct`
    case value
    case listValue
    case any
    /// `StringValue`, `BoolValue` …: in JSON its only field's value.
    case wrapper

    init(fullName: String) {
        switch fullName {
        case "google.protobuf.Timestamp": self = .timestamp
        case "google.protobuf.Duration": self = .duration
        case "google.protobuf.FieldMask": self = .fieldMask
        case "google.protobuf.Struct": self = .struct
        case "google.protobuf.Value": self = .value
        case "google.protobuf.ListValue": self = .listValue
        case "google.protobuf.Any": self = .any
        case "google.protobuf.DoubleValue", "google.protobuf.FloatValue", "google.protobuf.Int64Value",
            "google.protobuf.UInt64Value", "google.protobuf.Int32Value", "google.protobuf.UInt32Value",
            "google.protobuf.BoolValue", "google.protobuf.StringValue", "google.protobuf.BytesValue":
            self = .wrapper
        default: self = .none
        }
    }
}
