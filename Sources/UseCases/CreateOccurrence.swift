public import GrafeasProto
public import MetadataModel
public import Storage

/// Stores an occurrence under a name that the server makes.
public struct CreateOccurrence: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// The stored occurrence, encoded.
    public func run(parent: String, occurrence: Occurrence, claim: IdempotencyClaim?) async throws -> [UInt8] {
        let parent = try ParentName(parsing: parent, field: "parent")
        let draft = try services.draft(occurrence, in: parent) { $0.under("occurrence") }
        let messages = try await services.store.write(
            .createOccurrences([draft], options: services.createOptions()),
            claim: claim
        )
        return messages.first ?? []
    }
}

/// Stores up to ``Limits/batchSizeMax`` occurrences, all or none.
public struct BatchCreateOccurrences: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// The stored occurrences, encoded, in the order in which they were sent.
    public func run(
        parent: String,
        occurrences: [Occurrence],
        claim: IdempotencyClaim?
    ) async throws -> [[UInt8]] {
        let parent = try ParentName(parsing: parent, field: "parent")
        try services.checkBatch(count: occurrences.count, field: "occurrences")
        let labels = occurrences.indices.map { "occurrences[\($0)]" }
        let drafts = try gatherFaults(zip(labels, occurrences)) { occurrence in
            try services.draft(occurrence, in: parent) { $0 }
        }
        return try await services.store.write(
            .createOccurrences(drafts, options: services.createOptions(labels: labels)),
            claim: claim
        )
    }
}

extension RecordServices {
    /// A valid occurrence as a draft under a new name.
    /// - Parameter place: puts a problem where the request has the occurrence.
    func draft(
        _ occurrence: Occurrence,
        in parent: ParentName,
        place: (FieldProblem) -> FieldProblem
    ) throws -> OccurrenceDraft {
        let problems = occurrence.problems(limits)
        guard problems.isEmpty else { throw MetadataError.invalid(problems.map(place)) }
        let draft = try OccurrenceDraft(
            occurrence,
            name: OccurrenceName(parent: parent, id: makeOccurrenceID()),
            note: NoteName(parsing: occurrence.noteName, field: "note_name")
        )
        try checkSize(draft.body, field: place(FieldProblem(field: "", description: "")).field)
        return draft
    }

    func checkBatch(count: Int, field: String) throws(MetadataError) {
        guard (1...limits.batchSizeMax).contains(count) else {
            throw .invalid(field, "has \(count) entries; 1 to \(limits.batchSizeMax) are taken at once")
        }
    }
}

/// Makes something of each entry of a batch, and throws the faults of all of them together.
func gatherFaults<Entry, Made>(
    _ entries: some Sequence<(String, Entry)>,
    _ make: (Entry) throws -> Made
) throws -> [Made] {
    var faults: [EntryFault] = []
    let made = try gatherFaults(entries, into: &faults, make)
    guard faults.isEmpty else { throw MetadataError.faultyEntries(faults) }
    return made
}

/// Makes something of each entry that is not at fault, and keeps the faults of the others.
func gatherFaults<Entry, Made>(
    _ entries: some Sequence<(String, Entry)>,
    into faults: inout [EntryFault],
    _ make: (Entry) throws -> Made
) throws -> [Made] {
    var made: [Made] = []
    for (label, entry) in entries {
        do {
            made.append(try make(entry))
        } catch let error as MetadataError {
            faults.append(EntryFault(entry: label, error: error))
        }
    }
    return made
}
