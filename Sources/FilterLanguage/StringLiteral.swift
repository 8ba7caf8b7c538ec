/// Reads and writes what stands between quotes.
enum StringLiteral {
    /// The text of the string whose quotes are at `start` and `end - 1`.
    ///
    /// Escapes: `\" \' \\ \n \r \t`, `\xHH` and `\ooo` for the character of that number, `\uHHHH` for a UTF-16 unit
    /// (a pair of them for a character beyond U+FFFF).
    static func decode(_ text: String, _ bytes: [UInt8], start: Int, end: Int) throws(FilterError) -> String {
        let body = bytes[(start + 1)..<(end - 1)]
        guard body.contains(UInt8(ascii: "\\")) else { return String(decoding: body, as: UTF8.self) }
        var reader = EscapeReader(text: text, bytes: bytes, offset: start + 1, end: end - 1)
        return try reader.run()
    }

    /// The string in double quotes, with no control character left in it.
    static func encode(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
                let code = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - code.count) + code
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

/// Undoes the escapes of one string.
private struct EscapeReader {
    let text: String
    let bytes: [UInt8]
    var offset: Int
    let end: Int
    var result: [UInt8] = []

    init(text: String, bytes: [UInt8], offset: Int, end: Int) {
        self.text = text
        self.bytes = bytes
        self.offset = offset
        self.end = end
    }

    mutating func run() throws(FilterError) -> String {
        while offset < end {
            if bytes[offset] == UInt8(ascii: "\\") {
                try escape()
            } else {
                result.append(bytes[offset])
                offset += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private mutating func escape() throws(FilterError) {
        let start = offset
        offset += 2
        switch bytes[start + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"): result.append(bytes[start + 1])
        case UInt8(ascii: "n"): result.append(UInt8(ascii: "\n"))
        case UInt8(ascii: "r"): result.append(UInt8(ascii: "\r"))
        case UInt8(ascii: "t"): result.append(UInt8(ascii: "\t"))
        case UInt8(ascii: "x"): try append(try digits(2, radix: 16, start), start)
        case UInt8(ascii: "u"): try append(try unicode(start), start)
        case UInt8(ascii: "0")...UInt8(ascii: "3"):
            offset -= 1
            try append(try digits(3, radix: 8, start), start)
        default:
            throw error(#"this is not an escape; the escapes are \" \' \\ \n \r \t \xHH \ooo \uHHHH"#, start)
        }
    }

    /// The character of one `\uHHHH`, or of a pair of surrogates.
    private mutating func unicode(_ start: Int) throws(FilterError) -> UInt32 {
        let first = try digits(4, radix: 16, start)
        guard (0xD800...0xDBFF).contains(first), offset + 1 < end, bytes[offset] == UInt8(ascii: "\\"),
            bytes[offset + 1] == UInt8(ascii: "u")
        else { return first }
        offset += 2
        let second = try digits(4, radix: 16, start)
        guard (0xDC00...0xDFFF).contains(second) else { return first }
        return 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
    }

    private mutating func digits(_ count: Int, radix: UInt32, _ start: Int) throws(FilterError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard offset < end, let digit = Character(Unicode.Scalar(bytes[offset])).hexDigitValue, digit < radix else {
                throw error(
                    radix == 8
                        ? #"an octal escape has three digits, as in \101"#
                        : "this escape has \(count) hexadecimal digits",
                    start
                )
            }
            value = value * radix + UInt32(digit)
            offset += 1
        }
        return value
    }

    private mutating func append(_ code: UInt32, _ start: Int) throws(FilterError) {
        guard code != 0 else {
            throw error("the character NUL is not allowed in a filter; no stored text has it", start)
        }
        guard let scalar = Unicode.Scalar(code) else {
            throw error(#"half of a surrogate pair is not a character; write both, as in \ud83d\ude00"#, start)
        }
        result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    private func error(_ message: String, _ start: Int) -> FilterError {
        FilterError(message, at: FilterPosition(text: text, offset: start))
    }
}
