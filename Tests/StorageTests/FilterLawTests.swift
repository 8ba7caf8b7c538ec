import FilterLanguage
import GrafeasProto
import MetadataModel
import SQLiteStorage
import Storage
import SwiftProtobuf
import Testing
import TestSupport
import UseCases

/// The law of the planner: whatever a filter says, the indexes, columns and residual together find what evaluating it on
/// every message finds, in the same order, and pages of any size walk the same list.
struct FilterLawTests {
    /// 4252147066390062280 found that walks over severities newer than ours passed for one.
    @Test(arguments: [1, 2, 3, 4_252_147_066_390_062_280, UInt64.random(in: 10...UInt64.max)])
    func plansFindWhatTheEvaluatorFinds(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let office = try Office()
        try await fill(office, &random)
        let all = try await office.occurrences()
        let schema = office.services.schema.occurrences
        let matchers = MessageMatchers(types: office.types)
        let collection = ListQuery.Collection.occurrences(ParentName(project: "p"))
        for _ in 0..<150 {
            let text = Self.filter(&random, depth: 3)
            let now = FilterTimestamp(seconds: office.clock.now() / 1_000_000)
            let filter = try #require(try CheckedFilter.parse(text, schema: schema, now: now))
            let matches = matchers.matcher(for: filter, in: collection)
            let expected = try all.filter { occurrence in
                let bytes: [UInt8] = try occurrence.serializedBytes()
                return bytes.withUnsafeBytes(matches)
            }.map(\.name)
            let found = try await office.occurrences(filter: text, pageSize: 1000).map(\.name)
            #expect(found == expected, "seed \(seed), filter \(text)")
            let paged = try await office.occurrences(filter: text, pageSize: 7).map(\.name)
            #expect(paged == expected, "pages of 7, seed \(seed), filter \(text)")
        }
        try await office.store.close()
    }

    @Test func theSameHoldsWhenTheBoundOnScannedRowsIsSmall() async throws {
        var random = SeededGenerator(seed: 4)
        var limits = Limits()
        limits.scannedRowsMax = 5
        let office = try Office(limits: limits)
        try await fill(office, &random)
        let high = try await office.occurrences(filter: "effectiveSeverity = HIGH").count
        let expected = try await office.occurrences().filter { $0.vulnerability.effectiveSeverity == .high }.count
        #expect(high == expected)
        let page = try await ListOccurrences(office.services).run(
            parent: "projects/p",
            page: PageRequest(filter: "remediation=\"nowhere\"", pageSize: 10)
        )
        #expect(page.page.count == 0)
        #expect(!page.nextPageToken.isEmpty, "a page that met the bound must tell where to go on")
        try await office.store.close()
    }

    // MARK: Data

    private static let packages = ["openssl", "zlib", "log4j-core", "OpenSSL"]
    private static let digests = ["a", "b", "c"].map { "sha256:" + String(repeating: $0, count: 64) }
    private static let resources =
        digests.map { "r.example/app@\($0)" } + [
            "r.example/app:1", "other.example/x@\(digests[0])", "gs://bucket/file",
        ]

    private func fill(_ office: Office, _ random: inout SeededGenerator) async throws {
        for id in ["CVE-1", "CVE-2"] {
            try await office.note(id)
            try await office.note(id, in: "projects/q")
        }
        try await office.note("builder") { $0.build = .with { $0.builderVersion = "1" } }
        for _ in 0..<120 {
            let occurrence = Self.occurrence(&random)
            try await office.occurrence { $0 = occurrence }
        }
        // What other projects and locations hold must never show.
        try await office.occurrence(in: "projects/q")
        try await office.occurrence(in: "projects/p/locations/us")
    }

