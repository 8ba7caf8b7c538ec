import GrafeasProto
import MetadataModel
import SQLiteStorage
import Storage
import SwiftProtobuf
import Testing
import TestSupport
import UseCases

/// Counts of vulnerabilities by resource and severity.
struct SummaryTests {
    private func summary(_ office: Office, filter: String = "") async throws -> [VulnerabilityTally] {
        try await SummarizeVulnerabilities(office.services).run(parent: "projects/p", filter: filter)
    }

    private func fill(_ office: Office) async throws {
        try await office.note("CVE-1")
        try await office.note("builder") { $0.build = .with { $0.builderVersion = "1" } }
        for (uri, severity, isFixable) in [
            ("https://r/a", Grafeas_V1_Severity.high, true), ("r/a", .high, false), ("https://r/a", .low, true),
            ("r/b", .unspecified, false),
        ] {
            try await office.occurrence {
                $0.resourceUri = uri
                $0.vulnerability.effectiveSeverity = severity
                $0.vulnerability.fixAvailable = isFixable
            }
        }
        try await office.occurrence {
            $0.resourceUri = "r/a"
            $0.noteName = "projects/p/notes/builder"
            $0.build = .init()
        }
    }

    @Test func eachResourceIsCountedBySeverityAndAsAWhole() async throws {
        let office = try Office()
        try await fill(office)
        let high = Grafeas_V1_Severity.high.rawValue
        let low = Grafeas_V1_Severity.low.rawValue
        #expect(
            try await summary(office) == [
                VulnerabilityTally(resourceURI: "r/a", severity: high, fixable: 1, total: 2),
                VulnerabilityTally(resourceURI: "https://r/a", severity: low, fixable: 1, total: 1),
                VulnerabilityTally(resourceURI: "https://r/a", severity: 0, fixable: 2, total: 3),
                VulnerabilityTally(resourceURI: "r/b", severity: 0, fixable: 0, total: 1),
            ]
        )
        try await office.store.close()
    }

    @Test func aFilterNarrowsTheCount() async throws {
        let office = try Office()
        try await fill(office)
        #expect(
            try await summary(office, filter: "severity >= HIGH OR effectiveSeverity >= HIGH").map(\.total) == [2, 2]
        )
        #expect(try await summary(office, filter: #"has_prefix(resourceUrl, "r/c")"#).isEmpty)
        #expect(
            try await summary(office, filter: #"resourceUrl = "https://r/b" AND vulnerability:*"#).map(\.total) == [1]
        )
        let error = await Office.error { try await summary(office, filter: "severty = HIGH") }
        #expect(error?.message.contains("did you mean") == true)
        try await office.store.close()
    }

    @Test(arguments: [-5, 6, 1 << 20])
    func aSeverityThatNobodyKnowsIsCountedWithNone(number: Int) async throws {
        let office = try Office()
        try await office.note("CVE-1")
        try await office.occurrence {
            $0.vulnerability.effectiveSeverity = .unspecified
            $0.vulnerability.severity = .UNRECOGNIZED(number)
        }
        let all = try await summary(office)
        #expect(all.map(\.severity) == [0] && all.map(\.total) == [1])
        try await office.store.close()
    }

    @Test func aPackageWithAFixMakesItsOccurrenceFixable() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        let issues: [Grafeas_V1_VulnerabilityOccurrence.PackageIssue] = [
            .with { $0.fixAvailable = true }, .with { $0.fixedVersion.kind = .normal },
            .with { $0.fixedVersion.kind = .maximum }, .init(),
        ]
        for issue in issues {
            try await office.occurrence {
                $0.vulnerability.packageIssue = [issue]
                $0.vulnerability.packageIssue[0].affectedPackage = "openssl"
            }
        }
        let all = try #require(try await summary(office).last)
        #expect([all.fixable, all.total] == [2, 4])
        try await office.store.close()
    }

    @Test func aLongCountGoesOnWhereAStretchEnded() async throws {
        var limits = Limits()
        limits.scannedRowsMax = 2
        let office = try Office(limits: limits)
        try await fill(office)
        #expect(try await summary(office).filter { $0.severity == 0 }.map(\.total) == [3, 1])
        try await office.store.close()
    }

    @Test func tooManyResourcesAreRefused() async throws {
        var limits = Limits()
        limits.summaryResourcesMax = 1
        let office = try Office(limits: limits)
        try await fill(office)
        let error = await Office.error { try await summary(office) }
        #expect(error == .overLimit("more than 1 resources have vulnerabilities here; filter by resource"))
        try await office.store.close()
    }
}
