import GrafeasProto
import MetadataModel
import SwiftProtobuf
import Testing

@testable import Reports

/// Every report that a scanner really wrote becomes records that say the same.
@Suite("Real reports")
struct RealReportTests {
    static let image = "https://registry.example/app@sha256:" + String(repeating: "a", count: 64)
    static let provider = ParentName(project: "scanners")

    static func records(_ report: ScanReport) throws -> ScanRecords {
        try report.records(resourceURI: image, provider: provider)
    }

    @Test(
        "A report gives as many notes and occurrences as it has things to say",
        arguments: RealReport.trivy + RealReport.grype
    )
    func counts(expected: RealReport) throws {
        let bytes = try RealReports.bytes(expected.path)
        let report = try ScanReport(parsing: bytes)
        #expect(report.format.rawValue == expected.path.prefix { $0 != "/" })
        #expect(report.findings.count == expected.findings)
        let records = try Self.records(report)
        #expect(records.notes.count == expected.notes)
        #expect(records.findings.count == expected.occurrences)
        #expect(Set(records.findings.map(\.key)).count == expected.occurrences)
        // The bytes say the format, and naming it changes nothing.
        #expect(try ReportFormat.detect(bytes) == report.format)
        #expect(try ScanReport(parsing: bytes, format: report.format) == report)
    }

    @Test("Every note and occurrence may be stored", arguments: RealReport.trivy + RealReport.grype)
    func recordsAreValid(expected: RealReport) throws {
        let records = try Self.records(ScanReport(parsing: RealReports.bytes(expected.path)))
        try checkValid(records, image: Self.image)
    }

    @Test("What Trivy says of each vulnerability is in its records", arguments: RealReport.trivy)
    func trivyIsFoundAgain(expected: RealReport) throws {
        let records = try Self.records(ScanReport(parsing: RealReports.bytes(expected.path)))
        let object = try RealReports.object(expected.path)
        for result in object["Results"] as? [[String: Any]] ?? [] {
            for entry in result["Vulnerabilities"] as? [[String: Any]] ?? [] {
                let id = try #require(entry["VulnerabilityID"] as? String)
                let package = try #require(entry["PkgName"] as? String)
                let version = try #require(entry["InstalledVersion"] as? String)
                let path = entry["PkgPath"] as? String ?? ""
                let found = records.findings.filter {
                    $0.key.noteID == id && $0.key.package == package && $0.key.version == version
                        && (path.isEmpty || $0.key.path == path)
                }
                #expect(!found.isEmpty, "\(id) in \(package)")
                let fixes = (entry["FixedVersion"] as? String ?? "").split(separator: ", ").map(String.init)
                try checkFixes(fixes, in: found, of: package, note: records.notes.first { $0.id == id })
                let note = try #require(records.notes.first { $0.id == id }?.note)
                let title = entry["Title"] as? String
                #expect(found.allSatisfy { $0.entry.occurrence.vulnerability.shortDescription == title ?? id })
                #expect(note.longDescription.hasPrefix(entry["Description"] as? String ?? ""))
                let severity = entry["Severity"] as? String
                let effective = found.first?.entry.occurrence.vulnerability.effectiveSeverity
                #expect(severity == "UNKNOWN" ? effective == .unspecified : effective.map(name) == severity)
            }
        }
    }

    @Test("What Grype says of each match is in its records", arguments: RealReport.grype)
    func grypeIsFoundAgain(expected: RealReport) throws {
        let records = try Self.records(ScanReport(parsing: RealReports.bytes(expected.path)))
        let object = try RealReports.object(expected.path)
        for match in object["matches"] as? [[String: Any]] ?? [] {
            let vulnerability = try #require(match["vulnerability"] as? [String: Any])
            let artifact = try #require(match["artifact"] as? [String: Any])
            let id = try #require(vulnerability["id"] as? String)
            let package = try #require(artifact["name"] as? String)
            let version = try #require(artifact["version"] as? String)
            let found = records.findings.filter { key, entry in
                let aliases = entry.occurrence.vulnerability.extraDetails
                return (key.noteID == id || aliases.contains(id)) && key.package == package
                    && key.version.hasSuffix(version)
            }
            #expect(found.count == 1, "\(id) in \(package)")
            let fix = vulnerability["fix"] as? [String: Any]
            let note = records.notes.first { $0.id == found.first?.key.noteID }
            try checkFixes(fix?["versions"] as? [String] ?? [], in: found, of: package, note: note)
        }
    }

    /// Every fixed version is in the note; and the occurrence has one of them.
    private func checkFixes(
        _ fixes: [String],
        in found: [(key: FindingKey, entry: ReportOccurrence)],
        of package: String,
        note: ReportNote?
    )
        throws
    {
        let details = try #require(note).note.vulnerability.details.filter { $0.affectedPackage == package }
        for fix in fixes { #expect(details.contains { $0.fixedVersion.fullName == fix }, "\(fix) of \(package)") }
        for (_, entry) in found where !fixes.isEmpty {
            #expect(entry.occurrence.vulnerability.fixAvailable)
            #expect(entry.occurrence.vulnerability.packageIssue.contains { fixes.contains($0.fixedVersion.fullName) })
        }
    }

    private func name(_ severity: Grafeas_V1_Severity) -> String {
        switch severity {
        case .critical: "CRITICAL"
        case .high: "HIGH"
        case .medium: "MEDIUM"
        case .low: "LOW"
        default: ""
        }
    }

    @Test(
        "The scores that follow from a vector are those that the databases publish",
        arguments: RealReport.trivy + RealReport.grype
    )
    func scoresFollow(expected: RealReport) throws {
        for finding in try ScanReport(parsing: RealReports.bytes(expected.path)).findings {
            for rating in finding.ratings where rating.version != .v4 {
                let vector = try #require(rating.vector.flatMap { CVSSVector($0) }, "\(rating)")
                #expect(vector.message().baseScore == rating.score.map { Float($0) }, "\(rating)")
            }
        }
    }
}

/// Checks everything that the store would.
func checkValid(_ records: ScanRecords, image: String) throws {
    for entry in records.notes + [records.discoveryNote] {
        #expect(ResourceID.isValid(entry.id))
        #expect(entry.note.problems(Limits()) == [])
    }
    #expect(records.notes.allSatisfy { $0.note.kindOfType == .vulnerability })
    let ids = Set(records.notes.map(\.id))
    for (key, entry) in records.findings {
        let problems = entry.occurrence.problems(Limits())
        #expect(problems == [])
        #expect(entry.occurrence.kindOfDetails == .vulnerability)
        #expect(entry.occurrence.resourceUri == image)
        #expect(try ids.contains(NoteName(parsing: entry.occurrence.noteName, field: "note_name").id))
        // What is stored tells the key again, also after a round trip over the wire.
        let stored = try Occurrence(serializedBytes: entry.occurrence.serializedBytes() as [UInt8])
        #expect(FindingKey(of: stored) == key)
        #expect(entry.occurrence.vulnerability.packageIssue.allSatisfy { $0.hasFixedVersion })
    }
    let discovery = records.discovery
    #expect(discovery.problems(Limits()) == [])
    #expect(discovery.kindOfDetails == .discovery)
    #expect(discovery.resourceUri == image)
    #expect(try NoteName(parsing: discovery.noteName, field: "note_name").id == records.discoveryNote.id)
    #expect(discovery.discovery.continuousAnalysis == .inactive)
}
