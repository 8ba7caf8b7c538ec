extension MessageType {
    /// The encoded form of a message of this type given in protobuf's text format; canonical, as ``canonical(_:)`` has it.
    ///
    /// Takes what any writer of the format writes: `:` left out before messages, `{}` or `<>`, lists, `,` and `;` between
    /// fields, comments, and a `google.protobuf.Any` by its type (`[type.googleapis.com/x.Y] { … }`) where the type is in
    /// the registry. Strict about messages: a field or enum name that is not there, a singular field given twice and two
    /// members of a oneof are faults; so are extensions, which nobody here knows.
    /// - Throws: the first thing wrong, with its place and field.
    public func wire(fromText text: UnsafeRawBufferPointer) throws(TextProblem) -> [UInt8] {
        var reader = TextReader(text, tables: tables)
        return try reader.read(index)
    }

    /// See ``wire(fromText:)-(UnsafeRawBufferPointer)``.
    public func wire(fromText text: [UInt8]) throws(TextProblem) -> [UInt8] {
        try text.withWireBytes { bytes throws(TextProblem) in try wire(fromText: bytes) }
    }
}

/// Reads the text format by descriptors and writes wire bytes as it goes, in the order of the text; at the end they are
/// brought into canonical form.
struct TextReader {
    let tables: TypeTables
    var scanner: TextScanner
    var out = WireWriter()
    var path: [TextStep] = []
    /// How many messages are open; wire bytes deeper than other libraries read are no use to anybody.
    private var depth = 0

    init(_ text: UnsafeRawBufferPointer, tables: TypeTables) {
        self.tables = tables
        scanner = TextScanner(text)
        out.reserve(text.count)
    }

    mutating func read(_ type: Int) throws(TextProblem) -> [UInt8] {
        do throws(TextStop) {
            try fields(of: type, until: nil)
            return try canonical(out.bytes, of: type)
        } catch {
            throw problem(of: error)
        }
    }

    /// The fields of a message up to the bracket that closes it, or to the end of the text.
    private mutating func fields(of type: Int, until close: UInt8?) throws(TextStop) {
        guard depth < WireReader.depthMax else {
            throw TextStop("the message is nested more than \(WireReader.depthMax) levels deep", scanner.position)
        }
        depth += 1
        defer { depth -= 1 }
        var seen = SeenFields()
        while let next = scanner.peek() {
            if next == close {
                scanner.advance()
                return
            }
            if next == UInt8(ascii: "[") {
                try bracketed(in: type, &seen)
            } else {
                try field(of: type, &seen)
            }
            if !scanner.skip(",") { _ = scanner.skip(";") }
        }
        guard let close else { return }
        throw expected("a field or \"\(UnicodeScalar(close))\"")
    }

    /// The fields and oneof members that a message has given so far.
    struct SeenFields {
        /// How many values each field has got.
        private(set) var counts: [Int: Int] = [:]
        private(set) var members: [Int32: Int] = [:]
        /// Whether the content was given by its type, besides which an Any has nothing.
        var isExpanded = false

        mutating func count(_ field: Int) -> Int {
            defer { counts[field, default: 0] += 1 }
            return counts[field] ?? 0
        }

        /// Adds a member of a oneof; returns another one that was there.
        mutating func insert(_ member: Int, of oneof: Int32) -> Int? {
            members.updateValue(member, forKey: oneof)
        }
    }

    // MARK: Fields

