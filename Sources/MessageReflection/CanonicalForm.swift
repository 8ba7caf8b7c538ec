extension MessageType {
    /// The one encoding of what the message says, the same for every encoding that a reader could not tell apart: known fields
    /// ascending, each singular one once, defaults left out, lists packed where writers pack them, map entries by key and
    /// once, varints no longer than needed, unknown fields behind the known ones in the order they came.
    ///
    /// The content of a `google.protobuf.Any` is left alone.
    public func canonical(_ wire: [UInt8]) throws(WireError) -> [UInt8] {
        try wire.withWireBytes { bytes throws(WireError) in try canonical(bytes) }
    }

    /// See ``canonical(_:)-([UInt8])``.
    public func canonical(_ wire: UnsafeRawBufferPointer) throws(WireError) -> [UInt8] {
        var writer = WireWriter()
        writer.reserve(wire.count)
        try CanonicalWriting(tables: tables).write(wire, of: index, depth: 1, to: &writer)
        return writer.bytes
    }
}

/// Writes messages in canonical form: what is in order goes straight through, what is not is put in order first.
private struct CanonicalWriting {
    let tables: TypeTables

    func write(
        _ wire: UnsafeRawBufferPointer,
        of message: Int,
        depth: Int,
        to writer: inout WireWriter
    ) throws(WireError) {
        guard depth <= WireReader.depthMax else { throw WireError(.nestedTooDeeply, offset: 0) }
        if try tables.isInOrder(wire, of: message) {
            return try writeOrdered(wire, of: message, depth: depth, to: &writer)
        }
        let sorted = try tables.sorted(wire, of: message, keepingUnknown: true)
        try sorted.withWireBytes { bytes throws(WireError) in
            try writeOrdered(bytes, of: message, depth: depth, to: &writer)
        }
    }

    private func writeOrdered(
        _ wire: UnsafeRawBufferPointer,
        of message: Int,
        depth: Int,
        to writer: inout WireWriter
    ) throws(WireError) {
        var unknown: [WireField] = []
        // The fields of a map or a list to be packed, until a field of another number ends it.
        var gathered: [WireField] = []
        var gathering = -1
        var reader = WireReader(wire)
        while let field = try reader.next() {
            let index = tables.field(field.number, of: message)
            guard index >= 0, tables.fields[index].accepts(field.type) else {
                unknown.append(field)
                continue
            }
            if index != gathering {
                try write(gathered, gathering, depth: depth, to: &writer)
                gathered.removeAll(keepingCapacity: true)
                gathering = -1
            }
            let row = tables.fields[index]
            if row.isMap || (row.isRepeated && row.isPackable) {
                gathered.append(field)
                gathering = index
            } else {
                try write(field, row, depth: depth, to: &writer)
            }
        }
        try write(gathered, gathering, depth: depth, to: &writer)
        for field in unknown { writer.field(field) }
    }

    private func write(
        _ field: WireField,
        _ row: FieldRow,
        depth: Int,
        to writer: inout WireWriter
    ) throws(WireError) {
        switch row.kind {
        case .message:
            try writer.field(field.number) { inner throws(WireError) in
                try write(field.payload, of: Int(row.type), depth: depth + 1, to: &inner)
            }
        case .string, .bytes:
            if field.value != 0 || row.isRepeated || row.hasPresence {
                writer.field(field.number, bytes: field.payload)
            }
        default:
            let value = normal(field.value, row.kind)
            if value != 0 || row.hasPresence {
                writer.tag(field.number, row.kind.wireType)
                write(value, row.kind, to: &writer)
            }
        }
    }

    // MARK: Lists and maps

    private func write(
        _ gathered: [WireField],
        _ index: Int,
        depth: Int,
        to writer: inout WireWriter
    ) throws(WireError) {
        guard let first = gathered.first, index >= 0 else { return }
        let row = tables.fields[index]
        if row.isMap { return try writeMap(gathered, row, depth: depth, to: &writer) }
        var values: [UInt64] = []
        for field in gathered {
            if field.type != .lengthDelimited {
                values.append(normal(field.value, row.kind))
            } else {
                var list = WireReader(field.payload)
                while !list.isAtEnd { values.append(normal(try list.bits(row.kind.wireType), row.kind)) }
            }
        }
        if row.isPacked {
            if values.isEmpty { return }
            writer.field(first.number) { list in for value in values { write(value, row.kind, to: &list) } }
        } else {
            for value in values {
                writer.tag(first.number, row.kind.wireType)
                write(value, row.kind, to: &writer)
            }
        }
    }

