import GrafeasProto
import MetadataModel
import Storage
import SwiftProtobuf
import TestSupport
import Testing
import UseCases

/// The policy that a project has in Binary Authorization is a document among others, and judges like them.
struct ProjectPolicyTests {
    private typealias PolicyMessage = Google_Cloud_Binaryauthorization_V1_Policy
    private typealias Rule = Google_Cloud_Binaryauthorization_V1_AdmissionRule

    private static let name = "projects/security/policy"
    private static let document = "projects/security/policies/~project"

    private static func rule(
        _ mode: Rule.EvaluationMode,
        by attestors: [String] = [],
        _ enforcement: Rule.EnforcementMode = .enforcedBlockAndAuditLog
    ) -> Rule {
        .with {
            $0.evaluationMode = mode
            $0.enforcementMode = enforcement
            $0.requireAttestationsBy = attestors
        }
    }

    private static func policy(_ change: (inout PolicyMessage) -> Void = { _ in }) -> PolicyMessage {
        var policy = PolicyMessage.with {
            $0.name = name
            $0.defaultAdmissionRule = rule(.requireAttestation, by: ["projects/security/attestors/qa"])
        }
        change(&policy)
        return policy
    }

    private func get(_ office: TrustOffice) async throws -> PolicyMessage {
        try await GetProjectPolicy(office.office.services).run(name: Self.name)
    }

    private func update(_ office: TrustOffice, _ policy: PolicyMessage) async throws -> PolicyMessage {
        try await UpdateProjectPolicy(office.office.services).run(policy, claim: nil)
    }

    @Test func aProjectWithoutAPolicyShowsWhatIsSo() async throws {
        let office = try await TrustOffice()
        let shown = try await get(office)
        #expect(shown.name == Self.name && !shown.hasUpdateTime)
        #expect(shown.defaultAdmissionRule == Self.rule(.alwaysDeny))
        let error = await Office.error { try await office.check { $0.policy = Self.document } }
        #expect(error?.message.contains("does not exist") == true)
    }

    @Test func aPolicyIsADocumentWithRevisions() async throws {
        let office = try await TrustOffice()
        let first = try await update(office, Self.policy())
        let again = try await update(office, Self.policy())
        #expect(again == first)
        let second = try await update(office, Self.policy { $0.description_p = "ours, R &D" })
        #expect(second.etag != first.etag)
        #expect(try await get(office) == second)
        let listed = try await ListDocumentRevisions(office.office.services).run(
            name: Self.document,
            page: PageRequest()
        )
        let revisions = try Grafeion_V1_ListDocumentsResponse(serializedBytes: listed.page.frames).documents
        #expect(revisions.map(\.version) == [second.etag, first.etag])
    }

    @Test func theSamePolicyIsTheSameTextInWhateverOrderItsRulesCome() async throws {
        let office = try await TrustOffice()
        let names = (0..<20).map { "namespace-\($0)" }
        var etags: Set<String> = []
        for names in [names, names.reversed()] {
            let policy = Self.policy { policy in
                for name in names { policy.kubernetesNamespaceAdmissionRules[name] = Self.rule(.alwaysAllow) }
            }
            etags.insert(try await update(office, policy).etag)
        }
        #expect(etags.count == 1)
    }

    @Test func onlyWhatWasReadIsReplaced() async throws {
        let office = try await TrustOffice()
        let none = try await get(office)
        let first = try await update(office, Self.policy { $0.etag = none.etag })
        for stale in [none.etag, "sha256:other"] {
            let late = await Office.error {
                try await update(
                    office,
                    Self.policy {
                        $0.description_p = "late"; $0.etag = stale
                    }
                )
            }
            guard case .changedMeanwhile? = late else {
                Issue.record("\(String(describing: late))")
                continue
            }
        }
        #expect(try await get(office) == first)
        let next = try await update(
            office,
            Self.policy {
                $0.description_p = "next"; $0.etag = first.etag
            }
        )
        #expect(next.description_p == "next")
        #expect(try await update(office, Self.policy { $0.description_p = "blind" }).description_p == "blind")
    }

    @Test func aPolicyThatWasAppliedAsTextIsShown() async throws {
        let office = try await TrustOffice()
        let text = """
            # as gcloud exports it
            name: projects/security/policy
            etag: '"abc"'
            updateTime: '2026-01-01T00:00:00Z'
            globalPolicyEvaluationMode: ENABLE
            admissionWhitelistPatterns:
            - namePattern: registry.example/infra/*
            kubernetesServiceAccountAdmissionRules:
              "shop:api": {evaluationMode: ALWAYS_DENY, enforcementMode: DRYRUN_AUDIT_LOG_ONLY}
            defaultAdmissionRule:
              evaluationMode: ALWAYS_ALLOW
              enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG
            """
        let stored = try await office.apply(Self.document, text)
        let shown = try await get(office)
        #expect(shown.etag == stored.version && shown.updateTime == stored.createTime)
        #expect(shown.globalPolicyEvaluationMode == .enable)
        #expect(shown.admissionWhitelistPatterns.map(\.namePattern) == ["registry.example/infra/*"])
        let rules = shown.kubernetesServiceAccountAdmissionRules
        #expect(rules == ["shop:api": Self.rule(.alwaysDeny, .dryrunAuditLogOnly)])
        #expect(shown.defaultAdmissionRule.evaluationMode == .alwaysAllow)
    }

