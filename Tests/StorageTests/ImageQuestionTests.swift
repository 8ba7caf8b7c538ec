import Foundation
import GrafeasProto
import MetadataModel
import SQLiteStorage
import Storage
import SwiftProtobuf
import TestSupport
import Testing
import UseCases

/// The questions of the person on call are answered from what was taken in, in whatever order it came.
struct ImageQuestionTests {
    private static func image(_ digit: String, _ repository: String = "r.example/shop/web") -> String {
        "https://\(repository)@sha256:" + String(repeating: digit, count: 64)
    }

    private func ingest(
        _ office: Office,
        _ report: String,
        image: String,
        project: String = "shop",
        provider: String = ""
    ) async throws
        -> Grafeion_V1_IngestReportResponse
    {
        let reply = try await IngestReport(office.services).run(
            parent: "projects/\(project)",
            report: Array(report.utf8),
            image: image,
            providerProject: provider,
            format: "",
            claim: nil
        )
        return try Grafeion_V1_IngestReportResponse(serializedBytes: reply)
    }

    private func describe(_ office: Office, _ image: String, project: String = "") async throws
        -> Grafeion_V1_ImageDescription
    {
        let reply = try await DescribeImage(office.services).run(image: image, project: project)
        return try Grafeion_V1_ImageDescription(serializedBytes: reply)
    }

    private func find(
        _ office: Office,
        _ change: (inout SearchImages.Request) -> Void
    ) async throws -> Grafeion_V1_SearchImagesResponse {
        var request = SearchImages.Request()
        change(&request)
        return try Grafeion_V1_SearchImagesResponse(
            serializedBytes: try await SearchImages(office.services).run(request)
        )
    }

    /// A Trivy report of packages with a vulnerability each.
    private func trivy(_ findings: [(id: String, package: String, version: String, fix: String, severity: String)])
        -> String
    {
        let entries = findings.map {
            #"{"VulnerabilityID": "\#($0.id)", "PkgName": "\#($0.package)", "InstalledVersion": "\#($0.version)", "#
                + #""FixedVersion": "\#($0.fix)", "Severity": "\#($0.severity)"}"#
        }
        return #"{"SchemaVersion": 2, "ArtifactName": "x", "ArtifactType": "container_image", "#
            + #""CreatedAt": "2026-01-02T03:04:05Z", "Results": [{"Target": "x", "Class": "lang-pkgs", "Type": "jar", "#
            + #""Vulnerabilities": [\#(entries.joined(separator: ", "))]}]}"#
    }

    private let log4shell = (
        id: "CVE-2021-44228", package: "org.apache.logging.log4j:log4j-core", version: "2.14.1", fix: "2.15.0",
        severity: "CRITICAL"
    )
    private let unfixed = (id: "CVE-2020-1", package: "org.example:lib", version: "1.0", fix: "", severity: "HIGH")

    private func vex(_ id: String, status: String, image: String) -> String {
        #"{"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.com/vex/1", "author": "security", "#
            + #""timestamp": "2026-02-01T00:00:00Z", "version": 1, "statements": [{"vulnerability": {"name": "\#(id)"}, "#
            + #""products": [{"@id": "\#(image.dropFirst(8))"}], "status": "\#(status)", "#
            + #""justification": "vulnerable_code_not_in_execute_path"}]}"#
    }

    private func deploy(_ office: Office, _ image: String, to address: String, until: Int64? = nil) async throws {
        _ = try? await office.note("deployment", in: "projects/prod") {
            $0.deployment = .with { $0.resourceUri = ["x"] }
        }
        _ = try await office.occurrence(in: "projects/prod") {
            $0.resourceUri = image
            $0.noteName = "projects/prod/notes/deployment"
            $0.deployment = .with {
                $0.address = address
                $0.deployTime.seconds = 1_767_000_000
                if let until { $0.undeployTime.seconds = until }
            }
        }
    }

