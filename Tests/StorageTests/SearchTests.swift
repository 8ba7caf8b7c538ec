import GrafeasProto
import MetadataModel
import Storage
import SwiftProtobuf
import TestSupport
import Testing
import UseCases
import VersionConversion

@testable import SQLiteStorage

/// Images are found by what is stored of them, whatever was written, changed and deleted before.
struct SearchTests {
    /// What a search must find, worked out from the occurrences themselves.
    private struct Model {
        var terms: [String: Set<SearchTerm>] = [:]

        init(_ occurrences: [Occurrence], project: String?) throws {
            for occurrence in occurrences {
                let name = try OccurrenceName(parsing: occurrence.name, field: "name")
                if let project, name.parent.project != project { continue }
                let note = try NoteName(parsing: occurrence.noteName, field: "note_name")
                terms[ResourceURI(occurrence.resourceUri).canonical, default: []]
                    .formUnion(OccurrenceFacts(occurrence, noteID: note.id).terms)
            }
        }

        func found(_ conditions: [[SearchTerm]]) -> Set<String> {
            Set(terms.filter { image in conditions.allSatisfy { !image.value.isDisjoint(with: $0) } }.keys)
        }
    }

    private func search(
        _ office: Office,
        _ conditions: [[SearchTerm]],
        project: String?,
        limit: Int,
        stepsMax: Int
    ) async throws -> [FoundImage] {
        var images: [FoundImage] = []
        var before: Int64?
        repeat {
            let query = ImageQuery(
                conditions: conditions,
                project: project.map { ProjectName(id: $0) },
                before: before,
                limit: limit,
                stepsMax: stepsMax,
                occurrencesMax: 3,
                bytesMax: 1 << 20
            )
            let page = try await office.store.searchImages(query)
            #expect(page.images.count <= limit)
            if let next = page.next, let before { #expect(next < before, "a page goes on below the last") }
            images += page.images
            before = page.next
        } while before != nil
        return images
    }

    private static let commits = ["a", "b"].map { String(repeating: $0, count: 40) }

    private func fill(_ occurrence: inout Occurrence, _ random: inout SeededGenerator) {
        let digit = Int.random(in: 0..<12, using: &random)
        occurrence.resourceUri =
            "https://r.example/app@sha256:" + String(repeating: String(digit, radix: 16), count: 64)
        switch Int.random(in: 0..<5, using: &random) {
        case 0, 1:
            occurrence.noteName = "projects/p/notes/CVE-\(Int.random(in: 1...3, using: &random))"
            occurrence.vulnerability = .with {
                $0.packageIssue = [
                    .with {
                        $0.affectedPackage = "group:lib"; $0.affectedVersion.fullName = "1.\(digit % 3)"
                    }
                ]
                if Bool.random(using: &random) { $0.vexAssessment.state = .notAffected }
            }
        case 2:
            occurrence.noteName = "projects/p/notes/package"
            occurrence.package = .with {
                $0.name = ["lib", "ssl"][digit % 2]; $0.version.name = "1.\(digit % 4)"
            }
        case 3:
            occurrence.noteName = "projects/p/notes/build"
            occurrence.build.provenance.id = "run"
            occurrence.build.provenance.sourceProvenance.context.git.revisionID = Self.commits[digit % 2]
        default:
            occurrence.noteName = "projects/p/notes/deployment"
            occurrence.deployment = .with {
                $0.address = "prod"
                $0.deployTime.seconds = 1
                if Bool.random(using: &random) { $0.undeployTime.seconds = 2 }
            }
        }
    }

    private func notes(_ office: Office) async throws {
        for id in 1...3 { try await office.note("CVE-\(id)") }
        try await office.note("package") { $0.package = .with { $0.name = "lib" } }
        try await office.note("build") { $0.build.builderVersion = "1" }
        try await office.note("deployment") { $0.deployment = .with { $0.resourceUri = ["x"] } }
    }

    private static let searches: [[[SearchTerm]]] = [
        [[.vulnerability("CVE-1")]], [[.vulnerability("CVE-1"), .ruledOutVulnerability("CVE-1")]], [[.running]],
        [[.vulnerability("CVE-2")], [.running]],
        [[.vulnerability("CVE-1"), .vulnerability("CVE-3")], [.running], [.commit(commits[0]), .commit(commits[1])]],
        [[.package("lib", ecosystem: "", version: "1.0"), .package("lib", ecosystem: "", version: "1.2")]],
        [[.package("group:lib", ecosystem: "", version: "1.1")], [.package("ssl", ecosystem: "", version: "1.3")]],
        [[.commit(commits[0])], [.commit(commits[1])]], [[.vulnerability("CVE-9")]],
        [[.running], [.vulnerability("CVE-9")]],
    ]

    @Test func aSearchFindsWhatTheOccurrencesSay() async throws {
        let seed = SeededGenerator.freshSeed("a search finds what the occurrences say")
        var random = SeededGenerator(seed: seed)
        let office = try Office()
        try await notes(office)
        for _ in 0..<6 {
            for _ in 0..<20 {
                let parent = ["projects/p", "projects/q", "projects/q/locations/eu"].randomElement(using: &random)!
                _ = try await office.occurrence(in: parent) { fill(&$0, &random) }
            }
            var all = try await office.occurrences() + office.occurrences(in: "projects/q/locations/-")
            for occurrence in all.shuffled(using: &random).prefix(8) {
                let name = occurrence.name
                if Bool.random(using: &random) {
                    _ = try await DeleteOccurrence(office.services).run(name: name, claim: nil)
                } else if occurrence.kind == .deployment {
                    let stopped = Occurrence.with { $0.deployment.undeployTime.seconds = 5 }
                    _ = try await UpdateOccurrence(office.services).run(
                        name: name,
                        in: office.services.versions.form(.v1, .occurrence),
                        patch: stopped.serializedBytes(),
                        maskPaths: ["deployment.undeploy_time"],
                        claim: nil
                    )
                }
            }
            all = try await office.occurrences() + office.occurrences(in: "projects/q/locations/-")
            for project in [nil, "p", "q", "nobody"] {
                let model = try Model(all, project: project)
                for conditions in Self.searches {
                    let found = try await search(
                        office,
                        conditions,
                        project: project,
                        limit: Int.random(in: 1...5, using: &random),
                        stepsMax: [1, 3, 1000].randomElement(using: &random)!
                    )
                    let uris = found.map(\.uri.canonical)
                    #expect(Set(uris) == model.found(conditions), "seed \(seed): \(conditions) in \(project ?? "all")")
                    #expect(uris.count == Set(uris).count, "seed \(seed): each image once")
                    #expect(found.map(\.position) == found.map(\.position).sorted(by: >))
                    for image in found { #expect(image.occurrences.allSatisfy { (1...3).contains($0.count) }) }
                }
            }
        }
        try await office.store.close()
    }

    @Test func aPackagesTermsTellItsVersions() {
        let term = SearchTerm.package("caf\u{E9}", ecosystem: "npm", version: "1.0\u{1F}é")
        let parts = term.packageVersion(of: "caf\u{E9}")
        #expect(parts?.ecosystem == "npm")
        #expect(parts.map { Array($0.version.utf8) } == Array("1.0\u{1F}é".utf8))
        #expect(SearchTerm.package("lib", ecosystem: "", version: "").packageVersion(of: "lib")?.version == "")
        for other in ["cafe\u{301}", "caf", "caf\u{E9}s", ""] { #expect(term.packageVersion(of: other) == nil) }
        #expect(SearchTerm.commit("caf\u{E9}").packageVersion(of: "caf\u{E9}") == nil)
    }

    /// Rows of terms and packages are remembered between writes, and those of a write that failed are not there.
    @Test func whatAFailedBatchBroughtIsBroughtAgain() async throws {
        let office = try Office()
        try await notes(office)
        let good = Occurrence.with {
            $0.resourceUri = "https://r.example/app@sha256:" + String(repeating: "1", count: 64)
            $0.noteName = "projects/p/notes/CVE-1"
            $0.vulnerability.packageIssue = [
                .with {
                    $0.affectedPackage = "lib"; $0.affectedVersion.fullName = "1"
                }
            ]
        }
        var bad = good
        bad.noteName = "projects/p/notes/none"
        await #expect(throws: MetadataError.self) {
            try await BatchCreateOccurrences(office.services).run(
                parent: "projects/p",
                occurrences: [try .of(good), try .of(bad)],
                claim: nil
            )
        }
        for _ in 0..<2 { try await office.occurrence { $0 = good } }
        for term in [SearchTerm.vulnerability("CVE-1"), .package("lib", ecosystem: "", version: "1")] {
            let found = try await search(office, [[term]], project: nil, limit: 5, stepsMax: 1000)
            #expect(found.map { $0.occurrences.map(\.count) } == [[2]])
        }
        #expect(try await office.occurrences(filter: "packageName = \"lib\"").count == 2)
        try await office.store.close()
    }

    @Test func theIndexIsFilledFromWhatWasStoredBeforeIt() async throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path("records.db")
        var random = SeededGenerator(seed: 7)
        let before = try Office(.file(path: path))
        try await notes(before)
        for _ in 0..<60 { _ = try await before.occurrence { fill(&$0, &random) } }
        try await before.note("vex") {
            $0.vulnerabilityAssessment = .with {
                $0.product.genericUri = "https://r.example/app@sha256:1"
                $0.assessment.vulnerabilityID = "CVE-1"
            }
        }
        let model = try Model(try await before.occurrences(), project: nil)
        try await before.store.close()
        // As a version left it that had no index yet.
        let connection = try DatabaseFile(path: path).openWriter(pageCountMax: nil)
        try connection.run("ALTER TABLE resource DROP COLUMN artifact_id")
        for table in ["posting", "term", "assessment", "platform_image", "artifact"] {
            try connection.run("DROP TABLE \(table)")
        }
        try connection.run("DELETE FROM grdb_migrations WHERE identifier = '0003-search'")
        try connection.close()
        let after = try Office(.file(path: path))
        for conditions in Self.searches {
            let found = try await search(after, conditions, project: nil, limit: 50, stepsMax: 1000)
            #expect(Set(found.map(\.uri.canonical)) == model.found(conditions))
        }
        try await after.store.close()
        let reader = try DatabaseFile(path: path).openReader()
        #expect(try reader.integer("SELECT count(*) FROM assessment") == 1)
        try reader.close()
    }
}
