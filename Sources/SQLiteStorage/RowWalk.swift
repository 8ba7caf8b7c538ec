import FilterLanguage
import Foundation
import MetadataModel
import Storage

/// Walks the rows of a plan: merges its index walks by key, newest first, and stops at the bounds on work.
struct RowWalk {
    let connection: SQLiteConnection
    let query: ListQuery
    let anchor: CollectionAnchor
    /// Columns behind `hit`, each with a comma before it.
    var moreColumns = ""
    /// Rows between two looks at the processor's clock, each a system call: without a residual a row takes a few
    /// microseconds, with one it may take far more.
    private var rowsBetweenLooks: Int { query.plan.residual == nil ? 64 : 8 }

    /// What becomes of the walk after a row.
    enum Step {
        case next
        /// The row has not been taken: the next walk begins with it.
        case endBefore
    }

    /// `hit` follows the columns of ``RecordRows``.
    static func hitColumn(isNotes: Bool) -> Int32 { isNotes ? 7 : 11 }

    /// Calls `body` for each row whose columns satisfy the plan's condition.
    /// - Returns: the position that the next walk begins below; nil if there is no more.
    func run(_ body: (SQLiteStatement) throws -> Step) throws -> Int64? {
        guard let keys else { return nil }
        let cursors = try WalkCursors(
            connection: connection,
            query: query,
            anchor: anchor,
            keys: keys,
            moreColumns: moreColumns
        ).open()
        defer { cursors.forEach(connection.give) }
        var merge = try CursorMerge(cursors)
        let hitColumn = Self.hitColumn(isNotes: query.collection.isNotes)
        var scanned = 0
        let end = ThreadClock.microseconds + Int64(query.millisecondsMax) * 1000
        while let row = try merge.next() {
            scanned += 1
            if row.integer(at: hitColumn) != 0, case .endBefore = try body(row) { return row.integer(at: 0) + 1 }
            let isLate = scanned.isMultiple(of: rowsBetweenLooks) && ThreadClock.microseconds > end
            if scanned >= query.scannedRowsMax || isLate { return row.integer(at: 0) }
        }
        return nil
    }

    /// The keys the walk may meet; nil when there are none.
    private var keys: ClosedRange<Int64>? {
        let created = EntryKey.range(of: query.plan.created)
        let upper = min(created.upperBound, (query.before ?? .max) - 1)
        return created.lowerBound <= upper ? created.lowerBound...upper : nil
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
        // Most walks have one cursor, and a page of them has a thousand rows.
        if live.count == 1 {
            current = live[0].integer(at: 0)
            return live[0]
        }
        let newest = live.max { $0.integer(at: 0) < $1.integer(at: 0) }
        current = newest?.integer(at: 0)
        return newest
    }

    private mutating func advance(past key: Int64) throws {
        if live.count == 1 {
            if try !live[0].step() { live = [] }
            return
        }
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
