public import Admission
import GrafeasProto
public import Logging
import MetadataModel
public import Metrics
import Synchronization

/// Answers reviews: whatever happens, in time, and with what the policy says of errors where nothing better is known.
public final class AdmissionDoor: Sendable {
    /// Resolves the tag of an image in its registry: the digest.
    public typealias TagResolver = @Sendable (_ image: String) async throws -> String

    private let settings: AdmissionSettings
    private let judge: any ImageJudge
    private let resolve: TagResolver?
    private let last = LastDecisions()
    private let waiting = Mutex(0)
    private let threads = WorkThreads()
    private let outcomes: AdmissionOutcomes
    private let logger: Logger

    /// - Parameters:
    ///   - resolve: resolves tags where a policy asks for it; nil if nobody can.
    ///   - metrics: gets `admission_reviews_total{outcome}`.
    public init(
        _ settings: AdmissionSettings,
        judge: any ImageJudge,
        resolve: TagResolver? = nil,
        metrics: any MetricsFactory,
        logger: Logger
    ) {
        self.settings = settings
        self.judge = judge
        self.resolve = resolve
        outcomes = AdmissionOutcomes(metrics)
        self.logger = logger
    }

    var reviewBytesMax: Int { settings.limits.reviewBytesMax }

    /// The answer to a review.
    /// - Parameter timeoutSeconds: how long the API server waits, as it says.
    /// - Throws: ``Admission/AdmissionProblem`` for what is no review and cannot be answered as one.
    public func answer(_ body: [UInt8], timeoutSeconds: Double?) async throws(AdmissionProblem) -> [UInt8] {
        let review: AdmissionReview
        let task: AdmissionTask
        do throws(AdmissionProblem) {
            review = try AdmissionReview(parsing: body, limits: settings.limits)
            task = try review.task(limits: settings.limits)
        } catch {
            outcomes.count(.unreadable)
            guard let envelope = error.envelope else { throw error }
            return error.answer.bytes(for: envelope)
        }
        switch task {
        case .pass:
            outcomes.count(.passed)
            return AdmissionAnswer.allowed().bytes(for: review.envelope)
        case .judge(let workload):
            let milliseconds = milliseconds(timeoutSeconds)
            let request: Grafeion_V1_CheckImagesRequest
            do {
                request = try settings.request(review, workload)
            } catch {
                return undecided(workload, nil, "the policy cannot be used: \(error)").bytes(for: review.envelope)
            }
            // The review, which may be large, is not kept while its images are judged.
            let envelope = review.envelope
            return await answer(request, workload, milliseconds: milliseconds).bytes(for: envelope)
        }
    }

    /// Before the API server gives up by itself, the answer has to be written and to travel.
    private func milliseconds(_ timeoutSeconds: Double?) -> Int {
        guard let timeoutSeconds, timeoutSeconds > 0, timeoutSeconds <= 60 else {
            return settings.deadlineMilliseconds
        }
        return max(50, min(Int(timeoutSeconds * 900), Int(timeoutSeconds * 1_000) - 100))
    }

    // MARK: Judging

    private func answer(
        _ request: Grafeion_V1_CheckImagesRequest,
        _ workload: Workload,
        milliseconds: Int
    ) async -> AdmissionAnswer {
        // What is remembered takes no time to run out of.
        if let decision = judge.remembered(request) { return answer(decision, of: request, on: workload) }
        guard enter() else {
            return undecided(workload, nil, "too many pods wait to be judged", counted: .shed)
        }
        do {
            let decision = try await withDeadline(milliseconds: milliseconds, on: threads) { [self] in
                // Not when the answer is given: a judge that hangs must not gather reviews without end.
                defer { waiting.withLock { $0 -= 1 } }
                return try await self.decision(request)
            }
            return answer(decision, of: request, on: workload)
        } catch is DeadlinePassed {
            return undecided(workload, request, "the images could not be judged within \(milliseconds) ms")
        } catch {
            let known = error as? MetadataError
            // An answer that says no is an answer; the last decision stands in for silence.
            let isSilence = if case .unavailable? = known { true } else { known == nil }
            return undecided(workload, isSilence ? request : nil, known?.message ?? "\(error)")
        }
    }

