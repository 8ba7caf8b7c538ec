import Dispatch
import GRDBSQLite
import MetadataModel
import Synchronization

/// The one writer: writes that arrive while a transaction is being committed are gathered and share the next one.
///
/// So a disk that syncs 500 times a second still takes thousands of single creates. Each write runs in a savepoint of
/// its own and is answered after the commit; one that fails leaves the others as they are. A failing commit fails all of
/// them, and nothing of them is stored.
final class GroupCommitWriter: Sendable {
    typealias Body = @Sendable (WriteTransaction) throws -> [[UInt8]]

    private struct Pending {
        let body: Body
        let answer: CheckedContinuation<[[UInt8]], any Error>
    }

    private struct State {
        var waiting: [Pending] = []
        var isDraining = false
        var isClosed = false
    }

    private let state = Mutex(State())
    /// Serial: the connection and the caches of ``WriteTransaction`` are used here and nowhere else.
    private let queue = DispatchQueue(label: "dev.grafeion.sqlite.writer")
    private let transaction: WriteTransaction
    private let waitingMax: Int

    /// Writes that share a transaction at most, so that the first of many does not wait for all of them.
    private static let batchMax = 512

    init(_ transaction: WriteTransaction, waitingMax: Int) {
        self.transaction = transaction
        self.waitingMax = waitingMax
    }

    /// Runs `body` in a transaction and returns its result once that is durable.
    func write(_ body: @escaping Body) async throws -> [[UInt8]] {
        try await withCheckedThrowingContinuation { answer in
            enqueue(Pending(body: body, answer: answer))
        }
    }

    /// Waits for the writes that were accepted, then closes the connection.
    func close() async throws {
        state.withLock { $0.isClosed = true }
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            queue.async { [transaction] in
                done.resume(with: Result { try transaction.connection.close() })
            }
        }
    }

    private func enqueue(_ pending: Pending) {
        enum Admission { case start, wait, closed, full }
        let admission: Admission = state.withLock { state in
            if state.isClosed { return .closed }
            if state.waiting.count >= waitingMax { return .full }
            state.waiting.append(pending)
            defer { state.isDraining = true }
            return state.isDraining ? .wait : .start
        }
        switch admission {
        case .start: queue.async { self.drain() }
        case .wait: break
        case .closed: pending.answer.resume(throwing: StoreClosedError())
        case .full:
            let text = "\(waitingMax) writes are waiting already; nothing was written"
            pending.answer.resume(throwing: MetadataError.unavailable(text, retryAfterSeconds: 1))
        }
    }

    private func drain() {
        while let batch = nextBatch() {
            let results = commit(batch)
            for (pending, result) in zip(batch, results) { pending.answer.resume(with: result) }
        }
    }

    private func nextBatch() -> [Pending]? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.isDraining = false
                return nil
            }
            let batch = Array(state.waiting.prefix(Self.batchMax))
            state.waiting.removeFirst(batch.count)
            return batch
        }
    }

    private func commit(_ batch: [Pending]) -> [Result<[[UInt8]], any Error>] {
        let connection = transaction.connection
        do {
            try connection.run("BEGIN IMMEDIATE")
            var results: [Result<[[UInt8]], any Error>] = []
            if let only = batch.first, batch.count == 1 {
                // The transaction is its savepoint: what fails rolls back nothing of anybody else's.
                results.append(.success(try only.body(transaction)))
            } else {
                for pending in batch { results.append(try run(pending.body)) }
            }
            try connection.run("COMMIT")
            return results
        } catch {
            transaction.forget()
            try? connection.run("ROLLBACK")
            return batch.map { _ in .failure(explain(error)) }
        }
    }

    /// Runs one write in its savepoint. Throws only when the whole transaction is lost.
    private func run(_ body: Body) throws -> Result<[[UInt8]], any Error> {
        let connection = transaction.connection
        try connection.run("SAVEPOINT entry")
        do {
            let messages = try body(transaction)
            try connection.run("RELEASE entry")
            return .success(messages)
        } catch {
            transaction.forget()
            // A full disk or an I/O error may have rolled the whole transaction back, other writes included.
            if connection.isInTransaction {
                try connection.run("ROLLBACK TO entry")
                try connection.run("RELEASE entry")
                return .failure(explain(error))
            }
            throw error
        }
    }

    /// SQLite's own errors in a caller's terms.
    private func explain(_ error: any Error) -> any Error {
        guard let failure = error as? SQLiteFailure else { return error }
        switch failure.primaryCode {
        case SQLITE_FULL:
            let text = "the disk or the database is full; nothing was written"
            return MetadataError.unavailable(text, retryAfterSeconds: 30)
        case SQLITE_IOERR, SQLITE_BUSY, SQLITE_READONLY, SQLITE_CANTOPEN:
            let text = "the store cannot write now (\(failure.text)); nothing was written"
            return MetadataError.unavailable(text, retryAfterSeconds: 5)
        default: return error
        }
    }
}
