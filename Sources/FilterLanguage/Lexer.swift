/// A piece of a filter's text: its kind and its bytes.
struct Token {
    enum Kind: Equatable {
        case text, string
        case dot, comma, leftParenthesis, rightParenthesis, leftBracket, rightBracket
        case comparison(FilterOperator)
        /// `AND` and `&&`; `OR` and `||`; `NOT` and `!`.
        case and, or, not
        case end
    }

    var kind: Kind
    /// The first byte.
    var start: Int
    /// The byte after the last.
    var end: Int
    /// Whether white space stands before it. The first token has it.
    var followsSpace: Bool
}

/// Cuts a filter's text into tokens, in one pass from left to right.
///
/// Text is whatever is neither white space nor one of the characters that mean something, so that digests, URLs
/// without a scheme, versions and words of any language need no quotes.
struct Lexer {
    private let text: String
    private let bytes: [UInt8]
    private var offset = 0
    private var tokens: [Token] = []

    private init(_ text: String, _ bytes: [UInt8]) {
        self.text = text
        self.bytes = bytes
    }

    /// The tokens of a text, the last of kind `end`.
    static func tokens(of text: String, bytes: [UInt8]) throws(FilterError) -> [Token] {
        var lexer = Lexer(text, bytes)
        try lexer.run()
        return lexer.tokens
    }

    private mutating func run() throws(FilterError) {
        while true {
            let spaceStart = offset
            skipSpace()
            let followsSpace = offset > spaceStart || tokens.isEmpty
            let start = offset
            let kind = try next()
            tokens.append(Token(kind: kind, start: start, end: offset, followsSpace: followsSpace))
            if kind == .end { return }
        }
    }

    private mutating func next() throws(FilterError) -> Token.Kind {
        guard offset < bytes.count else { return .end }
        let byte = bytes[offset]
        if Self.isText(byte) { return try textOrKeyword() }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return try string(quote: byte)
        case UInt8(ascii: "."): return .dot
        case UInt8(ascii: ","): return .comma
        case UInt8(ascii: "("): return .leftParenthesis
        case UInt8(ascii: ")"): return .rightParenthesis
        case UInt8(ascii: "["): return .leftBracket
        case UInt8(ascii: "]"): return .rightBracket
        case UInt8(ascii: ":"): return .comparison(.has)
        case UInt8(ascii: "="):
            _ = take("=")
            return .comparison(.equals)
        case UInt8(ascii: "<"): return .comparison(take("=") ? .lessOrEqual : .less)
        case UInt8(ascii: ">"): return .comparison(take("=") ? .greaterOrEqual : .greater)
        case UInt8(ascii: "!"): return take("=") ? .comparison(.notEquals) : .not
        case UInt8(ascii: "&"):
            guard take("&") else {
                throw error("\"&\" means nothing alone; write AND (or &&), or put the text in quotes")
            }
            return .and
        case UInt8(ascii: "|"):
            guard take("|") else {
                throw error("\"|\" means nothing alone; write OR (or ||), or put the text in quotes")
            }
            return .or
        default:
            let code = String(byte, radix: 16, uppercase: true)
            throw error("the control character U+00\(code.count < 2 ? "0" : "")\(code) is not allowed in a filter")
        }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    private mutating func textOrKeyword() throws(FilterError) -> Token.Kind {
        let start = offset
        if let quote = curlyQuote() {
            offset += 1
            throw error("\(quote) is not a quotation mark of the filter language; use \" or '")
        }
        while offset < bytes.count, Self.isText(bytes[offset]), spaceLength() == 0 { offset += 1 }
        switch bytes[start..<offset] {
        case ArraySlice("AND".utf8): return .and
        case ArraySlice("OR".utf8): return .or
        case ArraySlice("NOT".utf8): return .not
        default: return .text
        }
    }

    /// Finds the end of a string; `StringLiteral` reads what it says.
    private mutating func string(quote: UInt8) throws(FilterError) -> Token.Kind {
        let start = offset - 1
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == 0 {
                offset += 1
                throw error("the character NUL is not allowed in a filter; no stored text has it")
            }
            offset += byte == UInt8(ascii: "\\") ? 2 : 1
            if byte == quote { return .string }
        }
        throw FilterError(
            "this string is not closed; add \(quote == UInt8(ascii: "'") ? "'" : "\"") at its end",
            at: FilterPosition(text: text, offset: start)
        )
    }

    /// An error at the byte before the offset.
    private func error(_ message: String) -> FilterError {
        FilterError(message, at: FilterPosition(text: text, offset: offset - 1))
    }

    // MARK: - Kinds of bytes

    /// Any byte of a character beyond ASCII, and the ASCII that has no meaning of its own.
    private static func isText(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, 0x7F: false
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "("),
            UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ":"), UInt8(ascii: "="),
            UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "!"), UInt8(ascii: "&"), UInt8(ascii: "|"):
            false
        default: true
        }
    }

    private mutating func skipSpace() {
        while true {
            let length = spaceLength()
            if length == 0 { return }
            offset += length
        }
    }

    /// The bytes of the white space character at the offset, 0 if none is there. Filters get pasted from documents,
    /// so the spaces of Unicode (a no-break space above all) count.
    private func spaceLength() -> Int {
        guard offset < bytes.count else { return 0 }
        let byte = bytes[offset]
        if byte < 0x80 { return byte == 0x20 || (0x09...0x0D).contains(byte) ? 1 : 0 }
        let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 0
        guard length > 0, length < 4, offset + length <= bytes.count else { return 0 }
        var code = UInt32(byte) & (length == 2 ? 0x1F : 0x0F)
        for index in 1..<length { code = code << 6 | UInt32(bytes[offset + index] & 0x3F) }
        return Unicode.Scalar(code)?.properties.isWhitespace == true ? length : 0
    }

    /// The typographic quotation mark at the offset: U+201C, U+201D, U+2018 or U+2019.
    private func curlyQuote() -> String? {
        guard offset + 3 <= bytes.count, bytes[offset] == 0xE2, bytes[offset + 1] == 0x80,
            [0x98, 0x99, 0x9C, 0x9D].contains(bytes[offset + 2])
        else { return nil }
        return String(decoding: bytes[offset..<offset + 3], as: UTF8.self)
    }
}
