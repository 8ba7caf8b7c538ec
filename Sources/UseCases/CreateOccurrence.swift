import GrafeasProto
public import MetadataModel
public import Storage
import SwiftProtobuf
import VersionConversion

/// Stores an occurrence under a name that the server makes.
public struct CreateOccurrence: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// The stored occurrence, encoded.
    public func run(parent: String, occurrence: StoredRecord, claim: IdempotencyClaim?) async throws -> [UInt8] {
        let parent = try ParentName(parsing: parent, field: "parent")
        let name = OccurrenceName(parent: parent, id: services.makeOccurrenceID())
        let draft = try services.draft(occurrence, name: name, field: "occurrence")
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
        occurrences: [StoredRecord],
        claim: IdempotencyClaim?
    ) async throws -> [[UInt8]] {
        let services = services
        let parent = try ParentName(parsing: parent, field: "parent")
        try services.checkBatch(count: occurrences.count, field: "occurrences")
        let labels = occurrences.indices.map { "occurrences[\($0)]" }
        // Made here, one after the other, so that they sort as the entries do.
        let names = occurrences.map { _ in OccurrenceName(parent: parent, id: services.makeOccurrenceID()) }
        let drafts = try await gatherFaults(labels: labels) { index in
            try services.draft(occurrences[index], name: names[index], field: "")
        }
        return try await services.store.write(
            .createOccurrences(drafts, options: services.createOptions(labels: labels)),
            claim: claim
        )
    }
}

extension RecordServices {
    /// A valid occurrence as a draft under a new name.
    /// - Parameter field: where the request has the occurrence; empty for the entry of a batch.
    func draft(_ record: StoredRecord, name: OccurrenceName, field: String) throws -> OccurrenceDraft {
        let record = try normal(record, .occurrence)
        let occurrence = try Occurrence(serializedBytes: record.message)
        let problems = occurrence.problems(limits, hasForeignKind: record.foreignKind != nil)
        guard problems.isEmpty else { throw MetadataError.invalid(problems.map { $0.under(field) }) }
        try checkSize(record, field: field)
        return try OccurrenceDraft(
            occurrence,
            of: record,
            name: name,
            note: NoteName(parsing: occurrence.noteName, field: "note_name")
        )
    }

    func checkBatch(count: Int, field: String) throws(MetadataError) {
        guard (1...limits.batchSizeMax).contains(count) else {
            throw .invalid(field, "has \(count) entries; 1 to \(limits.batchSizeMax) are taken at once")
        }
    }
}

/// Entries of a batch that one task drafts: enough that starting another costs little beside it.
private let draftedAtOnce = 128

/// Makes something of each entry of a batch, on several processors where there are many, and throws the faults of all of
/// them together.
/// - Parameter labels: the words for each entry in errors, one for each.
func gatherFaults<Made: Sendable>(
    labels: [String],
    _ make: @escaping @Sendable (_ index: Int) throws -> Made
) async throws -> [Made] {
    var stretches: [DraftedStretch<Made>] = []
    try await withThrowingTaskGroup(of: DraftedStretch<Made>.self) { group in
        for start in stride(from: 0, to: labels.count, by: draftedAtOnce) {
            let indices = start..<min(start + draftedAtOnce, labels.count)
            group.addTask { try DraftedStretch(indices, labels, make) }
        }
        for try await stretch in group { stretches.append(stretch) }
    }
    stretches.sort { $0.start < $1.start }
    let faults = stretches.flatMap(\.faults)
    guard faults.isEmpty else { throw MetadataError.faultyEntries(faults) }
    return stretches.flatMap(\.made)
}

/// What one task made of its entries of a batch.
private struct DraftedStretch<Made: Sendable>: Sendable {
    let start: Int
    var made: [Made] = []
    var faults: [EntryFault] = []

    init(_ indices: Range<Int>, _ labels: [String], _ make: (_ index: Int) throws -> Made) throws {
        start = indices.lowerBound
        made = try gatherFaults(indices.map { (labels[$0], $0) }, into: &faults, make)
    }
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
