import MessageReflection

/// Runs plans over the bytes of one message.
struct ConversionRun {
    let plans: [ConversionPlan]
    var writer = WireWriter()
    /// The slots of all messages that are open, innermost last.
    private var slots: [Slot] = []

    /// Where a field lies in the source.
    private struct Slot {
        /// All of the field, if it is repeated from the first to the last.
        var bytes = UnsafeRawBufferPointer(start: nil, count: 0)
        /// Of the last.
        var payload = UnsafeRawBufferPointer(start: nil, count: 0)
        var value: UInt64 = 0
        var isSet = false
    }

    init(plans: [ConversionPlan]) {
        self.plans = plans
        slots.reserveCapacity(96)
    }

    /// Appends what the plan makes of a message's content.
    mutating func run(_ index: Int, on source: UnsafeRawBufferPointer) throws(WireError) {
        let plan = plans[index]
        if let special = plan.special { return try special(source, &writer) }
        let frame = slots.count
        slots.append(contentsOf: repeatElement(Slot(), count: plan.slotCount))
        defer { slots.removeLast(plan.slotCount) }
        var oneofs: UInt64 = 0
        if try scan(source, plan, 0, frame, &oneofs) {
            return try emit(plan, 0..<plan.emissions.count, frame)
        }
        // Fields that lie about in pieces are put in order first; hardly any writer leaves them so.
        for slot in frame..<slots.count { slots[slot] = Slot() }
        oneofs = 0
        let ordered = try plan.source.canonical(source)
        try ordered.withWireBytes { bytes throws(WireError) in
            _ = try scan(bytes, plan, 0, frame, &oneofs)
            try emit(plan, 0..<plan.emissions.count, frame)
        }
    }

    // MARK: Reading

    /// Notes where the fields lie; false if one of them lies in pieces or a oneof has two members.
    private mutating func scan(
        _ source: UnsafeRawBufferPointer,
        _ plan: ConversionPlan,
        _ table: Int,
        _ frame: Int,
        _ oneofs: inout UInt64
    ) throws(WireError) -> Bool {
        var reader = WireReader(source)
        let count = plan.scans[table].entries.count
        while let field = try reader.next() {
            guard field.number < count else { continue }
            let entry = plan.scans[table].entries[field.number]
            guard entry.accepts(field.type) else { continue }
            if entry.oneof >= 0 {
                let bit = UInt64(1) << UInt64(entry.oneof)
                if oneofs & bit != 0 { return false }
                oneofs |= bit
            }
            guard entry.slot >= 0 else { continue }
            guard note(field, entry, at: frame + Int(entry.slot)) else { return false }
            if entry.inner >= 0, try !scan(field.payload, plan, Int(entry.inner), frame, &oneofs) { return false }
        }
        return true
    }

    private mutating func note(_ field: WireField, _ entry: ScanEntry, at index: Int) -> Bool {
        if slots[index].isSet, entry.isRepeated {
            // Bytes that follow without a gap are one stretch with those before.
            let before = slots[index].bytes
            guard let start = before.baseAddress, field.whole.baseAddress == start + before.count else { return false }
            slots[index].bytes = UnsafeRawBufferPointer(start: start, count: before.count + field.whole.count)
        } else if slots[index].isSet, entry.isMessage {
            return false
        } else {
            slots[index].bytes = field.whole
        }
        slots[index].isSet = true
        slots[index].payload = field.payload
        slots[index].value = field.value
        return true
    }

    // MARK: Writing

    private mutating func emit(_ plan: ConversionPlan, _ range: Range<Int>, _ frame: Int) throws(WireError) {
        var next = range.lowerBound
        while next < range.upperBound {
            let emission = plan.emissions[next]
            next += 1
            switch emission.kind {
            case .group, .wrapper:
                let end = next + Int(emission.argument)
                try emitGroup(emission, plan, next..<end, frame)
                next = end
            case .copy: try copy(emission, slots[frame + Int(emission.slot)])
            case .message: try convert(emission, slots[frame + Int(emission.slot)])
            case .enumNumber, .enumText, .numberOfText:
                emitEnum(emission, plan.enumMaps[Int(emission.argument)], slots[frame + Int(emission.slot)])
            case .rewritten:
                try rewrite(emission, plan.rewritings[Int(emission.argument)], slots[frame + Int(emission.slot)])
            case .derived:
                try derive(emission, plan.tests[Int(emission.argument)], slots[frame + Int(emission.slot)])
            }
        }
    }

    private mutating func emitGroup(
        _ emission: Emission,
        _ plan: ConversionPlan,
        _ range: Range<Int>,
        _ frame: Int
    ) throws(WireError) {
        let mark = writer.bytes.count
        writer.tag(Int(emission.number), .lengthDelimited)
        let start = writer.openLength()
        try emit(plan, range, frame)
        if writer.bytes.count == start, emission.kind == .group {
            writer.bytes.removeLast(start - mark)
        } else {
            writer.closeLength(start)
        }
    }

    private mutating func copy(_ emission: Emission, _ slot: Slot) throws(WireError) {
        guard slot.isSet else { return }
        if emission.isSameNumber {
            writer.bytes.append(contentsOf: slot.bytes)
            return
        }
        var reader = WireReader(slot.bytes)
        while let field = try reader.next() {
            writer.tag(Int(emission.number), field.type)
            writer.bytes.append(contentsOf: field.afterTag)
        }
    }

    private mutating func convert(_ emission: Emission, _ slot: Slot) throws(WireError) {
        guard slot.isSet else { return }
        var reader = WireReader(slot.bytes)
        while let field = try reader.next() {
            writer.tag(Int(emission.number), .lengthDelimited)
            let start = writer.openLength()
            try run(Int(emission.argument), on: field.payload)
            writer.closeLength(start)
        }
    }

    private mutating func emitEnum(_ emission: Emission, _ map: EnumMap, _ slot: Slot) {
        let number: Int32
        switch emission.kind {
        case .enumText:
            if slot.isSet, let text = map.text(for: slot.value) { writer.field(Int(emission.number), bytes: text) }
            return
        case .numberOfText: number = slot.isSet ? map.number(for: slot.payload) : 0
        // What is not set is the zero of its enum, for which the other side may have another number.
        default: number = map.number(for: slot.isSet ? slot.value : 0)
        }
        if number != 0 { writer.field(Int(emission.number), varint: UInt64(bitPattern: Int64(number))) }
    }

    private mutating func rewrite(
        _ emission: Emission,
        _ rewriting: ContentRewriting,
        _ slot: Slot
    ) throws(WireError) {
        guard slot.isSet else { return }
        var reader = WireReader(slot.bytes)
        while let field = try reader.next() {
            if let content = try rewriting(field.payload) { writer.field(Int(emission.number), bytes: content) }
        }
    }

    private mutating func derive(_ emission: Emission, _ test: ContentTest, _ slot: Slot) throws(WireError) {
        guard slot.isSet else { return }
        var reader = WireReader(slot.bytes)
        while let field = try reader.next() {
            if try test(field.payload) { return writer.field(Int(emission.number), varint: 1) }
        }
    }
}
