import GrafeasProto
public import MetadataModel
public import Storage
import SwiftProtobuf
import VersionConversion

/// Stores a note under the id that the client gives.
public struct CreateNote: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// The stored note, encoded.
    public func run(parent: String, noteID: String, note: StoredRecord, claim: IdempotencyClaim?) async throws
        -> [UInt8]
    {
        let parent = try ParentName(parsing: parent, field: "parent")
        let draft = try services.draft(note, id: noteID, in: parent, idField: "note_id", field: "note")
        let messages = try await services.store.write(
            .createNotes([draft], options: services.createOptions()),
            claim: claim
        )
        return messages.first ?? []
    }
}

/// Stores up to ``Limits/batchSizeMax`` notes, all or none.
public struct BatchCreateNotes: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// The stored notes, encoded, in the order of their ids.
    public func run(parent: String, notes: [String: StoredRecord], claim: IdempotencyClaim?) async throws -> [[UInt8]] {
        let services = services
        let parent = try ParentName(parsing: parent, field: "parent")
        try services.checkBatch(count: notes.count, field: "notes")
        let ids = notes.keys.sorted()
        let labels = ids.map { "notes[\($0.quotedForMessage)]" }
        let drafts = try await gatherFaults(labels: labels) { index in
            let note = notes[ids[index]] ?? StoredRecord(message: [])
            return try services.draft(note, id: ids[index], in: parent, idField: "", field: "")
        }
        return try await services.store.write(
            .createNotes(drafts, options: services.createOptions(labels: labels)),
            claim: claim
        )
    }
}

extension RecordServices {
    /// A valid note as a draft under an id.
    /// - Parameters:
    ///   - idField: where the request has the id.
    ///   - field: where the request has the note; empty for the entry of a batch.
    func draft(
        _ record: StoredRecord,
        id: String,
        in parent: ParentName,
        idField: String,
        field: String
    ) throws -> NoteDraft {
        let record = try normal(record, .note)
        let note = try Note(serializedBytes: record.message)
        var problems = note.problems(limits, hasForeignKind: record.foreignKind != nil).map { $0.under(field) }
        if !ResourceID.isValid(id) {
            let rule = "the note's id must be \(ResourceID.rule); got \(id.quotedForMessage)"
            problems.insert(FieldProblem(field: idField, description: rule), at: 0)
        }
        guard problems.isEmpty else { throw MetadataError.invalid(problems) }
        try checkSize(record, field: field)
        return try NoteDraft(note, of: record, name: NoteName(parent: parent, id: id))
    }
}
