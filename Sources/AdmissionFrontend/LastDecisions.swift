import GrafeasProto
import MetadataModel
import Synchronization

/// The last decisions that were had, for when none can be.
final class LastDecisions: Sendable {
    private struct Entry {
        var decision: Grafeion_V1_Decision
        var made: ContinuousClock.Instant
    }

    private struct State {
        var entries: [[ExactText]: Entry] = [:]
        var allowsOnError: Bool?
    }

    private let state = Mutex(State())
    private static let countMax = 10_000
    /// Of a decision that is kept: what has more is rare, and large.
    private static let imagesMax = 64

    /// What the policy says of pods that cannot be judged; nil until a decision was had.
    var allowsOnError: Bool? { state.withLock { $0.allowsOnError } }

    func remember(_ decision: Grafeion_V1_Decision, of request: Grafeion_V1_CheckImagesRequest) {
        state.withLock { state in
            state.allowsOnError = decision.allowsOnError
            // What could not be found out stands in for nothing, and nor does what one person was allowed.
            guard decision.verdict != .error, !decision.brokeGlass, request.images.count <= Self.imagesMax else {
                return
            }
            // By a tag that has been moved meanwhile another image would run.
            guard !decision.allowed || request.images.allSatisfy({ ImageReference($0.image)?.digest != nil }) else {
                return
            }
            if state.entries.count >= Self.countMax { state.entries = [:] }
            var plain = decision
            plain.clearAdmission()
            plain.name = ""
            // Who was refused to break the glass is not who asks next.
            plain.breakGlassRefusal = ""
            state.entries[Self.key(request)] = Entry(decision: plain, made: .now)
        }
    }

    /// The last decision on the same images for the same pod, if it is younger than so many seconds.
    func decision(
        of request: Grafeion_V1_CheckImagesRequest,
        maxSeconds: Int
    ) -> (decision: Grafeion_V1_Decision, ageSeconds: Int64)? {
        guard let entry = state.withLock({ $0.entries[Self.key(request)] }) else { return nil }
        let age = entry.made.duration(to: .now).components.seconds
        return age < maxSeconds ? (entry.decision, age) : nil
    }

    private static func key(_ request: Grafeion_V1_CheckImagesRequest) -> [ExactText] {
        let pod = request.pod
        let images = request.images.flatMap { [$0.image, $0.digest, $0.container] }
        let texts = [request.policy, request.content, pod.namespace, pod.serviceAccount, pod.cluster] + images
        return texts.map(ExactText.init)
    }
}
