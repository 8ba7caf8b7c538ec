public import MessageReflection
import MetadataModel

/// The fields of a stored message that columns hold: name, resource, note, kind and times.
///
/// They are kept out of the stored body, so a resource URI or a note's name is stored once however many occurrences
/// carry it; a read writes them before the body. Field order on the wire does not matter to protobuf readers.
public enum MessageHead {
    /// Room for a head with names of common length, in bytes.
    public static let sizeHint = 512

    /// Writes the head of `grafeas.v1.Occurrence`; the body follows as it is.
    ///
    /// Inlined into the store, so that a page's texts go from its columns to the reply without becoming strings.
    /// - Parameters:
    ///   - resource: the canonical URI, before which `hasScheme` puts `https://`.
    ///   - noteParent: `projects/{project}` with the location, if there is one.
    @inlinable
    public static func writeOccurrence<Text: Collection<UInt8>>(
        to writer: inout WireWriter,
        parent: String,
        id: Text,
        resource: Text,
        hasScheme: Bool,
        noteParent: String,
        noteID: Text,
        kind: Int,
        times: EntryTimes
    ) {
        writer.field(1, joining: parent, "/occurrences/", id)
        writer.field(2, joining: hasScheme ? "https://" : "", "", resource)
        writer.field(3, joining: noteParent, "/notes/", noteID)
        writer.field(4, varint: UInt64(kind))
        writeTimestamp(to: &writer, field: 6, microseconds: times.created)
        writeTimestamp(to: &writer, field: 7, microseconds: times.updated)
    }

    /// Writes the head of `grafeas.v1.Note`; the body follows as it is.
    @inlinable
    public static func writeNote<Text: Collection<UInt8>>(
        to writer: inout WireWriter,
        parent: String,
        id: Text,
        kind: Int,
        times: EntryTimes
    ) {
        writer.field(1, joining: parent, "/notes/", id)
        writer.field(4, varint: UInt64(kind))
        writeTimestamp(to: &writer, field: 7, microseconds: times.created)
        writeTimestamp(to: &writer, field: 8, microseconds: times.updated)
    }

    /// An encoded occurrence without the fields of its head.
    static func occurrenceBody(_ message: [UInt8]) throws(WireError) -> [UInt8] {
        try message.withoutFields { [1, 2, 3, 4, 6, 7, StoredRecord.keptField].contains($0.number) }
    }

    /// An encoded note without the fields of its head.
    static func noteBody(_ message: [UInt8]) throws(WireError) -> [UInt8] {
        try message.withoutFields { [1, 4, 7, 8, StoredRecord.keptField].contains($0.number) }
    }

    @usableFromInline
    static func writeTimestamp(to writer: inout WireWriter, field: Int, microseconds: Int64) {
        writer.field(field) { inner in
            let seconds = microseconds.dividedDown(by: 1_000_000)
            if seconds.quotient != 0 { inner.field(1, varint: UInt64(bitPattern: seconds.quotient)) }
            if seconds.remainder != 0 { inner.field(2, varint: UInt64(seconds.remainder * 1000)) }
        }
    }
}

extension WireWriter {
    /// Writes a string field that is put together of parts, without making the whole first.
    @inlinable
    mutating func field<Text: Collection<UInt8>>(_ number: Int, joining first: String, _ second: String, _ third: Text)
    {
        tag(number, .lengthDelimited)
        varint(UInt64(first.utf8.count + second.utf8.count + third.count))
        bytes.append(contentsOf: first.utf8)
        bytes.append(contentsOf: second.utf8)
        bytes.append(contentsOf: third)
    }
}

extension Int64 {
    /// Quotient and remainder with the remainder never negative, so that times before 1970 come out right.
    fileprivate func dividedDown(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
