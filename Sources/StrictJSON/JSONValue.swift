/// A value of JSON.
public enum JSONValue: Sendable {
    case null
    case boolean(Bool)
    /// As it is written.
    case number(String)
    case string(String)
    case array([JSONValue])
    /// In the order in which they are written.
    case object([JSONMember])

    /// The value of a member; nil if there is none or this is no object. Costs a look at each member before it.
    public subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name.isSame(as: name) }?.value
    }

    /// The text of a string; nil if this is none.
    public var string: String? { if case .string(let text) = self { text } else { nil } }

    /// The truth of a boolean; nil if this is none.
    public var boolean: Bool? { if case .boolean(let truth) = self { truth } else { nil } }

    /// What is in an array; nil if this is none.
    public var elements: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }

    /// What is in an object; nil if this is none.
    public var members: [JSONMember]? { if case .object(let members) = self { members } else { nil } }

    /// The kind with its article, for messages.
    public var kind: String {
        switch self {
        case .null: "null"
        case .boolean: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

/// A member of an object.
public struct JSONMember: Sendable, Equatable {
    public let name: String
    public let value: JSONValue

    public init(name: String, value: JSONValue) {
        self.name = name
        self.value = value
    }

    public static func == (left: JSONMember, right: JSONMember) -> Bool {
        left.name.isSame(as: right.name) && left.value == right.value
    }
}

/// Equal are values that are written alike: the same bytes of text, the same digits, members in the same order.
extension JSONValue: Equatable {
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.boolean(let one), .boolean(let other)): one == other
        case (.number(let one), .number(let other)): one == other
        case (.string(let one), .string(let other)): one.isSame(as: other)
        case (.array(let one), .array(let other)): one == other
        case (.object(let one), .object(let other)): one == other
        default: false
        }
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
    /// An object of members in this order: `["allowed": .boolean(true)]`. No name may be there twice.
    public init(dictionaryLiteral members: (String, JSONValue)...) {
        self = .object(members.map { JSONMember(name: $0.0, value: $0.1) })
    }
}

extension String {
    /// Whether two names have the same bytes; Swift's own strings are equal where Unicode holds them to be.
    func isSame(as other: String) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }
}
