extension MessageType {
    /// The encoded form of a message of this type given as proto3 JSON; canonical: known fields ascending, defaults left out.
    ///
    /// Strict about JSON, lenient about messages: both spellings of names, unknown members ignored, an unknown enum name is the
    /// enum's zero, bytes in either base64 alphabet, numbers quoted or not, `null` is absent. A `google.protobuf.Any` whose
    /// `@type` is not in the registry is kept as a `google.protobuf.Struct` inside the Any, its `@type` a member of it, which
    /// ``json(from:layout:)-(UnsafeRawBufferPointer,_)`` unwraps again.
    /// - Parameter path: what the text is in the caller's eyes, in proto spelling; it begins every problem's path. The body of a
    ///   request is read `at: "occurrence"`.
    /// - Throws: all values of the wrong type at once, or the one place where the text stops being JSON.
    public func wire(
        fromJSON text: UnsafeRawBufferPointer,
        at path: String = ""
    ) throws(JSONProblems) -> [UInt8] {
        var reader = JSONReader(text, tables: tables, path: path)
        return try reader.read(index)
    }

    /// See ``wire(fromJSON:at:)-(UnsafeRawBufferPointer,_)``.
    public func wire(fromJSON text: [UInt8], at path: String = "") throws(JSONProblems) -> [UInt8] {
        try text.withWireBytes { bytes throws(JSONProblems) in try wire(fromJSON: bytes, at: path) }
    }
}

/// Reads JSON text by descriptors and writes wire bytes as it goes: no tree between.
struct JSONReader {
    let tables: TypeTables
    let root: String
    var scanner: JSONScanner
    var out = WireWriter()
    var path: [PathStep] = []
    var problems: [JSONProblem] = []
    /// How many messages are open; wire bytes deeper than other libraries read are no use to anybody.
    private var depth = 0
    /// The members written of the messages that are open, to put them in order at the end of each.
    private var spans: [Span] = []

    /// Where a member's bytes lie in `out`.
    private struct Span {
        var number: Int32
        var range: Range<Int>
    }

    init(_ text: UnsafeRawBufferPointer, tables: TypeTables, path: String) {
        self.tables = tables
        root = path
        scanner = JSONScanner(text)
        out.reserve(text.count)
    }

    mutating func read(_ type: Int) throws(JSONProblems) -> [UInt8] {
        do throws(JSONStop) {
            if let place = invalidUTF8(scanner.text) { throw .refused("the text is not valid UTF-8", place) }
            try content(type)
            try scanner.finish()
        } catch {
            throw stopped(by: error)
        }
        guard problems.isEmpty else { throw JSONProblems(problems: problems) }
        return out.bytes
    }

    /// A message's content, in whatever form its type has, without tag and length.
    mutating func content(_ type: Int) throws(JSONStop) {
        guard depth < WireReader.depthMax else {
            throw .refused("the message is nested more than \(WireReader.depthMax) levels deep", scanner.position)
        }
        depth += 1
        defer { depth -= 1 }
        let wellKnown = tables.messages[type].wellKnown
        if wellKnown != .none { return try self.wellKnown(wellKnown, type) }
        guard scanner.peek() == UInt8(ascii: "{") else { return try refuse("an object") }
        try members(type)
    }

    /// Writes a length-delimited field around what `body` writes.
    mutating func nested(_ number: Int, _ body: (inout JSONReader) throws(JSONStop) -> Void) throws(JSONStop) {
        out.tag(number, .lengthDelimited)
        let start = out.openLength()
        try body(&self)
        out.closeLength(start)
    }

    /// Counts the map entry around what `body` writes as a message, as the wire does.
    mutating func entry(_ number: Int, _ body: (inout JSONReader) throws(JSONStop) -> Void) throws(JSONStop) {
        depth += 1
        defer { depth -= 1 }
        try nested(number, body)
    }

    // MARK: Members

    /// The object at the scanner as a message's fields; members that are no field are skipped, an Any's `@type` with them.
    mutating func members(_ type: Int) throws(JSONStop) {
        let start = out.bytes.count
        let firstSpan = spans.count
        var isInOrder = true
        var seen = SeenFields()
        try scanner.beginObject()
        var isFirst = true
        while let name = try scanner.nextName(&isFirst) {
            let index = scanner.withBytes(of: name) { tables.field(named: $0, of: type) }
            guard index >= 0 else {
                try scanner.skipValue()
                continue
            }
            let row = tables.fields[index]
            let before = out.bytes.count
            path.append(.field(index))
            if try mayRead(row, index, &seen) { try field(row) }
            path.removeLast()
            if out.bytes.count > before {
                if let last = spans.dropFirst(firstSpan).last, last.number > row.number { isInOrder = false }
                spans.append(Span(number: row.number, range: before..<out.bytes.count))
            }
        }
        if !isInOrder { reorder(from: start, spans[firstSpan...]) }
        spans.removeLast(spans.count - firstSpan)
    }

