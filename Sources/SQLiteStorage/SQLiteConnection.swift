import GRDB
import GRDBSQLite

/// One connection: the GRDB queue that opened it and owns it, and the statements prepared on it.
///
/// `@unchecked Sendable`: a connection is only ever in the hands of one thread. Readers live in ``ReaderPool``, which
/// hands each to one caller at a time under its lock; the writer's is used only in its writer's serial work.
final class SQLiteConnection: @unchecked Sendable {
    private let queue: DatabaseQueue
    private let handle: OpaquePointer
    /// Statements not in use, by their text. A walk over several values of one index needs the same text several times.
    private var idle: [SQLText: [SQLiteStatement]] = [:]
    private var idleCount = 0

    /// Statements kept at most while they are not in use; texts vary with the shapes of filters, which clients choose.
    private static let idleMax = 256

    init(_ queue: DatabaseQueue) throws {
        self.queue = queue
        guard let handle = queue.unsafeRead({ $0.sqliteConnection }) else {
            throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "the connection is closed")
        }
        self.handle = handle
        // From here on statements run without GRDB knowing; its hooks expect to be told first.
        sqlite3_commit_hook(handle, nil, nil)
        sqlite3_rollback_hook(handle, nil, nil)
        sqlite3_set_authorizer(handle, nil, nil)
    }

    /// Runs `body` with a prepared statement for `sql`, which is reset and kept for the next time.
    func withStatement<Result>(_ sql: String, _ body: (SQLiteStatement) throws -> Result) throws -> Result {
        let statement = try take(sql)
        defer { give(statement) }
        return try body(statement)
    }

    /// A prepared statement that the caller has to ``give(_:)`` back.
    func take(_ sql: String) throws -> SQLiteStatement {
        if let statement = idle[SQLText(sql)]?.popLast() {
            idleCount -= 1
            return statement
        }
        return try SQLiteStatement(sql, on: handle)
    }

    /// Takes a statement back, reset.
    func give(_ statement: SQLiteStatement) {
        statement.reset()
        if idleCount >= Self.idleMax {
            idle.removeAll()
            idleCount = 0
        }
        idle[SQLText(statement.sql), default: []].append(statement)
        idleCount += 1
    }

    /// Runs a statement that returns nothing.
    func run(_ sql: String, _ values: SQLiteValue...) throws {
        try withStatement(sql) { statement in
            try statement.bind(values)
            while try statement.step() {}
        }
    }

    /// The first column of the first row, if there is a row and the column is not null.
    func integer(_ sql: String, _ values: SQLiteValue...) throws -> Int64? {
        try withStatement(sql) { statement in
            try statement.bind(values)
            guard try statement.step(), !statement.isNull(0) else { return nil }
            return statement.integer(at: 0)
        }
    }

    /// The first column of every row.
    func integers(_ sql: String, _ values: SQLiteValue...) throws -> [Int64] {
        try withStatement(sql) { statement in
            try statement.bind(values)
            var all: [Int64] = []
            while try statement.step() { all.append(statement.integer(at: 0)) }
            return all
        }
    }

    /// The rowid of the last insert.
    var lastInsertedKey: Int64 { sqlite3_last_insert_rowid(handle) }

    /// Whether a transaction is open; SQLite ends it by itself after some errors.
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// Closes the connection; whoever calls must be the last to use it.
    func close() throws {
        idle.removeAll()
        try queue.close()
    }
}

/// The text of a statement as a key. There are some dozens of statements, of hundreds of bytes each, and several are looked up
/// for each row of a batch: their lengths tell nearly all of them apart, and cost nothing to hash.
private struct SQLText: Hashable {
    let text: String

    init(_ text: String) { self.text = text }

    func hash(into hasher: inout Hasher) { hasher.combine(text.utf8.count) }
}
