import MessageReflection
import MetadataModel
import Storage

/// Reads one page: the entries that a walk delivers and the residual does not refuse, up to the page's bounds.
struct PageScan {
    let walk: RowWalk
    /// What the stored message must satisfy besides the plan's conditions.
    let residual: ((UnsafeRawBufferPointer) throws -> Bool)?
    let parentText: (Int64) throws -> String

    private var query: ListQuery { walk.query }

    func run() throws -> MessagePage {
        var page = MessagePage()
        var writer = WireWriter()
        page.next = try walk.run { row in
            let start = writer.bytes.count
            guard let isV1Only = try append(row, to: &writer) else { return .next }
            if page.count == query.limit || (page.count > 0 && writer.bytes.count > query.bytesMax) {
                // This one begins the next page.
                writer.bytes.removeSubrange(start...)
                return .endBefore
            }
            page.count += 1
            if !isV1Only { page.isV1Only = false }
            return .next
        }
        page.frames = writer.bytes
        return page
    }

    /// Appends the row's message as a frame, unless the residual refuses it.
    /// - Returns: whether the record is just its v1 message; nil for one that was refused.
    private func append(_ row: SQLiteStatement, to writer: inout WireWriter) throws -> Bool? {
        let start = writer.bytes.count
        writer.tag(1, .lengthDelimited)
        let body = writer.openLength()
        let isV1Only =
            query.collection.isNotes
            ? try RecordRows.writeNote(row, to: &writer, parentText: parentText)
            : try RecordRows.writeOccurrence(row, to: &writer, parentText: parentText)
        if let residual {
            let matches = try writer.bytes.withUnsafeBytes {
                try residual(UnsafeRawBufferPointer(rebasing: $0[body...]))
            }
            guard matches else {
                writer.bytes.removeSubrange(start...)
                return nil
            }
        }
        writer.closeLength(body)
        return isV1Only
    }
}
