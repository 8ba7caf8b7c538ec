/// An encoded message may carry its fields in any order, a singular one several times, and two members of a oneof; readers
/// must take the last. One look decides whether a message is already as writers write it; if not, its fields are sorted out
/// once, so that everything behind can go straight through.
extension TypeTables {
    /// Whether the known fields ascend, singular ones come once, and no oneof has two members.
    func isInOrder(_ wire: UnsafeRawBufferPointer, of message: Int) throws(WireError) -> Bool {
        var reader = WireReader(wire)
        var last = 0
        var oneofs: UInt64 = 0
        while let field = try reader.next() {
            let index = self.field(field.number, of: message)
            guard index >= 0 else { continue }
            let row = fields[index]
            guard row.accepts(field.type) else { continue }
            if field.number < last || (field.number == last && !row.isRepeated) { return false }
            last = field.number
            if row.oneof >= 0 {
                // More than 64 oneofs would share bits; then a message is sorted without need, nothing worse.
                let bit = UInt64(1) << (UInt64(row.oneof) & 63)
                if oneofs & bit != 0 { return false }
                oneofs |= bit
            }
        }
        return true
    }

    /// The same message with its known fields ascending, the last of each singular scalar, the merger of each singular
    /// message, and the last member of each oneof. Unknown fields keep their order, behind the known ones, if they are kept.
    func sorted(
        _ wire: UnsafeRawBufferPointer,
        of message: Int,
        keepingUnknown: Bool
    ) throws(WireError) -> [UInt8] {
        var known: [(index: Int, field: WireField)] = []
        var unknown: [WireField] = []
        var reader = WireReader(wire)
        while let field = try reader.next() {
            let index = self.field(field.number, of: message)
            if index >= 0, fields[index].accepts(field.type) {
                known.append((index, field))
            } else if keepingUnknown {
                unknown.append(field)
            }
        }
        known = withoutOverruledMembers(known)
        // Stable: the fields of a repeated one must keep their order.
        let order = known.indices.sorted { (known[$0].index, $0) < (known[$1].index, $1) }
        var writer = WireWriter()
        writer.reserve(wire.count)
        var next = 0
        while next < order.count {
            let row = fields[known[order[next]].index]
            var end = next + 1
            while end < order.count, known[order[end]].index == known[order[next]].index { end += 1 }
            write(order[next..<end].map { known[$0].field }, row, to: &writer)
            next = end
        }
        for field in unknown { writer.field(field) }
        return writer.bytes
    }

    /// Setting a member of a oneof clears the others, so only what follows the last change of member counts.
    private func withoutOverruledMembers(_ known: [(index: Int, field: WireField)]) -> [(index: Int, field: WireField)]
    {
        var current: [Int32: Int] = [:]
        var kept: [(index: Int, field: WireField)] = []
        for entry in known.reversed() {
            let oneof = fields[entry.index].oneof
            if oneof >= 0 {
                let member = current[oneof] ?? entry.index
                // Once another member has come between, earlier fields of the member are gone too.
                current[oneof] = member == entry.index ? member : -1
                if member != entry.index { continue }
            }
            kept.append(entry)
        }
        return kept.reversed()
    }

    private func write(_ group: [WireField], _ row: FieldRow, to writer: inout WireWriter) {
        guard let last = group.last else { return }
        if row.isRepeated {
            for field in group { writer.field(field) }
        } else if row.kind == .message, group.count > 1 {
            // Messages merge by concatenation: that is how the wire format is made.
            var merged: [UInt8] = []
            for field in group { merged.append(contentsOf: field.payload) }
            writer.field(last.number, bytes: merged)
        } else {
            writer.field(last)
        }
    }
}
