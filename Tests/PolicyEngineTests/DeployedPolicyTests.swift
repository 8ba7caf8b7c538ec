import Foundation
import Testing

@testable import PolicyEngine

/// The policy that deploy/kubernetes brings along.
@Suite("Deployed policy")
struct DeployedPolicyTests {
    private static func text() throws -> String {
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
        let file = tests.appending(path: "../../deploy/kubernetes/admission/policy.yaml")
        return try String(contentsOf: file, encoding: .utf8)
    }

    @Test func isADryRunThatBlocksNothing() throws {
        let text = try Self.text()
        let warnings = try PolicyDocument(parsing: text).lint().map(\.message)
        #expect(warnings.count == 1 && warnings[0].contains("every check set is DRY_RUN"))
        let refused = try CompiledPolicy(text).decide(.of(), namespace: "anywhere")
        #expect(refused.isAllowed && refused.enforcement == .dryRun && refused.verdict == .nonConformant)
    }

    @Test func judgesWithoutTheDryRun() throws {
        let strict = try Self.text().replacing("      enforcement: DRY_RUN\n", with: "")
        #expect(try PolicyDocument(parsing: strict).lint().isEmpty)
        #expect(try !CompiledPolicy(strict).decide(.of(), namespace: "anywhere").isAllowed)
        let ours = try CompiledPolicy(strict).decide(.unpinned("registry.k8s.io/pause"), namespace: "anywhere")
        #expect(ours.verdict == .skipped)
    }
}
