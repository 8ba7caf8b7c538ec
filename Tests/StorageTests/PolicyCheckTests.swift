import Attestations
import Foundation
import GrafeasProto
import MetadataModel
import Storage
import SwiftProtobuf
import TestSupport
import Testing
import UseCases
import VersionConversion

/// Images are judged by what is stored of them, and the judgement is never older than that.
struct PolicyCheckTests {
    @Test func anImageIsConformantOnceItIsAttested() async throws {
        let office = try await TrustOffice()
        try await office.applyPolicy(TrustOffice.signedByQA)
        let before = try await office.check()
        #expect(!before.allowed)
        #expect(before.verdict == .nonConformant)
        #expect(before.policy == "projects/security/policies/prod")
        #expect(before.complaints.first?.contains("no valid attestation by \"qa\"") == true)
        let attestation = try await office.attest()
        let after = try await office.check()
        #expect(after.allowed)
        #expect(after.images.first?.checks.first?.occurrences == [attestation.name])
    }

    @Test func aDecisionIsRememberedUntilSomethingChanges() async throws {
        let office = try await TrustOffice()
        try await office.applyPolicy(TrustOffice.signedByQA)
        #expect(!(try await office.check().remembered))
        #expect(try await office.check().remembered)
        // Of another image: this decision stays.
        try await office.attest(TrustOffice.otherDigest)
        let attestation = try await office.attest()
        let allowed = try await office.check()
        #expect(!allowed.remembered && allowed.allowed)
        #expect(try await office.check().remembered)
        _ = try await DeleteOccurrence(office.office.services).run(name: attestation.name, claim: nil)
        #expect(!(try await office.check().allowed))
        try await office.attest()
        #expect(try await office.check().allowed)
        try await office.applyAttestor("qa", key: office.otherKey)
        #expect(!(try await office.check().allowed))
        try await office.applyAttestor("qa", key: office.key)
        #expect(try await office.check().allowed)
        try await office.applyPolicy("[{alwaysDeny: true}]")
        #expect(!(try await office.check().allowed))
    }

    @Test func aDecisionEndsWithTheAgeThatItAllows() async throws {
        let office = try await TrustOffice()
        try await office.applyPolicy(
            "[{vulnerabilityCheck: {maximumFixableSeverity: LOW, maximumUnfixableSeverity: LOW, maxScanAge: 1h}}]"
        )
        try await office.office.note("scan", in: "projects/security") { $0.discovery.analysisKind = .vulnerability }
        try await office.office.occurrence(in: "projects/security") {
            $0.resourceUri = "https://" + TrustOffice.image
            $0.noteName = "projects/security/notes/scan"
            $0.discovery.analysisStatus = .finishedSuccess
            $0.discovery.lastScanTime = .init(microseconds: office.office.clock.now())
        }
        #expect(try await office.check().allowed)
        #expect(try await office.check().remembered)
        office.office.clock.move(seconds: 3_594)
        let last = try await office.check()
        #expect(last.allowed && !last.remembered)
        // It would change while it is remembered, so it is not.
        #expect(!(try await office.check().remembered))
        office.office.clock.move(seconds: 10)
        #expect(!(try await office.check().allowed))
    }

    @Test(
        "attestations that do not count",
        arguments: ["another digest", "another key", "another note", "another project"]
    )
    func others(what: String) async throws {
        let office = try await TrustOffice()
        var check = TrustOffice.signedByQA
        let reason: String
        try await office.office.note("other", in: "projects/security") { $0.attestation.hint.humanReadableName = "o" }
        switch what {
        case "another digest":
            try await office.attest(signing: TrustOffice.otherDigest)
            reason = "the payload is about sha256:bbbb"
        case "another key":
            try await office.attest(by: office.otherKey)
            reason = "no key of"
        case "another note":
            try await office.attest(note: "projects/security/notes/other")
            reason = "not under projects/security/notes/qa"
        default:
            try await office.attest(in: "projects/elsewhere")
            check = """
                [{simpleSigningAttestationCheck: {attestors: [projects/security/attestors/qa], \
                containerAnalysisAttestationProjects: [projects/security]}}]
                """
            reason = "no valid attestation"
        }
        try await office.applyPolicy(check)
        let decision = try await office.check()
        #expect(!decision.allowed)
        #expect(decision.complaints.first?.contains(reason) == true, "\(decision.complaints)")
        // And beside a valid one it does not matter.
        try await office.attest()
        #expect(try await office.check().allowed)
    }

