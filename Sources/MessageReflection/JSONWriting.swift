extension MessageType {
    /// How JSON is laid out.
    public enum JSONLayout: Sendable {
        /// No white space at all.
        case compact
        /// Two spaces a level, one member a line.
        case pretty
    }

    /// The proto3 JSON form of an encoded message of this type, byte for byte as SwiftProtobuf writes it: names in camelCase,
    /// fields ascending by number, defaults left out, unknown fields skipped.
    ///
    /// A `google.protobuf.Any` of a type that is not in the registry, or whose bytes are not such a message, is written as its
    /// `@type` and the bytes in base64, unless it is one of our wrapped JSON objects (see ``MessageType/wire(fromJSON:at:)``),
    /// which comes out as it went in. Straight from bytes to bytes: time and memory are linear in both.
    /// - Throws: if the bytes are malformed, or hold what JSON cannot say; nothing that passed ``check(_:)`` throws.
    public func json(from wire: UnsafeRawBufferPointer, layout: JSONLayout = .compact) throws(WireError) -> [UInt8] {
        var writer = JSONWriter(tables: tables)
        writer.out.bytes.reserveCapacity(wire.count + wire.count / 2 + 64)
        try writer.message(index, wire, depth: 1)
        return layout == .pretty ? prettyJSON(writer.out.bytes) : writer.out.bytes
    }

    /// See ``json(from:layout:)-(UnsafeRawBufferPointer,_)``.
    public func json(from wire: [UInt8], layout: JSONLayout = .compact) throws(WireError) -> [UInt8] {
        try wire.withWireBytes { bytes throws(WireError) in try json(from: bytes, layout: layout) }
    }

    /// See ``json(from:layout:)-(UnsafeRawBufferPointer,_)``.
    public func json(from wire: ArraySlice<UInt8>, layout: JSONLayout = .compact) throws(WireError) -> [UInt8] {
        try wire.withWireBytes { bytes throws(WireError) in try json(from: bytes, layout: layout) }
    }

    /// Appends the compact JSON form to `text`, so that a list of messages needs no buffer for each; on an error nothing.
    public func appendJSON(from wire: UnsafeRawBufferPointer, to text: inout [UInt8]) throws(WireError) {
        var writer = JSONWriter(tables: tables)
        swap(&writer.out.bytes, &text)
        let start = writer.out.bytes.count
        defer { swap(&writer.out.bytes, &text) }
        do throws(WireError) { try writer.message(index, wire, depth: 1) } catch {
            writer.out.bytes.removeLast(writer.out.bytes.count - start)
            throw error
        }
    }
}

/// Walks encoded messages by their descriptors and appends their JSON to one array.
struct JSONWriter {
    let tables: TypeTables
    var out = JSONOutput()

    init(tables: TypeTables) {
        self.tables = tables
    }

    /// A whole message in whatever form its type has.
    mutating func message(_ type: Int, _ wire: UnsafeRawBufferPointer, depth: Int) throws(WireError) {
        guard depth <= WireReader.depthMax else { throw WireError(.nestedTooDeeply, offset: 0) }
        let wellKnown = tables.messages[type].wellKnown
        if wellKnown != .none { return try self.wellKnown(wellKnown, type, wire, depth: depth) }
        out.byte(UInt8(ascii: "{"))
        _ = try members(type, wire, isFirst: true, depth: depth)
        out.byte(UInt8(ascii: "}"))
    }

    /// The members of a message's object; returns whether still none has been written.
    ///
    /// Looking whether the fields are in order before writing, not while writing, keeps hostile input linear: no message is
    /// ever written twice.
    mutating func members(
        _ type: Int,
        _ wire: UnsafeRawBufferPointer,
        isFirst: Bool,
        depth: Int
    ) throws(WireError) -> Bool {
        if try tables.isInOrder(wire, of: type) {
            return try membersInOrder(type, wire, isFirst: isFirst, depth: depth)
        }
        let sorted = try tables.sorted(wire, of: type, keepingUnknown: false)
        return try sorted.withWireBytes { bytes throws(WireError) in
            try membersInOrder(type, bytes, isFirst: isFirst, depth: depth)
        }
    }

