import Foundation
import GrafeasProto
import MetadataModel
import SwiftProtobuf
import TestSupport
import Testing

@testable import UseCases

/// Of findings only what checks read is decoded.
struct FindingExcerptTests {
    private static let finding = Occurrence.with {
        $0.name = "projects/p/occurrences/o"
        $0.resourceUri = "https://registry.example/app@sha256:" + String(repeating: "a", count: 64)
        $0.noteName = "projects/p/notes/CVE-2021-44228"
        $0.kind = .vulnerability
        $0.remediation = "update"
        $0.createTime.seconds = 1
        $0.updateTime.seconds = 2
        $0.envelope.payload = Data("{}".utf8)
        $0.vulnerability.severity = .critical
        $0.vulnerability.effectiveSeverity = .high
        $0.vulnerability.fixAvailable = true
        $0.vulnerability.extraDetails = "Aliases: GHSA-jfh8-c2jp-5v3q"
        $0.vulnerability.longDescription = "a long text"
        $0.vulnerability.relatedUrls = [.with { $0.url = "https://example.com" }]
        $0.vulnerability.cvssv3.baseScore = 10
        $0.vulnerability.vexAssessment.state = .notAffected
        $0.vulnerability.packageIssue = ["a", "b"].map { name in
            .with {
                $0.affectedPackage = name
                $0.affectedCpeUri = "cpe:/o:debian:debian_linux:12"
                $0.affectedVersion.fullName = "1.0"
                $0.fixedVersion.kind = .normal
                $0.effectiveSeverity = .low
                $0.fileLocation = [.with { $0.filePath = "usr/lib" }]
            }
        }
    }

    @Test func aFindingKeepsWhatChecksRead() throws {
        let excerpt = try Occurrence(serializedBytes: FindingExcerpt.bytes(of: Self.finding.serializedBytes()))
        var expected = Self.finding
        expected.remediation = ""
        expected.clearCreateTime()
        expected.clearUpdateTime()
        expected.vulnerability.longDescription = ""
        expected.vulnerability.relatedUrls = []
        expected.vulnerability.clearCvssv3()
        for index in expected.vulnerability.packageIssue.indices {
            expected.vulnerability.packageIssue[index].affectedCpeUri = ""
            expected.vulnerability.packageIssue[index].fileLocation = []
        }
        #expect(excerpt == expected)
    }

    @Test func everythingElseStaysAsItIs() throws {
        let scan = Occurrence.with {
            $0.name = "projects/p/occurrences/o"
            $0.remediation = "update"
            $0.updateTime.seconds = 2
            $0.discovery.lastScanTime.seconds = 3
        }
        let bytes: [UInt8] = try scan.serializedBytes()
        #expect(try FindingExcerpt.bytes(of: bytes) == bytes)
        // A field of a newer server.
        let newer: [UInt8] = try Self.finding.serializedBytes() + [0xF8, 0x3F, 0x01]
        #expect(try FindingExcerpt.bytes(of: newer).suffix(3) == [0xF8, 0x3F, 0x01])
    }

    @Test func aFilterSeesWhatOtherChecksDoNotRead() async throws {
        let office = try await TrustOffice()
        try await office.office.note("CVE-2021-44228", in: "projects/security") {
            $0.vulnerability.severity = .critical
        }
        try await office.office.occurrence(in: "projects/security") {
            $0.resourceUri = "https://" + TrustOffice.image
            $0.noteName = "projects/security/notes/CVE-2021-44228"
            $0.remediation = "wait"
            $0.vulnerability.severity = .low
        }
        #expect(try await Self.check("{trustedDirectoryCheck: {trustedDirPatterns: ['registry.example/**']}}", office))
        #expect(!(try await Self.check("{occurrenceCheck: {forbid: 'remediation=\"wait\"'}}", office)))
    }

    /// By a policy that is not stored, so that what is remembered of the image stays good.
    private static func check(_ check: String, _ office: TrustOffice) async throws -> Bool {
        try await office.check {
            $0.policy = ""
            $0.content = """
                apiVersion: grafeion.dev/v1
                kind: Policy
                metadata: {name: trial}
                spec: {checkSets: [{checks: [\(check)]}]}
                """
        }.allowed
    }
}
