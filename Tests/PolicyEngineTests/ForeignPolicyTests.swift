import GrafeasProto
import MetadataModel
import Testing

@testable import PolicyEngine

@Suite("Policies of Binary Authorization and Kritis")
struct ForeignPolicyTests {
    private static let project = """
        name: projects/p/policy
        globalPolicyEvaluationMode: ENABLE
        admissionWhitelistPatterns:
        - namePattern: gcr.io/google_containers/*
        defaultAdmissionRule:
          evaluationMode: ALWAYS_DENY
          enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG
        clusterAdmissionRules:
          us-east1.prod:
            evaluationMode: REQUIRE_ATTESTATION
            enforcementMode: DRYRUN_AUDIT_LOG_ONLY
            requireAttestationsBy: [projects/p/attestors/a, projects/p/attestors/b]
        kubernetesNamespaceAdmissionRules:
          web: {evaluationMode: ALWAYS_ALLOW, enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG}
        kubernetesServiceAccountAdmissionRules:
          "web:robot": {evaluationMode: ALWAYS_DENY, enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG}
        istioServiceIdentityAdmissionRules:
          "example.com/ns/web/sa/mesh": {evaluationMode: ALWAYS_DENY, enforcementMode: DRYRUN_AUDIT_LOG_ONLY}
        """

