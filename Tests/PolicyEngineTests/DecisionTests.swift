import Foundation
import GrafeasProto
import MetadataModel
import Testing

@testable import PolicyEngine

@Suite("Decisions")
struct DecisionTests {
    private static let scoped = """
        apiVersion: grafeion.dev/v1
        kind: Policy
        metadata: {name: scoped}
        spec:
          imageAllowlist: {allowPattern: ["registry.example/infra/**"]}
          checkSets:
          - displayName: api
            scope: {kubernetesServiceAccount: "payments:api"}
            checks: [{alwaysDeny: true}]
          - displayName: payments
            scope: {kubernetesNamespace: payments}
            imageAllowlist: {allowPattern: [registry.example/pay/]}
            checks:
            - displayName: mine
              trustedDirectoryCheck: {trustedDirPatterns: [registry.example/prod/**]}
              imageAllowlist: {allowPattern: ["registry.example/tool:1"]}
          - displayName: trial
            scope: {kubernetesNamespace: trial}
            enforcement: DRY_RUN
            checks: [{alwaysDeny: true}]
        """

    @Test("The first check set whose scope fits decides; none: deny")
    func scopes() throws {
        let policy = try CompiledPolicy(Self.scoped)
        let api = policy.decide(.of(), namespace: "payments", serviceAccount: "api")
        #expect(api.checkSet == "api" && !api.isAllowed)
        let payments = policy.decide(.of(), namespace: "payments")
        #expect(payments.checkSet == "payments" && payments.isAllowed && payments.verdict == .conformant)
        let elsewhere = policy.decide(.of(), namespace: "elsewhere")
        #expect(elsewhere.checkSet == nil && !elsewhere.isAllowed)
        #expect(
            elsewhere.images[0].checks[0].explanation.contains(
                "no check set of the policy is for namespace \"elsewhere\""
            )
        )
    }

    @Test("Allowlists of the policy, the check set and the check skip images")
    func allowlists() throws {
        let policy = try CompiledPolicy(Self.scoped)
        let infra = policy.decide(.unpinned("registry.example/infra/agent"), namespace: "elsewhere")
        #expect(infra.isAllowed && infra.verdict == .skipped)
        #expect(infra.images[0].checks[0].explanation == "the policy's imageAllowlist has registry.example/infra/**")
        let pay = policy.decide(.unpinned("registry.example/pay/app:1"), namespace: "payments")
        #expect(pay.verdict == .skipped && pay.images[0].checks.map(\.displayName) == ["mine"])
        #expect(policy.decide(.unpinned("registry.example/tool:1"), namespace: "payments").verdict == .skipped)
        #expect(!policy.decide(.unpinned("registry.example/tool:2"), namespace: "payments").isAllowed)
        #expect(!policy.decide(.unpinned("registry.example/pay/app:1"), namespace: "elsewhere").isAllowed)
    }

    @Test("All images of a pod have to conform")
    func allImages() throws {
        let policy = try CompiledPolicy(Self.scoped)
        let decision = policy.decide(.of(), .unpinned("evil.example/x"), namespace: "payments")
        #expect(decision.images.map(\.verdict) == [.conformant, .nonConformant] && !decision.isAllowed)
        #expect(decision.complaints.count == 1)
        #expect(
            decision.complaints[0].hasPrefix("image evil.example/x: mine: evil.example/x is in none of the trusted")
        )
    }

    @Test("What is dry-run is judged and never blocks")
    func dryRun() throws {
        let decision = try CompiledPolicy(Self.scoped).decide(.of(), namespace: "trial")
        #expect(decision.verdict == .nonConformant && decision.isAllowed && decision.enforcement == .dryRun)
        #expect(decision.complaints.count == 1)
    }

    @Test("What cannot be found out denies unless onError says otherwise; what is known to be wrong denies anyway")
    func onError() throws {
        var failed = Evidence.of()
        failed.metadata?.failure = "the store is down"
        let check = "imageFreshnessCheck: {maxUploadAgeDays: 1}"
        let strict = CompiledPolicy.text(check: check)
        let lenient = strict.replacing("spec:\n", with: "spec:\n  onError: ALLOW\n")
        let denied = try CompiledPolicy(strict).decide(failed)
        #expect(denied.verdict == .error && !denied.isAllowed)
        #expect(denied.images[0].checks[0].explanation.contains("the store is down"))
        #expect(try CompiledPolicy(lenient).decide(failed).isAllowed)
        #expect(try !CompiledPolicy(lenient).decide(failed, .of()).isAllowed)
    }

    private static func manifest(_ character: Character, _ occurrences: Occurrence...) -> ImageMetadata {
        ImageMetadata(digest: Known.digest(character), occurrences: occurrences)
    }

    @Test("An index counts as its manifests")
    func index() throws {
        let policy = try CompiledPolicy(
            check: "vulnerabilityCheck: {maximumFixableSeverity: LOW, maximumUnfixableSeverity: LOW}"
        )
        func verdict(_ own: [Occurrence], _ manifests: ImageMetadata...) -> Verdict {
            let index = ImageMetadata(digest: Known.digest, occurrences: own)
            return policy.decide(Evidence(image: Known.image, metadata: index, manifests: manifests)).verdict
        }
        let (scanB, scanC) = (Known.scan(digest: Known.digest("b")), Known.scan(digest: Known.digest("c")))
        let badC = Known.finding("CVE-1", .critical, digest: Known.digest("c"))
        #expect(verdict([], Self.manifest("b", scanB), Self.manifest("c", scanC)) == .conformant)
        #expect(verdict([], Self.manifest("b", scanB), Self.manifest("c")) == .nonConformant)
        #expect(verdict([Known.scan()], Self.manifest("b"), Self.manifest("c")) == .conformant)
        #expect(verdict([], Self.manifest("b"), Self.manifest("c")) == .nonConformant)
        #expect(verdict([Known.scan()], Self.manifest("b", scanB), Self.manifest("c", scanC, badC)) == .nonConformant)
        #expect(verdict([Known.scan(), Known.finding("CVE-1", .critical)], Self.manifest("b", scanB)) == .conformant)
        var down = Self.manifest("b")
        down.failure = "down"
        #expect(verdict([Known.scan()], down) == .error)
    }

    @Test("What is forbidden is forbidden in the index and in each manifest")
    func indexForbids() throws {
        let policy = try CompiledPolicy(check: "occurrenceCheck: {forbid: 'kind=\"BUILD\"'}")
        let index = ImageMetadata(digest: Known.digest, occurrences: [Known.build()])
        let evidence = Evidence(image: Known.image, metadata: index, manifests: [Self.manifest("b")])
        #expect(policy.decide(evidence).verdict == .nonConformant)
    }

    @Test("A decision is JSON, whatever is in its texts")
    func json() throws {
        let hostile = "x\"\\\u{1}\u{2028}\u{1F600}\n"
        let decision = try CompiledPolicy(Self.scoped).decide(.of(), .unpinned(hostile), namespace: "payments")
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(decision.json.utf8)) as? [String: Any]
        )
        let images = try #require(object["images"] as? [[String: Any]])
        #expect(images[1]["image"] as? String == hostile)
        #expect(images[0]["digest"] as? String == Known.digest && images[1]["digest"] is NSNull)
        #expect(object["time"] as? String == "2026-01-01T00:00:00Z" && object["allowed"] as? Bool == false)
        #expect((object["policy"] as? [String: String])?["version"] == "v1")
    }

    @Test("Judging an image of 200 occurrences takes well under a millisecond")
    func cost() throws {
        let policy = try CompiledPolicy(
            """
            apiVersion: grafeion.dev/v1
            kind: Policy
            metadata: {name: cost}
            spec:
              checkSets:
              - checks:
                - vulnerabilityCheck: {maximumFixableSeverity: CRITICAL, maximumUnfixableSeverity: CRITICAL, allowedCves: [CVE-7], blockedCves: [CVE-8], maxScanAge: 24h}
                - simpleSigningAttestationCheck: {attestors: [projects/s/attestors/a, projects/s/attestors/b, projects/s/attestors/c]}
                - slsaCheck: {rules: [{trustedBuilder: GOOGLE_CLOUD_BUILD}]}
                - imageFreshnessCheck: {maxUploadAgeDays: 30}
                - packageCheck: {forbidden: [{name: log4j-core, versions: "<2.17.1"}]}
            """
        )
        var evidence = Evidence.of(
            Known.scan(),
            Known.build(),
            attestations: ["projects/s/attestors/a": .verified(key: "k", occurrences: [])]
        )
        for index in 0..<149 {
            evidence.metadata?.occurrences.append(
                Known.finding("CVE-1\(index)", .high, fix: "2", aliases: ["GHSA-\(index)"])
            )
        }
        for index in 0..<49 { evidence.metadata?.occurrences.append(Known.package("package-\(index)", "1.0")) }
        #expect(policy.decide(evidence).isAllowed)
        let clock = ContinuousClock()
        let time = clock.measure { for _ in 0..<100 { _ = policy.decide(evidence) } }
        print("judging an image of 200 occurrences: \(time / 100)")
    }
}