    /// Keys and values are written even if they are defaults, as all libraries do; of entries with the same key the last counts.
    private func writeMap(
        _ gathered: [WireField],
        _ row: FieldRow,
        depth: Int,
        to writer: inout WireWriter
    ) throws(WireError) {
        var entries: [MapEntry] = []
        for (order, field) in gathered.enumerated() {
            let key = try part(1, of: field.payload, Int(row.type), depth: depth)
            let value = try part(2, of: field.payload, Int(row.type), depth: depth)
            entries.append(MapEntry(key: key, value: value, order: order))
        }
        entries.sort()
        for (place, entry) in entries.enumerated() {
            if place + 1 < entries.count, entries[place + 1].key == entry.key { continue }
            writer.tag(Int(row.number), .lengthDelimited)
            writer.varint(UInt64(entry.key.count + entry.value.count))
            writer.bytes += entry.key
            writer.bytes += entry.value
        }
    }

    /// An entry as it is written.
    private struct MapEntry: Comparable {
        var key: [UInt8]
        var value: [UInt8]
        /// Which of the entries it was.
        var order: Int

        static func < (a: MapEntry, b: MapEntry) -> Bool {
            a.key == b.key ? a.order < b.order : mapKey(a.key, precedes: b.key)
        }
    }

    /// The key or value of a map entry with its tag, written even if it is the default.
    private func part(
        _ number: Int,
        of wire: UnsafeRawBufferPointer,
        _ entry: Int,
        depth: Int
    ) throws(WireError) -> [UInt8] {
        let index = tables.field(number, of: entry)
        guard index >= 0 else { return [] }
        let row = tables.fields[index]
        var writer = WireWriter()
        var reader = WireReader(wire)
        var pieces: [UInt8] = []
        var value: UInt64 = 0
        while let field = try reader.next() {
            guard field.number == number, row.accepts(field.type) else { continue }
            if row.kind == .message { pieces += field.payload } else { pieces = [UInt8](field.payload) }
            value = field.value
        }
        switch row.kind {
        case .message:
            try writer.field(number) { inner throws(WireError) in
                try pieces.withWireBytes { bytes throws(WireError) in
                    try write(bytes, of: Int(row.type), depth: depth + 2, to: &inner)
                }
            }
        case .string, .bytes: writer.field(number, bytes: pieces)
        default:
            writer.tag(number, row.kind.wireType)
            write(normal(value, row.kind), row.kind, to: &writer)
        }
        return writer.bytes
    }

    // MARK: Scalars

    /// The bits that readers make of a value: booleans are 0 or 1, and 32-bit numbers are cut to 32 bits.
    private func normal(_ value: UInt64, _ kind: FieldKind) -> UInt64 {
        switch kind {
        case .bool: value == 0 ? 0 : 1
        case .int32, .enum: UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: value)))
        case .uint32, .sint32: UInt64(UInt32(truncatingIfNeeded: value))
        default: value
        }
    }

    private func write(_ value: UInt64, _ kind: FieldKind, to writer: inout WireWriter) {
        switch kind.wireType {
        case .fixed64: writer.fixed64(value)
        case .fixed32: writer.fixed32(UInt32(truncatingIfNeeded: value))
        default: writer.varint(value)
        }
    }
}

extension WireReader {
    /// A bare value of a packed list.
    fileprivate mutating func bits(_ type: WireType) throws(WireError) -> UInt64 {
        switch type {
        case .fixed64: try fixed64()
        case .fixed32: UInt64(try fixed32())
        default: try varint()
        }
    }
}

/// Whether an encoded map key, tag included, comes before another of the same map: numbers by their bits, text by its bytes.
func mapKey(_ a: [UInt8], precedes b: [UInt8]) -> Bool {
    a.withWireBytes { one in
        b.withWireBytes { other in
            var readers = (WireReader(one), WireReader(other))
            guard let one = try? readers.0.next(), let other = try? readers.1.next() else { return false }
            if one.type != .lengthDelimited { return one.value < other.value }
            return one.payload.lexicographicallyPrecedes(other.payload)
        }
    }
}
