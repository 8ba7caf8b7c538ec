import Testing

@testable import PolicyEngine

@Suite("Policy documents")
struct PolicyDocumentTests {
    static func problems(_ text: String, limits: PolicyLimits = PolicyLimits()) -> [PolicyProblem] {
        do throws(InvalidPolicy) {
            _ = try PolicyDocument(parsing: text, limits: limits)
            return []
        } catch {
            return error.problems
        }
    }

    private static let head = "apiVersion: grafeion.dev/v1\nkind: Policy\nmetadata: {name: p}\n"

    /// What is wrong with one check, which begins in line 8, column 9.
    struct Wrong: CustomTestStringConvertible {
        let check: String
        let path: String
        let column: Int
        let says: String

        init(_ check: String, _ path: String, _ column: Int, _ says: String) {
            (self.check, self.path, self.column, self.says) = (check, path, column, says)
        }

        var testDescription: String { check }
    }

    private static let check = "spec.checkSets[0].checks[0]"

    private static let checkRows: [Wrong] = [
        Wrong("vulnerabilityChek: {}", check, 9, "did you mean \"vulnerabilityCheck\"?"),
        Wrong("secretCheck: {}", check, 9, "\"secretCheck\" is not a field here; there are displayName"),
        Wrong("displayName: x", check, 9, "this has none"),
        Wrong(
            "{alwaysDeny: true, packageCheck: {forbidden: [{name: x}]}}",
            check,
            9,
            "this has alwaysDeny, packageCheck"
        ),
        Wrong("alwaysDeny: false", check + ".alwaysDeny", 21, "can only be true"),
        Wrong("alwaysDeny: sure", check + ".alwaysDeny", 21, "expected true or false, found \"sure\""),
        Wrong(
            "vulnerabilityCheck: {maximumUnfixableSeverity: LOW}",
            check + ".vulnerabilityCheck",
            29,
            "maximumFixableSeverity is missing"
        ),
        Wrong(
            "vulnerabilityCheck: {maximumFixableSeverity: low, maximumUnfixableSeverity: LOW}",
            check + ".vulnerabilityCheck.maximumFixableSeverity",
            54,
            "expected one of BLOCK_ALL, MINIMAL, LOW"
        ),
        Wrong(
            "vulnerabilityCheck: {maximumFixableSeverity: LOW, maximumUnfixableSeverity: LOW, maxScanAge: 24}",
            check + ".vulnerabilityCheck.maxScanAge",
            102,
            "expected a time span such as 24h"
        ),
        Wrong(
            "vulnerabilityCheck: {maximumFixableSeverity: LOW, maximumUnfixableSeverity: LOW, allowedCves: CVE-1}",
            check + ".vulnerabilityCheck.allowedCves",
            103,
            "expected a list, found \"CVE-1\""
        ),
        Wrong(
            "vulnerabilityCheck: {maximumFixableSeverity: LOW, maximumUnfixableSeverity: LOW, allowedCves: [\"CVE 1\"]}",
            check + ".vulnerabilityCheck.allowedCves[0]",
            104,
            "is not the id of a vulnerability"
        ),
        Wrong(
            "vulnerabilityCheck: {maximumFixableSeverity: LOW, maximumUnfixableSeverity: LOW, allowedCves: [2024]}",
            check + ".vulnerabilityCheck.allowedCves[0]",
            104,
            "put it in quotation marks"
        ),
        Wrong(
            "imageFreshnessCheck: {maxUploadAgeDays: 0}",
            check + ".imageFreshnessCheck.maxUploadAgeDays",
            49,
            "whole number from 1"
        ),
        Wrong(
            "imageFreshnessCheck: {maxUploadAgeDays: 1.5}",
            check + ".imageFreshnessCheck.maxUploadAgeDays",
            49,
            "found the number \"1.5\""
        ),
        Wrong(
            "trustedDirectoryCheck: {trustedDirPatterns: []}",
            check + ".trustedDirectoryCheck.trustedDirPatterns",
            53,
            "the list is empty"
        ),
        Wrong(
            "trustedDirectoryCheck: {trustedDirPatterns: [\"*pkg.dev/x\"]}",
            check + ".trustedDirectoryCheck.trustedDirPatterns[0]",
            54,
            "a star in a registry's name"
        ),
        Wrong(
            "trustedDirectoryCheck: {trustedDirPatterns: [\"reg\u{456}stry.example/x\"]}",
            check + ".trustedDirectoryCheck.trustedDirPatterns[0]",
            54,
            "only ASCII letters"
        ),
        Wrong("simpleSigningAttestationCheck: {}", check + ".simpleSigningAttestationCheck", 40, "nobody is named"),
        Wrong(
            "simpleSigningAttestationCheck: {attestors: [qa]}",
            check + ".simpleSigningAttestationCheck.attestors[0]",
            53,
            "write projects/PROJECT/attestors/ATTESTOR"
        ),
        Wrong(
            "sigstoreSignatureCheck: {sigstoreAuthorities: [{publicKeySet: {publicKeys: [{publicKeyPem: \"-----BEGIN PRIVATE KEY-----\"}]}}]}",
            check + ".sigstoreSignatureCheck.sigstoreAuthorities[0].publicKeySet.publicKeys[0].publicKeyPem",
            100,
            "expected a public key"
        ),
        Wrong(
            "slsaCheck: {rules: [{trustedBuilder: JENKINS}]}",
            check + ".slsaCheck.rules[0].trustedBuilder",
            46,
            "write GOOGLE_CLOUD_BUILD"
        ),
        Wrong(
            "slsaCheck: {rules: [{trustedBuilder: GOOGLE_CLOUD_BUILD, customConstraints: \"true\"}]}",
            check + ".slsaCheck.rules[0]",
            66,
            "\"customConstraints\" is not a field"
        ),
        Wrong(
            "packageCheck: {forbidden: [{name: x, versions: \"<\"}]}",
            check + ".packageCheck.forbidden[0].versions",
            56,
            "version range, column"
        ),
        Wrong(
            "packageCheck: {forbidden: [{name: x, ecosystem: cobol}]}",
            check + ".packageCheck.forbidden[0].ecosystem",
            57,
            "is not an ecosystem"
        ),
        Wrong(
            "occurrenceCheck: {require: \"a=1\", forbid: \"a=1\"}",
            check + ".occurrenceCheck",
            26,
            "one of require and forbid"
        ),
        Wrong("occurrenceCheck: {require: \" \"}", check + ".occurrenceCheck.require", 36, "the filter is empty"),
        Wrong("[]", check, 9, "expected fields"),
        Wrong("alwaysDeny: &x true", "", 21, "anchors and aliases are not taken"),
        Wrong("alwaysDeny: *x", "", 21, "not YAML"),
        Wrong("{alwaysDeny: true, alwaysDeny: true}", "", 10, "is given twice"),
        Wrong("alwaysDeny: {", "", 1, "not YAML"),
    ]

