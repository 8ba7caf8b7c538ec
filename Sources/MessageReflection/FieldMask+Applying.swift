extension FieldMask {
    /// `base` with the fields this mask names taken from `patch`.
    ///
    /// Each field named is replaced, or cleared if the patch does not have it; repeated fields and maps whole. A path into a
    /// message keeps that message's other fields. Setting a member of a oneof clears the others. Everything the mask does not
    /// name stays as it is, byte for byte, unknown fields included. `*` takes every known field from the patch, and of the
    /// unknown ones those that it has; the others of `base` stay.
    public func applying(patch: [UInt8], to base: [UInt8]) throws(WireError) -> [UInt8] {
        try base.withWireBytes { base throws(WireError) in
            try patch.withWireBytes { patch throws(WireError) in
                try applying(patch: patch, to: base)
            }
        }
    }

    /// See ``applying(patch:to:)-([UInt8],_)``.
    public func applying(
        patch: UnsafeRawBufferPointer,
        to base: UnsafeRawBufferPointer
    ) throws(WireError) -> [UInt8] {
        let merge = MaskedMerge(tables: type.tables)
        if coversEverything { return try merge.replaceAll(base, with: patch, of: type.index) }
        return try merge.merge(base, with: patch, of: type.index, tree)
    }
}

extension MessageType {
    /// `base` with the fields the mask names taken from `patch`; see ``FieldMask/applying(patch:to:)-([UInt8],_)``.
    public func applying(
        _ mask: FieldMask,
        of patch: [UInt8],
        to base: [UInt8]
    ) throws(WireError) -> [UInt8] {
        try mask.applying(patch: patch, to: base)
    }
}

/// Merges two encodings of a message, field by field, without decoding what it does not touch.
private struct MaskedMerge {
    let tables: TypeTables

    // MARK: `*`

    func replaceAll(
        _ base: UnsafeRawBufferPointer,
        with patch: UnsafeRawBufferPointer,
        of message: Int
    ) throws(WireError) -> [UInt8] {
        var inPatch: Set<Int> = []
        var fields = WireReader(patch)
        while let field = try fields.next() { inPatch.insert(field.number) }
        var writer = WireWriter([UInt8](patch))
        var reader = WireReader(base)
        while let field = try reader.next() {
            let index = tables.field(field.number, of: message)
            let isKnown = index >= 0 && tables.fields[index].accepts(field.type)
            if !isKnown && !inPatch.contains(field.number) { writer.field(field) }
        }
        return writer.bytes
    }

    // MARK: Paths

    func merge(
        _ base: UnsafeRawBufferPointer,
        with patch: UnsafeRawBufferPointer,
        of message: Int,
        _ mask: MaskNode
    ) throws(WireError) -> [UInt8] {
        // Of the patch, only what a reader would see: the last of each singular field, the last member of each oneof.
        if try !tables.isInOrder(patch, of: message) {
            let sorted = try tables.sorted(patch, of: message, keepingUnknown: false)
            return try sorted.withWireBytes { bytes throws(WireError) in
                try merge(base, with: bytes, of: message, mask)
            }
        }
        let replacements = try self.replacements(base, patch, message, mask)
        let cleared = cleared(by: replacements, message)
        var writer = WireWriter()
        writer.reserve(base.count + patch.count)
        var next = 0
        var reader = WireReader(base)
        while let field = try reader.next() {
            if let index = knownIndex(field, message), mask.children[field.number] != nil || cleared.contains(index) {
                continue
            }
            // New fields go before the first that has a higher number, so that order stays order.
            while next < replacements.count, replacements[next].number < field.number {
                writer.bytes += replacements[next].bytes
                next += 1
            }
            writer.field(field)
        }
        for replacement in replacements[next...] { writer.bytes += replacement.bytes }
        return writer.bytes
    }

    /// A masked field as it will be: its encoded fields, tags included.
    private struct Replacement {
        var number: Int
        var bytes: [UInt8]
    }

    /// The masked fields that are set afterwards, ascending.
    private func replacements(
        _ base: UnsafeRawBufferPointer,
        _ patch: UnsafeRawBufferPointer,
        _ message: Int,
        _ mask: MaskNode
    ) throws(WireError) -> [Replacement] {
        var replacements: [Replacement] = []
        for (number, node) in mask.children.sorted(by: { $0.key < $1.key }) {
            let bytes =
                node.isWhole
                ? try whole(number, patch, message)
                : try partial(number, base, patch, message, node)
            if !bytes.isEmpty { replacements.append(Replacement(number: number, bytes: bytes)) }
        }
        return replacements
    }

    /// All fields `number` of the patch.
    private func whole(_ number: Int, _ patch: UnsafeRawBufferPointer, _ message: Int) throws(WireError) -> [UInt8] {
        var writer = WireWriter()
        var reader = WireReader(patch)
        while let field = try reader.next() {
            if field.number == number, knownIndex(field, message) != nil { writer.field(field) }
        }
        return writer.bytes
    }

    /// The message `number`, merged by the mask inside it; it comes into being only if the patch sets something in it.
    private func partial(
        _ number: Int,
        _ base: UnsafeRawBufferPointer,
        _ patch: UnsafeRawBufferPointer,
        _ message: Int,
        _ node: MaskNode
    ) throws(WireError) -> [UInt8] {
        let type = Int(tables.fields[tables.field(number, of: message)].type)
        let old = try payload(number, base, message)
        let new = try payload(number, patch, message) ?? []
        let merged = try (old ?? []).withWireBytes { old throws(WireError) in
            try new.withWireBytes { new throws(WireError) in try merge(old, with: new, of: type, node) }
        }
        if old == nil && merged.isEmpty { return [] }
        var writer = WireWriter()
        writer.field(number, bytes: merged)
        return writer.bytes
    }

    /// The content of the singular message `number`, its pieces joined; nil if it is not set.
    private func payload(_ number: Int, _ wire: UnsafeRawBufferPointer, _ message: Int) throws(WireError) -> [UInt8]? {
        var content: [UInt8]?
        var reader = WireReader(wire)
        while let field = try reader.next() {
            if field.number == number, knownIndex(field, message) != nil { content = (content ?? []) + field.payload }
        }
        return content
    }

    /// The oneof members that the new values exclude.
    private func cleared(by replacements: [Replacement], _ message: Int) -> Set<Int> {
        var cleared: Set<Int> = []
        for replacement in replacements {
            let index = tables.field(replacement.number, of: message)
            let oneof = tables.fields[index].oneof
            guard oneof >= 0 else { continue }
            for other in tables.messages[message].fields where other != index && tables.fields[other].oneof == oneof {
                cleared.insert(other)
            }
        }
        return cleared
    }

    private func knownIndex(_ field: WireField, _ message: Int) -> Int? {
        let index = tables.field(field.number, of: message)
        return index >= 0 && tables.fields[index].accepts(field.type) ? index : nil
    }
}
