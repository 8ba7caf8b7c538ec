/// What a check, or all checks together, say of an image.
public enum Verdict: String, Sendable, CaseIterable {
    /// All that was asked holds.
    case conformant = "CONFORMANT"
    case nonConformant = "NON_CONFORMANT"
    /// It could not be found out.
    case error = "ERROR"
    /// Nothing was asked: the image is on an allowlist.
    case skipped = "SKIPPED"

    /// Grows with how much it stands in the way: what is known to be wrong is worse than what is not known.
    var weight: Int {
        switch self {
        case .skipped: 0
        case .conformant: 1
        case .error: 2
        case .nonConformant: 3
        }
    }

    /// The worst of several; of none, nothing stands in the way.
    static func worst(_ verdicts: some Sequence<Verdict>) -> Verdict {
        verdicts.max { $0.weight < $1.weight } ?? .conformant
    }
}

/// What one check says of one image.
public struct CheckResult: Sendable, Equatable {
    /// The name that the policy gives the check, else what kind it is.
    public let displayName: String
    /// The field that the check has in a policy, `vulnerabilityCheck`; `scope` if no check set is for the pod.
    public let check: String
    public let verdict: Verdict
    /// One line in plain words: what was found and, if it is not good, what to do.
    public let explanation: String
    /// Names of the occurrences that it rests on, the first ones if there are many.
    public let occurrences: [String]
}

/// What a policy says of one image.
public struct ImageVerdict: Sendable, Equatable {
    /// As the pod has it.
    public let image: String
    /// Nil for one that is not pinned.
    public let digest: String?
    /// In the order of the policy.
    public let checks: [CheckResult]
    public let verdict: Verdict
}
