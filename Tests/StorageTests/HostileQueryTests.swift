import FilterLanguage
import GrafeasProto
import MessageReflection
import MetadataModel
import SQLiteStorage
import Storage
import SwiftProtobuf
import TestSupport
import Testing
import UseCases

/// Filters and data made to be hard: right answers, bounded work, and no text of one spelling taken for another.
struct HostileQueryTests {
    @Test func twoNestedFiltersOnOneFieldAreTwoConditions() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        let both = try await office.occurrence {
            $0.vulnerability.packageIssue = [
                .with { $0.affectedPackage = "a" },
                .with {
                    $0.affectedPackage = "b"
                    $0.fixAvailable = true
                },
            ]
        }
        try await office.occurrence { $0.vulnerability.packageIssue = [.with { $0.affectedPackage = "a" }] }
        let filter = """
            vulnerability.packageIssue.nestedFilter(affectedPackage = "a") \
            && vulnerability.packageIssue.nestedFilter(fixAvailable = true)
            """
        #expect(try await office.occurrences(filter: filter).map(\.name) == [both.name])
        let negated = "NOT vulnerability.packageIssue.nestedFilter(affectedPackage = \"b\")"
        #expect(try await office.occurrences(filter: negated).count == 1)
        try await office.store.close()
    }

    /// The same letter in two spellings of Unicode, which Swift's strings hold to be equal.
    @Test func spellingsOfOneLetterStayApart() async throws {
        let (composed, decomposed) = ("r/\u{E9}", "r/e\u{301}")
        let office = try Office()
        try await office.note("CVE-1")
        let entries = [composed, decomposed].map { name in
            Occurrence.with {
                $0 = .sample
                $0.resourceUri = name
                $0.vulnerability.packageIssue = [.with { $0.affectedPackage = name }]
            }
        }
        _ = try await BatchCreateOccurrences(office.services).run(
            parent: "projects/p",
            occurrences: try entries.map(StoredRecord.of),
            claim: nil
        )
        let stored = try await office.occurrences().map { Array($0.resourceUri.utf8) }
        #expect(stored == [Array(decomposed.utf8), Array(composed.utf8)])
        let either = "resourceUrl=\"\(composed)\" OR resourceUrl=\"\(decomposed)\""
        #expect(try await office.occurrences(filter: either).count == 2)
        #expect(try await office.occurrences(filter: "packageName=\"\(composed)\"").count == 1)
        try await office.store.close()
    }

    @Test func aFilterAtItsLimitsIsAnswered() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        try await office.occurrence()
        var alternating = "kind=VULNERABILITY"
        for level in 0..<25 {
            alternating = "(\(alternating)) \(level.isMultiple(of: 2) ? "AND" : "OR") noteId=\"CVE-1\""
        }
        let wide = (0..<400).map { "noteId=\"\($0)\"" }.joined(separator: " OR ")
        let negated = (0..<900).map { _ in "-noteId=a" }.joined(separator: " ")
        #expect(try await office.occurrences(filter: alternating).count == 1)
        #expect(try await office.occurrences(filter: wide).isEmpty)
        #expect(try await office.occurrences(filter: negated.prefix(8000).description).count == 1)
        try await office.store.close()
    }

    @Test func aPageEndsWhenItsTimeIsOver() async throws {
        var limits = Limits()
        limits.scanMillisecondsMax = 0
        let office = try Office(limits: limits)
        try await office.note("CVE-1")
        for _ in 0..<50 { try await office.occurrence() }
        let page = try await ListOccurrences(office.services).run(
            parent: "projects/p",
            page: PageRequest(filter: "remediation=none", pageSize: 10)
        )
        #expect(page.page.count == 0)
        #expect(!page.nextPageToken.isEmpty)
        #expect(try await office.occurrences().count == 50, "and yet a walk comes to its end")
        try await office.store.close()
    }

    @Test func manyLocationsAndManyResourcesOfOneDigestAreOneWalk() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        let digest = "sha256:" + String(repeating: "c", count: 64)
        for index in 0..<80 {
            try await office.occurrence(in: "projects/p/locations/l\(index)") {
                $0.resourceUri = "r/\(index)@\(digest)"
            }
        }
        try await office.occurrence(in: "projects/q")
        let all = try await office.occurrences(in: "projects/p/locations/-", pageSize: 33)
        #expect(all.count == 80)
        #expect(all.map(\.createTime.microseconds) == all.map(\.createTime.microseconds).sorted(by: >))
        let found = try await office.occurrences(in: "projects/p/locations/-", filter: "digest=\"\(digest)\"")
        #expect(found.count == 80)
        try await office.store.close()
    }

    @Test(arguments: [
        ("=9.8", true), (">=9.8", true), ("<=9.8", true), (">9.8", false), ("<9.8", false), ("!=9.8", false),
    ])
    func scoresCompareAsTheyAreWritten(test: String, isFound: Bool) async throws {
        let office = try Office()
        try await office.note("CVE-1")
        try await office.occurrence { $0.vulnerability.cvssScore = 9.8 }
        #expect(try await office.occurrences(filter: "vulnerability.cvssScore\(test)").isEmpty == !isFound)
        try await office.store.close()
    }

    @Test func packagesOfOneOccurrenceAreBounded() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        let error = await Office.error {
            try await office.occurrence {
                $0.vulnerability.packageIssue = (0...1000).map { index in .with { $0.affectedPackage = "p\(index)" } }
            }
        }
        #expect(error?.message == "occurrence.vulnerability.package_issue: has 1001 entries; at most 1000 are taken")
        let long = await Office.error {
            try await office.occurrence {
                $0.vulnerability.packageIssue = [.with { $0.affectedPackage = String(repeating: "x", count: 1025) }]
            }
        }
        #expect(long?.message.hasSuffix("affected_package: has 1025 bytes; at most 1024 are taken") == true)
        try await office.store.close()
    }

    @Test func aProjectThatWentAndCameBackIsReadAtOnce() async throws {
        let office = try Office()
        try await office.note("CVE-1", in: "projects/notes")
        for _ in 0..<20 {
            let made = try await office.occurrence(in: "projects/q") { $0.noteName = "projects/notes/notes/CVE-1" }
            _ = try await GetOccurrence(office.services).run(name: made.name)
            try await DeleteOccurrence(office.services).run(name: made.name, claim: nil)
            try await DeleteProject(office.services).run(name: "projects/q", claim: nil)
        }
        try await office.store.close()
    }
}

extension Google_Protobuf_Timestamp {
    fileprivate var microseconds: Int64 { seconds * 1_000_000 + Int64(nanos) / 1000 }
}