    @Test func aDigestThatNobodyCanAttestIsNoErrorThatAPolicyTolerates() async throws {
        let office = try await TrustOffice()
        try await office.applyPolicy(TrustOffice.signedByQA, more: "  onError: ALLOW")
        let decision = try await office.check("registry.example/prod/app@sha512:" + String(repeating: "a", count: 128))
        #expect(!decision.allowed)
        #expect(decision.verdict == .nonConformant)
        #expect(decision.complaints.first?.contains("expected sha256: and 64 digits") == true, "\(decision.complaints)")
    }

    @Test func anAttestorThatIsGoneIsAnErrorAndDenies() async throws {
        let office = try await TrustOffice()
        try await office.attest()
        try await office.applyPolicy(TrustOffice.signedByQA)
        try await DeleteDocument(office.office.services).run(name: "projects/security/attestors/qa", claim: nil)
        let decision = try await office.check()
        #expect(decision.verdict == .error && !decision.allowed)
        #expect(decision.complaints.first?.contains("does not exist; apply it") == true)
        try await office.applyPolicy(TrustOffice.signedByQA, more: "  onError: ALLOW")
        let allowed = try await office.check()
        #expect(allowed.verdict == .error && allowed.allowed && allowed.allowsOnError)
    }

    @Test func aPolicyMayComeWithTheRequest() async throws {
        let office = try await TrustOffice()
        let text = "{apiVersion: grafeion.dev/v1, kind: Policy, metadata: {name: x}, spec: {checkSets: [{checks: []}]}}"
        let decision = try await office.check {
            $0.policy = ""
            $0.content = text
        }
        #expect(decision.allowed && decision.policy == "x")
        let recorded = await Office.error {
            try await office.check {
                $0.policy = ""
                $0.content = text
                $0.record = true
            }
        }
        #expect(recorded?.message.contains("say in which project") == true)
        let both = await Office.error { try await office.check { $0.content = text } }
        #expect(both?.message.contains("or give the text") == true)
        let wrong = await Office.error {
            try await office.check {
                $0.policy = ""
                $0.content = "{kind: Policy}"
            }
        }
        #expect(wrong?.message.contains("content, line 1") == true)
    }

    @Test func aTagIsJudgedByTheDigestThatItWasResolvedTo() async throws {
        let office = try await TrustOffice()
        try await office.attest()
        try await office.applyPolicy(TrustOffice.signedByQA, more: "  resolveTags: true")
        let tagged = "registry.example/prod/app:1.2"
        let unresolved = try await office.check(tagged)
        #expect(!unresolved.allowed && unresolved.wantsTagsResolved)
        let resolved = try await office.check(tagged) { $0.images[0].digest = TrustOffice.digest }
        #expect(resolved.allowed && !resolved.wantsTagsResolved)
        let wrong = await Office.error { try await office.check(tagged) { $0.images[0].digest = "sha256:A" } }
        #expect(wrong?.message.contains("images[0].digest") == true)
    }

