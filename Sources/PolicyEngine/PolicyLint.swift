import MetadataModel

extension PolicyDocument {
    /// What is allowed and likely to be a mistake, in the order of the text.
    public func lint() -> [PolicyProblem] {
        var warnings = remarks
        warnings += lintReach() + lintAllowlists() + lintEnforcement()
        for set in checkSets {
            if set.checks.isEmpty, !set.allowsAll {
                warnings.append(set.place.problem("no check is made here: every image passes"))
            }
            for check in set.checks {
                if let rule = check.rule as? VulnerabilityCheck { warnings += rule.lint(check.place) }
            }
        }
        return warnings.sorted { $0.isBefore($1) }
    }

    // MARK: Which check set is used

    private func lintReach() -> [PolicyProblem] {
        var warnings: [PolicyProblem] = []
        for (index, set) in checkSets.enumerated() {
            guard let earlier = checkSets[..<index].first(where: { $0.hides(set) }) else { continue }
            let text =
                "never used: \(earlier.displayName.quotedForMessage) in front of it is for the same pods; put it first"
            warnings.append(set.place.problem(text))
        }
        if !checkSets.contains(where: { $0.scope == nil }) {
            let place = checkSets.last?.place ?? PolicyPlace(path: "", line: 1, column: 1)
            let text = "there is no check set without a scope: pods that no scope is for are denied"
            warnings.append(place.problem(text))
        }
        return warnings
    }

    // MARK: What is let through

    private func lintAllowlists() -> [PolicyProblem] {
        let start = PolicyPlace(path: "imageAllowlist", line: 1, column: 1)
        let lists =
            [(imageAllowlist, start)] + checkSets.map { ($0.imageAllowlist, $0.place) }
            + checkSets.flatMap(\.checks).map { ($0.imageAllowlist, $0.place) }
        return lists.filter { $0.0.contains(where: \.matchesEverything) }.map { _, place in
            place.problem("the imageAllowlist has **: no image is checked")
        }
    }

    private func lintEnforcement() -> [PolicyProblem] {
        var warnings: [PolicyProblem] = []
        if let first = checkSets.first, checkSets.allSatisfy({ $0.enforcement == .dryRun }) {
            warnings.append(first.place.problem("every check set is DRY_RUN: nothing is ever blocked"))
        }
        if onError == .allow {
            let place = PolicyPlace(path: "spec.onError", line: 1, column: 1)
            warnings.append(place.problem("onError is ALLOW: images run unchecked while they cannot be judged"))
        }
        return warnings
    }
}

extension CheckSet {
    /// Whether no pod that the other is for gets to it.
    fileprivate func hides(_ other: CheckSet) -> Bool {
        switch (scope, other.scope) {
        case (nil, _): true
        case (.namespace(let namespace)?, .serviceAccount(let inside, _)?): namespace == inside
        default: scope == other.scope
        }
    }
}

extension VulnerabilityCheck {
    fileprivate func lint(_ place: PolicyPlace) -> [PolicyProblem] {
        var warnings: [PolicyProblem] = []
        if maximumFixableSeverity > maximumUnfixableSeverity {
            let text =
                "more is tolerated of what can be fixed (\(maximumFixableSeverity.name)) than of what cannot "
                + "(\(maximumUnfixableSeverity.name)); are they the wrong way round?"
            warnings.append(place.problem(text))
        }
        let both = allowedCVEs.intersection(blockedCVEs).sorted()
        if !both.isEmpty {
            let ids = both.named(both.count, max: 5)
            warnings.append(place.problem("\(ids) is allowed and blocked; blocked is what counts"))
        }
        return warnings
    }
}
