/// Writes JSON (RFC 8259): each function returns the text of one value.
enum JSONText {
    /// A string in its quotes, with the escapes that it must have (section 7).
    static func string(_ content: String) -> String {
        var text = "\""
        for scalar in content.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\0"..<" ":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }

    /// An object of members whose values are JSON texts.
    static func object(_ members: [(name: String, value: String)]) -> String {
        "{" + members.map { "\(string($0.name)):\($0.value)" }.joined(separator: ",") + "}"
    }

    /// An array of values that are JSON texts.
    static func array(_ values: [String]) -> String { "[" + values.joined(separator: ",") + "]" }
}