    @Test func imagesThatLookLikeOthersAreOthers() async throws {
        let office = try await TrustOffice()
        try await office.applyPolicy("[{trustedDirectoryCheck: {trustedDirPatterns: [\"registry.example/prod/**\"]}}]")
        #expect(try await office.check().allowed)
        let others = [
            "registry.example:5000/prod/app@", "Registry.example/prod/app@", "registry.exаmple/prod/app@",
            "registry.example/Prod/app@", "registry.example.evil/prod/app@", "registry.example/prod/../app@",
        ]
        for other in others { #expect(!(try await office.check(other + TrustOffice.digest).allowed), "\(other)") }
        let upper = "registry.example/prod/app@sha256:" + String(repeating: "A", count: 64)
        #expect(!(try await office.check(upper).allowed))
        #expect(!(try await office.check("registry.example/prod/app@md5:" + String(repeating: "a", count: 32)).allowed))
    }

    @Test func anIndexCountsAsItsManifestsWhichTheServerHasComputed() async throws {
        let office = try await TrustOffice()
        try await office.applyPolicy(TrustOffice.signedByQA)
        let index = "sha256:" + String(repeating: "c", count: 64)
        // Anybody may write this; only facts that the server has computed from the index itself make it one.
        try await office.office.note("image", in: "projects/security") { $0.image.resourceURL = "https://r.example/x" }
        try await office.office.occurrence(in: "projects/security") {
            $0.resourceUri = "https://registry.example/prod/app@\(index)"
            $0.noteName = "projects/security/notes/image"
            $0.image.layerInfo = [
                .with {
                    $0.directive = "MANIFEST"
                    $0.arguments = "linux/amd64 \(TrustOffice.digest)"
                }
            ]
        }
        try await office.attest()
        #expect(!(try await office.check("registry.example/prod/app@\(index)").allowed))
    }

    @Test func whatAnIndexIsMadeOfFollowsFromItsBytesOrIsNotBelieved() async throws {
        let office = try await TrustOffice()
        try await office.applyPolicy(TrustOffice.signedByQA)
        try await office.attest()
        let report = Self.index(of: TrustOffice.digest)
        let reply = try await IngestReport(office.office.services).run(
            parent: "projects/images",
            report: Array(report.utf8),
            image: "",
            providerProject: "",
            format: "",
            claim: nil
        )
        let response = try Grafeion_V1_IngestReportResponse(serializedBytes: reply)
        let image = String(try #require(response.images.first).dropFirst("https://".count))
        #expect(try await office.check(image).allowed)
        // Whoever changes what was computed has said something, and computed nothing.
        let facts = try await office.office.occurrences(in: "projects/images", filter: "kind=\"IMAGE\"")
        let name = try #require(facts.first).name
        #expect(name.contains("/occurrences/oci~"))
        _ = try await UpdateOccurrence(office.office.services).run(
            name: name,
            in: office.office.services.versions.form(.v1, .occurrence),
            patch: try Occurrence.with { $0.remediation = "none" }.serializedBytes(),
            maskPaths: ["remediation"],
            claim: nil
        )
        #expect(!(try await office.check(image).allowed))
        _ = try await DeleteOccurrence(office.office.services).run(name: name, claim: nil)
        // And a record that looks like what the server computes is what somebody sends.
        _ = try await ImportRecords(office.office.services).run(
            parent: "projects/images",
            notes: [],
            occurrences: [try .of(try #require(facts.first))],
            claim: nil
        )
        #expect(!(try await office.check(image).allowed))
        _ = try await IngestReport(office.office.services).run(
            parent: "projects/images",
            report: Array(report.utf8),
            image: "",
            providerProject: "",
            format: "",
            claim: nil
        )
        #expect(try await office.check(image).allowed)
    }

    @Test func moreThanIsJudgedIsNoErrorThatAPolicyMayLetPass() async throws {
        var limits = Limits()
        limits.imageNamesMax = 2
        let office = try await TrustOffice(try Office(limits: limits))
        try await office.applyPolicy(TrustOffice.signedByQA, more: "  onError: ALLOW")
        try await office.attest()
        #expect(try await office.check().allowed)
        for repository in ["copy-1", "copy-2"] {
            let attestation = try office.key.attestation(
                of: SimpleSigningPayload(reference: "", digest: try .init(TrustOffice.digest))
            )
            try await office.office.occurrence(in: "projects/security") {
                $0.resourceUri = "https://registry.example/\(repository)@\(TrustOffice.digest)"
                $0.noteName = "projects/security/notes/qa"
                $0.attestation = attestation
            }
        }
        let decision = try await office.check()
        #expect(!decision.allowed && decision.verdict == .nonConformant)
        #expect(decision.complaints.first?.contains("it is in more than 2 repositories") == true)
    }

    @Test func aTagThatCannotBeResolvedIsAnError() async throws {
        let office = try await TrustOffice()
        try await office.applyPolicy(TrustOffice.signedByQA, more: "  resolveTags: true")
        let decision = try await office.check("registry.example/prod/app:1") { $0.images[0].unresolved = "no route" }
        #expect(decision.verdict == .error && !decision.wantsTagsResolved)
        #expect(decision.complaints.first?.contains("could not be found out: no route") == true)
    }

    @Test func aDigestBesideANameThatHasAnotherIsRefused() async throws {
        let office = try await TrustOffice()
        try await office.applyPolicy(TrustOffice.signedByQA)
        let error = await Office.error { try await office.check { $0.images[0].digest = TrustOffice.otherDigest } }
        #expect(error?.message.contains("leave it out") == true)
    }

    /// The report of an index of one image.
    private static func index(of manifest: String) -> String {
        let index = """
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[\
            {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"\(manifest)","size":2,\
            "platform":{"architecture":"amd64","os":"linux"}}]}
            """
        let base64 = Data(index.utf8).base64EncodedString()
        return #"{"grafeionImage":1,"repository":"registry.example/prod/app","index":"\#(base64)","images":[]}"#
    }

    // MARK: Records

    @Test func decisionsAreRecordedAndFound() async throws {
        let office = try await TrustOffice()
        try await office.applyPolicy(TrustOffice.signedByQA)
        let denied = try await office.check { $0.record = true }
        try await office.attest()
        let allowed = try await office.check { $0.record = true }
        let again = try await office.check(namespace: "other") { $0.record = true }
        let services = office.office.services
        let read = try await GetDecision(services).run(name: denied.name)
        #expect(try Grafeion_V1_Decision(serializedBytes: read) == denied)
        let cases: [(String, [String])] = [
            ("", [again.name, allowed.name, denied.name]), ("allowed=false", [denied.name]),
            ("verdict=\"NON_CONFORMANT\"", [denied.name]), ("namespace=\"other\"", [again.name]),
            ("image:\"prod/app\" AND allowed=true", [again.name, allowed.name]),
            ("\"no valid attestation\"", [denied.name]),
        ]
        for (filter, names) in cases {
            let listed = try await ListDecisions(services).run(
                parent: "projects/security",
                page: PageRequest(filter: filter)
            )
            let found = try listed.page.messages().map { try Grafeion_V1_Decision(serializedBytes: $0).name }
            #expect(found == names, "\(filter)")
        }
        let first = try await ListDecisions(services).run(parent: "projects/security", page: PageRequest(pageSize: 2))
        let rest = try await ListDecisions(services).run(
            parent: "projects/security",
            page: PageRequest(pageSize: 2, pageToken: first.nextPageToken)
        )
        #expect(first.page.count == 2 && rest.page.count == 1 && rest.nextPageToken.isEmpty)
        let wrong = await Office.error {
            try await ListDecisions(services).run(parent: "projects/security", page: PageRequest(filter: "allow=true"))
        }
        #expect(wrong?.message.contains("allow") == true)
    }

    @Test func decisionsAreKeptForATimeAndThoseThatBrokeTheGlassForEver() async throws {
        let office = try await TrustOffice()
        let trust = TrustServices(office.office.services, decisionsKeptSeconds: 100)
        try await office.applyPolicy(TrustOffice.signedByQA, more: "  breakGlass: {users: [ann]}")
        func check(_ change: (inout Grafeion_V1_CheckImagesRequest) -> Void) async throws -> Grafeion_V1_Decision {
            var request = Grafeion_V1_CheckImagesRequest.with {
                $0.policy = "projects/security/policies/prod"
                $0.images = [.with { $0.image = TrustOffice.image }]
                $0.record = true
            }
            change(&request)
            return try await CheckImages(trust).run(request)
        }
        let plain = try await check { _ in }
        let broken = try await check {
            $0.admission.breakGlass = true
            $0.admission.user = "ann"
            $0.admission.objectUid = "u1"
        }
        // As of a manifest that no API server has seen.
        let nameless = try await check {
            $0.admission.breakGlass = true
            $0.admission.user = "ann"
        }
        office.office.clock.move(seconds: 200)
        _ = try await check { _ in }
        let gone = await Office.error { try await GetDecision(office.office.services).run(name: plain.name) }
        #expect(gone?.message == "decision \"\(plain.name)\" does not exist")
        _ = try await GetDecision(office.office.services).run(name: broken.name)
        _ = try await GetDecision(office.office.services).run(name: nameless.name)
    }

    // MARK: Breaking the glass

    private func admission(
        user: String,
        groups: [String] = [],
        uid: String = "d1",
        owners: [String] = [],
        asks: Bool
    ) -> Grafeion_V1_Admission {
        .with {
            $0.user = user
            $0.groups = groups
            $0.objectUid = uid
            $0.ownerUids = owners
            $0.breakGlass = asks
        }
    }

    @Test func theGlassIsBrokenByThoseWhoMayAndForWhatTheyAskedFor() async throws {
        let office = try await TrustOffice()
        try await office.applyPolicy(TrustOffice.signedByQA, more: "  breakGlass: {users: [ann], groups: [oncall]}")
        func check(_ admission: Grafeion_V1_Admission, image: String = TrustOffice.image, in namespace: String = "shop")
            async throws -> Grafeion_V1_Decision
        {
            try await office.check(image, namespace: namespace) {
                $0.admission = admission
                $0.record = true
            }
        }
        let bob = try await check(admission(user: "bob", asks: true))
        #expect(!bob.allowed && !bob.brokeGlass && bob.breakGlassRefusal.contains("\"bob\""))
        #expect(!(try await check(admission(user: "ann", asks: false)).allowed))
        let ann = try await check(admission(user: "ann", asks: true))
        #expect(ann.allowed && ann.brokeGlass && ann.verdict == .nonConformant)
        #expect(try await check(admission(user: "eve", groups: ["oncall"], uid: "d2", asks: true)).brokeGlass)

        // What controllers make of the deployment follows it, over two steps.
        let controller = "system:serviceaccount:kube-system:replicaset-controller"
        let replicaSet = try await check(admission(user: controller, uid: "r1", owners: ["d1"], asks: false))
        #expect(replicaSet.allowed && replicaSet.brokeGlass)
        #expect(try await check(admission(user: controller, uid: "p1", owners: ["r1"], asks: true)).brokeGlass)
        // For its images, in its namespace, and by controllers only.
        let other = "registry.example/prod/app@" + TrustOffice.otherDigest
        #expect(
            !(try await check(admission(user: controller, uid: "p2", owners: ["r1"], asks: false), image: other).allowed)
        )
        #expect(
            !(try await check(admission(user: controller, uid: "p3", owners: ["r1"], asks: false), in: "x").allowed)
        )
        #expect(!(try await check(admission(user: "bob", uid: "p4", owners: ["r1"], asks: false)).allowed))
        #expect(!(try await check(admission(user: controller, uid: "p5", owners: ["zz"], asks: false)).allowed))
        // Of an object without a uid nothing follows.
        #expect(try await check(admission(user: "ann", uid: "", asks: true)).brokeGlass)
        #expect(!(try await check(admission(user: controller, uid: "p6", owners: [""], asks: false)).allowed))
        let many = (0..<17).map { "o\($0)" }
        let error = await Office.error { try await check(admission(user: controller, owners: many, asks: false)) }
        #expect(error?.message.contains("at most 16 are taken") == true)

        // Who may no longer break the glass has broken none.
        try await office.applyPolicy(TrustOffice.signedByQA, more: "  breakGlass: {users: [eve]}")
        #expect(!(try await check(admission(user: controller, uid: "p7", owners: ["r1"], asks: false)).allowed))
    }

    // MARK: Verifying

    @Test func verificationSaysOfEverySignatureWhyItCounts() async throws {
        let office = try await TrustOffice()
        #expect(try await office.verify().attestors.isEmpty)
        let good = try await office.attest()
        let bad = try await office.attest(by: office.otherKey)
        try await office.applyAttestor("release", key: office.otherKey)
        let verification = try await office.verify()
        #expect(verification.digest == TrustOffice.digest)
        #expect(verification.attestors.map(\.attestor).map { $0.suffix(7) } == ["tors/qa", "release"])
        #expect(verification.attestors.map(\.verified) == [true, false])
        let signatures = verification.attestors[0].signatures
        #expect(Set(signatures.filter(\.valid).map(\.occurrence)) == [good.name])
        #expect(signatures.first { $0.occurrence == bad.name }?.reason.contains("no key of") == true)
        #expect(verification.attestors[1].explanation.contains("no attestation of the image under"))
        let missing = await Office.error { try await office.verify(["projects/security/attestors/none"]) }
        #expect(missing?.message.contains("does not exist") == true)
    }
}
