import GrafeasProto
import MetadataModel
import SwiftProtobuf
import Testing

@testable import Reports

/// The records of a document, which are checked as the store would.
func provenance(
    _ text: String,
    image: String? = nil,
    format: ReportFormat? = nil,
    limits: ReportLimits = ReportLimits()
) throws -> [ReportRecords] {
    try provenance(Array(text.utf8), image: image, format: format, limits: limits)
}

func provenance(
    _ bytes: [UInt8],
    image: String? = nil,
    format: ReportFormat? = nil,
    limits: ReportLimits = ReportLimits()
) throws -> [ReportRecords] {
    var target = ReportTarget(image: image, provider: ParentName(project: "builders"))
    target.limits = limits
    let records = try Report(parsing: bytes, format: format, limits: limits).records(for: target)
    for record in records { try checkStorable(record) }
    return records
}

private func checkStorable(_ record: ReportRecords) throws {
    #expect(record.source == "provenance" && !record.replacesEarlier && !record.author.isEmpty)
    #expect(!record.occurrences.isEmpty)
    for entry in record.notes {
        #expect(ResourceID.isValid(entry.id), "\(entry.id)")
        if entry.json == nil { #expect(entry.note.problems(Limits()) == []) }
    }
    #expect(Set(record.notes.map(\.id)).count == record.notes.count)
    #expect(Set(record.occurrences.map(\.key)).count == record.occurrences.count)
    for entry in record.occurrences {
        let occurrence = entry.occurrence
        #expect(occurrence.resourceUri == record.resourceURI)
        let note = try NoteName(parsing: occurrence.noteName, field: "note_name")
        #expect(note.parent.text == "projects/builders" && record.notes.contains { $0.id == note.id })
        #expect(occurrence.problems(Limits(), hasForeignKind: entry.json != nil) == [])
        guard entry.json == nil else { continue }
        let kind = record.notes.first { $0.id == note.id }?.note.kindOfType
        #expect(occurrence.kindOfDetails == kind)
        #expect(entry.key.first == (kind == .build ? "build" : "dsse"))
        #expect(try Occurrence(serializedBytes: occurrence.serializedBytes() as [UInt8]) == occurrence)
    }
}

/// The problem of a document, which must have one.
func provenanceProblem(
    _ text: String,
    image: String? = nil,
    format: ReportFormat? = nil,
    limits: ReportLimits = ReportLimits()
) -> ReportProblem? {
    #expect(throws: ReportProblem.self) { try provenance(text, image: image, format: format, limits: limits) }
}
