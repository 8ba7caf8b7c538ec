import BareSQLite
import HTTPFrontend
import HTTPTypes
import HummingbirdCore
import NIOCore
import Synchronization

/// A route that reads a row of the server's file with one statement of SQLite's C API and answers with the bytes in it:
/// what is left of a GET when nobody makes a message or JSON of them.
final class StoredBytes: Sendable {
    private let path: String
    private let idle = Mutex<[Reader]>([])

    init(path: String) { self.path = path }

    /// `GET /bench/stored?ID` for an occurrence of the first parent that was made.
    var route: FixedRoute {
        FixedRoute(path: "/bench/stored") { [self] request in
            let id = request.uri.query ?? ""
            let bytes = try read(id)
            return Response(
                status: bytes == nil ? .notFound : .ok,
                headers: [.contentType: "application/x-protobuf"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes ?? []))
            )
        }
    }

    private struct Reader: Sendable {
        let database: Database
        let statement: Statement
    }

    private func read(_ id: String) throws -> [UInt8]? {
        let reader = try idle.withLock { $0.popLast() } ?? open()
        defer { idle.withLock { $0.append(reader) } }
        reader.statement.bind([.text(Array(id.utf8))])
        defer { reader.statement.reset() }
        return try reader.statement.step() ? reader.statement.bytes(0) : nil
    }

    private func open() throws -> Reader {
        let database = try Database(path)
        let sql = """
            SELECT body FROM occurrence
            WHERE parent_id = (SELECT parent_id FROM occurrence ORDER BY key LIMIT 1) AND id = ?
            """
        return Reader(database: database, statement: try database.prepare(sql))
    }
}
