/// Where two messages differ: each without the fields in which they are equal.
public struct MessageDifference: Sendable, Equatable {
    /// What the first has; a message that both have is here even if all of what it had is equal.
    public let base: [UInt8]
    /// What the second has.
    public let ours: [UInt8]

    /// A difference as it was stored.
    public init(base: [UInt8], ours: [UInt8]) {
        self.base = base
        self.ours = ours
    }

    /// Whether there is no difference.
    public var isEmpty: Bool { base.isEmpty && ours.isEmpty }
}

extension MessageType {
    /// What to keep of `ours` beside `base`, both of this type: merging the difference into any later state of base gives what
    /// merging the whole messages would give. In particular
    /// `merge(base: difference.base, ours: difference.ours, theirs: base)` is `ours`, in canonical form.
    ///
    /// Lists, maps and elements are whole or not there: their parts are found again by what stands beside them.
    public func difference(from base: [UInt8], to ours: [UInt8]) throws(WireError) -> MessageDifference {
        let (base, ours) = (try canonical(base), try canonical(ours))
        var (onlyBase, onlyOurs) = (WireWriter(), WireWriter())
        guard base != ours else { return MessageDifference(base: [], ours: []) }
        try base.withWireBytes { base throws(WireError) in
            try ours.withWireBytes { ours throws(WireError) in
                try tables.difference(from: base, to: ours, of: index, &onlyBase, &onlyOurs)
            }
        }
        return MessageDifference(base: onlyBase.bytes, ours: onlyOurs.bytes)
    }
}

extension TypeTables {
    fileprivate func difference(
        from base: UnsafeRawBufferPointer,
        to ours: UnsafeRawBufferPointer,
        of message: Int,
        _ onlyBase: inout WireWriter,
        _ onlyOurs: inout WireWriter
    ) throws(WireError) {
        let baseGroups = try FieldGroups(base, of: message, in: self)
        let ourGroups = try FieldGroups(ours, of: message, in: self)
        let indexes = Set(baseGroups.known.map(\.index)).union(ourGroups.known.map(\.index))
        for index in indexes.sorted() {
            let (a, b) = (baseGroups.bytes(of: index), ourGroups.bytes(of: index))
            if a.isSame(as: b) { continue }
            if isMergedInside(index), let inner = try a.payloads().first, let ourInner = try b.payloads().first {
                let (number, type) = (Int(fields[index].number), Int(fields[index].type))
                onlyBase.tag(number, .lengthDelimited)
                onlyOurs.tag(number, .lengthDelimited)
                let (baseStart, oursStart) = (onlyBase.openLength(), onlyOurs.openLength())
                try difference(from: inner, to: ourInner, of: type, &onlyBase, &onlyOurs)
                onlyBase.closeLength(baseStart)
                onlyOurs.closeLength(oursStart)
            } else {
                onlyBase.bytes.append(contentsOf: a)
                onlyOurs.bytes.append(contentsOf: b)
            }
        }
        if !baseGroups.unknown.isSame(as: ourGroups.unknown) {
            onlyBase.bytes.append(contentsOf: baseGroups.unknown)
            onlyOurs.bytes.append(contentsOf: ourGroups.unknown)
        }
    }
}
