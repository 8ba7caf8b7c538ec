import CLibPQ
import Dispatch

/// A connection to a PostgreSQL server, as much of one as reading tables needs.
///
/// libpq blocks the thread that calls it. So every call is made on a queue of the connection's own, and not on the
/// threads that run Swift's tasks, of which there are only as many as processors.
///
/// `@unchecked Sendable`: `connection` never changes, and libpq is called with it only by work on `queue`, which is
/// serial, and by `deinit`, when no such work is left.
final class PostgresConnection: @unchecked Sendable {
    /// The text of a value in UTF-8; nil for NULL.
    typealias Value = [UInt8]?

    private let connection: OpaquePointer
    private let queue: DispatchQueue

    /// Connects, within ten seconds unless the URL says otherwise. What the URL leaves open comes from libpq's
    /// environment variables and password file.
    static func open(_ url: String) async throws -> PostgresConnection {
        let queue = DispatchQueue(label: "dev.grafeion.migrate.postgres")
        return try await withCheckedThrowingContinuation { answer in
            queue.async { answer.resume(with: Result { try PostgresConnection(url, queue) }) }
        }
    }

    private init(_ url: String, _ queue: DispatchQueue) throws(PostgresError) {
        // Of a parameter given twice the last counts; the URL, as "dbname", stands for all the parameters in it.
        let parameters = [
            ("connect_timeout", "10"), ("fallback_application_name", "grafeion migrate"), ("dbname", url),
            ("client_encoding", "UTF8"),
        ]
        let opened = withCStrings(parameters.map(\.0)) { names in
            withCStrings(parameters.map(\.1)) { values in PQconnectdbParams(names, values, 1) }
        }
        guard let opened else { throw PostgresError(description: "out of memory") }
        (connection, self.queue) = (opened, queue)
        guard PQstatus(opened) == CONNECTION_OK else { throw PostgresError(PQerrorMessage(opened)) }
    }

    deinit { PQfinish(connection) }

    /// Runs one statement and returns its rows.
    /// - Parameter parameters: the texts of `$1`, `$2` …
    @discardableResult
    func rows(_ statement: String, _ parameters: [String] = []) async throws -> [[Value]] {
        try await withCheckedThrowingContinuation { answer in
            queue.async { answer.resume(with: Result { try self.result(statement, parameters) }) }
        }
    }

    private func result(_ statement: String, _ parameters: [String]) throws(PostgresError) -> [[Value]] {
        let result = withCStrings(parameters) { values in
            PQexecParams(connection, statement, Int32(parameters.count), nil, values, nil, nil, 0)
        }
        defer { PQclear(result) }
        let status = PQresultStatus(result)
        guard status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK else {
            throw PostgresError(result == nil ? PQerrorMessage(connection) : PQresultErrorMessage(result))
        }
        return (0..<PQntuples(result)).map { row in
            (0..<PQnfields(result)).map { column in
                guard PQgetisnull(result, row, column) == 0, let text = PQgetvalue(result, row, column) else {
                    return nil
                }
                let count = Int(PQgetlength(result, row, column))
                return Array(UnsafeRawBufferPointer(start: text, count: count))
            }
        }
    }
}

/// What PostgreSQL, or its client library, had to say.
struct PostgresError: Error, Equatable, CustomStringConvertible {
    let description: String

    init(description: String) { self.description = description }

    fileprivate init(_ message: UnsafePointer<CChar>?) {
        let text = message.map { String(cString: $0) } ?? ""
        let lines = text.split(separator: "\n").map { $0.drop { $0 == "\t" || $0 == " " } }
        description = lines.joined(separator: "\n  ")
    }
}

/// Calls `body` with the texts as a C array of C strings that ends with a null pointer.
private func withCStrings<Result>(
    _ texts: [String],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
) -> Result {
    var bytes: [CChar] = []
    var starts: [Int] = []
    for text in texts {
        starts.append(bytes.count)
        bytes.append(contentsOf: text.utf8CString)
    }
    return bytes.withUnsafeBufferPointer { buffer in
        let pointers = starts.map { buffer.baseAddress?.advanced(by: $0) } + [nil]
        return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
    }
}
