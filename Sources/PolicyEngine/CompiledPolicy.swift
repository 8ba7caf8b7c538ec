public import FilterLanguage

/// A policy that can judge: filters compiled, authorities gathered. Made once for each version of a policy.
public struct CompiledPolicy: Sendable {
    public let document: PolicyDocument
    /// Of the policy's content: the same content has the same version.
    public let version: String
    /// Everybody whose signatures count for some check; a verifier's findings about them belong into the evidence.
    public let authorities: [SigningAuthority]
    /// Whether a verdict may change with nothing but time.
    public let dependsOnTime: Bool
    /// Whether a check may read any field of an occurrence. If not, of findings none reads remediation, times, descriptions,
    /// links, CVSS vectors, CPEs and the places of files.
    public let readsWholeOccurrences: Bool
    let checkSets: [CheckSet]
    let limits: PolicyLimits

    /// - Parameters:
    ///   - version: a digest of the content.
    ///   - filter: makes a test of an occurrence check's filter.
    /// - Throws: ``InvalidPolicy`` with every filter that cannot be read.
    public init(
        _ document: PolicyDocument,
        version: String,
        limits: PolicyLimits = PolicyLimits(),
        filter: FilterCompiler
    ) throws(InvalidPolicy) {
        self.document = document
        self.version = version
        self.limits = limits
        var problems: [PolicyProblem] = []
        var checkSets = document.checkSets
        for set in checkSets.indices {
            for check in checkSets[set].checks.indices {
                do throws(FilterError) {
                    checkSets[set].checks[check].rule = try checkSets[set].checks[check].rule.compiled(by: filter)
                } catch {
                    problems.append(checkSets[set].checks[check].place.problem(error.oneLine))
                }
            }
        }
        if !problems.isEmpty { throw InvalidPolicy(problems) }
        self.checkSets = checkSets
        let rules = checkSets.flatMap(\.checks).map(\.rule)
        var seen: Set<String> = []
        authorities = rules.flatMap(\.authorities).filter { seen.insert($0.id).inserted }
        dependsOnTime = rules.contains { $0.dependsOnTime }
        readsWholeOccurrences = rules.contains { $0.readsWholeOccurrences }
    }

    /// The attestors that the policy names.
    public var attestorNames: [String] {
        authorities.compactMap { if case .attestor(let name) = $0.trust { name } else { nil } }
    }
}