    private static func occurrence(_ random: inout SeededGenerator) -> Occurrence {
        Occurrence.with { occurrence in
            let scheme = Bool.random(using: &random) ? "https://" : ""
            occurrence.resourceUri = scheme + pick(resources, &random)
            occurrence.remediation = Bool.random(using: &random) ? "upgrade" : ""
            if Int.random(in: 0..<4, using: &random) == 0 {
                occurrence.noteName = "projects/p/notes/builder"
                occurrence.build.provenance = .with {
                    $0.id = "b\(Int.random(in: 0..<3, using: &random))"
                    $0.buildOptions = ["cloud": pick(["yes", "no"], &random)]
                }
                return
            }
            occurrence.noteName = pick(
                ["projects/p/notes/CVE-1", "projects/p/notes/CVE-2", "projects/q/notes/CVE-1"],
                &random
            )
            occurrence.vulnerability = .with { vulnerability in
                let severities = [0, 1, 2, 3, 4, 5, 9, -2].map { Grafeas_V1_Severity(rawValue: $0) ?? .unspecified }
                vulnerability.severity = pick(severities, &random)
                vulnerability.effectiveSeverity = pick(severities, &random)
                vulnerability.fixAvailable = Bool.random(using: &random)
                vulnerability.cvssScore = Float(Int.random(in: 0...10, using: &random))
                vulnerability.packageIssue = (0..<Int.random(in: 0..<3, using: &random)).map { _ in
                    .with { $0.affectedPackage = pick(packages, &random) }
                }
            }
        }
    }

    // MARK: Filters

    private static func filter(_ random: inout SeededGenerator, depth: Int) -> String {
        switch depth == 0 ? 0 : Int.random(in: 0..<6, using: &random) {
        case 0, 1: return leaf(&random)
        case 2: return "NOT (\(filter(&random, depth: depth - 1)))"
        case 3: return "(\(filter(&random, depth: depth - 1))) OR (\(filter(&random, depth: depth - 1)))"
        default: return "(\(filter(&random, depth: depth - 1))) AND (\(filter(&random, depth: depth - 1)))"
        }
    }

    private static func leaf(_ random: inout SeededGenerator) -> String {
        let severity = pick(["MINIMAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"], &random)
        let order = pick(["=", "!=", "<", "<=", ">", ">="], &random)
        let scheme = pick(["", "https://"], &random)
        let resource = pick(resources, &random)
        let second = Int.random(in: 1_795_000_000...1_795_000_002, using: &random)
        let time = FilterTimestamp(seconds: Int64(second), nanos: Int32.random(in: 0..<1_000_000_000, using: &random))
        return pick(
            [
                "kind = \(pick(["VULNERABILITY", "BUILD", "PACKAGE_VULNERABILITY", "IMAGE"], &random))",
                "kind != BUILD",
                "resourceUrl = \"\(scheme)\(resource)\"",
                "resource.uri != \"\(scheme)\(resource)\"",
                "has_prefix(resourceUrl, \"\(scheme)\(resource.prefix(Int.random(in: 0...12, using: &random)))\")",
                "has_suffix(resourceUrl, \"\(pick(digests, &random))\")",
                "digest = \"\(pick(digests, &random))\"",
                "noteId = \"CVE-1\"", "noteId != \"CVE-2\"",
                "noteProjectId = \"\(pick(["p", "q", "zz"], &random))\"",
                "noteName = \"projects/q/notes/CVE-1\"", "noteName = \"nonsense\"",
                "projectId = \"\(pick(["p", "q"], &random))\"",
                "severity \(order) \(severity)", "effectiveSeverity \(order) \(severity)",
                "fixAvailable = \(Bool.random(using: &random))", "fixAvailable != true",
                "packageName = \"\(pick(packages, &random))\"", "packageName:\"ssl\"",
                "vulnerability.packageIssue.affectedPackage = \"\(pick(packages, &random))\"",
                "vulnerability.package_issue.affected_package != \"zlib\"",
                "vulnerability.cvss_score >= \(Int.random(in: 0...10, using: &random))",
                "createTime \(order) \"\(time)\"", "updateTime \(order) \"\(time)\"",
                "build.provenance.id = \"b1\"", "build.provenance.build_options[\"cloud\"] = \"yes\"",
                "build:*", "remediation:*", "openssl", "\"CVE-1\"",
            ],
            &random
        )
    }

    private static func pick<Element>(_ choices: [Element], _ random: inout SeededGenerator) -> Element {
        choices[Int.random(in: 0..<choices.count, using: &random)]
    }
}
