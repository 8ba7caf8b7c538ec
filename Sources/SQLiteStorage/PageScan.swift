import FilterLanguage
import MessageReflection
import MetadataModel
import Storage

/// Reads one page: merges the walks of a plan by key, newest first, and stops at the page's bounds.
struct PageScan {
    let connection: SQLiteConnection
    let query: ListQuery
    /// What the stored message must satisfy besides the plan's conditions.
    let residual: ((UnsafeRawBufferPointer) throws -> Bool)?
    let parentText: (Int64) throws -> String

    func run(bases: [Int64]) throws -> MessagePage {
        let cursors = try WalkCursors(connection: connection, query: query, bases: bases, keys: keys).open()
        defer { cursors.forEach(connection.give) }
        var merge = try CursorMerge(cursors)
        var writer = WireWriter()
        var count = 0
        var scanned = 0
        while let row = try merge.next() {
            scanned += 1
            let start = writer.bytes.count
            if row.integer(at: hitColumn) != 0, try append(row, to: &writer) {
                if count == query.limit || (count > 0 && writer.bytes.count > query.bytesMax) {
                    // This one begins the next page.
                    writer.bytes.removeSubrange(start...)
                    return MessagePage(frames: writer.bytes, count: count, next: row.integer(at: 0) + 1)
                }
                count += 1
            }
            if scanned >= query.scannedRowsMax {
                return MessagePage(frames: writer.bytes, count: count, next: row.integer(at: 0))
            }
        }
        return MessagePage(frames: writer.bytes, count: count, next: nil)
    }

    private var keys: ClosedRange<Int64> {
        let created = EntryKey.range(of: query.plan.created)
        let upper = min(created.upperBound, (query.before ?? .max) - 1)
        return min(created.lowerBound, upper)...upper
    }

    private var isNotes: Bool {
        if case .notes = query.collection { true } else { false }
    }

    /// `hit` follows the columns of ``RecordRows``.
    private var hitColumn: Int32 { isNotes ? 6 : 10 }

    /// Appends the row's message as a frame, unless the residual refuses it.
    private func append(_ row: SQLiteStatement, to writer: inout WireWriter) throws -> Bool {
        let start = writer.bytes.count
        writer.tag(1, .lengthDelimited)
        let body = writer.openLength()
        if isNotes {
            try RecordRows.writeNote(row, to: &writer, parentText: parentText)
        } else {
            try RecordRows.writeOccurrence(row, to: &writer, parentText: parentText)
        }
        if let residual {
            let matches = try writer.bytes.withUnsafeBytes { try residual(UnsafeRawBufferPointer(rebasing: $0[body...])) }
            guard matches else {
                writer.bytes.removeSubrange(start...)
                return false
            }
        }
        writer.closeLength(body)
        return true
    }
}

/// Several cursors whose first column is the key, each newest first, read as one without repeats.
private struct CursorMerge {
    private var live: [SQLiteStatement] = []
    private var current: Int64?

    init(_ cursors: [SQLiteStatement]) throws {
        for cursor in cursors where try cursor.step() { live.append(cursor) }
    }

    /// The cursor whose row is the newest not yet delivered.
    mutating func next() throws -> SQLiteStatement? {
        if let current { try advance(past: current) }
        let newest = live.max { $0.integer(at: 0) < $1.integer(at: 0) }
        current = newest?.integer(at: 0)
        return newest
    }

    private mutating func advance(past key: Int64) throws {
        for (index, cursor) in live.enumerated().reversed() where cursor.integer(at: 0) == key {
            if try !cursor.step() { live.remove(at: index) }
        }
    }
}