    @Test func nothingElseIsStoredWhereAProjectsPolicyIs() async throws {
        let office = try await TrustOffice()
        let checks = "{checkSets: [{checks: [{alwaysDeny: true}]}]}"
        let own = "apiVersion: grafeion.dev/v1\nkind: Policy\nmetadata: {name: prod}\nspec: \(checks)"
        for text in [own, "gkePolicy: \(checks)"] {
            let error = await Office.error { try await office.apply(Self.document, text) }
            #expect(error?.message.contains("takes project policies of Binary Authorization only") == true)
        }
        let others = """
            name: projects/other/policy
            defaultAdmissionRule: {evaluationMode: ALWAYS_ALLOW, enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG}
            """
        let name = await Office.error { try await office.apply(Self.document, others) }
        #expect(name?.message.contains("cannot be stored as projects/security/policy") == true)
    }

    @Test func theMostParticularRuleJudges() async throws {
        let office = try await TrustOffice()
        _ = try await update(
            office,
            Self.policy {
                $0.admissionWhitelistPatterns = [.with { $0.namePattern = "registry.example/infra/*" }]
                $0.clusterAdmissionRules["us-east1-a.prod"] = Self.rule(.alwaysDeny)
                $0.kubernetesNamespaceAdmissionRules["sandbox"] = Self.rule(.alwaysAllow)
                $0.kubernetesServiceAccountAdmissionRules["sandbox:robot"] = Self.rule(.alwaysDeny)
                $0.kubernetesNamespaceAdmissionRules["trial"] = Self.rule(.alwaysDeny, .dryrunAuditLogOnly)
            }
        )
        func check(
            _ namespace: String,
            account: String = "",
            cluster: String = "",
            image: String = TrustOffice.image
        ) async throws -> Grafeion_V1_Decision {
            try await office.check(image, namespace: namespace) {
                $0.policy = Self.document
                $0.pod.serviceAccount = account
                $0.pod.cluster = cluster
            }
        }
        #expect(!(try await check("shop").allowed))
        #expect(try await check("sandbox").allowed)
        #expect(try await check("sandbox", cluster: "us-east1-a.prod").allowed)
        #expect(!(try await check("sandbox", account: "robot").allowed))
        let trial = try await check("trial")
        #expect(trial.allowed && !trial.enforced && trial.verdict == .nonConformant)
        let infra = "registry.example/infra/proxy@" + TrustOffice.otherDigest
        #expect(try await check("shop", image: infra).allowed)
        try await office.attest()
        #expect(try await check("shop").allowed)
        #expect(!(try await check("shop", cluster: "us-east1-a.prod").allowed))
    }

    @Test func whatIsWrongIsNamedByTheMessagesFields() async throws {
        let office = try await TrustOffice()
        let cases: [(fields: [String], change: (inout PolicyMessage) -> Void)] = [
            (["policy.name"], { $0.name = "projects/security/policies/prod" }),
            (["policy.default_admission_rule"], { $0.clearDefaultAdmissionRule() }),
            (["policy.default_admission_rule"], { $0.defaultAdmissionRule.enforcementMode = .unspecified }),
            (
                ["policy.default_admission_rule.evaluation_mode"],
                { $0.defaultAdmissionRule.evaluationMode = .UNRECOGNIZED(7) }
            ),
            (
                ["policy.default_admission_rule.require_attestations_by[0]"],
                { $0.defaultAdmissionRule.requireAttestationsBy = ["qa"] }
            ),
            (
                ["policy.cluster_admission_rules.us-east1-a.prod.evaluation_mode"],
                { $0.clusterAdmissionRules["us-east1-a.prod"] = Self.rule(.requireAttestation) }
            ),
            (
                ["policy.admission_whitelist_patterns[0]"],
                { $0.admissionWhitelistPatterns = [.init()] }
            ),
        ]
        for (fields, change) in cases {
            let error = await Office.error { try await update(office, Self.policy(change)) }
            guard case .invalid(let problems)? = error else {
                Issue.record("\(fields): \(String(describing: error))")
                continue
            }
            #expect(problems.map(\.field) == fields)
        }
        #expect(try await get(office).defaultAdmissionRule == Self.rule(.alwaysDeny))
    }

    @Test func noImageIsExemptForBeingThePlatforms() throws {
        let policy = try GetSystemPolicy().run(name: "locations/us-east1/policy")
        #expect(policy.name == "locations/us-east1/policy")
        #expect(policy.admissionWhitelistPatterns.isEmpty)
        #expect(policy.defaultAdmissionRule == Self.rule(.alwaysDeny))
        for name in ["projects/p/policy", "locations//policy", "locations/a/b/policy", "locations/a"] {
            #expect(throws: MetadataError.self) { try GetSystemPolicy().run(name: name) }
        }
    }
}
