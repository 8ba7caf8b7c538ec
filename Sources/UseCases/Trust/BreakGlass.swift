import GrafeasProto
import MetadataModel
import PolicyEngine
import Storage
import SwiftProtobuf

extension CheckImages {
    /// Lets a pod run against the verdict, if somebody asks for it who may.
    ///
    /// Who writes a Deployment asks for it there; its pods are made by controllers, who may not. So what a controller makes
    /// follows the decision on its owner, for the images that the owner had, as long as whoever asked may still do so.
    func breakGlass(
        _ decision: inout Grafeion_V1_Decision,
        _ policy: PreparedPolicy,
        _ project: ProjectName?
    ) async throws {
        guard !decision.allowed else { return }
        let admission = decision.admission
        if admission.breakGlass {
            if policy.compiled.document.breakGlass.permits(user: admission.user, groups: admission.groups) {
                decision.permitAgainstVerdict(asked: admission.user, admission.groups)
                return
            }
            decision.breakGlassRefusal =
                "user \(admission.user.quotedForMessage) may not break the glass: the policy's breakGlass names others"
        }
        let owners = admission.ownerUids.filter { !$0.isEmpty }
        guard let project, !owners.isEmpty, Self.isController(admission.user) else { return }
        let decisions = try await services.records.store.brokenGlass(
            objectUIDs: owners,
            project: project,
            limit: TrustLimits.brokenGlassMax
        )
        for bytes in decisions {
            let earlier = try Grafeion_V1_Decision(serializedBytes: bytes)
            let (user, groups) = (earlier.glassBrokenBy, earlier.glassBrokenByGroups)
            guard earlier.policy == decision.policy,
                policy.compiled.document.breakGlass.permits(user: user, groups: groups)
            else { continue }
            if earlier.pod.namespace == decision.pod.namespace, earlier.covers(decision) {
                decision.permitAgainstVerdict(asked: user, groups)
                decision.breakGlassRefusal = ""
                return
            }
        }
    }

    /// Kubernetes' own controllers, as its API server knows them. The owner of an object is what its author says, and only
    /// these are trusted with it.
    private static func isController(_ user: String) -> Bool {
        user.hasPrefix("system:serviceaccount:kube-system:") || user == "system:kube-controller-manager"
    }
}

extension Grafeion_V1_Decision {
    fileprivate mutating func permitAgainstVerdict(asked user: String, _ groups: [String]) {
        allowed = true
        brokeGlass = true
        glassBrokenBy = user
        glassBrokenByGroups = groups
    }

    /// The object that what controllers make of it finds the decision by, if it is kept for ever: of a broken glass the record
    /// of whoever broke it, and what leads from there to pods. Pods own nothing, and are as many as controllers make.
    var keptFor: String? {
        guard brokeGlass else { return nil }
        let isPersons = glassBrokenBy == admission.user
        return admission.kind == "Pod" ? (isPersons ? "" : nil) : admission.objectUid
    }

    /// Whether every image of another decision is one of this one's, by name and digest.
    fileprivate func covers(_ other: Grafeion_V1_Decision) -> Bool {
        let own = Set(images.map { ImageKey($0) })
        return other.images.allSatisfy { own.contains(ImageKey($0)) }
    }
}

private struct ImageKey: Hashable {
    let name: ExactText
    let digest: ExactText

    init(_ image: Grafeion_V1_ImageDecision) {
        (name, digest) = (ExactText(image.image), ExactText(image.digest))
    }
}
