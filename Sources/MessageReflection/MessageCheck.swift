extension MessageType {
    /// Checks an encoded message from outside before it is stored: well-formed wire bytes, UTF-8 in every string, messages
    /// nested at most ``WireReader/depthMax`` deep, and times, masks and free-form numbers that JSON can say. What passes can
    /// always be returned as JSON. Allocates nothing; looks at every field once.
    /// - Throws: the first thing wrong, with its path. The content of a `google.protobuf.Any` is not looked into: it may be of
    ///   a type that nobody here knows.
    ///
    /// - Parameters:
    ///   - messagesMax: how many messages there may be at all levels, since a few bytes on the wire become a hundred in
    ///     memory.
    ///   - takesAnyMask: whether field masks may be in JSON spelling too, as those of requests may.
    /// - Returns: whether the message and all within it are as common encoders write them: known fields ascending, singular
    ///   ones once, one member of a oneof, no defaults, lists packed, numbers within their type and no longer than needed. Every
    ///   reader sees the same
    ///   in such a message, so it can be stored as it came. False is no fault; a map with several entries, whose keys would
    ///   have to be compared, is one such case.
    @discardableResult
    public func check(
        _ wire: UnsafeRawBufferPointer,
        messagesMax: Int = .max,
        takesAnyMask: Bool = false
    ) throws(WireError) -> Bool {
        var state = CheckState(room: messagesMax, takesAnyMask: takesAnyMask)
        try tables.check(wire, of: index, depth: 1, state: &state)
        return state.isNormal
    }

    /// See ``check(_:)-(UnsafeRawBufferPointer)``.
    @discardableResult
    public func check(_ wire: [UInt8], messagesMax: Int = .max, takesAnyMask: Bool = false) throws(WireError) -> Bool {
        try wire.withWireBytes { bytes throws(WireError) in
            try check(bytes, messagesMax: messagesMax, takesAnyMask: takesAnyMask)
        }
    }
}

/// What a check of a message carries along.
struct CheckState {
    /// Messages there may still be.
    var room: Int
    let takesAnyMask: Bool
    /// Whether everything so far is as common encoders write it.
    var isNormal = true
}

/// What the fields of one message so far say about the next.
private struct FieldOrder {
    private var last: Int32 = 0
    private var oneofs: UInt64 = 0

    /// Whether a field may follow in a message as common encoders write it.
    @inline(__always)
    mutating func admits(_ field: WireField, _ row: FieldRow, inMapEntry: Bool) -> Bool {
        let follows = row.number > last || (row.number == last && row.isRepeated && !row.isMap && !row.isPackable)
        last = row.number
        if row.oneof >= 0 {
            // More than 64 oneofs would share bits; then a message is encoded again without need, nothing worse.
            let bit = UInt64(1) << (UInt64(row.oneof) & 63)
            if oneofs & bit != 0 { return false }
            oneofs |= bit
        }
        return follows && field.isShortest && row.isAsWritten(field, inMapEntry: inMapEntry)
    }
}

extension WireField {
    /// Whether tag, length and number take as few bytes as they can.
    @inline(__always)
    fileprivate var isShortest: Bool {
        let tag = WireWriter.varintSize(UInt64(number) << 3)
        return switch type {
        case .varint: whole.count == tag + WireWriter.varintSize(value)
        case .fixed64: whole.count == tag + 8
        case .fixed32: whole.count == tag + 4
        case .lengthDelimited: whole.count == tag + WireWriter.varintSize(value) + Int(value)
        case .group: true
        }
    }
}

extension FieldRow {
    /// Whether encoders write the value so: no default where it means absence, a list packed, a number within its type.
    @inline(__always)
    fileprivate func isAsWritten(_ field: WireField, inMapEntry: Bool) -> Bool {
        if isRepeated { return isPackable ? isPacked && field.type == .lengthDelimited && field.value != 0 : true }
        let mayBeDefault = hasPresence || inMapEntry
        switch kind {
        case .bool: return field.value == 1 || (field.value == 0 && mayBeDefault)
        case .int32, .enum:
            return Int64(bitPattern: field.value) == Int64(Int32(truncatingIfNeeded: field.value))
                && (field.value != 0 || mayBeDefault)
        case .uint32, .sint32: return field.value <= UInt64(UInt32.max) && (field.value != 0 || mayBeDefault)
        default: return field.value != 0 || mayBeDefault  // for strings and bytes, the length
        }
    }
}

extension TypeTables {
    func check(
        _ wire: UnsafeRawBufferPointer,
        of message: Int,
        depth: Int,
        state: inout CheckState
    ) throws(WireError) {
        guard state.room > 0 else { throw WireError(.tooManyMessages, offset: 0) }
        state.room -= 1
        guard depth <= WireReader.depthMax else { throw WireError(.nestedTooDeeply, offset: 0) }
        try checkWellKnown(messages[message].wellKnown, wire, state)
        var reader = WireReader(wire)
        // How many times in a row the field has come, for the path of a repeated one.
        var (last, count) = (-1, 0)
        var order = FieldOrder()
        let isMapEntry = messages[message].isMapEntry
        while let field = try reader.next() {
            let index = self.field(field.number, of: message)
            guard index >= 0, fields[index].accepts(field.type) else {
                // Fields that nobody knows are kept, each as one thing; a request may not have more of them than messages.
                guard state.room > 0 else { throw WireError(.tooManyMessages, offset: 0) }
                state.room -= 1
                continue
            }
            let row = fields[index]
            count = index == last ? count + 1 : 0
            last = index
            if state.isNormal { state.isNormal = order.admits(field, row, inMapEntry: isMapEntry) }
            do throws(WireError) { try check(field, row, depth: depth, state: &state) } catch {
                throw error.within(string(row.name) + (row.isRepeated ? "[\(count)]" : ""))
            }
        }
    }

    private func check(
        _ field: WireField,
        _ row: FieldRow,
        depth: Int,
        state: inout CheckState
    ) throws(WireError) {
        switch row.kind {
        case .string:
            if !isValidUTF8(field.payload) { throw WireError(.invalidUTF8, offset: 0) }
        case .message:
            try check(field.payload, of: Int(row.type), depth: depth + 1, state: &state)
        default:
            guard field.type == .lengthDelimited, row.isPackable else { return }
            var list = WireReader(field.payload)
            while !list.isAtEnd { _ = try list.scalar(row.kind) }
        }
    }

    private func checkWellKnown(
        _ kind: WellKnownType,
        _ wire: UnsafeRawBufferPointer,
        _ state: CheckState
    ) throws(WireError) {
        switch kind {
        case .timestamp:
            guard try SecondsAndNanos(wire).isTimestamp else { throw SecondsAndNanos.timestampError }
        case .duration:
            guard try SecondsAndNanos(wire).isDuration else { throw SecondsAndNanos.durationError }
        case .fieldMask where !state.takesAnyMask:
            var reader = WireReader(wire)
            while let field = try reader.next() {
                guard field.number == 1, field.type == .lengthDelimited else { continue }
                guard maskPathInJSON(field.payload) != nil else { throw maskPathError(field) }
            }
        case .fieldMask: break
        case .value:
            var reader = WireReader(wire)
            while let field = try reader.next() {
                guard field.number == 2, field.type == .fixed64 else { continue }
                let number = Double(bitPattern: field.value)
                guard number.isFinite else {
                    throw WireError(.unrepresentable("a google.protobuf.Value cannot be \(number)"), offset: 0)
                }
            }
        case .none, .struct, .listValue, .any, .wrapper: break
        }
    }
}
