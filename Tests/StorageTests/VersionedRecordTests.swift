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

    @Test func anUpdateCannotGiveARecordOfV1AKindThatV1DoesNotKnow() async throws {
        let office = try Office()
        try await office.note("up") { $0.upgrade = .with { $0.package = "p" } }
        let made = try await office.occurrence {
            $0.noteName = "projects/p/notes/up"
            $0.upgrade = .with { $0.package = "p" }
        }
        let form = office.services.versions.form(.v1beta1, .occurrence)
        let error = await Office.error {
            try await UpdateOccurrence(office.services).run(
                name: made.name,
                in: form,
                patch: form.type.wire(fromJSON: Array(#"{"intoto":{"signed":{"command":["make"]}}}"#.utf8)),
                maskPaths: ["intoto"],
                claim: nil
            )
        }
        #expect(error?.message == "occurrence.details: cannot change from UPGRADE to INTOTO")
        #expect(try await office.occurrences(filter: "kind = UPGRADE").count == 1)
        try await office.store.close()
    }

    @Test func whatIsKeptCountsAgainstTheBound() async throws {
        var limits = Limits()
        limits.messageBytesMax = 1000
        let office = try Office(limits: limits)
        try await office.note("CVE-1")
        let long = String(repeating: "x", count: 2000)
        let error = await Office.error {
            try await created(
                office,
                """
                {"resource":{"uri":"a","name":"\(long)"},"noteName":"projects/p/notes/CVE-1",
                 "vulnerability":{"packageIssue":[{"affectedLocation":{"package":"openssl"}}]}}
                """
            )
        }
        #expect(error?.message.contains("at most 1000 are stored") == true)
        try await office.store.close()
    }

    @Test func aMessageInAnyOrderIsStoredInOne() async throws {
        let office = try Office()
        try await office.note("builder") { $0.build = .with { $0.builderVersion = "1" } }
        let occurrence = Occurrence.with {
            $0.resourceUri = "a"
            $0.noteName = "projects/p/notes/builder"
            $0.build.provenance.id = "1"
            for number in 0..<10 { $0.build.provenance.buildOptions["option\(number)"] = "x" }
        }
        // Encoded anew each time, maps come in another order.
        var bodies: Set<[UInt8]> = []
        for _ in 0..<4 {
            let record = StoredRecord(message: try occurrence.serializedBytes())
            let made = try await CreateOccurrence(office.services).run(
                parent: "projects/p",
                occurrence: record,
                claim: nil
            )
            // Behind the head, which has another name and time each.
            bodies.insert([UInt8](made.suffix(140)))
        }
        #expect(bodies.count == 1)
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
