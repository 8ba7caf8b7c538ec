/// A step from a value to one inside it.
enum PathStep {
    /// A field, by its index in the tables.
    case field(Int)
    case element(Int)
    /// A member of a map or of a free-form object.
    case key(JSONText)
}

extension JSONReader {
    /// Notes that the value at the scanner is not what belongs there, and goes past it.
    /// - Parameter found: what to say instead of describing the value.
    mutating func refuse(_ expected: String, _ found: String? = nil) throws(JSONStop) {
        _ = scanner.peek()
        let start = scanner.position
        // First past it: a text that is not JSON is told as that.
        try scanner.skipValue()
        problems.append(problem(expected, found ?? describe(start), start, isSyntax: false))
        if problems.count == JSONProblems.countMax { throw JSONStop(reason: .enough, offset: start) }
    }

    /// What has been gathered when reading stops early.
    func stopped(by stop: JSONStop) -> JSONProblems {
        switch stop.reason {
        case .enough: JSONProblems(problems: problems)
        case .expected(let what):
            JSONProblems(problems: [problem(what, describe(stop.offset), stop.offset, isSyntax: true)])
        case .refused(let why): JSONProblems(problems: [problem("", why, stop.offset, isSyntax: true)])
        }
    }

    private func problem(_ expected: String, _ found: String, _ offset: Int, isSyntax: Bool) -> JSONProblem {
        JSONProblem(
            path: pathText(camelCase(root)) { tables.string($0.jsonName) },
            protoPath: pathText(root) { tables.string($0.name) },
            expected: expected,
            found: found,
            place: place(offset),
            isSyntax: isSyntax
        )
    }

    private func pathText(_ root: String, _ name: (FieldRow) -> String) -> String {
        var text = root
        for step in path {
            switch step {
            case .field(let index): text += (text.isEmpty ? "" : ".") + name(tables.fields[index])
            case .element(let position): text += "[\(position)]"
            case .key(let key): text += "[\(quotedExcerpt(String(decoding: scanner.bytes(of: key), as: UTF8.self)))]"
            }
        }
        return text
    }

    private func place(_ offset: Int) -> JSONProblem.Place {
        var (line, column) = (1, 1)
        for byte in scanner.text[..<min(offset, scanner.text.count)] {
            if byte == UInt8(ascii: "\n") {
                (line, column) = (line + 1, 1)
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return JSONProblem.Place(offset: offset, line: line, column: column)
    }

    /// The value, or whatever it is, that starts at `offset`.
    private func describe(_ offset: Int) -> String {
        guard offset < scanner.text.count else { return "the end of the text" }
        let rest = UnsafeRawBufferPointer(rebasing: scanner.text[offset...])
        switch rest[0] {
        case UInt8(ascii: "{"): return "an object"
        case UInt8(ascii: "["): return "a list"
        case UInt8(ascii: "\""):
            var string = JSONScanner(rest)
            if let text = try? string.string() {
                return quotedExcerpt(String(decoding: string.bytes(of: text), as: UTF8.self))
            }
            return "an unfinished string"
        default:
            let end = rest.firstIndex { ",:]} \n\r\t\"".utf8.contains($0) } ?? rest.count
            let word = String(decoding: rest[..<min(max(end, 1), 160)], as: UTF8.self)
            return word.unicodeScalars.count > 40 ? String(word.prefix(40)) + "…" : word
        }
    }
}
