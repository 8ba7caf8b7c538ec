import MetadataModel
import Storage

/// Puts decisions into the store, many at once.
actor DecisionRecorder {
    private let services: RecordServices
    private let keptSeconds: Int64
    private let couldNotRecord: @Sendable (_ count: Int, _ reason: String) -> Void
    private var waiting: [DecisionDraft] = []
    private var writing: Task<Void, Never>?

    private static let batchMax = 500
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
        guard waiting.count < TrustLimits.waitingDecisionsMax else {
            couldNotRecord(1, "\(waiting.count) decisions wait to be recorded already")
            return
        }
        waiting.append(draft)
        if writing == nil { writing = Task { await writeAll() } }
    }

    /// Waits until nothing waits.
    func drain() async {
        while let writing { await writing.value }
    }

    private func writeAll() async {
        var tries = 0
        while !waiting.isEmpty {
            let batch = Array(waiting.prefix(Self.batchMax))
            do {
                try await write(batch)
                waiting.removeFirst(batch.count)
                tries = 0
            } catch {
                tries += 1
                let reason = (error as? MetadataError)?.message ?? "\(error)"
                if tries == Self.triesMax || (error as? MetadataError)?.isPassing != true {
                    couldNotRecord(batch.count, reason)
                    waiting.removeFirst(batch.count)
                    tries = 0
                } else {
                    try? await Task.sleep(for: .milliseconds(Self.retryMilliseconds))
                }
            }
        }
        writing = nil
    }

    private func write(_ drafts: [DecisionDraft]) async throws {
        let oldest = services.now() - keptSeconds * 1_000_000
        let options = services.createOptions()
        let operation = WriteOperation.recordDecisions(drafts, droppedBefore: max(oldest, 0), options: options)
        _ = try await services.store.write(operation, claim: nil)
    }
}

extension MetadataError {
    /// Whether trying again makes sense.
    fileprivate var isPassing: Bool {
        if case .unavailable = self { true } else { false }
    }
}
