/// Reads JSON text (RFC 8259, strictly) token by token. The text must be valid UTF-8, which is checked once beforehand.
///
/// Nesting is counted here, for every reader and for what is skipped alike, and so are the names of each object: a name given
/// twice means different things to different readers, so it is refused.
struct JSONScanner {
    static let depthMax = 100

    let text: UnsafeRawBufferPointer
    private(set) var position = 0
    private var depth = 0
    /// The names seen in the objects that are open, innermost last.
    private var names: [JSONText] = []
    /// Where in `names` each open object's begin.
    private var nameStarts: [Int] = []

    init(_ text: UnsafeRawBufferPointer) {
        self.text = text
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    // MARK: Where we are

    /// The next byte that is not white space, not consumed; nil at the end.
    mutating func peek() -> UInt8? {
        while position < text.count {
            let byte = text[position]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
            position += 1
        }
        return nil
    }

    /// A point to come back to.
    struct Mark {
        fileprivate var position: Int
        fileprivate var depth: Int
        fileprivate var names: Int
        fileprivate var nameStarts: Int
    }

    var mark: Mark { Mark(position: position, depth: depth, names: names.count, nameStarts: nameStarts.count) }

    /// Goes back; only to a mark whose objects are still open.
    mutating func goBack(to mark: Mark) {
        position = mark.position
        depth = mark.depth
        names.removeLast(names.count - mark.names)
        nameStarts.removeLast(nameStarts.count - mark.nameStarts)
    }

    /// Refuses anything but white space behind the value.
    mutating func finish() throws(JSONStop) {
        if peek() != nil { throw .expected("nothing more behind the JSON value", position) }
    }

    // MARK: Objects and arrays

    mutating func beginObject() throws(JSONStop) {
        guard peek() == UInt8(ascii: "{") else { throw .expected("an object", position) }
        try enter()
        nameStarts.append(names.count)
    }

    /// The next member's name, with the scanner at its value; nil when the object has ended.
    mutating func nextName(_ isFirst: inout Bool) throws(JSONStop) -> JSONText? {
        if peek() == UInt8(ascii: "}") && isFirst { return try endObject() }
        if !isFirst {
            switch peek() {
            case UInt8(ascii: "}"): return try endObject()
            case UInt8(ascii: ","): position += 1
            default: throw .expected("\",\" or \"}\"", position)
            }
        }
        isFirst = false
        guard peek() == UInt8(ascii: "\"") else { throw .expected("a member name in double quotes", position) }
        let name = try string()
        guard peek() == UInt8(ascii: ":") else { throw .expected("\":\"", position) }
        position += 1
        names.append(name)
        return name
    }

    private mutating func endObject() throws(JSONStop) -> JSONText? {
        position += 1
        depth -= 1
        let start = nameStarts.removeLast()
        if let twice = repeatedName(names[start...]) {
            let shown = String(decoding: bytes(of: twice), as: UTF8.self)
            throw .refused("the name \(quotedExcerpt(shown)) is given twice in one object", twice.range.lowerBound - 1)
        }
        names.removeLast(names.count - start)
        return nil
    }

    mutating func beginArray() throws(JSONStop) {
        guard peek() == UInt8(ascii: "[") else { throw .expected("a list", position) }
        try enter()
    }

    /// Whether there is another element, with the scanner at it.
    mutating func nextElement(_ isFirst: inout Bool) throws(JSONStop) -> Bool {
        let byte = peek()
        if byte == UInt8(ascii: "]") {
            position += 1
            depth -= 1
            return false
        }
        if !isFirst {
            guard byte == UInt8(ascii: ",") else { throw .expected("\",\" or \"]\"", position) }
            position += 1
            if peek() == UInt8(ascii: "]") { throw .expected("a value", position) }
        }
        isFirst = false
        return true
    }

    private mutating func enter() throws(JSONStop) {
        guard depth < Self.depthMax else {
            throw .refused("the JSON is nested more than \(Self.depthMax) levels deep", position)
        }
        depth += 1
        position += 1
    }

    // MARK: Repeated names

    /// A name that occurs twice, if one does: by pairs when they are few, else by sorting their hashes, which the process
    /// seeds at random, so that no text can make them collide.
    private func repeatedName(_ names: ArraySlice<JSONText>) -> JSONText? {
        if names.count <= 8 {
            for (offset, name) in names.enumerated() {
                if names.prefix(offset).contains(where: { areEqual($0, name) }) { return name }
            }
            return nil
        }
        let hashes = names.map { name in
            var hasher = Hasher()
            bytes(of: name).withUnsafeBytes { hasher.combine(bytes: $0) }
            return (hash: hasher.finalize(), name: name)
        }.sorted { ($0.hash, $0.name.range.lowerBound) < ($1.hash, $1.name.range.lowerBound) }
        for (earlier, later) in zip(hashes, hashes.dropFirst())
        where earlier.hash == later.hash && areEqual(earlier.name, later.name) {
            return later.name
        }
        return nil
    }

    private func areEqual(_ a: JSONText, _ b: JSONText) -> Bool {
        if !a.hasEscapes && !b.hasEscapes { return raw(a).elementsEqual(raw(b)) }
        return bytes(of: a) == bytes(of: b)
    }

    // MARK: Scalars

    /// The string at the scanner, which must be at its opening quote.
    mutating func string() throws(JSONStop) -> JSONText {
        position += 1
        let start = position
        var hasEscapes = false
        while position < text.count {
            let byte = text[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                return JSONText(range: start..<(position - 1), hasEscapes: hasEscapes)
            }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                try skipEscape()
            } else if byte < 0x20 {
                throw .refused("a control character in a string must be written as an escape such as \\n", position)
            } else {
                position += 1
            }
        }
        throw .expected("the closing quote of a string", position)
    }

