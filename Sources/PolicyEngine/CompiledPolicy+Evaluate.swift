import MetadataModel
public import SwiftProtobuf

extension CompiledPolicy {
    /// Judges a pod's images. Answers whatever the evidence is; costs in proportion to it.
    public func evaluate(
        _ images: [Evidence],
        for pod: PodIdentity,
        at time: Google_Protobuf_Timestamp
    ) -> Decision {
        let checkSet = checkSets.first { $0.covers(pod) }
        return Decision(
            policyName: document.name,
            policyVersion: version,
            checkSet: checkSet?.displayName,
            pod: pod,
            time: time,
            images: images.map { verdict(on: $0, checkSet, pod, time) },
            enforcement: checkSet?.enforcement ?? .enforce,
            onError: document.onError
        )
    }

    private func verdict(
        on evidence: Evidence,
        _ checkSet: CheckSet?,
        _ pod: PodIdentity,
        _ time: Google_Protobuf_Timestamp
    ) -> ImageVerdict {
        let results: [CheckResult]
        do throws(ImageName.Flaw) {
            let name = try ImageName(evidence.image)
            let context = CheckContext(image: name, time: time, limits: limits)
            if let pattern = document.imageAllowlist.first(where: { $0.matches(name) }) {
                return skipped(evidence, checkSet?.checks ?? [], "the policy's imageAllowlist has \(pattern.text)")
            }
            guard let checkSet else { return ImageVerdict(evidence, [outOfScope(pod)]) }
            if let pattern = checkSet.imageAllowlist.first(where: { $0.matches(name) }) {
                return skipped(evidence, checkSet.checks, "the check set's imageAllowlist has \(pattern.text)")
            }
            results = ImageReview(evidence, context).results(of: checkSet.checks)
        } catch {
            let checks = checkSet?.checks ?? []
            let what = error.text + "; name the image by a digest that its registry has"
            let refused = checks.map { $0.result(.nonConformant, what) }
            return ImageVerdict(
                evidence,
                refused.isEmpty ? [CheckResult(scope: "image name", .nonConformant, what)] : refused
            )
        }
        return ImageVerdict(evidence, results)
    }

    private func skipped(_ evidence: Evidence, _ checks: [Check], _ why: String) -> ImageVerdict {
        let results = checks.map { $0.result(.skipped, why) }
        return ImageVerdict(evidence, results.isEmpty ? [CheckResult(scope: "allowlist", .skipped, why)] : results)
    }

    private func outOfScope(_ pod: PodIdentity) -> CheckResult {
        let pod = "\(pod.namespace.quotedForMessage) (service account \(pod.serviceAccount.quotedForMessage))"
        let what = "no check set of the policy is for namespace \(pod), and there is none without a scope"
        return CheckResult(scope: "scope", .nonConformant, "\(what); add one to the policy")
    }
}

extension CheckSet {
    /// Names are compared by their bytes.
    func covers(_ pod: PodIdentity) -> Bool {
        switch scope {
        case nil: true
        case .namespace(let namespace)?: ExactText(namespace) == ExactText(pod.namespace)
        case .serviceAccount(let namespace, let name)?:
            ExactText(namespace) == ExactText(pod.namespace) && ExactText(name) == ExactText(pod.serviceAccount)
        case .cluster(let cluster)?: pod.cluster.map { ExactText($0) == ExactText(cluster) } ?? false
        case .istioServiceIdentity(let identity)?:
            pod.istioServiceIdentity.map { ExactText($0) == ExactText(identity) } ?? false
        }
    }
}

extension Check {
    /// Explanations quote what scanners and builders wrote, so they are brought into one line here.
    func result(_ verdict: Verdict, _ explanation: String, _ occurrences: [String] = []) -> CheckResult {
        CheckResult(
            displayName: displayName,
            check: type(of: rule).field,
            verdict: verdict,
            explanation: explanation.oneLine(scalarsMax: PolicyLimits.explanationScalarsMax),
            occurrences: occurrences
        )
    }
}

extension CheckResult {
    /// What is said of an image without a check of the policy.
    fileprivate init(scope: String, _ verdict: Verdict, _ explanation: String) {
        self.init(displayName: scope, check: "scope", verdict: verdict, explanation: explanation, occurrences: [])
    }
}

extension ImageVerdict {
    fileprivate init(_ evidence: Evidence, _ checks: [CheckResult]) {
        self.init(
            image: evidence.image,
            digest: evidence.metadata?.digest,
            checks: checks,
            verdict: Verdict.worst(checks.map(\.verdict))
        )
    }
}
