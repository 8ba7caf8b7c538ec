import Testing

@testable import PolicyEngine

@Suite("Warnings about policies")
struct LintTests {
    private static let head = "apiVersion: grafeion.dev/v1\nkind: Policy\nmetadata: {name: p}\nspec: "
    private static let deny = "checks: [{alwaysDeny: true}]"

    private static func check(_ rest: String) -> String {
        "{checkSets: [{checks: [{vulnerabilityCheck: {\(rest)}}]}]}"
    }

    private static let rows: [(spec: String, says: String?)] = [
        ("{checkSets: [{\(deny)}]}", nil),
        (
            "{checkSets: [{scope: {kubernetesServiceAccount: \"a:b\"}, \(deny)}, {scope: {kubernetesNamespace: a}, \(deny)}, {\(deny)}]}",
            nil
        ),
        ("{checkSets: [{\(deny)}, {scope: {kubernetesNamespace: a}, \(deny)}]}", "never used"),
        (
            "{checkSets: [{scope: {kubernetesNamespace: a}, \(deny)}, {scope: {kubernetesServiceAccount: \"a:b\"}, \(deny)}, {\(deny)}]}",
            "never used"
        ),
        (
            "{checkSets: [{scope: {kubernetesNamespace: a}, \(deny)}, {scope: {kubernetesNamespace: a}, \(deny)}, {\(deny)}]}",
            "never used"
        ),
        ("{checkSets: [{scope: {kubernetesNamespace: a}, \(deny)}]}", "no check set without a scope"),
        ("{}", "no check set without a scope"), ("{checkSets: [{checks: []}]}", "no check is made here"),
        ("{imageAllowlist: {allowPattern: [\"**\"]}, checkSets: [{\(deny)}]}", "the imageAllowlist has **"),
        ("{checkSets: [{imageAllowlist: {allowPattern: [\"**\"]}, \(deny)}]}", "the imageAllowlist has **"),
        ("{checkSets: [{enforcement: DRY_RUN, \(deny)}]}", "nothing is ever blocked"),
        ("{onError: ALLOW, checkSets: [{\(deny)}]}", "onError is ALLOW"),
        (check("maximumFixableSeverity: HIGH, maximumUnfixableSeverity: LOW"), "wrong way round"),
        (
            check(
                "maximumFixableSeverity: LOW, maximumUnfixableSeverity: LOW, allowedCves: [CVE-1], blockedCves: [cve-1]"
            ), "CVE-1 is allowed and blocked"
        ),
        (
            check(
                "maximumFixableSeverity: LOW, maximumUnfixableSeverity: LOW, containerAnalysisVulnerabilityProjects: [projects/p]"
            ), "has no effect"
        ),
    ]

    @Test("What is likely to be a mistake is warned of, and nothing else", arguments: rows)
    func warnings(_ row: (spec: String, says: String?)) throws {
        let warnings = try PolicyDocument(parsing: Self.head + row.spec).lint()
        #expect(warnings.count == (row.says == nil ? 0 : 1), "\(warnings)")
        if let says = row.says { #expect(warnings.first?.message.contains(says) == true, "\(warnings)") }
    }
}
