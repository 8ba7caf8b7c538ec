import GrafeasProto
import MetadataModel
import Synchronization

/// Decisions that a policy has made, each good as long as nothing has changed that it rests on. They go with the policy.
final class RememberedDecisions: Sendable {
    struct Key: Hashable {
        let pod: [ExactText]
        let images: [ExactText]
    }

    private struct Entry {
        let decision: Grafeion_V1_Decision
        let digests: [String]
        let changeCount: UInt64
        /// Microseconds since 1970.
        let made: Int64
        let holdSeconds: Int64
    }

    private let entries = Mutex<[Key: Entry]>([:])

    /// The decision, if it is as good as one made now.
    /// - Parameter changeCount: the count of changes of some digests.
    func decision(_ key: Key, now: Int64, changeCount: ([String]) -> UInt64) -> Grafeion_V1_Decision? {
        guard let entry = entries.withLock({ $0[key] }) else { return nil }
        let isInTime = (entry.made...entry.made + entry.holdSeconds * 1_000_000).contains(now)
        guard isInTime, changeCount(entry.digests) == entry.changeCount else { return nil }
        return entry.decision
    }

    /// - Parameters:
    ///   - made: when, in microseconds since 1970.
    ///   - holdSeconds: how long it is good if nothing changes.
    func remember(
        _ decision: Grafeion_V1_Decision,
        under key: Key,
        _ digests: [String],
        changeCount: UInt64,
        made: Int64,
        holdSeconds: Int64
    ) {
        guard decision.images.count <= TrustLimits.rememberedDecisionImagesMax else { return }
        let entry = Entry(
            decision: decision,
            digests: digests,
            changeCount: changeCount,
            made: made,
            holdSeconds: holdSeconds
        )
        let forgotten = entries.withLock { entries in
            var forgotten: [Key: Entry] = [:]
            if entries.count >= TrustLimits.rememberedDecisionsMax { swap(&entries, &forgotten) }
            entries[key] = entry
            return forgotten
        }
        // Not while others wait for the lock.
        withExtendedLifetime(forgotten) {}
    }
}