    @Test func whichRunningImagesHaveTheVulnerability() async throws {
        let office = try Office()
        for digit in ["1", "2", "3"] {
            let findings = digit == "3" ? [unfixed] : [log4shell, unfixed]
            _ = try await ingest(office, trivy(findings), image: Self.image(digit))
        }
        try await deploy(office, Self.image("1"), to: "prod/web")
        try await deploy(office, Self.image("2"), to: "prod/old", until: 1_767_000_100)
        try await deploy(office, Self.image("3"), to: "prod/other")
        let all = try await find(office) { $0.vulnerability = "cve-2021-44228" }
        #expect(all.images.map(\.image) == [Self.image("2"), Self.image("1")])
        let running = try await find(office) {
            $0.vulnerability = "CVE-2021-44228"; $0.running = true
        }
        #expect(running.images.map(\.image) == [Self.image("1")])
        #expect(running.images.first?.running.map(\.address) == ["prod/web"])
        let finding = try #require(running.images.first?.findings.first)
        #expect(finding.package == log4shell.package && finding.version == "2.14.1" && finding.fixedVersion == "2.15.0")
        #expect(finding.severity == .critical)
        let elsewhere = try await find(office) {
            $0.vulnerability = "CVE-2021-44228"; $0.project = "prod"
        }
        #expect(elsewhere.images.isEmpty, "in another project nobody found it")
        try await office.store.close()
    }

    @Test(arguments: [
        ("log4j-core", 2), ("log4j-core <2.17.1", 2), ("log4j-core<2.14", 0), ("log4j-core >=2.14 <2.15", 2),
        ("org.apache.logging.log4j:log4j-core =2.14.1", 2), ("log4j", 0), ("lib", 3), ("lib >=2", 0),
    ])
    func packagesAreFoundByNameAndRange(query: String, count: Int) async throws {
        let office = try Office()
        for digit in ["1", "2", "3"] {
            let findings = digit == "3" ? [unfixed] : [log4shell, unfixed]
            _ = try await ingest(office, trivy(findings), image: Self.image(digit))
        }
        #expect(try await find(office) { $0.package = query }.images.count == count)
        try await office.store.close()
    }

    @Test func pagesGoOnAndTokensBelongToTheirSearch() async throws {
        let office = try Office()
        for digit in ["1", "2", "3", "4", "5"] {
            _ = try await ingest(office, trivy([log4shell]), image: Self.image(digit))
        }
        var images: [String] = []
        var token = ""
        repeat {
            let page = try await find(office) {
                $0.package = "log4j-core"; $0.pageSize = 2; $0.pageToken = token
            }
            images += page.images.map(\.image)
            token = page.nextPageToken
        } while !token.isEmpty
        #expect(images == ["5", "4", "3", "2", "1"].map { Self.image($0) })
        let first = try await find(office) {
            $0.package = "log4j-core"; $0.pageSize = 2
        }
        let error = await Office.error {
            try await find(office) {
                $0.running = true; $0.pageToken = first.nextPageToken
            }
        }
        #expect(error?.message.contains("page_token") == true)
        try await office.store.close()
    }