    private mutating func membersInOrder(
        _ type: Int,
        _ wire: UnsafeRawBufferPointer,
        isFirst: Bool,
        depth: Int
    ) throws(WireError) -> Bool {
        var isFirst = isFirst
        var reader = WireReader(wire)
        var open = Repetition()
        while let field = try reader.next() {
            let index = tables.field(field.number, of: type)
            guard index >= 0 else { continue }
            let row = tables.fields[index]
            guard row.accepts(field.type) else { continue }
            do throws(WireError) {
                if row.isMap {
                    close(&open)
                    try map(row, field, &reader, isFirst: &isFirst, depth: depth)
                } else if row.isRepeated {
                    try element(row, index, field, &open, isFirst: &isFirst, depth: depth)
                } else if row.hasPresence || !isDefault(field, row.kind) {
                    close(&open)
                    key(row, isFirst: &isFirst)
                    try value(row, field, depth: depth)
                }
            } catch {
                throw error.within(tables.string(row.name) + (open.index == index ? "[\(open.count - 1)]" : ""))
            }
        }
        close(&open)
        return isFirst
    }

    @inline(__always)
    private mutating func key(_ row: FieldRow, isFirst: inout Bool) {
        if !isFirst { out.byte(UInt8(ascii: ",")) }
        isFirst = false
        tables.text.withUnsafeBytes {
            out.bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[row.key.indices]))
        }
    }

    // MARK: Repeated fields

    /// The array being written: its field, and how many elements it has.
    private struct Repetition {
        var index = -1
        var count = 0
    }

    private mutating func close(_ open: inout Repetition) {
        if open.index >= 0 { out.byte(UInt8(ascii: "]")) }
        open = Repetition()
    }

    private mutating func element(
        _ row: FieldRow,
        _ index: Int,
        _ field: WireField,
        _ open: inout Repetition,
        isFirst: inout Bool,
        depth: Int
    ) throws(WireError) {
        let isPacked = field.type == .lengthDelimited && row.isPackable
        if isPacked && field.payload.isEmpty { return }
        if open.index != index {
            close(&open)
            key(row, isFirst: &isFirst)
            out.byte(UInt8(ascii: "["))
            open.index = index
        }
        guard isPacked else {
            if open.count > 0 { out.byte(UInt8(ascii: ",")) }
            open.count += 1
            return try value(row, field, depth: depth)
        }
        var list = WireReader(field.payload)
        while !list.isAtEnd {
            if open.count > 0 { out.byte(UInt8(ascii: ",")) }
            open.count += 1
            scalar(row, try list.scalar(row.kind))
        }
    }

    // MARK: Values

    /// Whether a field without presence holds its default, and so is not written.
    @inline(__always)
    private func isDefault(_ field: WireField, _ kind: FieldKind) -> Bool {
        switch kind {
        case .int32, .uint32, .enum, .sint32: UInt32(truncatingIfNeeded: field.value) == 0
        default: field.value == 0  // for strings and bytes, the length
        }
    }

    mutating func value(_ row: FieldRow, _ field: WireField, depth: Int) throws(WireError) {
        switch row.kind {
        case .string: try out.string(field.payload)
        case .bytes: out.base64(field.payload)
        case .message: try message(Int(row.type), field.payload, depth: depth + 1)
        default: scalar(row, field.value)
        }
    }

    private mutating func scalar(_ row: FieldRow, _ bits: UInt64) {
        switch row.kind {
        case .bool: bits != 0 ? out.text("true") : out.text("false")
        case .enum: enumeration(Int(row.type), Int32(truncatingIfNeeded: bits))
        case .int32, .sfixed32: out.signed(Int64(Int32(truncatingIfNeeded: bits)))
        case .uint32, .fixed32: out.unsigned(UInt64(UInt32(truncatingIfNeeded: bits)))
        case .sint32: out.signed(Int64(Int32(truncatingIfNeeded: WireReader.zigZag(bits & 0xFFFF_FFFF))))
        case .float: out.float(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
        case .double: out.double(Double(bitPattern: bits))
        default: quoted { $0.wide(row.kind, bits) }
        }
    }

    /// 64-bit integers, which JSON numbers cannot hold and which are therefore quoted.
    private mutating func wide(_ kind: FieldKind, _ bits: UInt64) {
        switch kind {
        case .int64, .sfixed64: out.signed(Int64(bitPattern: bits))
        case .sint64: out.signed(WireReader.zigZag(bits))
        default: out.unsigned(bits)
        }
    }

    private mutating func quoted(_ body: (inout JSONWriter) -> Void) {
        out.byte(UInt8(ascii: "\""))
        body(&self)
        out.byte(UInt8(ascii: "\""))
    }

    private mutating func enumeration(_ type: Int, _ number: Int32) {
        if tables.enums[type].isNullValue { return out.text("null") }
        guard let name = tables.enumName(number, of: type) else { return out.signed(Int64(number)) }
        tables.text.withUnsafeBytes { out.bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[name.indices])) }
    }

    // MARK: Maps

    /// The run of entries that starts with `field`; of entries with the same key, the last counts.
    private mutating func map(
        _ row: FieldRow,
        _ field: WireField,
        _ reader: inout WireReader,
        isFirst: inout Bool,
        depth: Int
    ) throws(WireError) {
        var entries = [try MapEntry(field.payload, tables, row)]
        while true {
            var ahead = reader
            guard let next = try ahead.next(), next.number == field.number, row.accepts(next.type) else { break }
            entries.append(try MapEntry(next.payload, tables, row))
            reader = ahead
        }
        key(row, isFirst: &isFirst)
        out.byte(UInt8(ascii: "{"))
        var isFirstEntry = true
        for entry in lastOfEachKey(entries) {
            if !isFirstEntry { out.byte(UInt8(ascii: ",")) }
            isFirstEntry = false
            try mapKey(entry)
            out.byte(UInt8(ascii: ":"))
            do throws(WireError) { try mapValue(entry, depth: depth + 1) } catch { throw error.within(entry.keyStep) }
        }
        out.byte(UInt8(ascii: "}"))
    }

    private func lastOfEachKey(_ entries: [MapEntry]) -> [MapEntry] {
        let keep = lastOfEach(entries.map(\.keyBytes))
        return keep.count == entries.count ? entries : keep.map { entries[$0] }
    }

    private mutating func mapKey(_ entry: MapEntry) throws(WireError) {
        if entry.keyRow.kind == .string { return try out.string(entry.key?.payload ?? emptyBytes) }
        let bits = entry.key?.value ?? 0
        quoted { writer in
            switch entry.keyRow.kind {
            case .int64, .sfixed64, .sint64, .uint64, .fixed64: writer.wide(entry.keyRow.kind, bits)
            default: writer.scalar(entry.keyRow, bits)
            }
        }
    }

    private mutating func mapValue(_ entry: MapEntry, depth: Int) throws(WireError) {
        if let merged = entry.mergedValue {
            return try merged.withWireBytes { bytes throws(WireError) in
                try message(Int(entry.valueRow.type), bytes, depth: depth + 1)
            }
        }
        if let field = entry.value { return try value(entry.valueRow, field, depth: depth) }
        switch entry.valueRow.kind {
        case .message: try message(Int(entry.valueRow.type), emptyBytes, depth: depth + 1)
        case .string, .bytes: out.text("\"\"")
        default: scalar(entry.valueRow, 0)
        }
    }
}

