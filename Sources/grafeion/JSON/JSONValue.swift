/// A JSON value that keeps what the text said: the order of members, and numbers as they were written.
indirect enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    /// The number's text; a double would lose digits of large integers.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    struct Member: Sendable, Equatable {
        var name: String
        var value: JSONValue
    }

    /// Reads exactly one value.
    init(parsing bytes: some Collection<UInt8>) throws(JSONSyntaxError) {
        var scanner = JSONScanner(ArraySlice(bytes))
        self = try Self.read(from: &scanner)
        try scanner.finish()
    }

    /// The member of an object; nil for others, and where there is none of that name.
    subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The text of a string; nil for other values.
    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The elements of an array; none for other values.
    var elements: [JSONValue] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    /// An integer, written as a number or, as the JSON form of 64-bit integers has it, as a string.
    var integer: Int? {
        switch self {
        case .number(let text), .string(let text): Int(text)
        default: nil
        }
    }

    /// Puts a value in place of the member of that name, if the object has one.
    mutating func replace(_ name: String, with value: JSONValue) {
        guard case .object(var members) = self, let at = members.firstIndex(where: { $0.name == name }) else { return }
        members[at].value = value
        self = .object(members)
    }

    private static func read(from scanner: inout JSONScanner) throws(JSONSyntaxError) -> JSONValue {
        switch scanner.peek() {
        case UInt8(ascii: "{"):
            var members: [Member] = []
            try scanner.eachMember { (name, scanner) throws(JSONSyntaxError) in
                members.append(Member(name: name, value: try read(from: &scanner)))
            }
            return .object(members)
        case UInt8(ascii: "["):
            var elements: [JSONValue] = []
            try scanner.eachElement { (scanner) throws(JSONSyntaxError) in
                elements.append(try read(from: &scanner))
            }
            return .array(elements)
        case UInt8(ascii: "\""):
            return .string(try scanner.string())
        default:
            switch try scanner.literal() {
            case "true": return .bool(true)
            case "false": return .bool(false)
            case "null": return .null
            case let number: return .number(number)
            }
        }
    }
}

// MARK: - Writing

extension JSONValue {
    /// The value on one line, without spaces.
    var compact: String {
        var out = ""
        write(to: &out, indent: nil)
        return out
    }

    /// The value over several lines, two spaces a level; `level` is the level it stands at.
    func pretty(level: Int = 0) -> String {
        var out = ""
        write(to: &out, indent: level)
        return out
    }

    private func write(to out: inout String, indent: Int?) {
        switch self {
        case .null: out += "null"
        case .bool(let value): out += value ? "true" : "false"
        case .number(let text): out += text
        case .string(let text): Self.quote(text, to: &out)
        case .array(let elements):
            Self.writeList(elements, "[", "]", to: &out, indent: indent) { element, out, indent in
                element.write(to: &out, indent: indent)
            }
        case .object(let members):
            Self.writeList(members, "{", "}", to: &out, indent: indent) { member, out, indent in
                Self.quote(member.name, to: &out)
                out += indent == nil ? ":" : ": "
                member.value.write(to: &out, indent: indent)
            }
        }
    }

    private static func writeList<Item>(
        _ items: [Item],
        _ open: String,
        _ close: String,
        to out: inout String,
        indent: Int?,
        item write: (Item, inout String, Int?) -> Void
    ) {
        out += open
        for (index, item) in items.enumerated() {
            if index > 0 { out += "," }
            if let indent { out += "\n" + String(repeating: "  ", count: indent + 1) }
            write(item, &out, indent.map { $0 + 1 })
        }
        if let indent, !items.isEmpty { out += "\n" + String(repeating: "  ", count: indent) }
        out += close
    }

    /// Appends the text as a JSON string: only what must be escaped is.
    static func quote(_ text: String, to out: inout String) {
        out += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case "\u{0}"..<" ":
                let hex = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: out.unicodeScalars.append(scalar)
            }
        }
        out += "\""
    }
}
