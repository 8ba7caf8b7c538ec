import CSQLite

/// SQLite's C API with errors thrown, as thin as can be.
///
/// `@unchecked Sendable`: it is handed from one thread to another, never used by two at a time.
public final class Database: @unchecked Sendable {
    private let handle: OpaquePointer

    public init(_ path: String) throws {
        var opened: OpaquePointer?
        guard sqlite3_open(path, &opened) == SQLITE_OK, let opened else { throw Failure("cannot open \(path)") }
        handle = opened
        sqlite3_busy_timeout(handle, 5000)
    }

    deinit { sqlite3_close_v2(handle) }

    public func run(_ sql: String) throws {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure(sql) }
    }

    public func prepare(_ sql: String) throws -> Statement {
        var prepared: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &prepared, nil) == SQLITE_OK, let prepared else { throw failure(sql) }
        return Statement(prepared, failure: { self.failure(sql) })
    }

    public func rows<Row>(_ sql: String, _ make: (Statement) -> Row) throws -> [Row] {
        let statement = try prepare(sql)
        var rows: [Row] = []
        while try statement.step() { rows.append(make(statement)) }
        return rows
    }

    public func integer(_ sql: String) throws -> Int64? {
        try rows(sql) { if case .integer(let value) = $0.values.first { value } else { Int64(0) } }.first
    }

    private func failure(_ sql: String) -> Failure { Failure("\(String(cString: sqlite3_errmsg(handle))), in: \(sql)") }
}

public struct Failure: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}

/// A value of a column or of a parameter.
public enum Value: Sendable {
    case integer(Int64)
    case text([UInt8])
    case blob([UInt8])
    case null
}

/// A prepared statement. `@unchecked Sendable` as its database.
public final class Statement: @unchecked Sendable {
    private let handle: OpaquePointer
    private let failure: () -> Failure

    init(_ handle: OpaquePointer, failure: @escaping () -> Failure) {
        self.handle = handle
        self.failure = failure
    }

    deinit { sqlite3_finalize(handle) }

    public func step() throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw failure()
        }
    }

    public func execute(_ values: [Value]) throws {
        bind(values)
        _ = try step()
        reset()
    }

    public func bind(_ values: [Value]) {
        for (index, value) in values.enumerated() { bind(value, at: Int32(index + 1)) }
    }

    public func reset() { sqlite3_reset(handle) }

    public func text(_ column: Int32) -> String {
        sqlite3_column_text(handle, column).map { String(cString: $0) } ?? ""
    }

    public var values: [Value] {
        (0..<sqlite3_column_count(handle)).map { column in
            switch sqlite3_column_type(handle, column) {
            case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, column))
            case SQLITE_TEXT: return .text(bytes(column))
            case SQLITE_BLOB: return .blob(bytes(column))
            default: return .null
            }
        }
    }

    /// A blob or a text.
    public func bytes(_ column: Int32) -> [UInt8] {
        let start = sqlite3_column_blob(handle, column)
        return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }

    private func bind(_ value: Value, at index: Int32) {
        // The address is good for the call alone, so SQLite copies.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .integer(let integer): sqlite3_bind_int64(handle, index, integer)
        case .text(let bytes):
            bytes.withUnsafeBytes {
                let start = $0.baseAddress?.assumingMemoryBound(to: CChar.self)
                _ = sqlite3_bind_text(handle, index, start, Int32($0.count), transient)
            }
        case .blob(let bytes):
            bytes.withUnsafeBytes {
                _ = sqlite3_bind_blob(handle, index, $0.baseAddress, Int32($0.count), transient)
            }
        case .null: sqlite3_bind_null(handle, index)
        }
    }
}
