import GrafeasProto
public import MetadataModel
public import Storage
import SwiftProtobuf
import VersionConversion

/// Puts notes and occurrences in under their own names and times, as an export has them.
public struct ImportRecords: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// The counts of created, unchanged and replaced entries, as an encoded `grafeion.v1.ImportRecordsResponse`.
    public func run(
        parent: String,
        notes: [StoredRecord],
        occurrences: [StoredRecord],
        claim: IdempotencyClaim?
    ) async throws -> [UInt8] {
        let project = try ProjectName(parsing: parent, field: "parent")
        try services.checkBatch(count: notes.count + occurrences.count, field: "notes and occurrences together")
        let drafts = try drafts(notes, occurrences, in: project)
        let messages = try await services.store.write(
            .restore(
                notes: drafts.notes,
                occurrences: drafts.occurrences,
                options: services.createOptions()
            ),
            claim: claim
        )
        return messages.first ?? []
    }

    private func drafts(
        _ notes: [StoredRecord],
        _ occurrences: [StoredRecord],
        in project: ProjectName
    ) throws -> (notes: [NoteDraft], occurrences: [OccurrenceDraft]) {
        var faults: [EntryFault] = []
        let noteDrafts = try gatherFaults(labelled("notes", notes), into: &faults) { try noteDraft($0, in: project) }
        let occurrenceDrafts = try gatherFaults(labelled("occurrences", occurrences), into: &faults) {
            try occurrenceDraft($0, in: project)
        }
        guard faults.isEmpty else { throw MetadataError.faultyEntries(faults) }
        return (noteDrafts, occurrenceDrafts)
    }

    private func labelled<Entry>(_ field: String, _ entries: [Entry]) -> [(String, Entry)] {
        entries.enumerated().map { ("\(field)[\($0.offset)]", $0.element) }
    }

    private func noteDraft(_ record: StoredRecord, in project: ProjectName) throws -> NoteDraft {
        let record = try services.normal(record, .note)
        let note = try Note(serializedBytes: record.message)
        let name = try NoteName(parsing: note.name, field: "name")
        let times = try times(note.hasCreateTime, note.createTime, note.hasUpdateTime, note.updateTime)
        try check(note.problems(services.limits, hasForeignKind: record.foreignKind != nil), name.parent, project)
        try services.checkSize(record, field: "")
        return try NoteDraft(note, of: record, name: name, times: times)
    }

    private func occurrenceDraft(_ record: StoredRecord, in project: ProjectName) throws -> OccurrenceDraft {
        let record = try services.normal(record, .occurrence)
        let occurrence = try Occurrence(serializedBytes: record.message)
        let name = try OccurrenceName(parsing: occurrence.name, field: "name")
        let times = try times(
            occurrence.hasCreateTime,
            occurrence.createTime,
            occurrence.hasUpdateTime,
            occurrence.updateTime
        )
        try check(occurrence.problems(services.limits, hasForeignKind: record.foreignKind != nil), name.parent, project)
        try services.checkSize(record, field: "")
        return try OccurrenceDraft(
            occurrence,
            of: record,
            name: name,
            note: NoteName(parsing: occurrence.noteName, field: "note_name"),
            times: times
        )
    }

    private func check(_ problems: [FieldProblem], _ parent: ParentName, _ project: ProjectName) throws {
        var problems = problems
        if parent.project != project.id {
            let text = "belongs to projects/\(parent.project), and this import is for \(project.text)"
            problems.append(FieldProblem(field: "name", description: text))
        }
        if !problems.isEmpty { throw MetadataError.invalid(problems) }
    }

    /// Ten minutes.
    private static let clockSkewMicrosecondsMax: Int64 = 600_000_000

    /// Times to the microsecond, which is how precisely they are kept; an entry without them is one made now.
    private func times(
        _ hasCreated: Bool,
        _ created: Google_Protobuf_Timestamp,
        _ hasUpdated: Bool,
        _ updated: Google_Protobuf_Timestamp
    ) throws(MetadataError) -> EntryTimes? {
        guard hasCreated else { return nil }
        let now = services.now()
        let times = EntryTimes(
            created: created.microseconds,
            updated: hasUpdated ? updated.microseconds : created.microseconds
        )
        // Clocks differ between servers, and a server's own times run ahead of a clock that was set back.
        let range = 0...(now + Self.clockSkewMicrosecondsMax)
        guard range.contains(times.created) else {
            throw .invalid("create_time", "must lie between 1970 and now")
        }
        guard range.contains(times.updated), times.updated >= times.created else {
            throw .invalid("update_time", "must lie between create_time and now")
        }
        return times
    }
}

extension Google_Protobuf_Timestamp {
    fileprivate var microseconds: Int64 {
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        return overflow ? -1 : whole + Int64(nanos) / 1000
    }
}
