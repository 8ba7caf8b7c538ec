/// Reads JSON text (RFC 8259) from bytes, piece by piece.
///
/// A caller either takes values apart (``string()``, ``eachMember(_:)``, ``eachElement(_:)``) or steps over them with
/// ``skipValue()`` and keeps their text, so that what the server wrote can be passed on as it came.
struct JSONScanner {
    /// The text that is read.
    let bytes: ArraySlice<UInt8>
    /// Where the next token, or white space before it, begins.
    private(set) var index: Int
    private var depth = 0

    /// Levels of arrays and objects; the server takes 100 levels of messages, each an object and perhaps an array.
    static let depthMax = 512

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    /// The next byte that is not white space, not consumed; nil at the end.
    mutating func peek() -> UInt8? {
        while index < bytes.endIndex {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default: return bytes[index]
            }
        }
        return nil
    }

    /// Requires that nothing but white space is left.
    mutating func finish() throws(JSONSyntaxError) {
        guard peek() == nil else { throw error("the end of the text") }
    }

    /// Reads an object and calls `body` for each member, with the scanner before the value; `body` must consume it.
    mutating func eachMember(
        _ body: (String, inout JSONScanner) throws(JSONSyntaxError) -> Void
    ) throws(JSONSyntaxError) {
        try enter(UInt8(ascii: "{"), "an object")
        if try leaves(UInt8(ascii: "}")) { return }
        repeat {
            let key = try string()
            try expect(UInt8(ascii: ":"), "\":\" after the name \(key.debugDescription)")
            try body(key, &self)
        } while try goesOn(until: UInt8(ascii: "}"))
    }

    /// Reads an array and calls `body` with the scanner before each element; `body` must consume it.
    mutating func eachElement(
        _ body: (inout JSONScanner) throws(JSONSyntaxError) -> Void
    ) throws(JSONSyntaxError) {
        try enter(UInt8(ascii: "["), "an array")
        if try leaves(UInt8(ascii: "]")) { return }
        repeat { try body(&self) } while try goesOn(until: UInt8(ascii: "]"))
    }

    /// Steps over a value of any kind, checking its syntax, and returns its text.
    @discardableResult
    mutating func skipValue() throws(JSONSyntaxError) -> ArraySlice<UInt8> {
        let first = peek()
        let start = index
        switch first {
        case UInt8(ascii: "{"): try eachMember { (_, scanner) throws(JSONSyntaxError) in try scanner.skipValue() }
        case UInt8(ascii: "["): try eachElement { (scanner) throws(JSONSyntaxError) in try scanner.skipValue() }
        case UInt8(ascii: "\""): try skipString()
        default: _ = try literal()
        }
        return bytes[start..<index]
    }

    /// Reads a string, its escapes resolved.
    mutating func string() throws(JSONSyntaxError) -> String {
        guard peek() == UInt8(ascii: "\"") else { throw error("a string") }
        index += 1
        var plain: [UInt8] = []
        while index < bytes.endIndex {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: plain, as: UTF8.self) else { throw error("UTF-8 text") }
                return text
            case UInt8(ascii: "\\"):
                plain.append(contentsOf: Array(String(try escape()).utf8))
            case 0..<0x20:
                index -= 1
                throw error("an escape such as \\n in place of the control character")
            default:
                plain.append(byte)
            }
        }
        throw error("a closing quotation mark")
    }

    /// As ``string()`` without making the text: most of what passes through is never looked at.
    private mutating func skipString() throws(JSONSyntaxError) {
        let start = index
        index += 1
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                index += 1
                return
            }
            if byte == UInt8(ascii: "\\") || byte < 0x20 {
                // Escapes are rare; the careful reader knows all that can be wrong with them.
                index = start
                _ = try string()
                return
            }
            index += 1
        }
        throw error("a closing quotation mark")
    }

    /// Reads `true`, `false`, `null` or a number and returns its text.
    mutating func literal() throws(JSONSyntaxError) -> String {
        _ = peek()
        let start = index
        while index < bytes.endIndex, Self.isLiteralByte(bytes[index]) { index += 1 }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        guard text == "true" || text == "false" || text == "null" || Self.isNumber(text) else {
            index = start
            throw error("a value")
        }
        return text
    }

    /// The error that at this place something else was expected.
    func error(_ expectation: String) -> JSONSyntaxError {
        let read = bytes[bytes.startIndex..<min(index, bytes.endIndex)]
        let line = 1 + read.count { $0 == 0x0A }
        let lineStart = read.lastIndex(of: 0x0A).map { $0 + 1 } ?? bytes.startIndex
        return JSONSyntaxError(line: line, column: 1 + index - lineStart, expectation: expectation)
    }

    // MARK: Tokens

    private mutating func expect(_ byte: UInt8, _ what: String) throws(JSONSyntaxError) {
        guard peek() == byte else { throw error(what) }
        index += 1
    }

    private mutating func enter(_ byte: UInt8, _ what: String) throws(JSONSyntaxError) {
        try expect(byte, what)
        depth += 1
        guard depth <= Self.depthMax else { throw error("at most \(Self.depthMax) levels of nesting") }
    }

    private mutating func leaves(_ close: UInt8) throws(JSONSyntaxError) -> Bool {
        guard peek() == close else { return false }
        index += 1
        depth -= 1
        return true
    }

    private mutating func goesOn(until close: UInt8) throws(JSONSyntaxError) -> Bool {
        if try leaves(close) { return false }
        try expect(UInt8(ascii: ","), "\",\" or \"\(Character(UnicodeScalar(close)))\"")
        return true
    }

    private mutating func escape() throws(JSONSyntaxError) -> Unicode.Scalar {
        guard index < bytes.endIndex else { throw error("the rest of an escape") }
        let byte = bytes[index]
        index += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default:
            index -= 1
            throw error("one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX")
        }
    }

    private mutating func unicodeEscape() throws(JSONSyntaxError) -> Unicode.Scalar {
        let first = try hexQuad()
        guard 0xD800..<0xE000 ~= first else { return Unicode.Scalar(first) ?? "\u{FFFD}" }
        // A character beyond the basic plane is written as a high and a low surrogate.
        guard first < 0xDC00, index + 1 < bytes.endIndex, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u")
        else { throw error("the second half of a surrogate pair") }
        index += 2
        let second = try hexQuad()
        let code = 0x10000 + (first - 0xD800) << 10 + (second &- 0xDC00)
        guard 0xDC00..<0xE000 ~= second, let scalar = Unicode.Scalar(code) else {
            throw error("the second half of a surrogate pair")
        }
        return scalar
    }

    private mutating func hexQuad() throws(JSONSyntaxError) -> UInt32 {
        let digits = bytes[index..<min(index + 4, bytes.endIndex)]
        guard digits.count == 4, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
            let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw error("four hexadecimal digits") }
        index += 4
        return value
    }

    private static func isLiteralByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): return true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return true
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): return true
        default: return false
        }
    }

    /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`
    private static func isNumber(_ text: String) -> Bool {
        var rest = text.utf8[...]
        func skipDigits() -> Int {
            let digits = rest.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            rest = rest.dropFirst(digits.count)
            return digits.count
        }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let startsWithZero = rest.first == UInt8(ascii: "0")
        let whole = skipDigits()
        guard whole == 1 || whole > 1 && !startsWithZero else { return false }
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            guard skipDigits() > 0 else { return false }
        }
        if let byte = rest.first, byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest = rest.dropFirst() }
            guard skipDigits() > 0 else { return false }
        }
        return rest.isEmpty
    }
}

/// Text that is not JSON: where, and what was expected there.
struct JSONSyntaxError: Error, Equatable, CustomStringConvertible {
    /// From 1.
    let line: Int
    /// In bytes, from 1.
    let column: Int
    let expectation: String

    var description: String { "line \(line), column \(column): expected \(expectation)" }
}
