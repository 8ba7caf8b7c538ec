import MetadataModel
import PolicyEngine
import Synchronization

/// What was read of images, each as good as new as long as nothing about it has changed: reading and decoding the occurrences
/// of an image and verifying its signatures is nearly all that judging it costs.
///
/// When there are too many, those that came first and that nobody has asked for since they were last looked at go first, a few with each
/// that comes: no review pays for many others.
final class RememberedImages: Sendable {
    fileprivate struct Entry {
        var image: KnownImage
        var wasAskedFor = false
    }

    fileprivate struct State {
        var entries: [ExactText: Entry] = [:]
        /// The keys of all entries from `head` on, in the order in which they are looked at.
        var queue: [ExactText] = []
        var head = 0
        var bytes = 0
    }

    private let state = Mutex(State())
    private let bytesMax: Int

    /// - Parameter bytesMax: bytes of encoded occurrences.
    init(bytesMax: Int = TrustLimits.rememberedImageBytesMax) { self.bytesMax = bytesMax }

    /// The image, if it is as good as one read now.
    /// - Parameter isWhole: whether its findings are wanted whole.
    func image(_ digest: String, isWhole: Bool, changeCount: UInt64) -> KnownImage? {
        let key = ExactText(digest)
        return state.withLock { state in
            guard let image = state.entries[key]?.image, image.changeCount == changeCount,
                image.records.isWhole || !isWhole
            else { return nil }
            state.entries[key]?.wasAskedFor = true
            return image
        }
    }

    func remember(_ image: KnownImage) {
        let key = ExactText(image.records.digest)
        guard image.records.byteCount <= bytesMax else { return }
        let forgotten = state.withLock { state in
            let old = state.entries.updateValue(Entry(image: image), forKey: key)
            if old == nil { state.queue.append(key) }
            state.bytes += image.records.byteCount - (old?.image.records.byteCount ?? 0)
            return [old?.image].compactMap(\.self) + state.forget(downTo: bytesMax)
        }
        // Thousands of strings go with them, and not while others wait for the lock.
        withExtendedLifetime(forgotten) {}
    }
}

extension RememberedImages.State {
    /// Takes entries out until there are no more bytes than that.
    fileprivate mutating func forget(downTo bytesMax: Int) -> [KnownImage] {
        var forgotten: [KnownImage] = []
        while bytes > bytesMax, head < queue.count {
            let key = queue[head]
            head += 1
            if entries[key]?.wasAskedFor == true {
                entries[key]?.wasAskedFor = false
                queue.append(key)
            } else if let image = entries.removeValue(forKey: key)?.image {
                bytes -= image.records.byteCount
                forgotten.append(image)
            }
        }
        if head > queue.count / 2 {
            queue.removeFirst(head)
            head = 0
        }
        return forgotten
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
            let mayExpire = authority.mayExpire || records.hasTokens
            let isGood = !mayExpire || abs(now - known.time) < TrustLimits.holdSeconds
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