    @Test(
        "Wrong checks are refused where they are wrong",
        arguments: checkRows
    )
    func wrongChecks(_ wrong: Wrong) throws {
        let text = Self.head + "spec:\n  checkSets:\n  - checks:\n    -\n        \(wrong.check)\n"
        let problem = try #require(Self.problems(text).first)
        #expect(problem.path == wrong.path)
        #expect(problem.message.contains(wrong.says), "\(problem)")
        if wrong.check != "alwaysDeny: {" { #expect(problem.line == 8, "\(problem)") }
        #expect(problem.column == wrong.column, "\(problem)")
    }

    private static let documentRows: [(text: String, says: String)] = [
        ("", "is empty"), ("---\n", "is empty"), ("just words", "this is no policy"), ("[]", "this is no policy"),
        ("kind: Policy", "apiVersion is missing"), (head, "spec is missing"),
        (head + "spec: {}\n---\n" + head + "spec: {}", "more than one document"),
        (
            "apiVersion: grafeion.dev/v2\nkind: Policy\nmetadata: {name: p}\nspec: {}",
            "expected \"grafeion.dev/v1\", found \"grafeion.dev/v2\""
        ),
        (
            "apiVersion: grafeion.dev/v1\nkind: Pod\nmetadata: {name: p}\nspec: {}",
            "expected \"Policy\", found \"Pod\""
        ),
        ("apiVersion: grafeion.dev/v1\nkind: Policy\nmetadata: {name: P_}\nspec: {}", "is not a name"),
        (head + "spec: {checkSet: []}", "did you mean \"checkSets\"?"),
        (head + "spec: {onError: PANIC}", "expected one of DENY, ALLOW"),
        (head + "spec: {checkSets: [{enforcement: dry_run}]}", "expected one of ENFORCE, DRY_RUN"),
        (head + "spec: {checkSets: [{scope: {}}]}", "a scope has one of"),
        (
            head + "spec: {checkSets: [{scope: {kubernetesNamespace: a, kubernetesServiceAccount: \"a:b\"}}]}",
            "a scope has one of"
        ),
        (head + "spec: {checkSets: [{scope: {kubernetesServiceAccount: b}}]}", "write namespace:name"),
        (head + "spec: {checkSets: [{scope: {kubernetesNamespace: A}}]}", "is not the name of a namespace"),
        (head + "spec: {imageAllowlist: [x]}", "expected fields"),
        (head + "spec: {imageAllowlist: {allowPattern: x}}", "expected a list"),
        (head + "spec: {description: \"a\\u0007b\"}", "control characters"),
        (head + "spec: {1: x}", "\"1\" is not a field"), (head + "spec: {[a]: x}", "the name of a field"),
        (head + "spec: \u{0}", "not YAML"), ("\t- x", "not YAML"),
    ]

    @Test(
        "Wrong documents are refused",
        arguments: documentRows
    )
    func wrongDocuments(_ row: (text: String, says: String)) throws {
        let problem = try #require(Self.problems(row.text).first)
        #expect(problem.message.contains(row.says), "\(problem)")
    }

    @Test("All problems are reported together, in the order of the text")
    func allProblems() {
        let text =
            Self.head + """
                spec:
                  onEror: DENY
                  checkSets:
                  - enforcement: MAYBE
                    checks:
                    - imageFreshnessCheck: {maxUploadAgeDays: -1}
                    - unknownCheck: {}
                """
        let problems = Self.problems(text)
        #expect(problems.map(\.line) == [5, 7, 9, 10, 10])
        #expect(
            problems[0].description.hasPrefix("line 5, column 3: spec: \"onEror\" is not a field here; did you mean")
        )
    }

