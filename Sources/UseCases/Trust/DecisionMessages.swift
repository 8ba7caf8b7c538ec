import GrafeasProto
import MetadataModel
import PolicyEngine
import SwiftProtobuf

extension Grafeion_V1_Decision {
    /// What a policy decided, without name, admission and duration.
    init(_ decision: Decision, by policy: PreparedPolicy, containers: [String]) {
        self = .with {
            $0.createTime = decision.time
            $0.policy = policy.name?.text ?? decision.policyName
            $0.policyVersion = decision.policyVersion
            $0.checkSet = decision.checkSet ?? ""
            $0.pod = Grafeion_V1_Pod(decision.pod)
            $0.images = zip(decision.images, containers).map { Grafeion_V1_ImageDecision($0, container: $1) }
            $0.verdict = Grafeion_V1_Verdict(decision.verdict)
            $0.allowed = decision.isAllowed
            $0.enforced = decision.enforcement == .enforce
            $0.complaints = decision.complaints
            $0.allowsOnError = policy.compiled.document.onError == .allow
        }
    }

    /// Whether two decisions say the same of everything; their words may speak of the time.
    func hasVerdicts(of other: Grafeion_V1_Decision) -> Bool {
        checkSet == other.checkSet && allowed == other.allowed
            && images.map(\.checks).map { $0.map(\.verdict) } == other.images.map(\.checks).map { $0.map(\.verdict) }
    }
}

extension Grafeion_V1_ImageDecision {
    fileprivate init(_ image: ImageVerdict, container: String) {
        self = .with {
            $0.image = image.image
            $0.digest = image.digest ?? ""
            $0.container = container
            $0.verdict = Grafeion_V1_Verdict(image.verdict)
            $0.checks = image.checks.map { check in
                .with {
                    $0.displayName = check.displayName
                    $0.check = check.check
                    $0.verdict = Grafeion_V1_Verdict(check.verdict)
                    $0.explanation = check.explanation
                    $0.occurrences = check.occurrences
                }
            }
        }
    }
}

extension Grafeion_V1_Verdict {
    fileprivate init(_ verdict: Verdict) {
        self =
            switch verdict {
            case .conformant: .conformant
            case .nonConformant: .nonConformant
            case .error: .error
            case .skipped: .skipped
            }
    }
}

extension Grafeion_V1_Pod {
    fileprivate init(_ pod: PodIdentity) {
        self = .with {
            $0.namespace = pod.namespace
            $0.serviceAccount = pod.serviceAccount
            $0.cluster = pod.cluster ?? ""
            $0.istioServiceIdentity = pod.istioServiceIdentity ?? ""
        }
    }

    /// The pod as the policy engine knows it.
    var identity: PodIdentity {
        PodIdentity(
            namespace: namespace,
            serviceAccount: serviceAccount.isEmpty ? "default" : serviceAccount,
            cluster: cluster.isEmpty ? nil : cluster,
            istioServiceIdentity: istioServiceIdentity.isEmpty ? nil : istioServiceIdentity
        )
    }
}
