import GrafeasProto
import MetadataModel
import SQLiteStorage
import Storage
import SwiftProtobuf
import Testing
import TestSupport
import UseCases

/// What every store promises. The body runs against each store that there is; today SQLite's.
struct StoreConformance {
    @Test func whatIsWrittenIsReadBack() async throws {
        let office = try Office()
        let note = try await office.note("CVE-1") { $0.shortDescription = "short" }
        let made = try await office.occurrence { $0.remediation = "upgrade" }
        #expect(note.name == "projects/p/notes/CVE-1")
        #expect(note.kind == .vulnerability)
        #expect(made.kind == .vulnerability)
        #expect(made.createTime == made.updateTime)
        let read = try Occurrence(serializedBytes: try await GetOccurrence(office.services).run(name: made.name))
        #expect(read == made)
        let hung = try Note(serializedBytes: try await GetOccurrenceNote(office.services).run(name: made.name))
        #expect(hung == note)
        try await office.store.close()
    }

    @Test func unknownFieldsAreKept() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        var bytes: [UInt8] = try Occurrence.sample.serializedBytes()
        // Field 500, a varint, that no API version knows.
        bytes += [0xA0, 0x1F, 0x2A]
        let sent = try Occurrence(serializedBytes: bytes)
        let made = try await office.occurrence { $0 = sent }
        #expect(made.unknownFields == sent.unknownFields)
        #expect(!made.unknownFields.data.isEmpty)
        try await office.store.close()
    }

    @Test func aBatchIsAllOrNothingAndNamesEveryFault() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        let good = Occurrence.sample
        var lost = good
        lost.noteName = "projects/p/notes/CVE-9"
        let entries = [good, lost, good, lost]
        let error = await Office.error {
            try await BatchCreateOccurrences(office.services).run(
                parent: "projects/p",
                occurrences: try entries.map(StoredRecord.of),
                claim: nil
            )
        }
        let missing = MetadataError.notFound(ResourceReference(type: "note", name: "projects/p/notes/CVE-9"))
        #expect(
            error
                == .faultyEntries([
                    EntryFault(entry: "occurrences[1]", error: missing),
                    EntryFault(entry: "occurrences[3]", error: missing),
                ])
        )
        #expect(try await office.occurrences().isEmpty)
        try await office.store.close()
    }

    @Test func batchesKeepTheirOrder() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        let entries = (0..<1000).map { index in Occurrence.sample.with { $0.remediation = "\(index)" } }
        let made = try await BatchCreateOccurrences(office.services).run(
            parent: "projects/p",
            occurrences: try entries.map(StoredRecord.of),
            claim: nil
        ).map { try Occurrence(serializedBytes: $0) }
        #expect(made.map(\.remediation) == entries.map(\.remediation))
        #expect(Set(made.map(\.name)).count == 1000)
        let listed = try await office.occurrences(pageSize: 300)
        #expect(listed.map(\.name) == made.map(\.name).reversed())
        #expect(listed.map(\.name) == listed.map(\.name).sorted(by: >), "ids of one moment sort as their entries")
        try await office.store.close()
    }

    @Test func aNoteMustExistAndBeOfTheKind() async throws {
        let office = try Office()
        try await office.note("builder") { $0.build.builderVersion = "1" }
        let missing = await Office.error { try await office.occurrence() }
        #expect(missing == .notFound(ResourceReference(type: "note", name: "projects/p/notes/CVE-1")))
        let other = await Office.error { try await office.occurrence { $0.noteName = "projects/p/notes/builder" } }
        guard case .invalid(let problems)? = other else { Issue.record("\(String(describing: other))"); return }
        #expect(problems.map(\.field) == ["occurrence.note_name"])
        let discovery = try await office.occurrence {
            $0.noteName = "projects/p/notes/builder"
            $0.discovery.analysisStatus = .finishedSuccess
        }
        #expect(discovery.kind == .discovery)
        try await office.store.close()
    }

    @Test func theSameNoteTwiceExistsAlready() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        guard case .alreadyExists(let reference, _)? = await Office.error({ try await office.note("CVE-1") }) else {
            Issue.record("a second create must fail")
            return
        }
        #expect(reference.name == "projects/p/notes/CVE-1")
        try await office.note("CVE-1", in: "projects/p/locations/us")
        try await office.note("CVE-1", in: "projects/q")
        try await office.store.close()
    }

    @Test func aNoteGoesOnlyWithoutItsOccurrences() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        let occurrence = try await office.occurrence()
        let refused = await Office.error {
            try await DeleteNote(office.services).run(name: "projects/p/notes/CVE-1", claim: nil)
        }
        #expect(refused?.message == "projects/p/notes/CVE-1 still has 1 occurrence; delete them first")
        try await DeleteOccurrence(office.services).run(name: occurrence.name, claim: nil)
        try await DeleteNote(office.services).run(name: "projects/p/notes/CVE-1", claim: nil)
        let gone = await Office.error {
            try await DeleteOccurrence(office.services).run(name: occurrence.name, claim: nil)
        }
        #expect(gone == .notFound(ResourceReference(type: "occurrence", name: occurrence.name)))
        try await office.store.close()
    }

    @Test func projectsAreWallsAndPrefixesAreNone() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        let secret = try await office.occurrence(in: "projects/app-secret")
        try await office.occurrence(in: "projects/app/locations/us")
        #expect(try await office.occurrences(in: "projects/app").isEmpty)
        let wrong = secret.name.replacing("app-secret", with: "app")
        #expect(await Office.error { try await GetOccurrence(office.services).run(name: wrong) } != nil)
        #expect(await Office.error { try await DeleteOccurrence(office.services).run(name: wrong, claim: nil) } != nil)
        #expect(try await office.occurrences(in: "projects/app-secret").map(\.name) == [secret.name])
        #expect(try await office.occurrences(in: "projects/app/locations/us").count == 1)
        let direct = try await office.occurrence(in: "projects/app")
        let all = try await office.occurrences(in: "projects/app/locations/-", filter: "kind=VULNERABILITY")
        #expect(all.count == 2 && all.first?.name == direct.name)
        let error = await Office.error { try await office.occurrence(in: "projects/app/locations/-") }
        #expect(error?.message.contains("only lists take it") == true)
        try await office.store.close()
    }

    @Test func explicitProjectsMustExist() async throws {
        let office = try Office(projectMustExist: true)
        let error = await Office.error { try await office.note("CVE-1") }
        #expect(error == .notFound(ResourceReference(type: "project", name: "projects/p")))
        _ = try await CreateProject(office.services).run(name: "projects/p", claim: nil)
        try await office.note("CVE-1")
        try await office.store.close()
    }

    @Test func projectsAreListedNewestFirstAndGoOnlyWhenEmpty() async throws {
        let office = try Office()
        for index in 0..<5 { _ = try await CreateProject(office.services).run(name: "projects/p\(index)", claim: nil) }
        try await office.note("CVE-1", in: "projects/p2")
        let first = try await ListProjects(office.services).run(page: PageRequest(pageSize: 2))
        #expect(first.names.map(\.id) == ["p4", "p3"])
        let rest = try await ListProjects(office.services).run(
            page: PageRequest(pageSize: 20, pageToken: first.nextPageToken)
        )
        #expect(rest.names.map(\.id) == ["p2", "p1", "p0"])
        #expect(rest.nextPageToken.isEmpty)
        let one = try await ListProjects(office.services).run(page: PageRequest(filter: #"name="projects/p1""#))
        #expect(one.names.map(\.id) == ["p1"])
        guard
            case .failedPrecondition? = await Office.error({
                try await DeleteProject(office.services).run(name: "projects/p2", claim: nil)
            })
        else { Issue.record("a project with a note must stay"); return }
        try await DeleteProject(office.services).run(name: "projects/p1", claim: nil)
        #expect(await Office.error { try await GetProject(office.services).run(name: "projects/p1") } != nil)
        try await office.store.close()
    }

    @Test func createTimesGrowWhenTheClockGoesBack() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        let before = try await office.occurrence()
        office.clock.move(seconds: -3600)
        let after = try await office.occurrence()
        #expect(try await office.occurrences().map(\.name) == [after.name, before.name])
        #expect(after.createTime.seconds >= before.createTime.seconds)
        try await office.store.close()
    }
}

extension Occurrence {
    fileprivate func with(_ change: (inout Occurrence) -> Void) -> Occurrence {
        var copy = self
        change(&copy)
        return copy
    }
}
