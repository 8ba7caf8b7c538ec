import GrafeasProto
import MetadataModel

/// The image was built by a trusted builder from a trusted repository, by its provenance.
struct SLSACheck: ImageCheck {
    static let field = "slsaCheck"

    /// A build that satisfies one of them will do.
    var rules: [Rule]

    struct Rule: Sendable {
        var builder: TrustedBuilder
        /// None for builds from anywhere.
        var sourceRepositories: [Wildcard] = []
        /// Where provenance counts, `projects/builds`; none for everywhere.
        var projects: [String] = []
        /// One of them must have signed the provenance; none if it is trusted for where it is stored.
        var authorities: [SigningAuthority] = []
    }

    var dependsOnTime: Bool { false }
    var authorities: [SigningAuthority] { rules.flatMap(\.authorities) }

    func answer(_ subject: Subject, _ context: CheckContext) -> Answer {
        var reasons: [String] = []
        var failure: String?
        for rule in rules {
            for (occurrence, summary) in subject.builds {
                switch judge(occurrence, summary, rule, subject) {
                case .success(let explanation): return Answer(.satisfied, explanation, [occurrence.name])
                case .failure(let reason):
                    reasons.append(reason.text)
                    if reason.isError { failure = reason.text }
                }
            }
        }
        if let failure { return Answer(.failed, "the build's provenance could not be verified: \(failure)") }
        let names = subject.builds.map(\.occurrence.name)
        if names.isEmpty {
            return Answer(.missing, "no provenance of the image is known; ingest what its builder wrote")
        }
        let why = reasons.named(reasons.count, max: context.limits.namedFindingsMax)
        return Answer(.missing, "no build of the image is trusted: \(why); build it where the policy trusts", names)
    }

    private struct Reason: Error {
        let text: String
        var isError = false
    }

    private func judge(
        _ occurrence: Occurrence,
        _ build: BuildSummary,
        _ rule: Rule,
        _ subject: Subject
    ) -> Result<String, Reason> {
        if !rule.projects.isEmpty, !rule.projects.contains(where: { $0 == occurrence.project }) {
            return .failure(Reason(text: "\(occurrence.name) is in none of \(rule.projects.joined(separator: ", "))"))
        }
        guard rule.builder.matches(build.builder) else {
            let builder = build.builder.isEmpty ? "nobody who is named" : build.builder.quotedForMessage
            return .failure(Reason(text: "it was built by \(builder), not by \(rule.builder.text)"))
        }
        let source = build.sources.first.map { Self.plain($0.repository) } ?? ""
        if !rule.sourceRepositories.isEmpty, !rule.sourceRepositories.contains(where: { $0.matches(source) }) {
            let from = source.isEmpty ? "a repository that is not named" : source.quotedForMessage
            let trusted = rule.sourceRepositories.map(\.text).joined(separator: ", ")
            return .failure(Reason(text: "it was built from \(from), not from \(trusted)"))
        }
        if let reason = unsigned(occurrence, rule, subject) { return .failure(reason) }
        let from = source.isEmpty ? "" : " from \(source.quotedForMessage)"
        return .success("built by \(build.builder.quotedForMessage)\(from)")
    }

    /// Nil if the provenance is signed by one who must.
    private func unsigned(_ occurrence: Occurrence, _ rule: Rule, _ subject: Subject) -> Reason? {
        if rule.authorities.isEmpty { return nil }
        var reasons: [Reason] = []
        for authority in rule.authorities {
            switch subject.attestations[authority.id] {
            case .verified(_, let names)? where names.contains { ExactText($0) == ExactText(occurrence.name) }:
                return nil
            case .verified?:
                reasons.append(Reason(text: "\(authority.displayName) has not signed \(occurrence.name)"))
            case .refused(let refusals)?:
                let own = refusals.first { ExactText($0.occurrence) == ExactText(occurrence.name) }
                let why = own.map { ": \($0.reason)" } ?? ""
                reasons.append(Reason(text: "\(authority.displayName) has not signed \(occurrence.name)\(why)"))
            case .failed(let why)?: reasons.append(Reason(text: "\(authority.displayName): \(why)", isError: true))
            case nil:
                let text = "nobody looked for signatures of \(authority.displayName)"
                reasons.append(Reason(text: text, isError: true))
            }
        }
        return reasons.first(where: \.isError) ?? reasons.first
    }

    /// A repository without scheme, user and `.git`, so that every way to clone it has one name.
    static func plain(_ repository: String) -> String {
        var rest = repository[...]
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
        let authority = rest.prefix { $0 != "/" }
        if let at = authority.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        while rest.hasSuffix("/") { rest = rest.dropLast() }
        return String(rest.hasSuffix(".git") ? rest.dropLast(4) : rest)
    }
}

/// A builder that is trusted, by its id in provenance.
struct TrustedBuilder: Sendable {
    let text: String
    private let ids: [Wildcard]

    /// Google Cloud Build has a version behind its id since SLSA 0.1.
    static let googleCloudBuild = TrustedBuilder(
        text: "GOOGLE_CLOUD_BUILD",
        ids: ["", "@v*"].map { Wildcard("https://cloudbuild.googleapis.com/GoogleHostedWorker" + $0) }
    )

    /// A builder's id, with stars.
    init(id: String) { self.init(text: id, ids: [Wildcard(id)]) }

    private init(text: String, ids: [Wildcard]) { (self.text, self.ids) = (text, ids) }

    func matches(_ id: String) -> Bool { ids.contains { $0.matches(id) } }
}
