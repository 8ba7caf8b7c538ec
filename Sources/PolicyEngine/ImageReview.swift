import MetadataModel

/// One image against the checks of one set.
struct ImageReview {
    private let context: CheckContext
    /// Nil for an image that is not pinned.
    private let index: Subject?
    private let manifests: [Subject]
    /// Why the evidence cannot be used.
    private let flaw: String?
    /// Why there is no digest.
    private let unresolved: String?

    init(_ evidence: Evidence, _ context: CheckContext) {
        self.context = context
        unresolved = evidence.unresolved
        index = evidence.metadata.map(Subject.init)
        manifests = evidence.manifests.map(Subject.init)
        let digests = [evidence.metadata?.digest].compactMap(\.self) + evidence.manifests.map(\.digest)
        if let wrong = digests.first(where: { !ImageName.isKnown($0) }) {
            flaw = "\(wrong.quotedForMessage) is no digest that an image can be looked up by"
        } else if let named = context.image.digest, let judged = index?.digest, named != judged {
            flaw = "the pod names \(named), and what is known is of \(judged)"
        } else {
            flaw = nil
        }
    }

    func results(of checks: [Check]) -> [CheckResult] { checks.map(result) }

    private func result(of check: Check) -> CheckResult {
        if let pattern = check.imageAllowlist.first(where: { $0.matches(context.image) }) {
            return check.result(.skipped, "the check's imageAllowlist has \(pattern.text)")
        }
        guard check.rule.readsMetadata else {
            let nothing = Subject(ImageMetadata(digest: ""))
            return check.result(check.rule.answer(nothing, context), limits: context.limits)
        }
        guard let index else {
            if let unresolved {
                return check.result(.error, "the digest that its tag stands for could not be found out: \(unresolved)")
            }
            let way = "name it as \(context.image.repository)@sha256:…, or let the policy resolve tags"
            return check.result(.nonConformant, "the image is not pinned to a digest, and a tag may be moved; \(way)")
        }
        if let flaw { return check.result(.error, flaw) }
        return check.result(combined(check.rule, index), limits: context.limits)
    }

    /// An index counts as its manifests: what is wrong with one of them is wrong with it; what must be there may be
    /// known of the index or of all its manifests.
    private func combined(_ rule: any ImageCheck, _ index: Subject) -> Answer {
        let own = answer(rule, index)
        if manifests.isEmpty { return own }
        let answers = manifests.map { manifest in
            let answer = answer(rule, manifest)
            let digest = manifest.digest.prefix(19)
            return Answer(answer.kind, "platform \(digest)…: \(answer.explanation)", answer.occurrences)
        }
        if let violated = answers.first(where: { $0.kind == .violated }) { return violated }
        if own.kind == .violated, rule.forbids { return own }
        if answers.allSatisfy({ $0.kind == .satisfied }), let first = answers.first {
            let count = answers.count == 1 ? "its only platform" : "all \(answers.count) platforms"
            let names = answers.flatMap(\.occurrences)
            return own.kind == .satisfied
                ? own : Answer(.satisfied, "\(count); \(first.explanation)", names)
        }
        if let failed = ([own] + answers).first(where: { $0.kind == .failed }) { return failed }
        return own
    }

    private func answer(_ rule: any ImageCheck, _ subject: Subject) -> Answer {
        if let failure = subject.failure {
            return Answer(.failed, "what is known of the image could not be read: \(failure); try again")
        }
        if let excess = subject.excess {
            return Answer(.violated, "more is stored of the image than is judged: \(excess); delete what is too much")
        }
        return rule.answer(subject, context)
    }
}

extension Check {
    fileprivate func result(_ answer: Answer, limits: PolicyLimits) -> CheckResult {
        let verdict: Verdict =
            switch answer.kind {
            case .satisfied: .conformant
            case .missing, .violated: .nonConformant
            case .failed: .error
            }
        return result(verdict, answer.explanation, Array(answer.occurrences.prefix(limits.namedOccurrencesMax)))
    }
}
