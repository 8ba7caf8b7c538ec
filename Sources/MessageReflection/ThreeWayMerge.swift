extension MessageType {
    /// `ours` with the changes that lead from `base` to `theirs`.
    ///
    /// Field by field: what theirs left as it is in base stays ours; what ours left as it is becomes theirs; where both
    /// changed, messages are merged inside and anything else is theirs. Elements of a repeated message are taken for the same
    /// if theirs has them unchanged from base, or else, where no count changed, at the same place, unless `identities` says that
    /// they are different things; elements that only ours has stay at the end. Maps go by key. A oneof member that theirs chose or changed puts ours out, and one that base has not got is theirs alone. Times and the other well-known
    /// types are values, not messages with fields.
    ///
    /// So `merge(b, o, b)` is o, `merge(b, b, t)` is t, and `merge(x, x, x)` is x. The result is canonical.
    public func merge(
        base: [UInt8],
        ours: [UInt8],
        theirs: [UInt8],
        identities: ElementIdentities = ElementIdentities()
    ) throws(WireError) -> [UInt8] {
        let (base, ours, theirs) = (try canonical(base), try canonical(ours), try canonical(theirs))
        if theirs == base { return ours }
        if ours == base { return theirs }
        var writer = WireWriter()
        writer.reserve(max(ours.count, theirs.count) + 64)
        let merge = ThreeWayMerge(tables: tables, identities: identities)
        try base.withWireBytes { base throws(WireError) in
            try ours.withWireBytes { ours throws(WireError) in
                try theirs.withWireBytes { theirs throws(WireError) in
                    try merge.write(Sides(base: base, ours: ours, theirs: theirs), of: index, to: &writer)
                }
            }
        }
        return writer.bytes
    }
}

/// The three forms of one thing: of a message, of a field with all its tags, of an element.
private struct Sides {
    var base: UnsafeRawBufferPointer
    var ours: UnsafeRawBufferPointer
    var theirs: UnsafeRawBufferPointer

    /// The side that wins if only one of the two changed.
    var undisputed: UnsafeRawBufferPointer? {
        if theirs.isSame(as: base) { return ours }
        return ours.isSame(as: base) ? theirs : nil
    }
}

/// Merges canonical messages.
private struct ThreeWayMerge {
    let tables: TypeTables
    let identities: ElementIdentities

    func write(_ sides: Sides, of message: Int, to writer: inout WireWriter) throws(WireError) {
        if let winner = sides.undisputed {
            writer.bytes.append(contentsOf: winner)
            return
        }
        let base = try FieldGroups(sides.base, of: message, in: tables)
        let theirs = try FieldGroups(sides.theirs, of: message, in: tables)
        let ours = try FieldGroups(sides.ours, of: message, in: tables)
        let chosen = chosenMembers(base, theirs)
        var indexes = Set(ours.known.map(\.index))
        indexes.formUnion(theirs.known.map(\.index))
        for index in indexes.sorted() {
            let oneof = tables.fields[index].oneof
            if oneof >= 0, let member = chosen[oneof], member != index { continue }
            let field = Sides(base: base.bytes(of: index), ours: ours.bytes(of: index), theirs: theirs.bytes(of: index))
            if oneof >= 0, field.base.isEmpty, chosen[oneof] == index {
                // Chosen anew: what ours has in it stood for another member of base and has nothing to do with it.
                writer.bytes.append(contentsOf: field.theirs)
            } else {
                try write(field: field, index, to: &writer)
            }
        }
        try writeUnknown(Sides(base: base.unknown, ours: ours.unknown, theirs: theirs.unknown), to: &writer)
    }

    /// By oneof, the member that theirs chose anew or changed.
    private func chosenMembers(_ base: FieldGroups, _ theirs: FieldGroups) -> [Int32: Int] {
        var chosen: [Int32: Int] = [:]
        for group in theirs.known {
            let oneof = tables.fields[group.index].oneof
            if oneof >= 0, !group.bytes.isSame(as: base.bytes(of: group.index)) { chosen[oneof] = group.index }
        }
        return chosen
    }

    private func write(field: Sides, _ index: Int, to writer: inout WireWriter) throws(WireError) {
        if let winner = field.undisputed {
            writer.bytes.append(contentsOf: winner)
            return
        }
        let row = tables.fields[index]
        if row.isMap {
            try writeMap(field, row, to: &writer)
        } else if row.isRepeated, row.kind == .message {
            try writeList(field, row, to: &writer)
        } else if tables.isMergedInside(index), !field.ours.isEmpty, let theirs = try field.theirs.payloads().first {
            let empty = UnsafeRawBufferPointer(start: nil, count: 0)
            let base = try field.base.payloads().first ?? empty
            let ours = try field.ours.payloads().first ?? empty
            try write(Sides(base: base, ours: ours, theirs: theirs), element: row, to: &writer)
        } else {
            writer.bytes.append(contentsOf: field.theirs)
        }
    }

    private func write(_ sides: Sides, element row: FieldRow, to writer: inout WireWriter) throws(WireError) {
        try writer.field(Int(row.number)) { inner throws(WireError) in
            try write(sides, of: Int(row.type), to: &inner)
        }
    }

