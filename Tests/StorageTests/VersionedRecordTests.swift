import GrafeasProto
import MessageReflection
import MetadataModel
import SQLiteStorage
import Storage
import SwiftProtobuf
import Testing
import TestSupport
import UseCases
import VersionConversion

/// Records of other versions of the API in a store: what is kept beside v1, and what nobody may put there.
struct VersionedRecordTests {
    private func created(_ office: Office, _ json: String) async throws -> [UInt8] {
        let form = office.services.versions.form(.v1beta1, .occurrence)
        return try await CreateOccurrence(office.services).run(
            parent: "projects/p",
            occurrence: form.writing(form.type.wire(fromJSON: Array(json.utf8))),
            claim: nil
        )
    }

    @Test func whatOnlyOneVersionSaysComesBackFromEveryRead() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        let written = try await created(
            office,
            """
            {"resource":{"uri":"a","name":"only v1beta1"},"noteName":"projects/p/notes/CVE-1",
             "vulnerability":{"packageIssue":[{"affectedLocation":{"package":"openssl"}}]}}
            """
        )
        let form = office.services.versions.form(.v1beta1, .occurrence)
        let name = try Occurrence(serializedBytes: written).name
        let listed = try await ListOccurrences(office.services).run(parent: "projects/p", page: PageRequest()).page
        #expect(!listed.isV1Only)
        for record in [written, try await GetOccurrence(office.services).run(name: name)] + (try listed.messages()) {
            let view = try form.reading(StoredRecord(fromStore: record))
            #expect(String(decoding: try form.type.json(from: view), as: UTF8.self).contains("only v1beta1"))
            #expect(try !StoredRecord(fromStore: record).message.contains(Array("only v1beta1".utf8)))
        }
        try await office.store.close()
    }

    @Test func aPageOfPlainV1SaysSo() async throws {
        let office = try Office()
        try await office.note("CVE-1")
        try await office.occurrence()
        let page = try await ListOccurrences(office.services).run(parent: "projects/p", page: PageRequest()).page
        #expect(page.isV1Only && page.count == 1)
        try await office.store.close()
    }

    @Test(arguments: [true, false])
    func aClientCannotPutAnythingBesideItsMessage(isNormal: Bool) async throws {
        let office = try Office()
        try await office.note("CVE-1")
        var writer = WireWriter(try Occurrence.sample.serializedBytes())
        writer.field(100_001, string: "forged")
        let created = try await CreateOccurrence(office.services).run(
            parent: "projects/p",
            occurrence: StoredRecord(message: writer.bytes, isNormal: isNormal),
            claim: nil
        )
        #expect(try StoredRecord(fromStore: created).kept.isEmpty)
        #expect(!created.contains(Array("forged".utf8)))
        try await office.store.close()
    }

    @Test func aKindThatV1DoesNotKnowIsFoundByItsName() async throws {
        let office = try Office()
        let noteForm = office.services.versions.form(.v1beta1, .note)
        _ = try await CreateNote(office.services).run(
            parent: "projects/p",
            noteID: "step",
            note: noteForm.writing(noteForm.type.wire(fromJSON: Array(#"{"intoto":{"stepName":"build"}}"#.utf8))),
            claim: nil
        )
        let record = try await created(
            office,
            #"{"resource":{"uri":"a"},"noteName":"projects/p/notes/step","intoto":{"signed":{"command":["make"]}}}"#
        )
        #expect(try Occurrence(serializedBytes: StoredRecord(fromStore: record).message).kind == .unspecified)
        for filter in ["kind = INTOTO", "kind = INTOTO AND remediation = \"\"", "NOT kind = BUILD"] {
            let page = try await ListOccurrences(office.services).run(
                parent: "projects/p",
                page: PageRequest(filter: filter)
            ).page
            #expect(page.count == (filter.contains("remediation") ? 0 : 1), "\(filter)")
        }
        try await office.store.close()
    }
}

extension [UInt8] {
    /// Whether the bytes stand somewhere in these.
    fileprivate func contains(_ part: [UInt8]) -> Bool {
        count >= part.count && (0...(count - part.count)).contains { self[$0..<($0 + part.count)].elementsEqual(part) }
    }
}