    @Test("Project policies: default, cluster, namespace, service account and Istio rules")
    func projectPolicy() throws {
        let policy = try CompiledPolicy(Self.project)
        func checkSet(_ pod: PodIdentity) -> (String?, Bool) {
            let decision = policy.evaluate([.of()], for: pod, at: Known.now)
            return (decision.checkSet, decision.isAllowed)
        }
        #expect(checkSet(PodIdentity(namespace: "other")) == ("defaultAdmissionRule", false))
        #expect(checkSet(PodIdentity(namespace: "web")) == ("web", true))
        #expect(checkSet(PodIdentity(namespace: "web", serviceAccount: "robot")) == ("web:robot", false))
        #expect(checkSet(PodIdentity(namespace: "other", cluster: "us-east1.prod")) == ("us-east1.prod", true))
        let mesh = "spiffe://example.com/ns/web/sa/mesh"
        #expect(
            checkSet(PodIdentity(namespace: "web", istioServiceIdentity: mesh)) == ("example.com/ns/web/sa/mesh", true)
        )
        #expect(policy.attestorNames == ["projects/p/attestors/a", "projects/p/attestors/b"])
        #expect(policy.decide(.unpinned("gcr.io/google_containers/pause:3")).verdict == .skipped)
    }

    @Test("All attestors of a rule have to attest")
    func allAttestors() throws {
        let policy = try CompiledPolicy(Self.project)
        let pod = PodIdentity(namespace: "other", cluster: "us-east1.prod")
        let yes = AttestationOutcome.verified(key: "k", occurrences: [])
        let one = Evidence.of(attestations: ["projects/p/attestors/a": yes, "projects/p/attestors/b": .refused([])])
        #expect(policy.evaluate([one], for: pod, at: Known.now).verdict == .nonConformant)
        let both = Evidence.of(attestations: ["projects/p/attestors/a": yes, "projects/p/attestors/b": yes])
        #expect(policy.evaluate([both], for: pod, at: Known.now).verdict == .conformant)
    }

    @Test(
        "Project policies that are refused",
        arguments: [
            ("evaluationMode: REQUIRE_ATTESTATION", "wants attestors"),
            (
                "evaluationMode: ALWAYS_ALLOW, requireAttestationsBy: [projects/p/attestors/a]",
                "REQUIRE_ATTESTATION only"
            ),
            ("evaluationMode: SOMETIMES", "expected one of ALWAYS_ALLOW"), ("evaluationModes: x", "did you mean"),
        ]
    )
    func wrongRules(_ row: (rule: String, says: String)) {
        let text = "defaultAdmissionRule: {enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG, \(row.rule)}"
        #expect(PolicyDocumentTests.problems(text).contains { $0.message.contains(row.says) })
    }

    @Test("Platform policies are taken as they are exported")
    func platformPolicy() throws {
        let policy = try CompiledPolicy(
            """
            name: projects/p/platforms/gke/policies/x
            gkePolicy:
              checkSets:
              - displayName: default
                checks:
                - displayName: dirs
                  trustedDirectoryCheck: {trustedDirPatterns: [registry.example/prod/]}
            """
        )
        #expect(policy.decide(.of()).isAllowed)
        #expect(!policy.decide(.unpinned("evil.example/x")).isAllowed)
    }

    private static func securityPolicy(_ list: String, _ requirements: String, _ unfixable: String, _ cves: String)
        -> String
    {
        """
        apiVersion: kritis.grafeas.io/v1beta1
        kind: ImageSecurityPolicy
        metadata: {name: isp, namespace: web}
        spec:
          \(list): [registry.example/tools/app]
          builtProjectIDs: [p]
          \(requirements):
            maximumSeverity: MEDIUM
            \(unfixable): BLOCKALL
            \(cves): [providers/goog-vulnz/notes/CVE-2017-1000082, CVE-2017-1000081]
        """
    }

    @Test(
        "Kritis' image security policies, in every spelling",
        arguments: [
            securityPolicy(
                "imageWhitelist",
                "packageVulnerabilityRequirements",
                "maximumFixUnavailableSeverity",
                "whitelistCVEs"
            ),
            securityPolicy(
                "imageAllowlist",
                "packageVulnerabilityPolicy",
                "maximumFixNotAvailableSeverity",
                "allowlistCVEs"
            ),
        ]
    )
    func imageSecurityPolicy(_ text: String) throws {
        let policy = try CompiledPolicy(text)
        func verdict(_ occurrences: Occurrence...) -> Verdict {
            var evidence = Evidence.of(Known.scan(), Known.build())
            evidence.metadata?.occurrences += occurrences
            return policy.decide(evidence, namespace: "web").verdict
        }
        #expect(verdict() == .conformant)
        #expect(verdict(Known.finding("CVE-1", .medium, fix: "2")) == .conformant)
        #expect(verdict(Known.finding("CVE-1", .high, fix: "2")) == .nonConformant)
        #expect(verdict(Known.finding("CVE-1", .minimal)) == .nonConformant)
        #expect(
            verdict(Known.finding("CVE-2017-1000082", .critical), Known.finding("CVE-2017-1000081", .high))
                == .conformant
        )
        #expect(policy.decide(.of(Known.scan()), namespace: "web").verdict == .nonConformant)
        #expect(policy.decide(.unpinned("registry.example/tools/app:1"), namespace: "web").verdict == .skipped)
        #expect(!policy.decide(.of(), namespace: "other").isAllowed)
    }

    private static let attestation = """
        apiVersion: kritis.grafeas.io/v1beta1
        kind: GenericAttestationPolicy
        metadata: {name: gap}
        spec:
          admissionAllowlistPatterns: [{namePattern: "registry.example/infra/*"}]
          attestationAuthorityNames: [qa]
        ---
        apiVersion: kritis.grafeas.io/v1beta1
        kind: AttestationAuthority
        metadata: {name: qa, namespace: default}
        spec:
          noteReference: projects/p/notes/qa
          publicKeys:
          - keyType: PGP
            asciiArmoredPgpPublicKey: |
              -----BEGIN PGP PUBLIC KEY BLOCK-----

              AAAA
              -----END PGP PUBLIC KEY BLOCK-----
          publicKeyData: LS0tLS1CRUdJTiBQR1AgUFVCTElDIEtFWSBCTE9DSy0tLS0tCkFBQUEKLS0tLS1FTkQgUEdQIFBVQkxJQyBLRVkgQkxPQ0stLS0tLQo=
        """

    @Test("Kritis' attestation policies, with the authorities that they name")
    func genericAttestationPolicy() throws {
        let policy = try CompiledPolicy(Self.attestation)
        guard case .keys(let keys, let note)? = policy.authorities.first?.trust else {
            Issue.record("there are no keys")
            return
        }
        #expect(keys.count == 2 && note == "projects/p/notes/qa")
        let yes = ["AttestationAuthority qa": AttestationOutcome.verified(key: "k", occurrences: [])]
        #expect(policy.decide(.of(attestations: yes)).isAllowed)
        #expect(!policy.decide(.of(attestations: ["AttestationAuthority qa": .refused([])])).isAllowed)
        #expect(policy.decide(.unpinned("registry.example/infra/x")).verdict == .skipped)
        let alone = Self.attestation.replacing("name: qa, namespace: default", with: "name: dev")
        #expect(PolicyDocumentTests.problems(alone)[0].message.contains("there is no AttestationAuthority \"qa\""))
    }

    @Test("Kritis' signing policies")
    func vulnzSigningPolicy() throws {
        let policy = try CompiledPolicy(
            """
            apiVersion: kritis.grafeas.io/v1beta1
            kind: VulnzSigningPolicy
            metadata: {name: vsp}
            spec:
              imageVulnerabilityRequirements:
                maximumFixableSeverity: MEDIUM
                maximumUnfixableSeverity: ALLOW_ALL
                allowlistCVEs: [CVE-9]
            """
        )
        #expect(policy.decide(.of(Known.scan(), Known.finding("CVE-1", .critical))).isAllowed)
        #expect(!policy.decide(.of(Known.scan(), Known.finding("CVE-1", .high, fix: "2"))).isAllowed)
        #expect(policy.decide(.of(Known.scan(), Known.finding("CVE-9", .high, fix: "2"))).isAllowed)
    }

    @Test("Unknown fields and kinds of Kritis are refused")
    func unknown() {
        let text = Self.securityPolicy(
            "imageWhitelist",
            "packageVulnerabilityRequirements",
            "maximumFixUnavailable",
            "whitelistCVEs"
        )
        #expect(PolicyDocumentTests.problems(text)[0].message.contains("\"maximumFixUnavailable\" is not a field"))
        let kind = text.replacing("ImageSecurityPolicy", with: "BuildPolicy")
        #expect(PolicyDocumentTests.problems(kind)[0].message.contains("kind must be one of"))
    }
}
