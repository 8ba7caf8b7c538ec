import MetadataModel

extension JSONValue {
    /// Reads a text (RFC 8259) strictly: one value and nothing behind it, valid UTF-8, no member twice. Which of two members
    /// is meant depends on the reader, and two readers must not see two things in one text.
    ///
    /// Costs some nanoseconds a byte, and memory for each value as ``JSONLimits`` says.
    public init(parsing bytes: [UInt8], limits: JSONLimits) throws(JSONProblem) {
        if bytes.count > limits.bytesMax {
            throw JSONProblem("the text has \(bytes.count) bytes; at most \(limits.bytesMax) are taken", at: nil)
        }
        self = try bytes.withUnsafeBufferPointer { buffer throws(JSONProblem) in
            var reader = JSONReader(buffer, limits: limits)
            return try reader.text()
        }
    }
}

/// Reads values by descent, one function for each kind. It must not outlive the buffer.
struct JSONReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let limits: JSONLimits
    /// Never behind the end, so that a byte is read only after ``peek()`` or a comparison with the count.
    private var position = 0
    private var depth = 0
    private var values = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    mutating func text() throws(JSONProblem) -> JSONValue {
        let value = try value()
        if next() != nil { throw unexpected("the end of the text") }
        return value
    }

    private mutating func value() throws(JSONProblem) -> JSONValue {
        values += 1
        if values > limits.valuesMax { throw problem("more than \(limits.valuesMax) values, the bound,") }
        switch next() {
        case UInt8(ascii: "{"): return .object(try members())
        case UInt8(ascii: "["): return .array(try elements())
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .boolean(true))
        case UInt8(ascii: "f"): return try literal("false", .boolean(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func members() throws(JSONProblem) -> [JSONMember] {
        try descend()
        var members: [JSONMember] = []
        var names = MemberNames()
        while next() != UInt8(ascii: "}") {
            if !members.isEmpty { try take(UInt8(ascii: ","), "\",\" or \"}\"") }
            guard next() == UInt8(ascii: "\"") else { throw unexpected("a member name in double quotes") }
            let start = position
            let name = try string()
            if !names.insert(name, behind: members) {
                throw JSONProblem("the member \(name.quotedForMessage) is there twice in one object", at: start)
            }
            try take(UInt8(ascii: ":"), "\":\"")
            do {
                members.append(JSONMember(name: name, value: try value()))
            } catch {
                throw error.inside(member: name)
            }
        }
        ascend()
        return members
    }

    private mutating func elements() throws(JSONProblem) -> [JSONValue] {
        try descend()
        var elements: [JSONValue] = []
        while next() != UInt8(ascii: "]") {
            if !elements.isEmpty { try take(UInt8(ascii: ","), "\",\" or \"]\"") }
            do {
                elements.append(try value())
            } catch {
                throw error.inside(element: elements.count)
            }
        }
        ascend()
        return elements
    }

    /// Steps over an opening bracket, which is there.
    private mutating func descend() throws(JSONProblem) {
        depth += 1
        if depth > limits.depthMax { throw problem("nested deeper than \(limits.depthMax) levels") }
        position += 1
    }

    /// Steps over a closing bracket, which is there.
    private mutating func ascend() {
        depth -= 1
        position += 1
    }

    private mutating func number() throws(JSONProblem) -> String {
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
        return String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
    }

    private mutating func digits() -> Int {
        let start = position
        while let byte = peek(), (0x30...0x39).contains(byte) { position += 1 }
        return position - start
    }

    private mutating func literal(_ word: String, _ value: JSONValue) throws(JSONProblem) -> JSONValue {
        guard bytes[position...].starts(with: word.utf8) else { throw unexpected("a value") }
        position += word.utf8.count
        return value
    }

    private mutating func take(_ byte: UInt8, _ expectation: @autoclosure () -> String) throws(JSONProblem) {
        guard next() == byte else { throw unexpected(expectation()) }
        position += 1
    }

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    /// The next byte that is no white space.
    private mutating func next() -> UInt8? {
        while let byte = peek(), byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
        return peek()
    }

    private func unexpected(_ expectation: String) -> JSONProblem { problem("expected \(expectation)") }

    private func problem(_ reason: String) -> JSONProblem { JSONProblem(reason, at: position) }
}

/// Strings, with their escapes.
extension JSONReader {
    /// Reads from an opening quote, which is there. A string without escapes is made of its bytes at once.
    private mutating func string() throws(JSONProblem) -> String {
        position += 1
        let start = position
        let isASCII = skipPlainBytes()
        guard peek() == UInt8(ascii: "\"") else { return try escapedString(from: start) }
        defer { position += 1 }
        let content = UnsafeBufferPointer(rebasing: bytes[start..<position])
        // Most strings are, and for those this is the short way.
        if isASCII { return String(decoding: content, as: UTF8.self) }
        return try text(of: content, startingAt: start)
    }

    private mutating func escapedString(from start: Int) throws(JSONProblem) -> String {
        var content = Array(bytes[start..<position])
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return try content.withUnsafeBufferPointer { buffer throws(JSONProblem) in
                    try text(of: buffer, startingAt: start)
                }
            case UInt8(ascii: "\\"): try appendEscape(to: &content)
            case 0..<0x20: throw unexpected("an escape in place of the control character")
            default:
                let run = position
                skipPlainBytes()
                content += bytes[run..<position]
            }
        }
        throw unexpected("the closing quote of a string")
    }

    /// Steps over what stands for itself. Returns whether all of it was ASCII.
    @discardableResult
    private mutating func skipPlainBytes() -> Bool {
        var all: UInt8 = 0
        while position < bytes.count {
            let byte = bytes[position]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
            all |= byte
            position += 1
        }
        return all < 0x80
    }

    private func text(of bytes: UnsafeBufferPointer<UInt8>, startingAt start: Int) throws(JSONProblem) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw JSONProblem("expected UTF-8 text in the string that starts", at: start)
        }
        return text
    }

    private mutating func appendEscape(to content: inout [UInt8]) throws(JSONProblem) {
        if let plain = plainEscape {
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
        content += scalar.utf8
    }

    /// The byte that a backslash and a letter stand for; nil if it is another escape.
    private var plainEscape: UInt8? {
        guard position + 1 < bytes.count else { return nil }
        return switch bytes[position + 1] {
        case UInt8(ascii: "\""): 0x22
        case UInt8(ascii: "\\"): 0x5C
        case UInt8(ascii: "/"): 0x2F
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    private func codeUnit(at start: Int) -> UInt32? {
        guard start + 6 <= bytes.count, bytes[start] == UInt8(ascii: "\\"), bytes[start + 1] == UInt8(ascii: "u") else {
            return nil
        }
        var unit: UInt32 = 0
        for byte in bytes[(start + 2)..<(start + 6)] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }
}

/// The names of one object, to find one that is there twice: few are compared one by one, many are hashed, so that a
/// hostile object costs no more than its bytes.
private struct MemberNames {
    private static let comparedMax = 16
    private var hashed: Set<ExactText> = []

    /// False if the name is among those of the members.
    mutating func insert(_ name: String, behind members: [JSONMember]) -> Bool {
        if members.count < Self.comparedMax { return !members.contains { $0.name.isSame(as: name) } }
        if hashed.isEmpty { hashed = Set(members.map { ExactText($0.name) }) }
        return hashed.insert(ExactText(name)).inserted
    }
}
