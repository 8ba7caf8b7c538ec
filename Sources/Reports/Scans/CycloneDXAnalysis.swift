import GrafeasProto

extension Finding.Assessment {
    /// The judgement in the `analysis` of a vulnerability in CycloneDX; nil if it has no state.
    init?(cycloneDX node: JSONNode) throws(ReportProblem) {
        guard let state = try node["state"].word(of: Self.states, "state") else { return nil }
        let justification = try node["justification"].word(of: Self.justifications, "justification")
        self.init(state: state, justification: justification ?? .unspecified, details: try node["detail"].remark())
    }

    private static let states: [String: AssessmentState] = [
        "exploitable": .affected, "in_triage": .underInvestigation, "not_affected": .notAffected,
        "false_positive": .notAffected, "resolved": .fixed, "resolved_with_pedigree": .fixed,
    ]

    private static let justifications: [String: AssessmentJustification] = [
        "code_not_present": .vulnerableCodeNotPresent, "code_not_reachable": .vulnerableCodeNotInExecutePath,
        "requires_configuration": .vulnerableCodeCannotBeControlledByAdversary,
        "requires_dependency": .componentNotPresent,
        "requires_environment": .vulnerableCodeCannotBeControlledByAdversary,
        "protected_by_compiler": .inlineMitigationsAlreadyExist,
        "protected_at_runtime": .inlineMitigationsAlreadyExist,
        "protected_at_perimeter": .inlineMitigationsAlreadyExist,
        "protected_by_mitigating_control": .inlineMitigationsAlreadyExist,
    ]
}
