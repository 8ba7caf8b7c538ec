import MetadataModel

/// Reads JSON text from front to back and notes where each value lies.
///
/// Strict: one value, no repeated names (which of two is meant depends on the reader, and a report must not say two
/// things), no lone surrogates. What is wrong is told with its line and column and the path that had been reached.
struct JSONIndexer {
    private let bytes: [UInt8]
    private let limits: ReportLimits
    private let origin: JSONOrigin
    private var entries: [JSONDocument.Entry] = []
    private var position = 0
    /// The steps to the value that is being read, one for each array and object that is open.
    private var steps: [Step] = []

    private enum Step {
        case beforeFirst
        case element(Int)
        /// The entry of the member's name.
        case member(Int)
    }

    init(_ bytes: [UInt8], limits: ReportLimits, origin: JSONOrigin = JSONOrigin()) {
        self.bytes = bytes
        self.limits = limits
        self.origin = origin
        // Some editors and shells put a byte order mark in front, which readers may pass over (RFC 8259, section 8.1).
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// The entries of the whole text.
    mutating func index() throws(ReportProblem) -> [JSONDocument.Entry] {
        if peek() == nil { throw ReportProblem(path: "", description: "the report is empty") }
        try value()
        if peek() != nil { throw unexpected("the end of the text") }
        return entries
    }

    private mutating func value() throws(ReportProblem) {
        switch peek() {
        case UInt8(ascii: "{"): try object()
        case UInt8(ascii: "["): try array()
        case UInt8(ascii: "\""): try string()
        default: try literal()
        }
    }

    // MARK: Objects and arrays

    private mutating func object() throws(ReportProblem) {
        let object = try enter(.object)
        var names: [Int] = []
        while try goesOn(until: UInt8(ascii: "}"), isFirst: names.isEmpty) {
            guard peek() == UInt8(ascii: "\"") else { throw unexpected("a member name in double quotes") }
            names.append(entries.count)
            try string()
            guard peek() == UInt8(ascii: ":") else { throw unexpected("\":\"") }
            position += 1
            steps[steps.count - 1] = .member(names[names.count - 1])
            try value()
        }
        leave(object)
        try refuseRepeated(names)
    }

    private mutating func array() throws(ReportProblem) {
        let array = try enter(.array)
        var count = 0
        while try goesOn(until: UInt8(ascii: "]"), isFirst: count == 0) {
            steps[steps.count - 1] = .element(count)
            try value()
            count += 1
        }
        leave(array)
    }

    private mutating func enter(_ kind: JSONDocument.Kind) throws(ReportProblem) -> Int {
        if steps.count == limits.depthMax {
            throw problem("the JSON is nested more than \(limits.depthMax) levels deep")
        }
        let index = entries.count
        try append(kind, from: position, to: position)
        position += 1
        steps.append(.beforeFirst)
        return index
    }

    private mutating func leave(_ index: Int) {
        position += 1
        steps.removeLast()
        entries[index].end = UInt32(position)
        entries[index].next = UInt32(entries.count)
    }

    /// Whether another member or element stands here, the comma before it consumed.
    private mutating func goesOn(until close: UInt8, isFirst: Bool) throws(ReportProblem) -> Bool {
        let byte = peek()
        if byte == close { return false }
        if isFirst { return true }
        guard byte == UInt8(ascii: ",") else {
            throw unexpected("\",\" or \"\(Character(UnicodeScalar(close)))\"")
        }
        position += 1
        if peek() == close { throw unexpected("a value after the comma") }
        return true
    }

    private func refuseRepeated(_ names: [Int]) throws(ReportProblem) {
        var seen = Set<ArraySlice<UInt8>>(minimumCapacity: names.count)
        for name in names {
            let text = bytes[Int(entries[name].start)..<Int(entries[name].end)]
            let isEscaped = entries[name].kind == .escapedString
            let plain = isEscaped ? JSONEscapes.resolved(text)[...] : text
            guard seen.insert(plain).inserted else {
                let shown = String(decoding: plain, as: UTF8.self).quotedForMessage
                throw problem("the name \(shown) is given twice in one object")
            }
        }
    }

    // MARK: Scalars

    private mutating func string() throws(ReportProblem) {
        position += 1
        let start = position
        var kind = JSONDocument.Kind.string
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                try append(kind, from: start, to: position)
                position += 1
                return
            case UInt8(ascii: "\\"):
                kind = .escapedString
                guard let length = JSONEscapes.length(at: position, of: bytes) else {
                    let isCut =
                        position + (bytes[min(position + 1, bytes.count - 1)] == UInt8(ascii: "u") ? 6 : 2)
                        > bytes.count
                    if isCut { position = bytes.count }
                    throw unexpected(isCut ? "the rest of an escape" : "an escape that JSON knows")
                }
                position += length
            case 0..<0x20: throw unexpected("an escape such as \\n in place of the control character")
            default: position += 1
            }
        }
        throw unexpected("the closing quote of a string")
    }

    private mutating func literal() throws(ReportProblem) {
        let start = position
        while position < bytes.count, bytes[position].isJSONLiteralByte { position += 1 }
        let text = bytes[start..<position]
        let kind: JSONDocument.Kind
        if text.elementsEqual("null".utf8) {
            kind = .null
        } else if text.elementsEqual("true".utf8) || text.elementsEqual("false".utf8) {
            kind = .boolean
        } else if isJSONNumber(text) {
            kind = .number
        } else {
            let isCut = position == bytes.count && !steps.isEmpty
            position = start
            throw isCut ? problem("the text ends before a value does; it is cut off") : problem("expected a value")
        }
        try append(kind, from: start, to: position)
    }

    // MARK: Text

    private mutating func peek() -> UInt8? {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return bytes[position]
            }
        }
        return nil
    }

    private mutating func append(_ kind: JSONDocument.Kind, from start: Int, to end: Int) throws(ReportProblem) {
        if entries.count == limits.valuesMax {
            throw problem("the JSON has more than \(limits.valuesMax) values")
        }
        let next = UInt32(entries.count + 1)
        entries.append(JSONDocument.Entry(kind: kind, start: UInt32(start), end: UInt32(end), next: next))
    }

    private func unexpected(_ expectation: String) -> ReportProblem {
        if position >= bytes.count {
            return problem("the text ends where \(expectation) was expected; it is cut off")
        }
        return problem("expected \(expectation)")
    }

    private func problem(_ description: String) -> ReportProblem {
        var path = origin.path
        for step in steps {
            switch step {
            case .beforeFirst: break
            case .element(let index): path.appendJSONStep(.element(index))
            case .member(let index):
                let name = bytes[Int(entries[index].start)..<Int(entries[index].end)]
                path.appendJSONStep(.member(String(decoding: JSONEscapes.resolved(name), as: UTF8.self)))
            }
        }
        guard let firstLine = origin.line else { return ReportProblem(path: path, description: description) }
        let read = bytes[..<min(position, bytes.count)]
        let line = firstLine + read.count { $0 == 0x0A }
        let column = read.count - (read.lastIndex(of: 0x0A) ?? -origin.column)
        return ReportProblem(path: path, description: "line \(line), column \(column): \(description)")
    }
}

extension UInt8 {
    /// Whether the byte may be part of a number or one of the three words; all others end one.
    var isJSONLiteralByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }
}

/// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`
func isJSONNumber(_ text: ArraySlice<UInt8>) -> Bool {
    var rest = text
    func digits() -> Int {
        let count = rest.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }.count
        rest = rest.dropFirst(count)
        return count
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let startsWithZero = rest.first == UInt8(ascii: "0")
    let whole = digits()
    guard whole == 1 || whole > 1 && !startsWithZero else { return false }
    if rest.first == UInt8(ascii: ".") {
        rest = rest.dropFirst()
        guard digits() > 0 else { return false }
    }
    if let byte = rest.first, byte | 0x20 == UInt8(ascii: "e") {
        rest = rest.dropFirst()
        if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest = rest.dropFirst() }
        guard digits() > 0 else { return false }
    }
    return rest.isEmpty
}
