import MetadataModel
import PolicyEngine
import Synchronization

/// What was read of images, each as good as new as long as nothing about it has changed: reading and decoding the occurrences
/// of an image and verifying its signatures is nearly all that judging it costs.
///
/// There are two generations. When the younger one is full it becomes the older one, whose images are forgotten unless
/// somebody asked for them meanwhile.
final class RememberedImages: Sendable {
    private struct State {
        var younger: [ExactText: KnownImage] = [:]
        var older: [ExactText: KnownImage] = [:]
        /// Of the younger ones.
        var bytes = 0
    }

    private let state = Mutex(State())
    private let bytesMax: Int

    /// - Parameter bytesMax: bytes of encoded occurrences, of both generations.
    init(bytesMax: Int = TrustLimits.rememberedImageBytesMax) { self.bytesMax = bytesMax }

    /// The image, if it is as good as one read now.
    /// - Parameter isWhole: whether its findings are wanted whole.
    func image(_ digest: String, isWhole: Bool, changeCount: UInt64) -> KnownImage? {
        let key = ExactText(digest)
        let (image, isOlder) = state.withLock { ($0.younger[key] ?? $0.older[key], $0.younger[key] == nil) }
        guard let image, image.changeCount == changeCount, image.records.isWhole || !isWhole else { return nil }
        if isOlder { remember(image) }
        return image
    }

    func remember(_ image: KnownImage) {
        let key = ExactText(image.records.digest)
        let bytes = image.records.byteCount
        guard bytes <= bytesMax / 2 else { return }
        let forgotten = state.withLock { state in
            var forgotten: [ExactText: KnownImage] = [:]
            if state.bytes + bytes > bytesMax / 2 {
                (forgotten, state.older, state.younger) = (state.older, state.younger, [:])
                state.bytes = 0
            }
            state.bytes += bytes - (state.younger[key]?.records.byteCount ?? 0)
            state.younger[key] = image
            return forgotten
        }
        // Millions of strings go with them, and nobody is to wait for that.
        withExtendedLifetime(forgotten) {}
    }
}

/// An image's records, and what was found of the signatures in them.
final class KnownImage: Sendable {
    let records: ImageRecords
    /// The store's count of changes of the image before it was read.
    let changeCount: UInt64

    /// An authority is one of a policy whose attestors are of one state.
    private struct Key: Hashable {
        let policyVersion: String
        let documentChangeCount: UInt64
        let authority: String
    }

    private struct Finding {
        let outcome: AttestationOutcome
        /// Seconds since 1970, for keys that expire.
        let time: Int64
    }

    private let findings = Mutex<[Key: Finding]>([:])
    /// Policies have some ten authorities, and those of earlier states go with the image.
    private static let findingsMax = 200

    init(_ records: ImageRecords, changeCount: UInt64) {
        self.records = records
        self.changeCount = changeCount
    }

    /// What there is of the attestations of one of a policy's authorities.
    /// - Parameter now: seconds since 1970, for keys that expire.
    func outcome(of authority: PreparedPolicy.Authority, in policy: PreparedPolicy, now: Int64) -> AttestationOutcome {
        let key = Key(
            policyVersion: policy.compiled.version,
            documentChangeCount: policy.changeCount,
            authority: authority.id
        )
        if let known = findings.withLock({ $0[key] }) {
            let isGood = !authority.mayExpire || abs(now - known.time) < TrustLimits.holdSeconds
            if isGood { return known.outcome }
        }
        let outcome = authority.outcome(records, now: now)
        findings.withLock { findings in
            if findings.count >= Self.findingsMax { findings = [:] }
            findings[key] = Finding(outcome: outcome, time: now)
        }
        return outcome
    }
}
