import FilterLanguage
import Foundation
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

    /// Rows between two looks at the processor's clock, each a system call: without a residual a row takes a few
    /// microseconds, with one it may take far more.
    private var rowsBetweenLooks: Int { residual == nil ? 64 : 8 }

    func run(anchor: CollectionAnchor) throws -> MessagePage {
        guard let keys else { return MessagePage() }
        let cursors = try WalkCursors(connection: connection, query: query, anchor: anchor, keys: keys).open()
        defer { cursors.forEach(connection.give) }
        var merge = try CursorMerge(cursors)
        var writer = WireWriter()
        var count = 0
        var scanned = 0
        let end = ThreadClock.microseconds + Int64(query.millisecondsMax) * 1000
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
            let isLate = scanned.isMultiple(of: rowsBetweenLooks) && ThreadClock.microseconds > end
            if scanned >= query.scannedRowsMax || isLate {
                return MessagePage(frames: writer.bytes, count: count, next: row.integer(at: 0))
            }
        }
        return MessagePage(frames: writer.bytes, count: count, next: nil)
    }

    /// The keys the page may hold; nil when there are none.
    private var keys: ClosedRange<Int64>? {
        let created = EntryKey.range(of: query.plan.created)
        let upper = min(created.upperBound, (query.before ?? .max) - 1)
        return created.lowerBound <= upper ? created.lowerBound...upper : nil
    }

    /// `hit` follows the columns of ``RecordRows``.
    private var hitColumn: Int32 { query.collection.isNotes ? 6 : 10 }

    /// Appends the row's message as a frame, unless the residual refuses it.
    private func append(_ row: SQLiteStatement, to writer: inout WireWriter) throws -> Bool {
        let start = writer.bytes.count
        writer.tag(1, .lengthDelimited)
        let body = writer.openLength()
        if query.collection.isNotes {
            try RecordRows.writeNote(row, to: &writer, parentText: parentText)
        } else {
            try RecordRows.writeOccurrence(row, to: &writer, parentText: parentText)
        }
        if let residual {
            let matches = try writer.bytes.withUnsafeBytes {
                try residual(UnsafeRawBufferPointer(rebasing: $0[body...]))
            }
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

/// The processor time of this thread: how much work was done, whatever else the machine was doing.
private enum ThreadClock {
    static var microseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}
