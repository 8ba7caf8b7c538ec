public import GrafeasProto
public import MetadataModel
public import Storage

/// Stores a note under the id that the client gives.
public struct CreateNote: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// The stored note, encoded.
    public func run(parent: String, noteID: String, note: Note, claim: IdempotencyClaim?) async throws -> [UInt8] {
        let parent = try ParentName(parsing: parent, field: "parent")
        let draft = try services.draft(note, id: noteID, in: parent, idField: "note_id") { $0.under("note") }
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
    public func run(parent: String, notes: [String: Note], claim: IdempotencyClaim?) async throws -> [[UInt8]] {
        let parent = try ParentName(parsing: parent, field: "parent")
        try services.checkBatch(count: notes.count, field: "notes")
        let ids = notes.keys.sorted()
        let labels = ids.map { "notes[\($0.quotedForMessage)]" }
        let entries = zip(labels, ids.map { (id: $0, note: notes[$0] ?? Note()) })
        let drafts = try gatherFaults(entries) { entry in
            try services.draft(entry.note, id: entry.id, in: parent, idField: "") { $0 }
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
    ///   - place: puts a problem where the request has the note.
    func draft(
        _ note: Note,
        id: String,
        in parent: ParentName,
        idField: String,
        place: (FieldProblem) -> FieldProblem
    ) throws -> NoteDraft {
        var problems = note.problems(limits).map(place)
        if !ResourceID.isValid(id) {
            let rule = "the note's id must be \(ResourceID.rule); got \(id.quotedForMessage)"
            problems.insert(FieldProblem(field: idField, description: rule), at: 0)
        }
        guard problems.isEmpty else { throw MetadataError.invalid(problems) }
        let draft = try NoteDraft(note, name: NoteName(parent: parent, id: id))
        try checkSize(draft.body, field: place(FieldProblem(field: "", description: "")).field)
        return draft
    }
}
