/// The tokens of protobuf's text format, read from bytes: never past their end, and each byte a bounded number of times.
struct TextScanner {
    let text: UnsafeRawBufferPointer
    /// Where the next token, or white space before it, begins.
    private(set) var position = 0

    init(_ text: UnsafeRawBufferPointer) {
        self.text = text
    }

    /// The first byte of the next token, not consumed; nil at the end. White space and comments are gone past.
    mutating func peek() -> UInt8? {
        while position < text.count {
            switch text[position] {
            case 0x20, 0x09...0x0D: position += 1
            case UInt8(ascii: "#"):
                while position < text.count, text[position] != 0x0A { position += 1 }
            default: return text[position]
            }
        }
        return nil
    }

    /// Goes past the byte that ``peek()`` has returned.
    mutating func advance() { position += 1 }

    /// Goes past a token of one byte, if it is the next.
    mutating func skip(_ token: Unicode.Scalar) -> Bool {
        guard let next = peek(), UInt32(next) == token.value else { return false }
        position += 1
        return true
    }

    /// Reads again from a place where it has been.
    mutating func goBack(to place: Int) { position = place }

    // MARK: Words and numbers

    /// The identifier that comes next, or nil if none does.
    mutating func word() -> UnsafeRawBufferPointer? {
        guard let first = peek(), Self.isLetter(first) else { return nil }
        return run { Self.isLetter($0) || Self.isDigit($0) }
    }

    /// The name of a field; an error if something else comes next.
    mutating func fieldName() throws(TextStop) -> UnsafeRawBufferPointer {
        if let name = word() { return name }
        let start = position
        if let next = peek(), Self.isDigit(next) {
            let number = run(where: Self.isDigit)
            let shown = String(decoding: number.prefix(12), as: UTF8.self)
            throw TextStop(
                "a field is given by its number, \(shown); whoever wrote it did not know its name either",
                start
            )
        }
        throw TextStop(expected: "the name of a field", start)
    }

    /// The number that comes next, or nil if none does.
    /// - Parameter takesWords: whether `inf` and `nan` are numbers.
    mutating func number(takesWords: Bool = false) throws(TextStop) -> TextNumber? {
        let isNegative = skip("-")
        guard let first = peek() else { return nil }
        if takesWords, Self.isLetter(first) { return word().map { TextNumber(isNegative: isNegative, token: $0) } }
        guard Self.isDigit(first) || first == UInt8(ascii: ".") else { return nil }
        var previous = first
        let token = run { byte in
            // A sign belongs to the number only as that of an exponent.
            let isSign = byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
            defer { previous = byte }
            if isSign { return previous | 0x20 == UInt8(ascii: "e") }
            return Self.isDigit(byte) || Self.isLetter(byte) || byte == UInt8(ascii: ".")
        }
        return TextNumber(isNegative: isNegative, token: token)
    }

    /// What stands between `[` and `]`: an extension's name or an Any's type.
    mutating func bracketedName() throws(TextStop) -> [UInt8] {
        let start = position
        position += 1
        var name: [UInt8] = []
        while let next = peek() {
            if next == UInt8(ascii: "]") {
                position += 1
                return name
            }
            guard Self.isLetter(next) || Self.isDigit(next) || "/.-~%!$&()*+,;=:@".utf8.contains(next) else {
                throw TextStop(expected: "\"]\" after the name of a type", position)
            }
            name.append(next)
            position += 1
        }
        throw TextStop("the \"[\" is not closed", start)
    }

    /// The bytes from here on that satisfy the test, gone past.
    private mutating func run(where belongs: (UInt8) -> Bool) -> UnsafeRawBufferPointer {
        let start = position
        while position < text.count, belongs(text[position]) { position += 1 }
        return UnsafeRawBufferPointer(rebasing: text[start..<position])
    }

    static func isLetter(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || byte == UInt8(ascii: "_")
    }

    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    // MARK: Strings

    /// Whether a string comes next.
    var seesQuote: Bool {
        mutating get {
            let next = peek()
            return next == UInt8(ascii: "\"") || next == UInt8(ascii: "'")
        }
    }

    /// The string that comes next and those that follow it, put together, without their escapes.
    mutating func strings() throws(TextStop) -> [UInt8] {
        var bytes: [UInt8] = []
        while seesQuote { try string(into: &bytes) }
        return bytes
    }

    private mutating func string(into bytes: inout [UInt8]) throws(TextStop) {
        let start = position
        let quote = text[position]
        position += 1
        while position < text.count {
            let byte = text[position]
            switch byte {
            case quote:
                position += 1
                return
            case UInt8(ascii: "\\"): try escape(into: &bytes)
            case 0x0A, 0x00: throw TextStop("a string goes on behind its line; write \\n for a line break", position)
            default:
                bytes.append(byte)
                position += 1
            }
        }
        throw TextStop("the string is not closed", start)
    }

    private mutating func escape(into bytes: inout [UInt8]) throws(TextStop) {
        let start = position
        position += 2
        guard start + 1 < text.count else { throw TextStop("the string is not closed", start) }
        switch text[start + 1] {
        case UInt8(ascii: "a"): bytes.append(0x07)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "v"): bytes.append(0x0B)
        case UInt8(ascii: "?"), UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): bytes.append(text[start + 1])
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            position -= 1
            guard let value = digits(1...3, radix: 8), value <= 0xFF else {
                throw TextStop("an octal escape is at most \\377", start)
            }
            bytes.append(UInt8(value))
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            guard let value = digits(1...2, radix: 16) else { throw TextStop("\\x wants a hexadecimal digit", start) }
            bytes.append(UInt8(value))
        case UInt8(ascii: "u"): try unicode(4, start, into: &bytes)
        case UInt8(ascii: "U"): try unicode(8, start, into: &bytes)
        default: throw TextStop("there is no such escape in a string", start)
        }
    }

    /// A code point, or the two halves of a surrogate pair.
    private mutating func unicode(_ count: Int, _ start: Int, into bytes: inout [UInt8]) throws(TextStop) {
        var code = digits(count...count, radix: 16)
        if let high = code, count == 4, (0xD800..<0xDC00).contains(high), position + 1 < text.count,
            text[position] == UInt8(ascii: "\\"), text[position + 1] == UInt8(ascii: "u")
        {
            position += 2
            let low = digits(4...4, radix: 16).flatMap { (0xDC00..<0xE000).contains($0) ? $0 : nil }
            code = low.map { 0x10000 + (high - 0xD800) << 10 + ($0 - 0xDC00) }
        }
        guard let code, let scalar = Unicode.Scalar(code) else {
            throw TextStop("the escape is no Unicode character", start)
        }
        bytes.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
    }

    /// The value of as many digits as there are, within bounds; nil if there are fewer.
    private mutating func digits(_ count: ClosedRange<Int>, radix: UInt32) -> UInt32? {
        var value: UInt32 = 0
        var read = 0
        while read < count.upperBound, position < text.count, let digit = Self.digit(text[position]), digit < radix {
            value = value &* radix &+ digit
            position += 1
            read += 1
        }
        return read >= count.lowerBound ? value : nil
    }

    private static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte) - 0x30
        case 0x41...0x46: UInt32(byte) - 0x37
        case 0x61...0x66: UInt32(byte) - 0x57
        default: nil
        }
    }
}