/// The places of the names that are not repeated further on, ascending; maps and objects in pieces repeat them.
func lastOfEach(_ names: [[UInt8]]) -> [Int] {
    if names.count <= 8 {
        return names.indices.filter { place in !names[(place + 1)...].contains(names[place]) }
    }
    var last: [[UInt8]: Int] = [:]
    last.reserveCapacity(names.count)
    for (place, name) in names.enumerated() { last[name] = place }
    return last.count == names.count ? Array(names.indices) : last.values.sorted()
}

/// No bytes at all.
var emptyBytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }

/// An entry of a map field, as it lies in the bytes; a missing key or value is its type's default.
struct MapEntry {
    let keyRow: FieldRow
    let valueRow: FieldRow
    private(set) var key: WireField?
    private(set) var value: WireField?
    /// The value when it is a message given in several pieces.
    private(set) var mergedValue: [UInt8]?

    init(_ bytes: UnsafeRawBufferPointer, _ tables: TypeTables, _ row: FieldRow) throws(WireError) {
        let first = Int(tables.messages[Int(row.type)].firstField)
        keyRow = tables.fields[first]
        valueRow = tables.fields[first + 1]
        var reader = WireReader(bytes)
        while let field = try reader.next() {
            if field.number == 1, keyRow.accepts(field.type) { key = field }
            if field.number == 2, valueRow.accepts(field.type) {
                if valueRow.kind == .message, let earlier = value {
                    mergedValue = (mergedValue ?? [UInt8](earlier.payload)) + field.payload
                }
                value = field
            }
        }
    }

    /// The key so that equal keys have equal bytes, whether it was written or left out as the default.
    var keyBytes: [UInt8] {
        if keyRow.kind == .string { return key.map { [UInt8]($0.payload) } ?? [] }
        return withUnsafeBytes(of: key?.value ?? 0) { [UInt8]($0) }
    }

    /// How an error's path names this entry.
    var keyStep: String {
        keyRow.kind == .string ? "[\"\(key?.text ?? "")\"]" : "[\(key?.value ?? 0)]"
    }
}

extension WireReader {
    /// The next element of a packed list.
    @inline(__always)
    mutating func scalar(_ kind: FieldKind) throws(WireError) -> UInt64 {
        switch kind.wireType {
        case .fixed64: try fixed64()
        case .fixed32: UInt64(try fixed32())
        default: try varint()
        }
    }
}
