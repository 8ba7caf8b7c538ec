import Dispatch
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
        let bytes: Int
        let answer: CheckedContinuation<[[UInt8]], any Error>
    }

    private struct State {
        var waiting: [Pending] = []
        var waitingBytes = 0
        var isDraining = false
        var isClosed = false
    }

    private let state = Mutex(State())
    /// Serial: the connection and the caches of ``WriteTransaction`` are used here and nowhere else.
    private let queue = DispatchQueue(label: "dev.grafeion.sqlite.writer")
    private let transaction: WriteTransaction
    private let waitingMax: Int
    private let waitingBytesMax: Int
    private let committed: @Sendable (WriteTransaction) -> Void

    /// Writes that share a transaction at most, and their bytes, so that the first of many does not wait for all of them.
    private static let batchMax = 512
    private static let batchBytesMax = 16 << 20

    /// - Parameter committed: called after each commit and before anybody is answered, so that nobody who was answered meets
    ///   what was remembered from before.
    init(
        _ transaction: WriteTransaction,
        waitingMax: Int,
        waitingBytesMax: Int,
        committed: @escaping @Sendable (WriteTransaction) -> Void
    ) {
        self.transaction = transaction
        self.waitingMax = waitingMax
        self.waitingBytesMax = waitingBytesMax
        self.committed = committed
    }

    /// Runs `body` in a transaction and returns its result once that is durable.
    /// - Parameter bytes: what the write keeps in memory while it waits.
    func write(bytes: Int, _ body: @escaping Body) async throws -> [[UInt8]] {
        try await withCheckedThrowingContinuation { answer in
            enqueue(Pending(body: body, bytes: bytes, answer: answer))
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
        let refusal: (any Error)? = state.withLock { state in
            if state.isClosed { return StoreFailure.closed }
            let isFull = state.waiting.count >= waitingMax || state.waitingBytes + pending.bytes > waitingBytesMax
            if isFull, !state.waiting.isEmpty {
                let text = "\(state.waiting.count) writes are waiting already; nothing was written"
                return MetadataError.unavailable(text, retryAfterSeconds: 1)
            }
            state.waiting.append(pending)
            state.waitingBytes += pending.bytes
            // Within the lock, so that a close cannot come between the promise to drain and the drain.
            if !state.isDraining { queue.async { self.drain() } }
            state.isDraining = true
            return nil
        }
        if let refusal { pending.answer.resume(throwing: refusal) }
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
            var bytes = 0
            let batch = Array(
                state.waiting.prefix(Self.batchMax).prefix { pending in
                    bytes += pending.bytes
                    return bytes <= Self.batchBytesMax || bytes == pending.bytes
                }
            )
            state.waiting.removeFirst(batch.count)
            state.waitingBytes -= batch.reduce(0) { $0 + $1.bytes }
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
            committed(transaction)
            return results
        } catch {
            transaction.forget()
            try? connection.run("ROLLBACK")
            return batch.map { _ in .failure(StoreFailure.explaining(error, isWrite: true)) }
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
                return .failure(StoreFailure.explaining(error, isWrite: true))
            }
            throw error
        }
    }
}
