/// What is wrong with a message in text format, told for the person who has the text.
public struct TextProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// The field at fault (`vulnerability.details[0].package`); empty at the top.
    public let path: String
    /// What is wrong there.
    public let message: String
    /// Line and column of it, from 1; the column counts characters.
    public let line: Int
    public let column: Int

    public var description: String {
        "\(path.isEmpty ? "" : "\(path): ")\(message) (line \(line), column \(column))"
    }
}

/// A step from a message to a value inside it.
enum TextStep {
    /// A field, by its index in the tables.
    case field(Int)
    case element(Int)
    /// The content of an Any that is given by its type.
    case any([UInt8])
}

/// Stops the reading of a text.
struct TextStop: Error {
    /// Nil where the message shall say what was found.
    private(set) var expectation: String?
    private(set) var message = ""
    let offset: Int

    init(_ message: String, _ offset: Int) {
        self.message = message
        self.offset = offset
    }

    init(expected: String, _ offset: Int) {
        expectation = expected
        self.offset = offset
    }
}

extension TextReader {
    /// The stop that something else was expected at the scanner.
    mutating func expected(_ what: String) -> TextStop {
        _ = scanner.peek()
        return TextStop(expected: what, scanner.position)
    }

    /// The stop for a name that is no field, with the name that may have been meant.
    func unknown(_ name: UnsafeRawBufferPointer, in type: Int, _ offset: Int) -> TextStop {
        let text = String(decoding: name, as: UTF8.self)
        let names = tables.messages[type].fields.map { tables.string(tables.fields[$0].name) }
        let inJSON = tables.field(named: name, of: type)
        let meant = inJSON >= 0 ? tables.string(tables.fields[inJSON].name) : nearest(to: text, among: names)
        let guess = meant.map { "; did you mean \"\($0)\"?" } ?? ""
        return TextStop("\(quotedExcerpt(text)) is not a field of \(tables.messageNames[type])\(guess)", offset)
    }

    /// What has been found wrong, where the reader stands.
    func problem(of stop: TextStop) -> TextProblem {
        let read = scanner.text[..<min(stop.offset, scanner.text.count)]
        var (line, column) = (1, 1)
        for byte in read {
            if byte == UInt8(ascii: "\n") {
                (line, column) = (line + 1, 1)
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        let message = stop.expectation.map { "expected \($0), found \(found(at: stop.offset))" } ?? stop.message
        return TextProblem(path: pathText, message: message, line: line, column: column)
    }

    /// A name in brackets, short enough for a message.
    func excerpt(_ name: [UInt8]) -> String {
        String(quotedExcerpt(String(decoding: name, as: UTF8.self)).dropFirst().dropLast())
    }

    private var pathText: String {
        var text = ""
        for step in path {
            switch step {
            case .field(let index): text += (text.isEmpty ? "" : ".") + tables.string(tables.fields[index].name)
            case .element(let position): text += "[\(position)]"
            case .any(let url): text += (text.isEmpty ? "" : ".") + "[\(excerpt(url))]"
            }
        }
        return text
    }

    /// The token, or whatever it is, that starts at `offset`.
    private func found(at offset: Int) -> String {
        guard offset < scanner.text.count else { return "the end of the text" }
        let rest = scanner.text[offset...]
        let first = rest[offset]
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") { return "a string" }
        let word = rest.prefix(164).prefix { !" \n\r\t,;:{}<>[]\"'#".utf8.contains($0) }
        return quotedExcerpt(String(decoding: word.isEmpty ? rest.prefix(1) : word, as: UTF8.self))
    }
}
