public import GrafeasProto
import MetadataModel
import PolicyEngine
import Storage
import SwiftProtobuf

/// Judges images by a policy.
public struct CheckImages: Sendable {
    let services: TrustServices

    public init(_ services: TrustServices) { self.services = services }

    /// When a decision that is to be recorded has to be in the store.
    public enum Recording: Sendable {
        /// Before it is answered. For a pod that waits, soon after if the store takes no writes now.
        case first
        /// Soon after: who waits for a pod does not wait for a disk. One by which the glass was broken is in the store first.
        case soon
    }

    /// - Returns: the decision, with its name if it is recorded.
    /// - Throws: `invalid` for a request or policy that cannot be understood, `notFound` for a policy that is not there.
    ///   What cannot be found out about an image is no error but a verdict.
    public func run(
        _ request: Grafeion_V1_CheckImagesRequest,
        recording: Recording = .first
    ) async throws -> Grafeion_V1_Decision {
        let start = services.records.now()
        let images = try Self.images(request)
        let policy = try await services.policies.policy(Self.source(request))
        let project = try project(request, policy)
        var decision = await decision(on: images, for: request.pod, by: policy, now: start)
        if request.hasAdmission {
            guard request.admission.ownerUids.count <= TrustLimits.ownersMax else {
                let text = "there are \(request.admission.ownerUids.count); at most \(TrustLimits.ownersMax) are taken"
                throw MetadataError.invalid("admission.owner_uids", text)
            }
            decision.admission = request.admission
            try await breakGlass(&decision, policy, project)
        }
        if request.record, let project {
            try await record(&decision, in: project, request.recordLater ? .soon : recording)
        }
        return decision
    }

    /// The decision, recorded soon if it is to be, where it is remembered, lets the images run and is as good as one made now;
    /// nil if it takes ``run(_:recording:)`` to have one. Waits for nothing.
    public func remembered(_ request: Grafeion_V1_CheckImagesRequest) -> Grafeion_V1_Decision? {
        let now = services.records.now()
        guard let images = try? Self.images(request), let source = try? Self.source(request),
            let policy = services.policies.ready(source, now: now),
            var decision = known(Self.key(request.pod, images), of: policy, now: now),
            decision.allowed, !decision.wantsTagsResolved
        else { return nil }
        if request.hasAdmission { decision.admission = request.admission }
        if request.record {
            guard let project = try? project(request, policy),
                let draft = try? draft(&decision, in: project)
            else { return nil }
            services.recorder.recordSoon(draft)
        }
        return decision
    }

    // MARK: The request

    private struct Image {
        var name: String
        var digest: String?
        var container: String
        var unresolved: String?
    }

    private static func images(_ request: Grafeion_V1_CheckImagesRequest) throws(MetadataError) -> [Image] {
        guard !request.images.isEmpty else { throw .invalid("images", "name at least one image") }
        guard request.images.count <= TrustLimits.imagesMax else {
            let text = "there are \(request.images.count); at most \(TrustLimits.imagesMax) are judged at once"
            throw .invalid("images", text)
        }
        var problems: [FieldProblem] = []
        let images = request.images.enumerated().map { index, image in
            if !image.digest.isEmpty, !ResourceURI.isDigest(image.digest) || image.digest != image.digest.lowercased() {
                let text = "expected sha256: and 64 lower-case hexadecimal digits; got \(image.digest.quotedForMessage)"
                problems.append(FieldProblem(field: "images[\(index)].digest", description: text))
            }
            let own = ImageReference(image.image)?.digest
            if let own, !image.digest.isEmpty, image.digest != own {
                let text = "is \(image.digest), and the image is named by \(own); leave it out"
                problems.append(FieldProblem(field: "images[\(index)].digest", description: text))
            }
            return Image(
                name: image.image,
                digest: own ?? (image.digest.isEmpty ? nil : image.digest),
                container: image.container,
                unresolved: image.unresolved.isEmpty ? nil : image.unresolved
            )
        }
        guard problems.isEmpty else { throw .invalid(problems) }
        return images
    }

    private static func source(
        _ request: Grafeion_V1_CheckImagesRequest
    ) throws(MetadataError) -> PreparedPolicies.Source {
        switch (request.policy.isEmpty, request.content.isEmpty) {
        case (false, true): .stored(try DocumentName(parsing: request.policy, sort: .policy, field: "policy"))
        case (true, false): .content(ExactText(request.content))
        default: throw .invalid("policy", "name a stored policy, or give the text of one in content")
        }
    }

