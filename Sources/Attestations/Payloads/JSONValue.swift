/// A value of JSON, of a payload that fits ``AttestationLimits/payloadBytesMax``.
enum JSONValue: Sendable, Equatable {
    case null
    case boolean(Bool)
    /// As it is written.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([JSONMember])

    /// The value of a member; nil if there is none or this is no object.
    subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    /// With its article, for messages.
    var kind: String {
        switch self {
        case .null: "null"
        case .boolean: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// The text at a path of members.
    func string(at path: String...) throws(AttestationProblem) -> String {
        var value = self
        for (index, name) in path.enumerated() {
            guard let next = value[name] else {
                throw AttestationProblem("\(path[...index].joined(separator: ".")) is missing")
            }
            value = next
        }
        guard case .string(let text) = value else {
            throw AttestationProblem("\(path.joined(separator: ".")) is \(value.kind), not a string")
        }
        return text
    }
}

/// A member of an object.
struct JSONMember: Sendable, Equatable {
    let name: String
    let value: JSONValue
}

extension JSONValue {
    /// The value as JSON text without white space.
    var text: String {
        switch self {
        case .null: "null"
        case .boolean(let value): value ? "true" : "false"
        case .number(let digits): digits
        case .string(let text): Self.quoted(text)
        case .array(let elements): "[" + elements.map(\.text).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { "\(Self.quoted($0.name)):\($0.value.text)" }.joined(separator: ",") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
