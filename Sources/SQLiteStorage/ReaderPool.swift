import Synchronization

/// Connections for reading, each lent to one caller at a time.
///
/// A caller holds a connection only while it runs without suspending, so there are never more of them than threads that
/// read, and nobody waits. Few are kept when a burst is over.
final class ReaderPool: Sendable {
    private let file: DatabaseFile
    private let state = Mutex(State())

    private struct State {
        var idle: [SQLiteConnection] = []
        var isClosed = false
    }

    /// Connections kept while nobody reads; each may hold ``DatabaseFile/readerCacheKiB`` of pages.
    private static let idleMax = 8

    init(_ file: DatabaseFile) { self.file = file }

    /// Runs `body` with a connection of its own.
    func read<Result>(_ body: (SQLiteConnection) throws -> Result) throws -> Result {
        do {
            let connection = try take()
            defer { give(connection) }
            return try body(connection)
        } catch {
            throw StoreFailure.explaining(error, isWrite: false)
        }
    }

    /// Runs `body` with a connection of its own, on one state of the database however many statements it steps.
    func readSnapshot<Result>(_ body: (SQLiteConnection) throws -> Result) throws -> Result {
        try read { connection in
            try connection.run("BEGIN")
            defer { try? connection.run("COMMIT") }
            return try body(connection)
        }
    }

    /// Closes idle connections now and lent ones as they come back.
    func close() throws {
        let idle = state.withLock { state in
            state.isClosed = true
            defer { state.idle = [] }
            return state.idle
        }
        for connection in idle { try connection.close() }
    }

    private func take() throws -> SQLiteConnection {
        let idle = try state.withLock { state in
            guard !state.isClosed else { throw StoreFailure.closed }
            return state.idle.popLast()
        }
        return try idle ?? file.openReader()
    }

    private func give(_ connection: SQLiteConnection) {
        let isKept = state.withLock { state in
            guard !state.isClosed, state.idle.count < Self.idleMax else { return false }
            state.idle.append(connection)
            return true
        }
        if !isKept { try? connection.close() }
    }
}