    /// Whether the member is the first for its field and its oneof and not null; otherwise its value has been consumed.
    private mutating func mayRead(_ row: FieldRow, _ index: Int, _ seen: inout SeenFields) throws(JSONStop) -> Bool {
        if scanner.peek() == UInt8(ascii: "n"), !takesNull(row) || row.isRepeated {
            if scanner.literal("null") { return false }
        }
        if !seen.insert(index - Int(tables.messages[Int(row.message)].firstField)) {
            try refuse("", "\"\(tables.string(row.jsonName))\" and \"\(tables.string(row.name))\" are the same field")
            return false
        }
        if row.oneof >= 0, let other = seen.insert(index, of: row.oneof) {
            let names = (tables.string(tables.fields[other].jsonName), tables.string(row.jsonName))
            try refuse("", "only one of \"\(names.0)\" and \"\(names.1)\" can be set")
            return false
        }
        return true
    }

    /// The fields and oneof members an object has given so far.
    private struct SeenFields {
        private var small: UInt64 = 0
        private var large: Set<Int> = []
        private var members: [Int32: Int] = [:]

        /// Adds a field by its place in its message; false if it was there.
        mutating func insert(_ place: Int) -> Bool {
            guard place < 64 else { return large.insert(place).inserted }
            let bit = UInt64(1) << UInt64(place)
            defer { small |= bit }
            return small & bit == 0
        }

        /// Adds a member of a oneof; returns the one that was there.
        mutating func insert(_ member: Int, of oneof: Int32) -> Int? {
            members.updateValue(member, forKey: oneof)
        }
    }

    /// Whether `null` is a value of this field and not its absence.
    func takesNull(_ row: FieldRow) -> Bool {
        switch row.kind {
        case .message: Int(row.type) == tables.valueType
        case .enum: tables.enums[Int(row.type)].isNullValue
        default: false
        }
    }

    /// Moves the members written since `start` into the order of their numbers.
    private mutating func reorder(from start: Int, _ spans: ArraySlice<Span>) {
        var sorted: [UInt8] = []
        sorted.reserveCapacity(out.bytes.count - start)
        for span in spans.sorted(by: { $0.number < $1.number }) { sorted += out.bytes[span.range] }
        out.bytes.replaceSubrange(start..., with: sorted)
    }

    // MARK: Fields

    private mutating func field(_ row: FieldRow) throws(JSONStop) {
        if row.isMap {
            try map(row)
        } else if row.isRepeated {
            try list(row)
        } else {
            try singular(row)
        }
    }

    /// A singular field, a list's unpacked element, or a map entry's key or value.
    mutating func singular(_ row: FieldRow, keepingDefault: Bool = false) throws(JSONStop) {
        let keepsDefault = keepingDefault || row.hasPresence
        switch row.kind {
        case .message:
            try nested(Int(row.number)) { reader throws(JSONStop) in try reader.content(Int(row.type)) }
        case .string:
            guard let text = try self.text(row.kind.expectation) else { return }
            if text.range.isEmpty && !keepsDefault { return }
            out.tag(Int(row.number), .lengthDelimited)
            let start = out.openLength()
            scanner.append(text, to: &out.bytes)
            out.closeLength(start)
        case .bytes:
            guard let bytes = try bytes() else { return }
            if !bytes.isEmpty || keepsDefault { out.field(Int(row.number), bytes: bytes) }
        default:
            guard let scalar = try scalar(row, unknownEnum: keepingDefault ? .varint(0) : nil) else { return }
            if scalar.isDefault && !keepsDefault { return }
            out.tag(Int(row.number), row.kind.wireType)
            scalar.write(to: &out)
        }
    }

    private mutating func list(_ row: FieldRow) throws(JSONStop) {
        guard scanner.peek() == UInt8(ascii: "[") else { return try refuse("a list") }
        guard row.isPacked else {
            return try elements(row) { reader throws(JSONStop) in
                try reader.singular(row, keepingDefault: true)
            }
        }
        let before = out.bytes.count
        try nested(Int(row.number)) { reader throws(JSONStop) in
            try reader.elements(row) { reader throws(JSONStop) in
                try reader.scalar(row, unknownEnum: .varint(0))?.write(to: &reader.out)
            }
        }
        // Nothing but tag and length: the empty list, which is the absent one.
        if out.bytes.last == 0, out.bytes.count - before == WireWriter.varintSize(UInt64(row.number) << 3) + 1 {
            out.bytes.removeLast(out.bytes.count - before)
        }
    }