    private mutating func skipEscape() throws(JSONStop) {
        let start = position
        guard start + 1 < text.count else { throw .expected("the closing quote of a string", text.count) }
        switch text[start + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 2
        case UInt8(ascii: "u"):
            guard let unit = hexUnit(at: start + 2) else { throw .expected("four hexadecimal digits", start + 2) }
            position += 6
            if unit & 0xFC00 == 0xD800 {
                guard start + 7 < text.count, text[start + 6] == UInt8(ascii: "\\"),
                    text[start + 7] == UInt8(ascii: "u"),
                    let low = hexUnit(at: start + 8), low & 0xFC00 == 0xDC00
                else { throw .refused("a surrogate escape stands alone", start) }
                position += 6
            } else if unit & 0xFC00 == 0xDC00 {
                throw .refused("a surrogate escape stands alone", start)
            }
        default: throw .refused("a string has an escape that JSON does not know", start)
        }
    }

    private func hexUnit(at start: Int) -> UInt32? {
        guard start + 4 <= text.count else { return nil }
        var unit: UInt32 = 0
        for byte in text[start..<(start + 4)] {
            switch byte {
            case 0x30...0x39: unit = unit << 4 | UInt32(byte - 0x30)
            case 0x41...0x46: unit = unit << 4 | UInt32(byte - 0x37)
            case 0x61...0x66: unit = unit << 4 | UInt32(byte - 0x57)
            default: return nil
            }
        }
        return unit
    }

    /// The number at the scanner, as it is written.
    mutating func number() throws(JSONStop) -> UnsafeRawBufferPointer {
        let start = position
        guard let length = jsonNumberLength(UnsafeRawBufferPointer(rebasing: text[start...])) else {
            throw .expected("a value", start)
        }
        position += length
        if position < text.count, isWordCharacter(text[position]) { throw .expected("a number", start) }
        return UnsafeRawBufferPointer(rebasing: text[start..<position])
    }