    // MARK: Repeated messages

    private func writeList(_ field: Sides, _ row: FieldRow, to writer: inout WireWriter) throws(WireError) {
        let base = try field.base.payloads()
        let ours = try field.ours.payloads()
        let theirs = try field.theirs.payloads()
        // Ours is made of what base is made of, element by element, perhaps with some behind that base cannot say.
        let isComparable = ours.count >= base.count
        let origins =
            isComparable
            ? try self.origins(of: theirs, in: base, Int(row.type)) : Array(repeating: nil, count: theirs.count)
        let number = Int(row.number)
        for (place, element) in theirs.enumerated() {
            if let origin = origins[place] {
                let sides = Sides(base: base[origin], ours: ours[origin], theirs: element)
                if messages(row).wellKnown == .none {
                    try write(sides, element: row, to: &writer)
                } else {
                    writer.field(number, bytes: sides.undisputed ?? element)
                }
            } else {
                writer.field(number, bytes: element)
            }
        }
        if isComparable { for element in ours[base.count...] { writer.field(number, bytes: element) } }
    }

    private func messages(_ row: FieldRow) -> MessageRow { tables.messages[Int(row.type)] }

    /// For each element of theirs, the element of base that it was: one that is equal, at the same place if there are several;
    /// if none is and the lists are equally long, the one at the same place, unless that is taken or another thing.
    private func origins(
        of theirs: [UnsafeRawBufferPointer],
        in base: [UnsafeRawBufferPointer],
        _ message: Int
    ) throws(WireError) -> [Int?] {
        var origins: [Int?] = Array(repeating: nil, count: theirs.count)
        var taken: Set<Int> = []
        for place in theirs.indices where place < base.count && theirs[place].isSame(as: base[place]) {
            origins[place] = place
            taken.insert(place)
        }
        // By content, so that a list of a thousand elements costs a thousand look-ups.
        var places: [[UInt8]: [Int]] = [:]
        for place in base.indices.reversed() where !taken.contains(place) {
            places[[UInt8](base[place]), default: []].append(place)
        }
        for place in theirs.indices where origins[place] == nil {
            guard let origin = places[[UInt8](theirs[place])]?.popLast() else { continue }
            origins[place] = origin
            taken.insert(origin)
        }
        guard theirs.count == base.count else { return origins }
        for place in theirs.indices where origins[place] == nil && !taken.contains(place) {
            if try identities.mayBeSame(theirs[place], base[place], of: message) { origins[place] = place }
        }
        return origins
    }

    // MARK: Maps and unknown fields

    private func writeMap(_ field: Sides, _ row: FieldRow, to writer: inout WireWriter) throws(WireError) {
        let entry = Int(row.type)
        let base = try entries(field.base, entry)
        let ours = try entries(field.ours, entry)
        let theirs = try entries(field.theirs, entry)
        let empty = UnsafeRawBufferPointer(start: nil, count: 0)
        for key in Set(ours.keys).union(theirs.keys).sorted(by: { mapKey($0, precedes: $1) }) {
            let sides = Sides(base: base[key] ?? empty, ours: ours[key] ?? empty, theirs: theirs[key] ?? empty)
            if let winner = sides.undisputed {
                // No entry is empty: it has its key and value, so an empty winner is an entry that is gone.
                if !winner.isEmpty { writer.field(Int(row.number), bytes: winner) }
            } else if sides.ours.isEmpty, !sides.theirs.isEmpty {
                writer.field(Int(row.number), bytes: sides.theirs)
            } else if !sides.theirs.isEmpty {
                try write(sides, element: row, to: &writer)
            }
        }
    }

    /// Entries by their encoded keys.
    private func entries(
        _ field: UnsafeRawBufferPointer,
        _ entry: Int
    ) throws(WireError) -> [[UInt8]: UnsafeRawBufferPointer] {
        var entries: [[UInt8]: UnsafeRawBufferPointer] = [:]
        for payload in try field.payloads() {
            let groups = try FieldGroups(payload, of: entry, in: tables)
            entries[[UInt8](groups.bytes(of: tables.field(1, of: entry)))] = payload
        }
        return entries
    }

    /// Nobody knows what they mean, so each is one thing: those go that theirs took away, and those come that theirs added.
    private func writeUnknown(_ sides: Sides, to writer: inout WireWriter) throws(WireError) {
        if let winner = sides.undisputed {
            writer.bytes.append(contentsOf: winner)
            return
        }
        let base = try sides.base.wholeFields().map { [UInt8]($0) }
        let ours = try sides.ours.wholeFields().map { [UInt8]($0) }
        let theirs = try sides.theirs.wholeFields().map { [UInt8]($0) }
        let (inBase, inOurs, inTheirs) = (Set(base), Set(ours), Set(theirs))
        for field in ours where !inBase.contains(field) || inTheirs.contains(field) { writer.bytes += field }
        for field in theirs where !inBase.contains(field) && !inOurs.contains(field) { writer.bytes += field }
    }
}
