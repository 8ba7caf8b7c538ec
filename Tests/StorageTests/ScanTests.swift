import GrafeasProto
import MetadataModel
import SQLiteStorage
import Storage
import SwiftProtobuf
import Testing
import TestSupport
import UseCases

/// A scan takes the place of the same scanner's last one, whole or not at all.
struct ScanTests {
    private let resource = ResourceURI("https://r.example/app@sha256:" + String(repeating: "a", count: 64))
    private let parent = ParentName(project: "p")

    private func replace(
        _ office: Office,
        _ findings: [String: String],
        scanner: String = "one~",
        resource: ResourceURI? = nil
    ) async throws -> Grafeion_V1_IngestReportResponse {
        let resource = resource ?? self.resource
        let notes = try findings.keys.sorted().map { id in
            let note = Note.with { $0.vulnerability.severity = .high }
            return try NoteDraft(note, of: .of(note), name: NoteName(parent: parent, id: "CVE-\(id)"))
        }
        let occurrences = try findings.sorted { $0.key < $1.key }.map { id, text in
            let note = NoteName(parent: parent, id: "CVE-\(id)")
            var occurrence = Occurrence.sample
            occurrence.resourceUri = resource.written
            occurrence.noteName = note.text
            occurrence.vulnerability.longDescription = text
            let name = OccurrenceName(parent: parent, id: scanner + id + (resource == self.resource ? "" : "-other"))
            return try OccurrenceDraft(occurrence, of: .of(occurrence), name: name, note: note)
        }
        let artifact = Intake.Artifact(
            resource: resource,
            parent: parent,
            occurrences: occurrences,
            replacedIDPrefix: scanner
        )
        let intake = Intake(notes: notes, artifacts: [artifact])
        let messages = try await office.store.write(.takeIn(intake, options: CreateOptions()), claim: nil)
        return try Grafeion_V1_IngestReportResponse(serializedBytes: messages.first ?? [])
    }

    private func counts(_ records: Grafeion_V1_IngestedRecords) -> [Int32] {
        [records.created, records.unchanged, records.replaced, records.deleted]
    }

    @Test func whatStaysKeepsItsNameAndTimeAndWhatIsGoneGoes() async throws {
        let office = try Office()
        let first = try await replace(office, ["1": "a", "2": "b", "3": "c"])
        #expect(counts(first.occurrences) == [3, 0, 0, 0] && counts(first.notes) == [3, 0, 0, 0])
        let before = try await office.occurrences()
        let second = try await replace(office, ["1": "a", "2": "changed", "4": "d"])
        #expect(counts(second.occurrences) == [1, 1, 1, 1] && counts(second.notes) == [1, 2, 0, 0])
        let after = try await office.occurrences()
        #expect(after.map { $0.name.suffix(1) } == ["4", "2", "1"])
        for occurrence in after.dropFirst() {
            #expect(before.contains { $0.name == occurrence.name && $0.createTime == occurrence.createTime })
        }
        #expect(after.last == before.last, "what is the same is left as it is")
        try await office.store.close()
    }

    @Test func theSameScanChangesNothing() async throws {
        let office = try Office()
        _ = try await replace(office, ["1": "a", "2": "b"])
        let before = try await office.occurrences()
        #expect(counts(try await replace(office, ["1": "a", "2": "b"]).occurrences) == [0, 2, 0, 0])
        #expect(try await office.occurrences() == before)
        try await office.store.close()
    }

    @Test func otherScannersAndOtherImagesStay() async throws {
        let office = try Office()
        _ = try await replace(office, ["1": "a"], scanner: "two~")
        _ = try await replace(office, ["1": "a"], resource: ResourceURI("r.example/other"))
        _ = try await office.occurrence { $0.resourceUri = self.resource.written }
        _ = try await replace(office, ["1": "a", "2": "b"])
        _ = try await replace(office, [:])
        #expect(try await office.occurrences().count == 3)
        try await office.store.close()
    }

    @Test func aScanThatCannotBeStoredLeavesTheLastOne() async throws {
        let office = try Office()
        _ = try await replace(office, ["1": "a"])
        // A note of the id that a finding needs, of another kind.
        try await office.note("CVE-2") { $0.build = .with { $0.builderVersion = "1" } }
        let before = try await office.occurrences()
        #expect(await Office.error { try await replace(office, ["2": "b"]) } != nil)
        #expect(try await office.occurrences() == before)
        try await office.store.close()
    }
}