    private mutating func field(of type: Int, _ seen: inout SeenFields) throws(TextStop) {
        let start = scanner.position
        let name = try scanner.fieldName()
        let index = tables.field(named: name, of: type)
        guard index >= 0, tables.equals(tables.fields[index].name, name) else { throw unknown(name, in: type, start) }
        let row = tables.fields[index]
        guard row.kind != .group else { throw TextStop("groups are not read", start) }
        path.append(.field(index))
        if row.oneof >= 0, let other = seen.insert(index, of: row.oneof), other != index {
            let names = (tables.string(tables.fields[other].name), tables.string(row.name))
            throw TextStop("only one of \"\(names.0)\" and \"\(names.1)\" can be set", start)
        }
        if seen.isExpanded { throw TextStop("an Any that is given by its type has no other fields", start) }
        guard scanner.skip(":") || row.kind == .message else { throw expected("\":\"") }
        if scanner.peek() == UInt8(ascii: "["), row.isRepeated {
            try list(row, &seen)
        } else {
            let count = seen.count(index)
            if row.isRepeated {
                path.append(.element(count))
            } else if count > 0 {
                throw TextStop("the field is given twice", start)
            }
            try value(row)
            if row.isRepeated { path.removeLast() }
        }
        path.removeLast()
    }

    private mutating func list(_ row: FieldRow, _ seen: inout SeenFields) throws(TextStop) {
        guard case .field(let index)? = path.last else { return }
        scanner.advance()
        if scanner.skip("]") { return }
        repeat {
            path.append(.element(seen.count(index)))
            try value(row)
            path.removeLast()
        } while scanner.skip(",")
        guard scanner.skip("]") else { throw expected("\",\" or \"]\"") }
    }

    private mutating func value(_ row: FieldRow) throws(TextStop) {
        switch row.kind {
        case .message:
            try message(Int(row.number)) { reader throws(TextStop) in try reader.content(of: Int(row.type)) }
        case .string, .bytes: try text(row)
        default: try scalar(row)
        }
    }

    /// Writes a length-delimited field around what `body` writes.
    private mutating func message(
        _ number: Int,
        _ body: (inout TextReader) throws(TextStop) -> Void
    ) throws(TextStop) {
        out.tag(number, .lengthDelimited)
        let start = out.openLength()
        try body(&self)
        out.closeLength(start)
    }

    /// A message in its brackets.
    private mutating func content(of type: Int) throws(TextStop) {
        if scanner.skip("{") {
            try fields(of: type, until: UInt8(ascii: "}"))
        } else if scanner.skip("<") {
            try fields(of: type, until: UInt8(ascii: ">"))
        } else {
            throw expected("a message in {} or <>")
        }
    }

    // MARK: Any

    /// `[type.googleapis.com/x.Y] { … }`, the content of an Any.
    private mutating func bracketed(in type: Int, _ seen: inout SeenFields) throws(TextStop) {
        let start = scanner.position
        let url = try scanner.bracketedName()
        guard url.contains(UInt8(ascii: "/")) else {
            throw TextStop("the extension [\(excerpt(url))] is not known; extensions are not read", start)
        }
        guard tables.messages[type].wellKnown == .any else {
            throw TextStop("only a google.protobuf.Any is given by its type, not a \(tables.messageNames[type])", start)
        }
        guard seen.counts.isEmpty, !seen.isExpanded else {
            throw TextStop("an Any that is given by its type has no other fields", start)
        }
        seen.isExpanded = true
        let name = AnyContent.typeName(of: String(decoding: url, as: UTF8.self))
        guard let known = tables.messageByName[name] else {
            throw TextStop("the type \(excerpt(url)) is not known; it can be given as type_url and value", start)
        }
        path.append(.any(url))
        _ = scanner.skip(":")
        out.field(1, bytes: url)
        // The content is written apart, because canonical form stops at it.
        let outer = out
        out = WireWriter()
        try content(of: Int(known))
        let value = try canonical(out.bytes, of: Int(known))
        out = outer
        if !value.isEmpty { out.field(2, bytes: value) }
        path.removeLast()
    }

    private func canonical(_ wire: [UInt8], of type: Int) throws(TextStop) -> [UInt8] {
        do throws(WireError) { return try MessageType(tables: tables, index: type).canonical(wire) } catch {
            throw TextStop(error.description, scanner.position)
        }
    }
}
