public import MessageReflection
public import MetadataModel

// A store hands a record over as one encoded message: the v1 message, in which a kind that v1 does not know stands by its
// number, and what is kept beside it in a field that no version of the API has.

extension StoredRecord {
    /// The number of the field that carries ``MetadataModel/StoredRecord/kept``.
    static let keptField = 100_001
    /// The number of `kind`, in notes as in occurrences.
    private static let kindField = 4

    /// Takes apart what a store handed over.
    /// - Throws: only for bytes that no store hands over.
    public init(fromStore bytes: [UInt8]) throws {
        self.init(message: [])
        message = try bytes.withoutFields { field in
            if field.number == Self.keptField {
                kept = [UInt8](field.payload)
            } else if field.number == Self.kindField, field.value > UInt64(Kind.foreignOffset) {
                foreignKind = Int(truncatingIfNeeded: field.value)
            } else {
                return false
            }
            return true
        }
    }
}

extension WireWriter {
    /// Writes what is kept beside a record, behind its v1 message.
    public mutating func field(kept: UnsafeRawBufferPointer) {
        if !kept.isEmpty { field(StoredRecord.keptField, bytes: kept) }
    }
}

extension [UInt8] {
    /// An encoded message without some of its fields; the array itself where it has none of them.
    public func withoutFields(_ isLeftOut: (WireField) -> Bool) throws(WireError) -> [UInt8] {
        try withWireBytes { buffer throws(WireError) in
            var rest: [UInt8]?
            var reader = WireReader(buffer)
            while let field = try reader.next() {
                if isLeftOut(field) {
                    if rest == nil {
                        rest = []
                        rest?.reserveCapacity(buffer.count)
                        rest?.append(contentsOf: buffer[..<(reader.offset - field.whole.count)])
                    }
                } else {
                    rest?.append(contentsOf: field.whole)
                }
            }
            return rest ?? self
        }
    }
}