    /// Consumes `true`, `false` or `null` if it stands here.
    mutating func literal(_ word: StaticString) -> Bool {
        let end = position + word.utf8CodeUnitCount
        guard end <= text.count,
            text[position..<end].elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: end - position)),
            end == text.count || !isWordCharacter(text[end])
        else { return false }
        position = end
        return true
    }

    private func isWordCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2E, 0x2B, 0x2D, 0x80...0xFF: true
        default: false
        }
    }

    /// Goes past the value at the scanner, whatever it is, checking all of it.
    mutating func skipValue() throws(JSONStop) {
        switch peek() {
        case UInt8(ascii: "{"):
            try beginObject()
            var isFirst = true
            while try nextName(&isFirst) != nil { try skipValue() }
        case UInt8(ascii: "["):
            try beginArray()
            var isFirst = true
            while try nextElement(&isFirst) { try skipValue() }
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "t") where literal("true"): break
        case UInt8(ascii: "f") where literal("false"): break
        case UInt8(ascii: "n") where literal("null"): break
        default: _ = try number()
        }
    }

    // MARK: Text

    /// The bytes between the quotes, escapes and all.
    func raw(_ string: JSONText) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: text[string.range]) }

    /// The string's content.
    func bytes(of string: JSONText) -> [UInt8] {
        var bytes: [UInt8] = []
        append(string, to: &bytes)
        return bytes
    }

    /// Calls `body` with the string's content, copying it only if it has escapes.
    func withBytes<Result>(of string: JSONText, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        string.hasEscapes ? bytes(of: string).withWireBytes(body) : body(raw(string))
    }

    /// Appends the string's content to `bytes`.
    func append(_ string: JSONText, to bytes: inout [UInt8]) {
        if !string.hasEscapes { return bytes.append(contentsOf: raw(string)) }
        var position = string.range.lowerBound
        while position < string.range.upperBound {
            let byte = text[position]
            if byte != UInt8(ascii: "\\") {
                bytes.append(byte)
                position += 1
            } else if text[position + 1] == UInt8(ascii: "u") {
                position = appendUnicode(at: position, to: &bytes)
            } else {
                bytes.append(plainEscape(text[position + 1]))
                position += 2
            }
        }
    }

    private func plainEscape(_ letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: letter
        }
    }

    private func appendUnicode(at start: Int, to bytes: inout [UInt8]) -> Int {
        var scalar = hexUnit(at: start + 2) ?? 0xFFFD
        var end = start + 6
        if scalar & 0xFC00 == 0xD800, let low = hexUnit(at: start + 8) {
            scalar = 0x10000 + (scalar & 0x3FF) << 10 + (low & 0x3FF)
            end = start + 12
        }
        if let scalar = Unicode.Scalar(scalar) {
            bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
        return end
    }
}

/// A string in the text, by the place of its content between the quotes.
struct JSONText {
    var range: Range<Int>
    var hasEscapes: Bool
}

/// The length of the number (RFC 8259, section 6) at the start of `text`, nil if there is none.
func jsonNumberLength(_ text: UnsafeRawBufferPointer) -> Int? {
    var position = 0
    func digits() -> Bool {
        let start = position
        while position < text.count, (0x30...0x39).contains(text[position]) { position += 1 }
        return position > start
    }
    if position < text.count, text[position] == UInt8(ascii: "-") { position += 1 }
    if position < text.count, text[position] == UInt8(ascii: "0") { position += 1 } else if !digits() { return nil }
    if position < text.count, text[position] == UInt8(ascii: ".") {
        position += 1
        if !digits() { return nil }
    }
    if position < text.count, text[position] | 0x20 == UInt8(ascii: "e") {
        position += 1
        if position < text.count, text[position] == UInt8(ascii: "+") || text[position] == UInt8(ascii: "-") {
            position += 1
        }
        if !digits() { return nil }
    }
    return position
}

/// At most about 40 characters of `text`, in quotes.
func quotedExcerpt(_ text: String) -> String {
    let shown = text.unicodeScalars.prefix(41)
    var line = String.UnicodeScalarView()
    for scalar in shown.prefix(40) { line.append(scalar.value < 0x20 || scalar.value == 0x7F ? "\u{FFFD}" : scalar) }
    return "\"\(String(line))\(shown.count > 40 ? "…" : "")\""
}