    private mutating func elements(
        _ row: FieldRow,
        _ each: (inout JSONReader) throws(JSONStop) -> Void
    ) throws(JSONStop) {
        try scanner.beginArray()
        var isFirst = true
        var count = 0
        while try scanner.nextElement(&isFirst) {
            path.append(.element(count))
            if scanner.peek() == UInt8(ascii: "n"), !takesNull(row) {
                try refuse(row.kind.expectation)
            } else {
                try each(&self)
            }
            path.removeLast()
            count += 1
        }
    }

    private mutating func map(_ row: FieldRow) throws(JSONStop) {
        guard scanner.peek() == UInt8(ascii: "{") else { return try refuse("an object") }
        let first = Int(tables.messages[Int(row.type)].firstField)
        let (keyRow, valueRow) = (tables.fields[first], tables.fields[first + 1])
        try scanner.beginObject()
        var isFirst = true
        while let name = try scanner.nextName(&isFirst) {
            path.append(.key(name))
            try entry(Int(row.number)) { reader throws(JSONStop) in
                guard try reader.mapKey(keyRow, name) else { return }
                if reader.scanner.peek() == UInt8(ascii: "n"), !reader.takesNull(valueRow) {
                    try reader.refuse(valueRow.kind.expectation)
                } else {
                    try reader.singular(valueRow, keepingDefault: true)
                }
            }
            path.removeLast()
        }
    }

    /// Writes an entry's key from its name; false if the name cannot be one, and the value has been skipped.
    private mutating func mapKey(_ row: FieldRow, _ name: JSONText) throws(JSONStop) -> Bool {
        if row.kind == .string {
            out.tag(1, .lengthDelimited)
            let start = out.openLength()
            scanner.append(name, to: &out.bytes)
            out.closeLength(start)
            return true
        }
        let key = scanner.withBytes(of: name) { text -> ScalarValue? in
            if row.kind != .bool { return row.kind.number(text) }
            return text.elementsEqual("true".utf8) ? .varint(1) : text.elementsEqual("false".utf8) ? .varint(0) : nil
        }
        guard let key else {
            let shown = quotedExcerpt(String(decoding: scanner.bytes(of: name), as: UTF8.self))
            try refuse(row.kind.expectation + " as the name", shown)
            return false
        }
        out.tag(1, row.kind.wireType)
        key.write(to: &out)
        return true
    }

    // MARK: Scalars

    /// The string at the scanner; nil, with the problem noted and the value skipped, if it is something else.
    mutating func text(_ expected: String) throws(JSONStop) -> JSONText? {
        guard scanner.peek() == UInt8(ascii: "\"") else {
            try refuse(expected)
            return nil
        }
        return try scanner.string()
    }

    private mutating func bytes() throws(JSONStop) -> [UInt8]? {
        try parsed("base64 text") { decodedBase64($0) }
    }

    /// A string that `parse` can make something of; nil, with the problem noted, otherwise.
    mutating func parsed<Result>(
        _ expected: String,
        _ parse: (UnsafeRawBufferPointer) -> Result?
    ) throws(JSONStop) -> Result? {
        _ = scanner.peek()
        let start = scanner.mark
        guard let text = try text(expected) else { return nil }
        if let result = scanner.withBytes(of: text, parse) { return result }
        scanner.goBack(to: start)
        try refuse(expected)
        return nil
    }

    /// A number, boolean or enum; nil, with the problem noted and the value skipped, if it is none such.
    private mutating func scalar(_ row: FieldRow, unknownEnum: ScalarValue?) throws(JSONStop) -> ScalarValue? {
        let first = scanner.peek()
        let start = scanner.mark
        switch (row.kind, first) {
        case (.bool, UInt8(ascii: "t")) where scanner.literal("true"): return .varint(1)
        case (.bool, UInt8(ascii: "f")) where scanner.literal("false"): return .varint(0)
        case (.bool, _): break
        case (.enum, UInt8(ascii: "\"")):
            let name = try scanner.string()
            let number = scanner.withBytes(of: name) { tables.enumNumber($0, of: Int(row.type)) }
            return number.map { .varint(UInt64(bitPattern: Int64($0))) } ?? unknownEnum
        case (.enum, UInt8(ascii: "n")) where takesNull(row) && scanner.literal("null"): return .varint(0)
        case (_, UInt8(ascii: "\"")):
            let text = try scanner.string()
            if let value = scanner.withBytes(of: text, row.kind.quotedNumber) { return value }
        case (_, let byte?) where byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte):
            if let value = row.kind.number(try scanner.number()) { return value }
        default: break
        }
        scanner.goBack(to: start)
        try refuse(row.kind == .enum ? "a name or number of \(tables.enumNames[Int(row.type)])" : row.kind.expectation)
        return nil
    }
}
