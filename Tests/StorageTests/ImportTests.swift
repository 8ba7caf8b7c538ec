import GrafeasProto
import MetadataModel
import SQLiteStorage
import Storage
import SwiftProtobuf
import Testing
import TestSupport
import UseCases

/// Importing puts entries in as they were, any number of times.
struct ImportTests {
    @Test func anImportIsIdempotentAndKeepsNamesTimesAndOrder() async throws {
        let source = try Office()
        try await source.note("CVE-1")
        for index in 0..<5 { try await source.occurrence { $0.remediation = "\(index)" } }
        let notes = [try Note(serializedBytes: try await GetNote(source.services).run(name: "projects/p/notes/CVE-1"))]
        let occurrences = try await source.occurrences()
        let target = try Office()
        target.clock.move(seconds: 60)
        #expect(try await run(target, notes, occurrences.shuffled()) == [6, 0, 0])
        #expect(try await target.occurrences() == occurrences)
        #expect(try await run(target, notes, occurrences) == [0, 6, 0])
        var changed = occurrences
        changed[2].remediation = "changed"
        #expect(try await run(target, notes, changed) == [0, 5, 1])
        #expect(try await target.occurrences() == changed)
        try await source.store.close()
        try await target.store.close()
    }

    @Test func entriesOfOtherProjectsAndFutureTimesAreRefusedWhole() async throws {
        let office = try Office()
        let note = Note.with {
            $0.name = "projects/p/notes/CVE-1"
            $0.vulnerability.severity = .high
        }
        let stranger = Note.with {
            $0.name = "projects/q/notes/CVE-1"
            $0.vulnerability.severity = .high
        }
        let future = Note.with {
            $0.name = "projects/p/notes/CVE-2"
            $0.vulnerability.severity = .high
            $0.createTime.seconds = 9_000_000_000
        }
        guard
            case .faultyEntries(let faults)? = await Office.error({
                try await run(office, [note, stranger, future], [])
            })
        else { Issue.record("must be refused"); return }
        #expect(faults.map(\.entry) == ["notes[1]", "notes[2]"])
        #expect(await Office.error { try await GetNote(office.services).run(name: note.name) } != nil)
        try await office.store.close()
    }

    @Test func entriesWithoutTimesAreTheSameTheSecondTime() async throws {
        let office = try Office()
        let note = Note.with {
            $0.name = "projects/p/notes/CVE-1"
            $0.vulnerability.severity = .high
        }
        var occurrence = Occurrence.sample
        occurrence.name = "projects/p/occurrences/mine"
        #expect(try await run(office, [note], [occurrence]) == [2, 0, 0])
        #expect(try await run(office, [note], [occurrence]) == [0, 2, 0])
        try await office.store.close()
    }

    @Test func anotherThingUnderTheNameIsRefused() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        var occurrence = try await office.occurrence()
        occurrence.resourceUri = "r/other"
        let other = occurrence
        guard case .faultyEntries(let faults)? = await Office.error({ try await run(office, [], [other]) }) else {
            Issue.record("must be refused")
            return
        }
        #expect(faults.first?.error.message.contains("with another resource, note, kind or create time") == true)
        try await office.store.close()
    }

    @Test func explicitProjectsHoldForImportsToo() async throws {
        let office = try Office(projectMustExist: true)
        let note = Note.with {
            $0.name = "projects/p/notes/CVE-1"
            $0.vulnerability.severity = .high
        }
        #expect(await Office.error { try await run(office, [note], []) } != nil)
        try await office.store.close()
    }

    private func run(_ office: Office, _ notes: [Note], _ occurrences: [Occurrence]) async throws -> [Int32] {
        let bytes = try await ImportRecords(office.services).run(
            parent: "projects/p",
            notes: try notes.map(StoredRecord.of),
            occurrences: try occurrences.map(StoredRecord.of),
            claim: nil
        )
        let counts = try Grafeion_V1_ImportRecordsResponse(serializedBytes: bytes)
        return [counts.created, counts.unchanged, counts.replaced]
    }
}