    @Test func aSearchForNothingOrNonsenseIsRefused() async throws {
        let office = try Office()
        #expect(
            await Office.error { try await find(office) { _ in } }?.message.contains("say what to look for") == true
        )
        for change: @Sendable (inout SearchImages.Request) -> Void in [
            { $0.package = "<1" }, { $0.package = "lib <" }, { $0.package = "lib 1 |" }, { $0.commit = "abc" },
            { $0.base = "no image" },
            {
                $0.running = true; $0.project = "a/b"
            },
        ] {
            #expect(await Office.error { try await find(office, change) } != nil)
        }
        try await office.store.close()
    }

    @Test func commitsAndBasesAreFound() async throws {
        let office = try Office()
        let commit = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"
        try await office.note("build") { $0.build.builderVersion = "1" }
        _ = try await office.occurrence {
            $0.resourceUri = Self.image("1")
            $0.noteName = "projects/p/notes/build"
            $0.build.provenance = .with {
                $0.id = "run"
                $0.sourceProvenance.context.git = .with {
                    $0.url = "https://git.example/web"; $0.revisionID = commit
                }
            }
        }
        try await office.note("image") {
            $0.image = .with {
                $0.resourceURL = Self.image("b", "r.example/base");
                $0.fingerprint = .with {
                    $0.v1Name = "x"; $0.v2Blob = ["y"]
                }
            }
        }
        _ = try await office.occurrence {
            $0.resourceUri = Self.image("1")
            $0.noteName = "projects/p/notes/image"
            $0.image = .with {
                $0.baseResourceURL = Self.image("b", "r.example/base")
                $0.distance = 1
                $0.fingerprint = .with {
                    $0.v1Name = "x"; $0.v2Blob = ["y", "z"]
                }
            }
        }
        for text in [commit, "9F86D08"] {
            #expect(try await find(office) { $0.commit = text }.images.map(\.image) == [Self.image("1")])
        }
        #expect(try await find(office) { $0.commit = "9f86d082" }.images.isEmpty)
        for text in [
            "r.example/base", Self.image("b", "r.example/base"),
            "r.example/base@sha256:" + String(repeating: "b", count: 64),
        ] {
            #expect(try await find(office) { $0.base = text }.images.count == 1, "\(text)")
        }
        #expect(try await find(office) { $0.base = "r.example/bas" }.images.isEmpty)
        let description = try await describe(office, Self.image("1"))
        #expect(description.base.layersOnTop == 1 && description.base.layers == 2)
        #expect(description.builds.first?.sourceRepository == "https://git.example/web")
        try await office.store.close()
    }

    // MARK: Judgements

    @Test(arguments: [true, false])
    func aJudgementAppliesWhicheverCameFirst(vexFirst: Bool) async throws {
        let office = try Office()
        let image = Self.image("1")
        let statement = vex("CVE-2021-44228", status: "not_affected", image: image)
        if vexFirst { _ = try await ingest(office, statement, image: "") }
        _ = try await ingest(office, trivy([log4shell, unfixed]), image: image)
        if !vexFirst {
            let before = try await describe(office, image)
            #expect(
                before.vulnerabilities.total == 2
                    && before.vulnerabilities.bySeverity.map(\.severity) == [.critical, .high]
            )
            #expect(try await ingest(office, statement, image: "").occurrences.replaced == 1)
        }
        let after = try await describe(office, image)
        #expect(after.vulnerabilities.total == 1 && after.vulnerabilities.notAffected == 1)
        #expect(after.vulnerabilities.bySeverity.map(\.severity) == [.high])
        #expect(try await office.occurrences(in: "projects/shop", filter: "effectiveSeverity = MINIMAL").count == 1)
        #expect(try await find(office) { $0.vulnerability = "CVE-2021-44228" }.images.isEmpty)
        let ruledOut = try await find(office) {
            $0.vulnerability = "CVE-2021-44228"; $0.includeNotAffected = true
        }
        #expect(ruledOut.images.first?.findings.first?.state == .notAffected)
        // The same again changes nothing, whichever of the two it is.
        #expect(try await ingest(office, trivy([log4shell, unfixed]), image: image).occurrences.unchanged == 3)
        let again = try await ingest(office, statement, image: "")
        #expect(again.notes.unchanged == 1 && again.occurrences.replaced == 0)
        // A newer word of the same author takes it back.
        _ = try await ingest(
            office,
            vex("CVE-2021-44228", status: "under_investigation", image: image).replacing(
                #", "justification": "vulnerable_code_not_in_execute_path""#,
                with: ""
            ),
            image: ""
        )
        #expect(try await find(office) { $0.vulnerability = "CVE-2021-44228" }.images.count == 1)
        #expect(try await describe(office, image).vulnerabilities.bySeverity.map(\.severity) == [.critical, .high])
        try await office.store.close()
    }

    @Test func nobodyPlaysDownWhatOthersFound() async throws {
        let office = try Office()
        let image = Self.image("1")
        _ = try await ingest(office, trivy([log4shell]), image: image)
        _ = try await ingest(
            office,
            vex("CVE-2021-44228", status: "not_affected", image: image),
            image: "",
            project: "elsewhere"
        )
        #expect(try await describe(office, image).vulnerabilities.total == 1)
        // Whoever provides the notes may judge.
        _ = try await ingest(office, trivy([log4shell]), image: image, project: "team", provider: "security")
        _ = try await ingest(
            office,
            vex("CVE-2021-44228", status: "not_affected", image: image),
            image: "",
            project: "security"
        )
        #expect(try await office.occurrences(in: "projects/team", filter: "effectiveSeverity = MINIMAL").count == 1)
        #expect(try await office.occurrences(in: "projects/shop", filter: "effectiveSeverity = MINIMAL").isEmpty)
        try await office.store.close()
    }

    @Test func aScanThatComesLateDoesNotTakeThePlaceOfANewerOne() async throws {
        let office = try Office()
        let image = Self.image("1")
        let older = trivy([log4shell, unfixed]).replacing("2026-01-02", with: "2025-12-01")
        _ = try await ingest(office, trivy([unfixed]), image: image)
        let late = try await ingest(office, older, image: image)
        #expect(late.superseded == 1 && late.occurrences == Grafeion_V1_IngestedRecords())
        #expect(try await describe(office, image).vulnerabilities.total == 1)
        let newer = try await ingest(office, older.replacing("2025-12-01", with: "2026-03-01"), image: image)
        #expect(newer.superseded == 0 && newer.occurrences.created == 1)
        try await office.store.close()
    }

    @Test func whatADatabaseSaidLaterStays() async throws {
        let office = try Office()
        func report(_ title: String, _ changed: String) -> String {
            trivy([unfixed]).replacing(
                #""Severity""#,
                with: #""Title": "\#(title)", "LastModifiedDate": "\#(changed)", "Severity""#
            )
        }
        _ = try await ingest(office, report("new words", "2026-01-02T00:00:00Z"), image: Self.image("1"))
        let old = try await ingest(office, report("old words", "2025-01-02T00:00:00Z"), image: Self.image("2"))
        #expect(old.notes.unchanged == 2 && old.notes.replaced == 0)
        let newest = try await ingest(office, report("newest words", "2026-02-02T00:00:00Z"), image: Self.image("3"))
        #expect(newest.notes.replaced == 1)
        try await office.store.close()
    }

    // MARK: The description

    @Test func neverScannedFailedAndCleanAreThreeAnswers() async throws {
        let office = try Office()
        try await deploy(office, Self.image("1"), to: "prod")
        #expect(try await describe(office, Self.image("1")).scans.isEmpty)
        _ = try await ingest(office, trivy([]), image: Self.image("2"))
        #expect(try await describe(office, Self.image("2")).scans.map(\.status) == ["FINISHED_SUCCESS"])
        let sarif =
            #"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "trivy"}}, "results": [], "#
            + #""invocations": [{"executionSuccessful": false}]}]}"#
        _ = try await ingest(office, sarif, image: Self.image("3"))
        let failed = try await describe(office, Self.image("3"))
        #expect(failed.scans.map(\.status) == ["FINISHED_FAILED"])
        #expect(failed.vulnerabilities.total == 0)
        try await office.store.close()
    }

    @Test func aVulnerabilityWithoutAPackageCountsToo() async throws {
        let office = try Office()
        _ = try await office.note("CVE-1", in: "projects/shop") { $0.vulnerability.severity = .high }
        _ = try await office.occurrence(in: "projects/shop") {
            $0.resourceUri = Self.image("1")
            $0.noteName = "projects/shop/notes/CVE-1"
            $0.vulnerability.effectiveSeverity = .high
        }
        let found = try await describe(office, Self.image("1")).vulnerabilities
        #expect(found.total == 1 && found.worst.map(\.vulnerability) == ["CVE-1"])
        let images = try await find(office) { $0.vulnerability = "cve-1" }.images
        #expect(images.flatMap(\.findings).map(\.vulnerability) == ["CVE-1"])
        try await office.store.close()
    }

    @Test func whatChangedSinceThePreviousImage() async throws {
        let office = try Office()
        _ = try await ingest(office, trivy([log4shell, unfixed]), image: Self.image("1"))
        _ = try await ingest(office, trivy([unfixed]), image: Self.image("9", "r.example/shop/webshop"))
        let other = (id: "CVE-2022-5", package: "a:b", version: "1", fix: "2", severity: "LOW")
        _ = try await ingest(office, trivy([other, unfixed]), image: Self.image("2"))
        let change = try await describe(office, Self.image("2")).sincePrevious
        #expect(change.previous == Self.image("1"))
        #expect(change.vulnerabilitiesAdded == ["CVE-2022-5"] && change.vulnerabilitiesGone == ["CVE-2021-44228"])
        #expect(try await describe(office, Self.image("1")).hasSincePrevious == false)
        #expect(
            try await describe(office, "r.example/shop/web").image == Self.image("2"),
            "the last one of a repository"
        )
        try await office.store.close()
    }

    @Test func oneImageInTwoRepositoriesIsOneImage() async throws {
        let office = try Office()
        _ = try await ingest(office, trivy([log4shell]), image: Self.image("1"))
        try await deploy(office, Self.image("1", "mirror.example/web"), to: "prod/mirror")
        for reference in [Self.image("1"), "sha256:" + String(repeating: "1", count: 64)] {
            let description = try await describe(office, reference)
            #expect(description.vulnerabilities.total == 1 && description.deployments.map(\.address) == ["prod/mirror"])
            #expect(
                Set([description.image] + description.also) == [Self.image("1"), Self.image("1", "mirror.example/web")]
            )
        }
        let both = try await describe(office, Self.image("1"), project: "shop")
        #expect(both.deployments.isEmpty, "only what the project has")
        try await office.store.close()
    }

    // MARK: Several names and several platforms

    private func index(_ office: Office, _ index: String, of images: [String]) async throws {
        _ = try? await office.note("image", in: "projects/shop") {
            $0.image = .with {
                $0.resourceURL = index
                $0.fingerprint = .with {
                    $0.v1Name = "x"
                    $0.v2Blob = ["y"]
                }
            }
        }
        _ = try await office.occurrence(in: "projects/shop") {
            $0.resourceUri = index
            $0.noteName = "projects/shop/notes/image"
            $0.image = .with {
                $0.fingerprint = .with {
                    $0.v1Name = "x"
                    $0.v2Blob = ["y"]
                }
                $0.layerInfo = zip(["linux/amd64", "linux/arm64"], images).map { platform, image in
                    .with {
                        $0.directive = "MANIFEST"
                        $0.arguments = "\(platform) \(image.suffix(71))"
                    }
                }
            }
        }
    }

    @Test func whatIsScannedUnderOneNameAndRunsUnderAnotherIsFound() async throws {
        let office = try Office()
        _ = try await ingest(office, trivy([log4shell]), image: Self.image("1"))
        try await deploy(office, Self.image("1", "mirror.example/web"), to: "prod/mirror")
        let found = try await find(office) {
            $0.vulnerability = "CVE-2021-44228"
            $0.running = true
        }
        #expect(found.images.map(\.image) == [Self.image("1")])
        #expect(found.images.first?.running.map(\.address) == ["prod/mirror"])
        try await office.store.close()
    }

    @Test func theImagesOfAnIndexThatRunsRun() async throws {
        let office = try Office()
        for digit in ["1", "2", "3"] { _ = try await ingest(office, trivy([log4shell]), image: Self.image(digit)) }
        try await index(office, Self.image("e"), of: [Self.image("1"), Self.image("2")])
        try await deploy(office, Self.image("e"), to: "prod/web")
        let found = try await find(office) {
            $0.vulnerability = "CVE-2021-44228"
            $0.running = true
        }
        #expect(found.images.map(\.image) == [Self.image("2"), Self.image("1")])
        #expect(found.images.first?.running.map(\.address) == ["prod/web"])
        let one = try await describe(office, Self.image("1"))
        #expect(one.index == Self.image("e") && one.deployments.map(\.address) == ["prod/web"])
        let inOther = try await find(office) {
            $0.running = true
            $0.project = "shop"
        }
        #expect(inOther.images.isEmpty, "what runs is the other project's")
        try await office.store.close()
    }

    @Test func thePreviousImageIsThatOfTheSamePlatform() async throws {
        let office = try Office()
        for (digits, number) in [(["1", "2"], "e"), (["3", "4"], "f")] {
            for digit in digits { _ = try await ingest(office, trivy([log4shell]), image: Self.image(digit)) }
            try await index(office, Self.image(number), of: digits.map { Self.image($0) })
        }
        #expect(try await describe(office, Self.image("4")).sincePrevious.previous == Self.image("2"))
        #expect(try await describe(office, Self.image("3")).sincePrevious.previous == Self.image("1"))
        #expect(try await describe(office, Self.image("f")).sincePrevious.previous == Self.image("e"))
        #expect(try await describe(office, Self.image("1")).hasSincePrevious == false)
        try await office.store.close()
    }

    // MARK: What others store

    @Test func otherProjectsDoNotHideWhatIsAskedFor() async throws {
        var limits = Limits()
        limits.imageNamesMax = 2
        let office = try Office(limits: limits)
        _ = try await ingest(office, trivy([log4shell]), image: Self.image("1"))
        for name in ["a", "b", "c"] { try await deploy(office, Self.image("1", "\(name).example/web"), to: name) }
        try await deploy(office, Self.image("f"), to: "elsewhere")
        let asked = try await describe(office, Self.image("1"))
        #expect(asked.image == Self.image("1") && asked.vulnerabilities.total == 1)
        let last = try await describe(office, "r.example/shop/web", project: "shop")
        #expect(last.image == Self.image("1"))
        try await office.store.close()
    }

    @Test func judgementsOfOthersDoNotTakeTheirs() async throws {
        let office = try Office()
        let image = Self.image("1")
        _ = try await ingest(office, trivy([log4shell]), image: image)
        _ = try await ingest(office, vex("CVE-2021-44228", status: "not_affected", image: image), image: "")
        for number in 1...3 {
            let other = vex("CVE-2021-\(number)", status: "not_affected", image: image)
            _ = try await ingest(office, other, image: "", project: "elsewhere")
        }
        #expect(try await describe(office, image).vulnerabilities.notAffected == 1)
        try await office.store.close()
    }

    @Test func aFailedScanIsNoSignThatAnythingIsGone() async throws {
        let office = try Office()
        _ = try await ingest(office, trivy([log4shell]), image: Self.image("1"))
        let failed =
            #"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "trivy"}}, "results": [], "#
            + #""invocations": [{"executionSuccessful": false}]}]}"#
        _ = try await ingest(office, failed, image: Self.image("2"))
        #expect(try await describe(office, Self.image("2")).sincePrevious.vulnerabilitiesGone == [])
        try await office.store.close()
    }

    @Test func notesMayMoveToAnotherProject() async throws {
        let office = try Office()
        _ = try await ingest(office, trivy([log4shell]), image: Self.image("1"))
        let moved = try await ingest(office, trivy([log4shell]), image: Self.image("1"), provider: "security")
        #expect(moved.occurrences.created == 2)
        let all = try await office.occurrences(in: "projects/shop")
        #expect(all.count == 2 && all.allSatisfy { $0.noteName.hasPrefix("projects/security/") })
        try await office.store.close()
    }

    @Test func whatIsTooLongForANameIsNoTerm() async throws {
        let office = try Office()
        let long = (
            id: "CVE-1", package: "lib", version: String(repeating: "1", count: 200), fix: "", severity: "LOW"
        )
        _ = try await ingest(office, trivy([long]), image: Self.image("1"))
        try await office.note("package", in: "projects/shop") { $0.package = .with { $0.name = "huge" } }
        _ = try await office.occurrence(in: "projects/shop") {
            $0.resourceUri = Self.image("1")
            $0.noteName = "projects/shop/notes/package"
            $0.package = .with {
                $0.name = "huge"
                $0.version.fullName = String(repeating: "9", count: 5000)
            }
        }
        #expect(try await find(office) { $0.package = "lib" }.images.count == 1)
        #expect(try await find(office) { $0.package = "huge" }.images.isEmpty)
        try await office.store.close()
    }

    @Test(arguments: [
        "r.example/none", "sha256:" + String(repeating: "e", count: 64), "r.example/shop/web:1.2", "not an image",
    ])
    func anImageThatNobodyKnowsIsNotFound(reference: String) async throws {
        let office = try Office()
        #expect(await Office.error { try await describe(office, reference) } != nil)
        try await office.store.close()
    }
}
