public import Admission

/// How reviews are answered.
public struct AdmissionSettings: Sendable {
    /// The policy that judges.
    public var policy: PolicySource
    /// Where decisions are recorded, `projects/P` or an id; empty for the project of a stored policy.
    public var project = ""
    /// The cluster's name, `location.name`, for project policies with rules for clusters.
    public var cluster = ""
    /// Milliseconds that an answer may take where the API server does not say how long it waits.
    public var deadlineMilliseconds = 3_000
    /// Seconds for which a decision stands in for one that cannot be had.
    public var staleSeconds = 300
    /// Reviews that are judged or wait for it at once; beyond them the answer is what the policy says of errors.
    public var reviewsMax = 256
    public var limits = AdmissionLimits()

    public init(policy: PolicySource) { self.policy = policy }

    /// Where a policy is.
    public enum PolicySource: Sendable {
        /// `projects/P/policies/X`, stored on the server.
        case stored(String)
        /// The text that there is now, for it may change. It throws while there is none that can be used.
        case text(@Sendable () throws -> String)
    }
}