    private func answer(
        _ decision: Grafeion_V1_Decision,
        of request: Grafeion_V1_CheckImagesRequest,
        on workload: Workload
    ) -> AdmissionAnswer {
        last.remember(decision, of: request)
        outcomes.count(decision)
        log(decision, workload)
        return AdmissionAnswer(decision, on: workload)
    }

    private func enter() -> Bool {
        waiting.withLock { waiting in
            guard waiting < settings.reviewsMax else { return false }
            waiting += 1
            return true
        }
    }

    /// The decision, once more with the digests of tags if the policy wants that.
    private func decision(_ request: Grafeion_V1_CheckImagesRequest) async throws -> Grafeion_V1_Decision {
        guard let resolve else { return try await judge.decide(request) }
        var unrecorded = request
        // Only the decision that counts is recorded.
        let hasTags = request.images.contains(where: \.isNamedByTag)
        if hasTags { unrecorded.record = false }
        let first = try await judge.decide(unrecorded)
        guard hasTags else { return first }
        var resolved = request
        if first.wantsTagsResolved {
            // Two containers with one tag are to have one image.
            var known: [String: Grafeion_V1_CheckedImage] = [:]
            for index in resolved.images.indices where resolved.images[index].isNamedByTag {
                let image = resolved.images[index].image
                if known[image] == nil { known[image] = try await self.resolved(image, by: resolve) }
                resolved.images[index].digest = known[image]?.digest ?? ""
                resolved.images[index].unresolved = known[image]?.unresolved ?? ""
            }
        }
        return resolved.record || first.wantsTagsResolved ? try await judge.decide(resolved) : first
    }

    /// The digest that a tag stands for now, or why that cannot be found out.
    private func resolved(_ image: String, by resolve: TagResolver) async throws -> Grafeion_V1_CheckedImage {
        var checked = Grafeion_V1_CheckedImage()
        do {
            checked.digest = try await resolve(image)
        } catch {
            try Task.checkCancellation()
            checked.unresolved = "\(error)"
        }
        return checked
    }

    private func log(_ decision: Grafeion_V1_Decision, _ workload: Workload) {
        guard decision.brokeGlass || !decision.allowed else { return }
        var metadata: Logger.Metadata = [
            "object": "\(workload.title.quotedForMessage)", "decision": "\(decision.name)",
            "user": "\(decision.admission.user.quotedForMessage)",
        ]
        if let request = workload.breakGlass { metadata["reason"] = "\(request.recordedReason.quotedForMessage)" }
        let level: Logger.Level = decision.brokeGlass ? .warning : .info
        logger.log(level: level, decision.brokeGlass ? "let in by break-glass" : "refused", metadata: metadata)
    }

    /// The answer where there is no decision: the last one, or what the policy says of errors.
    /// - Parameter outcome: what the review is counted as; nil for how it is answered.
    private func undecided(
        _ workload: Workload,
        _ request: Grafeion_V1_CheckImagesRequest?,
        _ reason: String,
        counted outcome: AdmissionOutcomes.Outcome? = nil
    ) -> AdmissionAnswer {
        logger.warning(
            "a review could not be judged",
            metadata: ["object": "\(workload.title.quotedForMessage)", "reason": "\(reason)"]
        )
        let known = request.flatMap { last.decision(of: $0, maxSeconds: settings.staleSeconds) }
        if let (decision, age) = known {
            outcomes.count(outcome ?? .stale)
            return AdmissionAnswer(decision, on: workload, ageSeconds: age, because: reason)
        }
        let isAllowed = settings.allowsOnError ?? last.allowsOnError ?? false
        outcomes.count(outcome ?? (isAllowed ? .allowedOnError : .deniedOnError))
        return AdmissionAnswer(undecided: workload, isAllowed: isAllowed, because: reason)
    }
}

extension Grafeion_V1_CheckedImage {
    /// Whether it is the name of an image, and one without a digest.
    fileprivate var isNamedByTag: Bool { ImageReference(image).map { $0.digest == nil } ?? false }
}
