import MetadataModel
import Storage
import Synchronization

/// Puts decisions into the store, many at once.
final class DecisionRecorder: Sendable {
    private struct State {
        var waiting: [DecisionDraft] = []
        var writing: Task<Void, Never>?
        /// Whether somebody waits for all to be written, to close the store.
        var isDraining = false
    }

    private let services: RecordServices
    private let keptSeconds: Int64
    private let couldNotRecord: @Sendable (_ count: Int, _ reason: String) -> Void
    private let state = Mutex(State())

    private static let batchMax = 500
    /// What comes in this time shares a transaction: a commit costs as much as some decisions.
    private static let gatheringMilliseconds = 20
    private static let retryMilliseconds = 500
    private static let triesMax = 20

    init(
        _ services: RecordServices,
        keptSeconds: Int64,
        couldNotRecord: @escaping @Sendable (_ count: Int, _ reason: String) -> Void
    ) {
        self.services = services
        self.keptSeconds = keptSeconds
        self.couldNotRecord = couldNotRecord
    }

    /// Stores a decision, and returns once it is durable.
    func record(_ draft: DecisionDraft) async throws {
        try await write([draft])
    }

    /// Stores a decision soon.
    func recordSoon(_ draft: DecisionDraft) {
        let isTaken = state.withLock { state in
            guard state.waiting.count < TrustLimits.waitingDecisionsMax else { return false }
            state.waiting.append(draft)
            if state.writing == nil { state.writing = Task { await self.writeAll() } }
            return true
        }
        if !isTaken {
            couldNotRecord(1, "\(TrustLimits.waitingDecisionsMax) decisions wait to be recorded already")
        }
    }

    /// Waits until nothing waits. What cannot be written then is not tried again.
    func drain() async {
        state.withLock { $0.isDraining = true }
        while let writing = state.withLock({ $0.writing }) { await writing.value }
    }

    private func writeAll() async {
        var tries = 0
        try? await Task.sleep(for: .milliseconds(Self.gatheringMilliseconds))
        while let batch = nextBatch() {
            do {
                try await write(batch)
                drop(batch.count)
                tries = 0
            } catch {
                tries += 1
                let reason = (error as? MetadataError)?.message ?? "\(error)"
                if tries == Self.triesMax || state.withLock({ $0.isDraining })
                    || (error as? MetadataError)?.isPassing != true
                {
                    couldNotRecord(batch.count, reason)
                    drop(batch.count)
                    tries = 0
                } else {
                    try? await Task.sleep(for: .milliseconds(Self.retryMilliseconds))
                }
            }
        }
    }

    /// What is to be written now; nil, and nobody writes any more, if nothing waits.
    private func nextBatch() -> [DecisionDraft]? {
        state.withLock { state in
            if state.waiting.isEmpty { state.writing = nil }
            if state.waiting.isEmpty { return nil }
            var bytes = 0
            let batch = state.waiting.prefix(Self.batchMax).prefix { draft in
                bytes += draft.body.count
                return bytes <= TrustLimits.recordedBytesMax || bytes == draft.body.count
            }
            return Array(batch)
        }
    }

    private func drop(_ count: Int) { state.withLock { $0.waiting.removeFirst(count) } }

    private func write(_ drafts: [DecisionDraft]) async throws {
        let oldest = services.now() - keptSeconds * 1_000_000
        let options = services.createOptions()
        let operation = WriteOperation.recordDecisions(drafts, droppedBefore: max(oldest, 0), options: options)
        _ = try await services.store.write(operation, claim: nil)
    }
}

extension MetadataError {
    /// Whether trying again makes sense.
    var isPassing: Bool {
        if case .unavailable = self { true } else { false }
    }
}
