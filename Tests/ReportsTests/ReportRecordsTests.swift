import GrafeasProto
import MetadataModel
import SwiftProtobuf
import Testing

@testable import Reports

/// How findings become records: what is one, what is merged, what a clean scan says.
@Suite("Records of a report")
struct ReportRecordsTests {
    private func report(_ findings: [Finding]) -> ScanReport {
        let scanner = ScanReport.Scanner(name: "some scanner", version: "1")
        var report = ScanReport(format: .trivy, scanner: scanner, image: ScannedImage(path: ""))
        report.findings = findings
        return report
    }

    private func finding(_ id: String = "CVE-2024-0001", package: String = "bash", fixes: [String] = []) -> Finding {
        var finding = Finding(place: "x[0]", vulnerabilityID: id, packageName: package, ecosystem: "deb")
        finding.installedVersion = "1.0-1"
        finding.fixedVersions = fixes
        return finding
    }

    private func records(_ findings: [Finding], _ limits: ReportLimits = ReportLimits()) throws -> ScanRecords {
        try report(findings).records(
            resourceURI: RealReportTests.image,
            provider: RealReportTests.provider,
            limits: limits
        )
    }

    @Test(
        "A scan that found nothing is a discovery and no more",
        arguments: [
            #"{"SchemaVersion": 2, "ArtifactName": "a", "ArtifactType": "container_image", "#
                + #""Metadata": {"OS": {"Family": "alpine", "Name": "3.20.1"}}, "CreatedAt": "2026-01-02T03:04:05Z", "#
                + #""Results": [{"Target": "a (alpine 3.20.1)", "Class": "os-pkgs", "Type": "alpine"}]}"#,
            #"{"matches": [], "source": null, "distro": {"name": "alpine", "version": "3.20.1"}, "#
                + #""descriptor": {"name": "grype", "version": "1", "timestamp": "2026-01-02T03:04:05Z"}}"#,
            #"{"results": [], "image_metadata": {"os": "Alpine Linux v3.20"}}"#,
            #"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "trivy"}}, "results": []}]}"#,
            #"{"bomFormat": "CycloneDX", "components": [], "vulnerabilities": []}"#,
        ]
    )
    func cleanScan(text: String) throws {
        let report = try ScanReport(parsing: Array(text.utf8))
        let records = try report.records(resourceURI: RealReportTests.image, provider: RealReportTests.provider)
        #expect(records.notes.isEmpty && records.findings.isEmpty)
        try checkValid(records, image: RealReportTests.image)
        #expect(records.discovery.discovery.analysisStatus == .finishedSuccess)
        let time = text.contains("2026-01-02T03:04:05Z") ? Google_Protobuf_Timestamp(seconds: 1_767_323_045) : nil
        #expect((records.discovery.discovery.hasLastScanTime ? records.discovery.discovery.lastScanTime : nil) == time)
        if report.distribution != nil {
            #expect(records.discovery.discovery.cpe == "cpe:/o:alpinelinux:alpine_linux:3.20")
        }
    }

    @Test("The discovery names the scanner and its version, and hangs on the scanner's own note")
    func discoveryNamesTheScanner() throws {
        let records = try records([])
        #expect(records.discoveryNote.id == "vulnerability-scan-some-scanner")
        #expect(records.discovery.noteName == "projects/scanners/notes/vulnerability-scan-some-scanner")
        #expect(records.discovery.discovery.analysisCompleted.analysisType == ["some scanner 1"])
    }

    @Test("A scan that failed or was of something unknown says so")
    func outcomes() throws {
        let sarif =
            #"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "trivy"}}, "results": [], "#
            + #""invocations": [{"executionSuccessful": false, "#
            + #""toolExecutionNotifications": [{"message": {"text": "out of memory"}}]}]}]}"#
        let failed = try ScanReport(parsing: Array(sarif.utf8))
        #expect(failed.outcome == .failed(reason: "out of memory"))
        let discovery = try RealReportTests.records(failed).discovery.discovery
        #expect(discovery.analysisStatus == .finishedFailed && discovery.analysisStatusError.message == "out of memory")
        let trivy = #"{"SchemaVersion": 2, "ArtifactName": "scratch", "ArtifactType": "container_image"}"#
        let unknown = try RealReportTests.records(ScanReport(parsing: Array(trivy.utf8))).discovery.discovery
        #expect(unknown.analysisStatus == .finishedUnsupported)
    }

