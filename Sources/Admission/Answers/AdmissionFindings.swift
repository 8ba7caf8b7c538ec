/// What a policy found wrong with a workload, for the developer who waits for it.
public struct AdmissionFindings: Sendable, Equatable {
    /// ``Workload/title``: `Pod payments/web`.
    public var subject: String
    /// The policy's name.
    public var policy: String
    /// One for each check that an image does not pass: image, check, reason, and what to do.
    public var complaints: [String]
    /// The name under which the decision is stored; nil if it is not, as for dry runs of requests.
    public var decision: String?

    public init(subject: String, policy: String, complaints: [String], decision: String? = nil) {
        self.subject = subject
        self.policy = policy
        self.complaints = complaints
        self.decision = decision
    }

    /// The message of a denial, a line for each complaint.
    public var refusal: String {
        var lines = ["\(title) is refused by policy \(policy.onOneLine)" + (complaints.isEmpty ? "." : ":")]
        lines += complaints.prefix(Self.shownMax).map { "- " + $0.onOneLine.cut(after: Self.complaintScalarsMax) }
        if complaints.count > Self.shownMax { lines.append("- … and \(complaints.count - Self.shownMax) more") }
        if let decision { lines.append("The whole decision: grafeion decisions get \(decision.onOneLine)") }
        return lines.joined(separator: "\n")
    }

    /// Warnings of a policy that only watches: it would have refused.
    public var dryRunWarnings: [String] { warnings("policy \(policy) would refuse \(title) (dry run)") }

    /// Warnings for one who was let in by break-glass: that is never silent.
    public var breakGlassWarnings: [String] {
        warnings("\(title) was let in by break-glass, which is recorded; policy \(policy) would refuse it")
    }

    private func warnings(_ head: String) -> [String] {
        let look = decision.map { ["the whole decision: grafeion decisions get \($0)"] } ?? []
        return [head] + look + complaints
    }

    private var title: String { subject.onOneLine.cut(after: Self.complaintScalarsMax) }

    /// Lines that a person reads; the others are in the decision.
    private static let shownMax = 20
    private static let complaintScalarsMax = 600
}
