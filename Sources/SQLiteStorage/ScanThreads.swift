import Dispatch
import MetadataModel
import Synchronization

/// Runs scans on a few threads of their own; what comes while all are busy waits its turn.
///
/// A scan blocks its thread on the disk and keeps a connection, so the number is bounded here: a queue of the system's
/// would start a thread, and open a connection, for each that blocks.
final class ScanThreads: Sendable {
    private struct State {
        var waiting: [@Sendable () -> Void] = []
        var running = 0
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "dev.grafeion.sqlite.scans", attributes: .concurrent)

    /// Scans at once. Four keep two cores busy while some of them wait for the disk.
    private static let runningMax = 4
    /// Scans that may wait: at a tenth of a second each, the last waits for minutes, and its caller has long gone.
    private static let waitingMax = 5000

    /// Runs `body` when its turn comes.
    func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { (answer: CheckedContinuation<Result, any Error>) in
            submit({ answer.resume(with: Swift.Result { try body() }) }) {
                let text = "\(Self.waitingMax) lists are waiting already"
                answer.resume(throwing: MetadataError.unavailable(text, retryAfterSeconds: 1))
            }
        }
    }

    private func submit(_ job: @escaping @Sendable () -> Void, orRefuse refuse: () -> Void) {
        enum Admission { case start, wait, refuse }
        let admission: Admission = state.withLock { state in
            if state.running < Self.runningMax {
                state.running += 1
                return .start
            }
            guard state.waiting.count < Self.waitingMax else { return .refuse }
            state.waiting.append(job)
            return .wait
        }
        switch admission {
        case .start: queue.async { self.work(job) }
        case .wait: break
        case .refuse: refuse()
        }
    }

    private func work(_ first: @Sendable () -> Void) {
        first()
        while let next = nextJob() { next() }
    }

    private func nextJob() -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.running -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
    }
}
