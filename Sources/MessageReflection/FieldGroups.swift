/// A canonical message cut into its fields: all of a repeated one together, ascending, and what is unknown behind them.
///
/// Views into the message's bytes, valid only as long as these.
struct FieldGroups {
    /// All the fields of one number.
    struct Group {
        /// The field's index in the tables.
        var index: Int
        /// Tags included.
        var bytes: UnsafeRawBufferPointer
    }

    private(set) var known: [Group] = []
    private(set) var unknown = UnsafeRawBufferPointer(start: nil, count: 0)

    /// - Parameter wire: in canonical form (``MessageType/canonical(_:)-([UInt8])``).
    init(_ wire: UnsafeRawBufferPointer, of message: Int, in tables: TypeTables) throws(WireError) {
        var reader = WireReader(wire)
        var start = 0
        while let field = try reader.next() {
            let index = tables.field(field.number, of: message)
            guard index >= 0, tables.fields[index].accepts(field.type) else {
                unknown = UnsafeRawBufferPointer(rebasing: wire[start...])
                return
            }
            if known.last?.index == index { start -= known.removeLast().bytes.count }
            known.append(Group(index: index, bytes: UnsafeRawBufferPointer(rebasing: wire[start..<reader.offset])))
            start = reader.offset
        }
    }

    /// The bytes of a field; empty if it is not set.
    func bytes(of index: Int) -> UnsafeRawBufferPointer {
        for group in known where group.index == index { return group.bytes }
        return UnsafeRawBufferPointer(start: nil, count: 0)
    }
}

extension UnsafeRawBufferPointer {
    /// Whether both hold the same bytes.
    func isSame(as other: UnsafeRawBufferPointer) -> Bool { count == other.count && elementsEqual(other) }

    /// The contents of length-delimited fields that lie one after another.
    func payloads() throws(WireError) -> [UnsafeRawBufferPointer] {
        var payloads: [UnsafeRawBufferPointer] = []
        var reader = WireReader(self)
        while let field = try reader.next() { payloads.append(field.payload) }
        return payloads
    }

    /// The whole fields that lie one after another.
    func wholeFields() throws(WireError) -> [UnsafeRawBufferPointer] {
        var fields: [UnsafeRawBufferPointer] = []
        var reader = WireReader(self)
        while let field = try reader.next() { fields.append(field.whole) }
        return fields
    }
}

extension TypeTables {
    /// Whether a field is a single message whose fields make sense one by one; a timestamp's do not.
    func isMergedInside(_ index: Int) -> Bool {
        let row = fields[index]
        return row.kind == .message && !row.isRepeated && messages[Int(row.type)].wellKnown == .none
    }
}
