import GrafeasProto
import MetadataModel
import SwiftProtobuf
import Testing

@testable import Reports

/// Each format's small report, member by member.
@Suite("Reports of each format")
struct WrittenReportTests {
    private func parse(_ text: String) throws -> ScanReport { try ScanReport(parsing: Array(text.utf8)) }

    @Test("Every format is told from its content, and its records may be stored", arguments: WrittenReports.all)
    func formatsAreDetected(text: String) throws {
        let report = try parse(text)
        #expect(try ScanReport(parsing: Array(text.utf8), format: report.format) == report)
        for other in ReportFormat.allCases where other != report.format {
            #expect(throws: ReportProblem.self) { try ScanReport(parsing: Array(text.utf8), format: other) }
        }
        let records = try RealReportTests.records(report)
        try checkValid(records, image: RealReportTests.image)
        #expect(records.findings.count == report.findings.count)
    }

    @Test("Trivy")
    func trivy() throws {
        let report = try parse(WrittenReports.trivy)
        #expect(report.scanner.text == "trivy 0.65.0")
        #expect(report.scanTime?.seconds == 1_767_323_045)
        #expect(try report.image.uri() == "https://docker.io/library/debian@\(WrittenReports.digest)")
        let records = try RealReportTests.records(report)
        let vulnerability = try #require(records.findings.first).entry.occurrence.vulnerability
        let issue = try #require(vulnerability.packageIssue.first)
        #expect(issue.affectedVersion.epoch == 1)
        #expect(issue.affectedVersion.name == "5.0")
        #expect(issue.affectedVersion.revision == "4")
        #expect(issue.affectedVersion.fullName == "1:5.0-4")
        #expect(issue.affectedCpeUri == "cpe:/o:debian:debian_linux:10")
        #expect(issue.fixedVersion.kind == .maximum && !issue.fixAvailable && !vulnerability.fixAvailable)
        #expect(issue.packageType == "OS")
        #expect(issue.fileLocation.map(\.layerDetails.diffID) == [WrittenReports.layer])
        #expect(vulnerability.severity == .high && vulnerability.effectiveSeverity == .low)
        #expect(vulnerability.cvssv3.attackVector == .local && vulnerability.cvssv3.baseScore == 7.8)
        #expect(vulnerability.relatedUrls.map(\.url) == ["https://a.example", "https://b.example"])
        let note = try #require(records.notes.first).note
        #expect(note.relatedURL.map(\.url) == ["https://a.example", "https://b.example"])
        #expect(note.shortDescription == "title" && note.longDescription == "description")
        #expect(note.vulnerability.cvssV3.scope == .unchanged && note.vulnerability.cvssVersion == .cvssVersion3)
        #expect(note.vulnerability.advisoryPublishTime.seconds == 1_574_903_700)
    }

