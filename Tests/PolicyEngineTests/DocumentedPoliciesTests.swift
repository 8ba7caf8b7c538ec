import Foundation
import GrafeasProto
import MetadataModel
import Testing

@testable import PolicyEngine

/// Every policy that docs/policies.md shows is read, and judges as the text says.
@Suite("Documented policies")
struct DocumentedPoliciesTests {
    private static func policies() throws -> [String] { try documents().filter { !$0.contains("kind: Attestor\n") } }

    private static func documents() throws -> [String] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/policies.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        return text.components(separatedBy: "```yaml\n").dropFirst().compactMap {
            $0.components(separatedBy: "\n```").first
        }
    }

    private static func policy(_ part: String) throws -> CompiledPolicy {
        try CompiledPolicy(#require(policies().first { $0.contains(part) }))
    }

    @Test("All are read, and only what is dry-run or has no default is warned of")
    func allAreRead() throws {
        let policies = try Self.policies()
        #expect(policies.count == 5)
        for text in policies {
            let warnings = try PolicyDocument(parsing: text).lint().map(\.message)
            #expect(warnings.allSatisfy { $0.contains("no check set without a scope") && text.contains("kritis") })
        }
    }

    @Test("The attestor is read, and means what is said of it where nothing is said")
    func attestor() throws {
        let text = try #require(try Self.documents().first { $0.contains("kind: Attestor\n") })
        let attestor = try AttestorDocument(parsing: text)
        #expect(attestor.name == "qa" && attestor.keys.count == 1)
        let terse = text.split(separator: "\n").filter { !$0.contains("signs:") }.joined(separator: "\n") + "\n"
        #expect(try AttestorDocument(parsing: terse).keys == attestor.keys)
    }

    @Test("The first example")
    func production() throws {
        let policy = try Self.policy("name: production")
        let clean = policy.decide(.of(Known.scan()), namespace: "payments")
        #expect(clean.verdict == .conformant && clean.checkSet == "payments")
        #expect(!policy.decide(.of(Known.scan(secondsAgo: 90_000)), namespace: "payments").isAllowed)
        #expect(!policy.decide(.of(), namespace: "payments").isAllowed)
        let log4shell = Known.finding("CVE-2021-44228", .low)
        #expect(!policy.decide(.of(Known.scan(), log4shell), namespace: "payments").isAllowed)
        let bash = Known.finding("CVE-2019-18276", .critical, fix: "5.1")
        #expect(policy.decide(.of(Known.scan(), bash), namespace: "payments").isAllowed)
        #expect(policy.decide(.unpinned("registry.example/infra/a/b"), namespace: "payments").verdict == .skipped)
        let elsewhere = policy.decide(.unpinned("nginx"), namespace: "elsewhere")
        #expect(elsewhere.isAllowed && elsewhere.verdict == .nonConformant && elsewhere.enforcement == .dryRun)
    }

    @Test("Signatures and provenance")
    func supplyChain() throws {
        let signed = try Self.policy("name: signed")
        #expect(signed.authorities.count == 2)
        let byKey = [
            signed.authorities[0].id: AttestationOutcome.refused([]),
            signed.authorities[1].id: .verified(key: "k", occurrences: []),
        ]
        #expect(signed.decide(.of(attestations: byKey)).isAllowed)
        #expect(!signed.decide(.of()).isAllowed)

        let policy = try Self.policy("name: supply-chain")
        let base = Known.base("https://registry.example/base/debian@\(Known.digest("c"))")
        let good = Evidence.of(Known.build(), base, Known.package("log4j-core", "2.17.1"))
        #expect(policy.decide(good).verdict == .conformant, "\(policy.decide(good).complaints)")
        let old = Evidence.of(Known.build(), base, Known.package("log4j-core", "2.14.1"))
        #expect(policy.decide(old).complaints.count == 1)
    }

    @Test("Policies of other tools")
    func otherTools() throws {
        let project = try Self.policy("name: projects/example/policy")
        #expect(project.decide(.of(), namespace: "sandbox").isAllowed && !project.decide(.of()).isAllowed)
        #expect(project.decide(.unpinned("registry.example/infra/x")).verdict == .skipped)
        let kritis = try Self.policy("kind: ImageSecurityPolicy")
        #expect(kritis.decide(.of(Known.scan(), Known.finding("CVE-1", .medium))).isAllowed)
        #expect(!kritis.decide(.of(Known.scan(), Known.finding("CVE-1", .medium, fix: "2"))).isAllowed)
    }
}