    private func project(
        _ request: Grafeion_V1_CheckImagesRequest,
        _ policy: PreparedPolicy
    ) throws(MetadataError) -> ProjectName? {
        if !request.project.isEmpty { return try ProjectName(nameOrID: request.project, field: "project") }
        if let name = policy.name { return name.collection.project }
        guard !request.record else {
            throw .invalid("project", "say in which project the decision is recorded; the policy is not stored in one")
        }
        return nil
    }

    // MARK: The decision

    private func decision(
        on images: [Image],
        for pod: Grafeion_V1_Pod,
        by policy: PreparedPolicy,
        now: Int64
    ) async -> Grafeion_V1_Decision {
        let key = Self.key(pod, images)
        if let known = known(key, of: policy, now: now) { return known }
        // Keys that end while the decision is remembered have ended.
        let end = now + TrustLimits.holdSeconds * 1_000_000
        let reading = EvidenceReading(services: services, policy: policy, now: end / 1_000_000)
        let gathered = await reading.gather(
            images.map { EvidenceReading.Image(name: $0.name, digest: $0.digest, unresolved: $0.unresolved) }
        )
        let judge = { (time: Int64) in
            Grafeion_V1_Decision(
                policy.compiled.evaluate(
                    gathered.evidence,
                    for: pod.identity,
                    at: Google_Protobuf_Timestamp(microseconds: time)
                ),
                by: policy,
                containers: images.map(\.container)
            )
        }
        var decision = judge(now)
        decision.wantsTagsResolved =
            policy.compiled.document.resolvesTags && images.contains { $0.digest == nil && $0.unresolved == nil }
        let microseconds = max(services.records.now() - now, 0)
        decision.duration = Google_Protobuf_Duration(
            seconds: microseconds / 1_000_000,
            nanos: Int32(microseconds % 1_000_000) * 1000
        )
        // What depends on time (the age of a scan) changes once: what is so now and at the end is so in between.
        let dependsOnTime = policy.compiled.dependsOnTime
        let isLasting = !dependsOnTime || judge(end).hasVerdicts(of: decision)
        let isTimeless = policy.isTimeless && !dependsOnTime && !gathered.hasTokens && decision.verdict != .error
        if let count = gathered.changeCount, !gathered.hasFailed, isLasting {
            policy.decisions.remember(
                decision,
                under: key,
                gathered.digests,
                changeCount: count,
                made: now,
                holdSeconds: isTimeless ? TrustLimits.timelessHoldSeconds : TrustLimits.holdSeconds
            )
        }
        return decision
    }

    private static func key(_ pod: Grafeion_V1_Pod, _ images: [Image]) -> RememberedDecisions.Key {
        RememberedDecisions.Key(
            pod: [pod.namespace, pod.serviceAccount, pod.cluster, pod.istioServiceIdentity].map(ExactText.init),
            images: images.flatMap { [$0.name, $0.digest ?? "", $0.container, $0.unresolved ?? ""] }.map(ExactText.init)
        )
    }

    private func known(
        _ key: RememberedDecisions.Key,
        of policy: PreparedPolicy,
        now: Int64
    ) -> Grafeion_V1_Decision? {
        let store = services.records.store
        var known = policy.decisions.decision(key, now: now, changeCount: { store.changeCount(of: $0) })
        known?.remembered = true
        known?.createTime = Google_Protobuf_Timestamp(microseconds: now)
        return known
    }

    // MARK: The record

    private func record(
        _ decision: inout Grafeion_V1_Decision,
        in project: ProjectName,
        _ recording: Recording
    ) async throws {
        let draft = try draft(&decision, in: project)
        if recording == .soon, !decision.brokeGlass { return services.recorder.recordSoon(draft) }
        do {
            try await services.recorder.record(draft)
        } catch let error as MetadataError where error.isPassing && decision.hasAdmission && !decision.brokeGlass {
            // What was decided is known, and a cluster does not stand still because a disk is full.
            services.recorder.recordSoon(draft)
        }
    }

    /// The decision under a name of its own.
    private func draft(_ decision: inout Grafeion_V1_Decision, in project: ProjectName) throws -> DecisionDraft {
        let name = DecisionName(project: project, id: services.records.makeOccurrenceID())
        decision.name = name.text
        return DecisionDraft(name: name, body: try decision.serializedBytes(), brokeGlassFor: decision.keptFor)
    }
}
