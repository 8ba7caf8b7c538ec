import Admission
import GrafeasProto
import MetadataModel
import PolicyEngine
import SwiftProtobuf

extension AdmissionSettings {
    /// What is asked about a workload.
    func request(
        _ review: AdmissionReview,
        _ workload: Workload
    ) throws -> Grafeion_V1_CheckImagesRequest {
        var request = Grafeion_V1_CheckImagesRequest()
        switch policy {
        case .stored(let name): request.policy = name
        case .text(let read): request.content = try read()
        }
        request.project = project
        request.record = !review.isDryRun
        request.recordLater = true
        request.images = workload.images.map { image in
            .with {
                $0.image = image.image
                $0.container = image.kind == .volume ? "volume \(image.container)" : image.container
            }
        }
        request.pod = .with {
            $0.namespace = workload.namespace
            $0.serviceAccount = workload.serviceAccount
            $0.cluster = cluster
        }
        request.admission = .with {
            $0.uid = review.envelope.uid
            $0.operation = review.operation.rawValue
            $0.kind = workload.kind.kind
            $0.name = workload.name
            $0.objectUid = workload.uid
            // Of others that claim it as theirs it is not made.
            $0.ownerUids = workload.controller.map { [$0.uid] } ?? []
            $0.user = review.user.name
            $0.groups = review.user.groups
            $0.breakGlass = workload.wantsBreakGlass
            $0.breakGlassReason = workload.breakGlass?.recordedReason ?? ""
        }
        return request
    }

    /// What a policy that is at hand says of errors.
    var allowsOnError: Bool? {
        guard case .text(let read) = policy, let text = try? read(), let document = try? PolicyDocument(parsing: text)
        else { return nil }
        return document.onError == .allow
    }
}

extension AdmissionAnswer {
    /// The answer that a decision is.
    /// - Parameters:
    ///   - ageSeconds: how old the decision is, if it stands in for one that cannot be had.
    ///   - reason: why it cannot be had.
    init(
        _ decision: Grafeion_V1_Decision,
        on workload: Workload,
        ageSeconds: Int64? = nil,
        because reason: String = ""
    ) {
        let findings = AdmissionFindings(
            subject: workload.title,
            policy: decision.policy,
            complaints: decision.complaints,
            decision: decision.name.isEmpty ? nil : decision.name
        )
        var annotations = [
            "policy": decision.policy, "verdict": decision.verdict.word, "policy-version": decision.policyVersion,
        ]
        if !decision.name.isEmpty { annotations["decision"] = decision.name }
        var warnings: [String] = []
        if let ageSeconds {
            annotations["decided-seconds-ago"] = String(ageSeconds)
            warnings.append("judged as \(ageSeconds) s ago, because \(reason)")
        }
        if decision.brokeGlass {
            annotations["break-glass"] = "true"
            warnings += findings.breakGlassWarnings
        } else if !decision.breakGlassRefusal.isEmpty {
            warnings.append(decision.breakGlassRefusal)
        }
        if !decision.enforced, !decision.complaints.isEmpty { warnings += findings.dryRunWarnings }
        let isError = decision.allowed && decision.enforced && decision.verdict == .error && !decision.brokeGlass
        if isError {
            warnings.append(
                "images could not be judged, and the policy allows that: " + (decision.complaints.first ?? "")
            )
        }
        self =
            decision.allowed
            ? .allowed(warnings: warnings, auditAnnotations: annotations)
            : .denied(findings.refusal, warnings: warnings, auditAnnotations: annotations)
    }

    /// The answer where nothing is known.
    init(undecided workload: Workload, isAllowed: Bool, because reason: String) {
        let what = "\(workload.title) could not be judged: \(reason)"
        let annotations = ["verdict": "ERROR", "reason": reason]
        self =
            isAllowed
            ? .allowed(warnings: ["\(what); the policy allows that"], auditAnnotations: annotations)
            : .denied("\(what); try again", code: 503, auditAnnotations: annotations)
    }
}

extension Grafeion_V1_Verdict {
    /// As policies and decisions spell it.
    fileprivate var word: String {
        switch self {
        case .conformant: "CONFORMANT"
        case .nonConformant: "NON_CONFORMANT"
        case .skipped: "SKIPPED"
        case .error, .unspecified, .UNRECOGNIZED: "ERROR"
        }
    }
}