    @Test("Bounds are kept")
    func bounds() {
        var limits = PolicyLimits()
        limits.documentBytesMax = 100
        #expect(
            Self.problems(Self.head + String(repeating: "#", count: 100), limits: limits)[0].message.contains(
                "too large"
            )
        )
        limits = PolicyLimits()
        limits.problemsMax = 3
        let many = (0..<50).map { "x\($0): 1" }.joined(separator: ", ")
        #expect(Self.problems(Self.head + "spec: {\(many)}", limits: limits).count == 3)
        limits.checksMax = 2
        let checks = "spec: {checkSets: [{checks: [{alwaysDeny: true}, {alwaysDeny: true}, {alwaysDeny: true}]}]}"
        #expect(Self.problems(Self.head + checks, limits: limits)[0].message.contains("3 entries; 2 are the most"))
        limits.textBytesMax = 5
        #expect(Self.problems(Self.head + "spec: {description: abcdef}", limits: limits)[0].message.contains("6 bytes"))
        // Deep nesting and aliases of aliases end as refusals.
        #expect(!Self.problems(String(repeating: "[", count: 100_000)).isEmpty)
        let bomb = "a: &a [x,x]\n" + (0..<30).map { "b\($0): &b\($0) [*a,*a]\n" }.joined()
        #expect(Self.problems(bomb)[0].message.contains("anchors"))
    }

    @Test("JSON is read as YAML is")
    func json() throws {
        let text = """
            {"apiVersion": "grafeion.dev/v1", "kind": "Policy", "metadata": {"name": "json"},
            \t"spec": {"onError": "ALLOW", "resolveTags": true, "breakGlass": {"users": ["ann"], "groups": ["sre"]},
            "checkSets": [{"scope": {"kubernetesNamespace": "a"}, "checks": [{"alwaysDeny": true}]}]}}
            """
        let policy = try PolicyDocument(parsing: text)
        #expect(policy.name == "json" && policy.onError == .allow && policy.resolvesTags)
        #expect(policy.breakGlass.permits(user: "ann", groups: []))
        #expect(policy.breakGlass.permits(user: "bob", groups: ["dev", "sre"]))
        #expect(!policy.breakGlass.permits(user: "Ann", groups: ["SRE"]))
        #expect(policy.checkSets[0].scope == .namespace("a"))
    }

    @Test("A filter that is none is refused when the policy is compiled, at its check")
    func wrongFilter() throws {
        do {
            _ = try CompiledPolicy(check: "occurrenceCheck: {require: 'kind='}")
            Issue.record("the filter was taken")
        } catch let error as InvalidPolicy {
            #expect(error.problems[0].path == "spec.checkSets[0].checks[0].occurrenceCheck")
            #expect(error.problems[0].line == 8)
            #expect(error.problems[0].message.hasPrefix("filter, column"))
        }
    }
}
