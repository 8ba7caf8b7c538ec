import GRDBSQLite
import Storage

/// A prepared statement: bind, step, read columns, reset.
///
/// GRDB owns the connections; the few statements that every request runs are stepped here, because GRDB's row and
/// transaction handling costs several times what the statement itself does. A statement belongs to one connection and
/// is used by whoever holds that connection.
final class SQLiteStatement {
    private let handle: OpaquePointer
    private let connection: OpaquePointer
    let sql: String

    init(_ sql: String, on connection: OpaquePointer) throws(SQLiteFailure) {
        var handle: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard code == SQLITE_OK, let handle else { throw SQLiteFailure(code: code, connection: connection, sql: sql) }
        self.handle = handle
        self.connection = connection
        self.sql = sql
    }

    deinit { sqlite3_finalize(handle) }

    /// Binds values to the parameters in order, from the first.
    func bind(_ values: [SQLiteValue]) throws(SQLiteFailure) {
        for (index, value) in values.enumerated() {
            let code = value.bind(to: handle, at: Int32(index + 1))
            guard code == SQLITE_OK else { throw SQLiteFailure(code: code, connection: connection, sql: sql) }
        }
    }

    /// Goes to the next row; false at the end, when the statement has been reset.
    func step() throws(SQLiteFailure) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            sqlite3_reset(handle)
            return false
        case let code:
            let failure = SQLiteFailure(code: code, connection: connection, sql: sql)
            sqlite3_reset(handle)
            throw failure
        }
    }

    func reset() { sqlite3_reset(handle) }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    func integer(at column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    func text(at column: Int32) -> String { String(decoding: textBytes(at: column), as: UTF8.self) }

    /// The bytes of a text, good until the next step or reset.
    func textBytes(at column: Int32) -> UnsafeBufferPointer<UInt8> {
        guard let bytes = sqlite3_column_text(handle, column) else { return UnsafeBufferPointer(start: nil, count: 0) }
        return UnsafeBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(handle, column)))
    }

    /// The bytes of a column, good until the next step or reset.
    func withBlob<Result>(at column: Int32, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        let start = sqlite3_column_blob(handle, column)
        return try body(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }

    func bytes(at column: Int32) -> [UInt8] { withBlob(at: column) { [UInt8]($0) } }
}

/// A value that a parameter takes.
enum SQLiteValue {
    case integer(Int64)
    case text(String)
    case blob([UInt8])
    case null

    static func integer(_ value: Int) -> SQLiteValue { .integer(Int64(value)) }
    static func blobOrNull(_ value: [UInt8]) -> SQLiteValue { value.isEmpty ? .null : .blob(value) }
    static func flag(_ value: Bool) -> SQLiteValue { .integer(value ? 1 : 0) }

    /// Tells SQLite to copy the bytes before the call returns.
    private static var transient: sqlite3_destructor_type {
        unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    }

    fileprivate func bind(to handle: OpaquePointer, at index: Int32) -> Int32 {
        switch self {
        case .integer(let value):
            return sqlite3_bind_int64(handle, index, value)
        case .text(let value):
            var value = value
            return value.withUTF8 { buffer in
                // An empty string has no address to give, and a null address would bind NULL.
                guard let start = buffer.baseAddress, !buffer.isEmpty else {
                    return sqlite3_bind_text(handle, index, "", 0, Self.transient)
                }
                return start.withMemoryRebound(to: CChar.self, capacity: buffer.count) {
                    sqlite3_bind_text(handle, index, $0, Int32(buffer.count), Self.transient)
                }
            }
        case .blob(let value):
            guard !value.isEmpty else { return sqlite3_bind_zeroblob(handle, index, 0) }
            return value.withUnsafeBytes {
                sqlite3_bind_blob(handle, index, $0.baseAddress, Int32($0.count), Self.transient)
            }
        case .null:
            return sqlite3_bind_null(handle, index)
        }
    }
}

/// What SQLite said when it could not do something.
struct SQLiteFailure: Error, CustomStringConvertible {
    /// The extended result code.
    let code: Int32
    let text: String
    let sql: String

    init(code: Int32, connection: OpaquePointer, sql: String) {
        self.code = sqlite3_extended_errcode(connection) == 0 ? code : sqlite3_extended_errcode(connection)
        text = String(cString: sqlite3_errmsg(connection))
        self.sql = sql
    }

    /// The result code without its extension.
    var primaryCode: Int32 { code & 0xFF }

    var description: String { "SQLite error \(code): \(text), in: \(sql)" }
}
