import MetadataModel

/// Reads the JSON of a signed payload (RFC 8259), strictly: one value, no member twice. Which of two members is meant
/// depends on the reader, and signer and verifier must not read two things in one text.
struct JSONReader {
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The value that the text is.
    static func value(
        of bytes: [UInt8],
        bytesMax: Int = AttestationLimits.payloadBytesMax
    ) throws(AttestationProblem) -> JSONValue {
        if bytes.count > bytesMax {
            let bound = "at most \(bytesMax) are taken"
            throw AttestationProblem("the payload has \(bytes.count) bytes; \(bound)")
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw AttestationProblem("the payload is not JSON: it is not UTF-8 text")
        }
        var reader = JSONReader(bytes)
        let value = try reader.value()
        if reader.next() != nil { throw reader.unexpected("the end of the text") }
        return value
    }

    private mutating func value() throws(AttestationProblem) -> JSONValue {
        switch next() {
        case UInt8(ascii: "{"): return try nested { reader throws(AttestationProblem) in try reader.object() }
        case UInt8(ascii: "["): return try nested { reader throws(AttestationProblem) in try reader.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .boolean(true))
        case UInt8(ascii: "f"): return try literal("false", .boolean(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func nested(
        _ read: (inout JSONReader) throws(AttestationProblem) -> JSONValue
    ) throws(AttestationProblem) -> JSONValue {
        depth += 1
        if depth > AttestationLimits.depthMax {
            throw AttestationProblem("the payload is nested deeper than \(AttestationLimits.depthMax) levels")
        }
        position += 1
        let value = try read(&self)
        depth -= 1
        return value
    }

    private mutating func object() throws(AttestationProblem) -> JSONValue {
        var members: [JSONMember] = []
        var names: Set<ExactText> = []
        while next() != UInt8(ascii: "}") {
            if !members.isEmpty { try take(UInt8(ascii: ","), "\",\" or \"}\"") }
            guard next() == UInt8(ascii: "\"") else { throw unexpected("a member name in double quotes") }
            let name = try string()
            guard names.insert(ExactText(name)).inserted else {
                throw AttestationProblem("the payload has the member \(name.quotedForMessage) twice in one object")
            }
            try take(UInt8(ascii: ":"), "\":\"")
            members.append(JSONMember(name: name, value: try value()))
        }
        position += 1
        return .object(members)
    }

    private mutating func array() throws(AttestationProblem) -> JSONValue {
        var elements: [JSONValue] = []
        while next() != UInt8(ascii: "]") {
            if !elements.isEmpty { try take(UInt8(ascii: ","), "\",\" or \"]\"") }
            elements.append(try value())
        }
        position += 1
        return .array(elements)
    }

    private mutating func string() throws(AttestationProblem) -> String {
        position += 1
        var content: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return String(decoding: content, as: UTF8.self)
            case UInt8(ascii: "\\"): try appendEscape(to: &content)
            case 0..<0x20: throw unexpected("an escape in place of the control character")
            default:
                content.append(byte)
                position += 1
            }
        }
        throw unexpected("the closing quote of a string")
    }

    private mutating func appendEscape(to content: inout [UInt8]) throws(AttestationProblem) {
        let letters: [UInt8: UInt8] = [
            UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5C, UInt8(ascii: "/"): 0x2F, UInt8(ascii: "b"): 0x08,
            UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
        ]
        if position + 1 < bytes.count, let plain = letters[bytes[position + 1]] {
            content.append(plain)
            position += 2
            return
        }
        guard var code = codeUnit(at: position) else { throw unexpected("an escape that JSON knows") }
        position += 6
        if code & 0xFC00 == 0xD800, let low = codeUnit(at: position), low & 0xFC00 == 0xDC00 {
            code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
            position += 6
        }
        guard let scalar = Unicode.Scalar(code) else { throw unexpected("both halves of a surrogate pair") }
        content += Array(String(Character(scalar)).utf8)
    }

    private func codeUnit(at start: Int) -> UInt32? {
        guard start + 6 <= bytes.count, bytes[start] == UInt8(ascii: "\\"), bytes[start + 1] == UInt8(ascii: "u") else {
            return nil
        }
        let digits = bytes[(start + 2)..<(start + 6)]
        guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    private mutating func number() throws(AttestationProblem) -> String {
        let start = position
        if peek() == UInt8(ascii: "-") { position += 1 }
        let firstDigit = peek()
        let whole = digits()
        guard whole == 1 || (whole > 1 && firstDigit != UInt8(ascii: "0")) else { throw unexpected("a value") }
        if peek() == UInt8(ascii: ".") {
            position += 1
            if digits() == 0 { throw unexpected("a digit") }
        }
        if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
            position += 1
            if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { position += 1 }
            if digits() == 0 { throw unexpected("a digit") }
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func digits() -> Int {
        let start = position
        while let byte = peek(), (0x30...0x39).contains(byte) { position += 1 }
        return position - start
    }

    private mutating func literal(_ word: String, _ value: JSONValue) throws(AttestationProblem) -> JSONValue {
        guard bytes[position...].starts(with: word.utf8) else { throw unexpected("a value") }
        position += word.utf8.count
        return value
    }

    private mutating func take(_ byte: UInt8, _ expectation: String) throws(AttestationProblem) {
        guard next() == byte else { throw unexpected(expectation) }
        position += 1
    }

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    /// The next byte that is no white space.
    private mutating func next() -> UInt8? {
        while let byte = peek(), byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
        return peek()
    }

    private func unexpected(_ expectation: String) -> AttestationProblem {
        AttestationProblem("the payload is not JSON: expected \(expectation) at byte \(position)")
    }
}