    @Test("Findings of one key are one occurrence: a known fix wins, different fixes are issues of their own")
    func findingsOfOneKeyAreMerged() throws {
        var elsewhere = finding(fixes: ["1.0-2"])
        elsewhere.effectiveSeverity = .high
        elsewhere.aliases = ["GHSA-aaaa-bbbb-cccc"]
        let merged = try records([finding(), elsewhere, finding(fixes: ["1.0-3"]), finding()])
        #expect(merged.notes.count == 1 && merged.findings.count == 1)
        let vulnerability = try #require(merged.findings.first).entry.occurrence.vulnerability
        #expect(vulnerability.packageIssue.map(\.fixedVersion.fullName) == ["1.0-2", "1.0-3"])
        #expect(vulnerability.effectiveSeverity == .high && vulnerability.fixAvailable)
        #expect(vulnerability.extraDetails.contains("GHSA-aaaa-bbbb-cccc"))
        #expect(merged.notes[0].note.vulnerability.details.map(\.fixedVersion.fullName) == ["", "1.0-2", "1.0-3"])
    }

    @Test("Whatever is part of the key makes another occurrence")
    func keysTellFindingsApart() throws {
        var findings = [finding(), finding("CVE-2024-0002"), finding(package: "zlib")]
        var version = finding()
        version.installedVersion = "2"
        var ecosystem = finding()
        ecosystem.ecosystem = "npm"
        var path = finding()
        path.locations = [Finding.Location(path: "/a")]
        findings += [version, ecosystem, path, path]
        // Equal to Unicode, but not to a package manager.
        findings += [finding(package: "caf\u{E9}"), finding(package: "cafe\u{301}")]
        #expect(try records(findings).findings.count == 8)
    }

    @Test("Without a severity of its own a finding has the provider's")
    func severityFallsBack() throws {
        var unrated = finding()
        unrated.providerSeverity = .medium
        let vulnerability = try #require(records([unrated]).findings.first).entry.occurrence.vulnerability
        #expect(vulnerability.effectiveSeverity == .medium)
    }

    @Test(
        "Of several fixes the one of the installed line of releases is named",
        arguments: [
            ("2.9.1", ["2.7.9.7", "2.8.11.6", "2.9.10.4"], "2.9.10.4"), ("1.1.1", ["1.2.1", "2.1.3"], "1.2.1"),
            ("6.0.2.1", ["6.0.3.1", "5.2.4.3"], "6.0.3.1"), ("3", ["1", "2"], "1"), ("", ["1"], "1"),
        ]
    )
    func nearestFix(installed: String, fixes: [String], expected: String) {
        var finding = finding(fixes: fixes)
        finding.installedVersion = installed
        #expect(finding.nearestFix == expected)
        finding.suggestedVersion = "9"
        #expect(finding.nearestFix == "9")
    }

    @Test("A version is cut as its package manager does, and there whole too")
    func versionParts() throws {
        var finding = finding(fixes: ["0:7.61.1-9.el8"])
        finding.ecosystem = "rpm"
        finding.installedVersion = "1:7.61.1-8.el8"
        let issue = try #require(try records([finding]).findings[0].entry.occurrence.vulnerability.packageIssue.first)
        let affected = issue.affectedVersion
        #expect(affected.epoch == 1 && affected.name == "7.61.1" && affected.revision == "8.el8")
        #expect(affected.fullName == "1:7.61.1-8.el8" && affected.kind == .normal)
        #expect(issue.fixedVersion.epoch == 0 && issue.fixedVersion.fullName == "0:7.61.1-9.el8")
    }

    @Test("More fixes of one finding than the bound are refused, more details of a note left out")
    func boundsHold() throws {
        var limits = ReportLimits()
        limits.issuesMax = 3
        limits.noteDetailsMax = 3
        let fixes = (1...4).map { finding(fixes: ["1.0-\($0)"]) }
        #expect(throws: ReportProblem.self) { try records(fixes, limits) }
        let packages = (1...4).map { finding(package: "package-\($0)") }
        #expect(try records(packages, limits).notes[0].note.vulnerability.details.count == 3)
    }
}