    @Test("Grype")
    func grype() throws {
        let report = try parse(WrittenReports.grype)
        #expect(report.scanner.text == "grype 0.90.0")
        #expect(report.scanTime?.seconds == 1_767_337_445)
        let finding = try #require(report.findings.first)
        #expect(finding.installedVersion == "2:1.1.1", "the epoch is in the metadata")
        #expect(finding.effectiveSeverity == .minimal && finding.providerSeverity == .high)
        let issue = try #require(
            RealReportTests.records(report).findings.first?.entry.occurrence.vulnerability.packageIssue.first
        )
        #expect(issue.affectedVersion.epoch == 2 && issue.affectedVersion.name == "1.1.1")
        #expect(issue.fixedVersion.fullName == "1.2.1" && issue.fixAvailable)
        #expect(issue.fileLocation.map(\.filePath) == ["/a"])
    }

    @Test("OSV-Scanner: a group of records is one finding, under its CVE")
    func osvScanner() throws {
        let report = try parse(WrittenReports.osvScanner)
        #expect(report.scanner.text == "osv-scanner")
        #expect(report.distribution == ScanReport.Distribution(family: "alpine", version: "3.18"))
        #expect(report.findings.map(\.vulnerabilityID) == ["CVE-2021-3121", "CVE-2023-42363"])
        let module = report.findings[0]
        #expect(module.aliases == ["GHSA-c3h9-896r-86jm", "GO-2021-0053"])
        #expect(module.ecosystem == "golang" && module.packageName == "github.com/gogo/protobuf")
        #expect(module.fixedVersions == ["1.3.2"], "neither a commit nor another package's fix")
        #expect(module.effectiveSeverity == .high)
        #expect(module.locations.map(\.path) == ["/app/go.mod"])
        #expect(module.locations.map(\.layerDiffID) == [WrittenReports.layer])
        let package = report.findings[1]
        #expect(package.packageName == "ssl_client" && package.ecosystem == "apk")
        #expect(package.fixedVersions == ["1.36.1-r7"])
        let issues = try RealReportTests.records(report).findings.flatMap(\.entry.occurrence.vulnerability.packageIssue)
        #expect(issues.map(\.packageType) == ["GO", "OS"])
        #expect(issues[1].fixedVersion.revision == "r7" && issues[1].fixedVersion.name == "1.36.1")
    }

    @Test("SARIF as Trivy writes it: secrets and suppressed results are left out")
    func trivySARIF() throws {
        let report = try parse(WrittenReports.trivySARIF)
        #expect(report.format == .sarif && report.scanner.text == "trivy 0.65.0")
        #expect(try report.image.uri() == "https://docker.io/library/debian@\(WrittenReports.digest)")
        #expect(report.scanTime?.seconds == 1_767_323_045)
        #expect(report.findings.map(\.vulnerabilityID) == ["CVE-2019-18276", "DLA-1234-1"])
        let bash = report.findings[0]
        #expect(bash.packageName == "bash" && bash.installedVersion == "5.0-4" && bash.fixedVersions.isEmpty)
        #expect(bash.effectiveSeverity == .low, "the word counts before the score")
        #expect(bash.locations.isEmpty && bash.ratings.map(\.score) == [7.8])
        let library = report.findings[1]
        #expect(library.fixedVersions == ["1.0.1", "2.0.0"])
        #expect(library.locations == [Finding.Location(path: "app/package-lock.json", line: 17)])
        let types = try RealReportTests.records(report).findings.map(\.key.packageType)
        #expect(types == ["OS", ""], "SARIF does not say which kind of package of a language it is")
    }

    @Test("SARIF as Grype writes it")
    func grypeSARIF() throws {
        let finding = try #require(parse(WrittenReports.grypeSARIF).findings.first)
        #expect(finding.vulnerabilityID == "CVE-2021-44228" && finding.packageName == "log4j-core")
        #expect(finding.installedVersion == "2.14.1" && finding.fixedVersions == ["2.15.0"])
        #expect(finding.ecosystem == "maven" && finding.effectiveSeverity == .critical)
        #expect(finding.locations.map(\.path) == ["/app/log4j-core-2.14.1.jar"])
    }

    @Test("SARIF as OSV-Scanner writes it")
    func osvSARIF() throws {
        let finding = try #require(parse(WrittenReports.osvSARIF).findings.first)
        #expect(finding.vulnerabilityID == "CVE-2022-24713")
        #expect(finding.packageName == "regex" && finding.installedVersion == "1.5.1")
        #expect(finding.locations.map(\.path) == ["/app/Cargo.lock"])
    }

    @Test("CycloneDX: components by their references, judgements kept")
    func cycloneDX() throws {
        let report = try parse(WrittenReports.cycloneDX)
        #expect(report.scanner.text == "trivy 0.65.0")
        #expect(try report.image.uri() == "https://docker.io/library/debian@\(WrittenReports.digest)")
        #expect(report.findings.map(\.vulnerabilityID) == ["CVE-2019-18276", "CVE-2024-1111"])
        let bash = report.findings[0]
        #expect(bash.ecosystem == "deb" && bash.installedVersion == "5.0-4" && bash.fixedVersions == ["5.0-5"])
        #expect(bash.effectiveSeverity == .low && bash.providerSeverity == .high)
        #expect(bash.ratings.map(\.score) == [7.2, 7.8], "a score of another method is none of CVSS")
        let records = try RealReportTests.records(report)
        let inner = records.findings[1].entry.occurrence.vulnerability
        #expect(inner.packageIssue.map(\.affectedPackage) == ["org.example:inner"])
        #expect(inner.vexAssessment.state == .notAffected)
        #expect(inner.vexAssessment.justification.justificationType == .vulnerableCodeNotInExecutePath)
        #expect(inner.vexAssessment.impacts == ["never called"])
        #expect(inner.effectiveSeverity == .minimal, "what does no harm is not critical")
        #expect(inner.packageIssue.map(\.effectiveSeverity) == [.critical])
        #expect(inner.cvssV4.baseScore == 9.3 && inner.cvssVersion == .cvssVersion4)
        #expect(inner.extraDetails.contains("GHSA-aaaa-bbbb-cccc"))
    }
}
