public import GrafeasProto
public import MetadataModel
public import SwiftProtobuf

/// A report as the notes and occurrences that say the same.
public struct ReportRecords: Sendable {
    /// One VULNERABILITY note for each vulnerability, in the order of the report.
    public let notes: [ReportNote]
    /// One VULNERABILITY occurrence for each finding; findings of one key are one.
    public let occurrences: [ReportOccurrence]
    /// The DISCOVERY note on which ``discovery`` hangs: one for each scanner.
    public let discoveryNote: ReportNote
    /// That the image was scanned, by what, when, and how it ended.
    public let discovery: Occurrence
}

/// A note, and the id under which it is created.
public struct ReportNote: Sendable {
    public let id: String
    public let note: Note
}

/// An occurrence that has no name yet, and what tells whether it is there already.
public struct ReportOccurrence: Sendable {
    public let key: FindingKey
    public let occurrence: Occurrence
    /// Where in the report the first finding stands, for messages.
    public let place: String
}

extension ScanReport {
    /// The notes and occurrences that say what the report says.
    ///
    /// - Parameters:
    ///   - resourceURI: the image's URI, as ``ScannedImage/uri(given:)`` returns it.
    ///   - provider: where the notes live, `projects/{provider}`.
    ///   - scanTime: when the image was scanned, for reports that do not say.
    /// - Throws: ``ReportProblem`` when the findings of one key have more than ``ReportLimits/issuesMax`` fixes.
    public func records(
        resourceURI: String,
        provider: ParentName,
        scanTime fallbackTime: Google_Protobuf_Timestamp? = nil,
        limits: ReportLimits = ReportLimits()
    ) throws(ReportProblem) -> ReportRecords {
        var notes: [String: NoteDraft] = [:]
        var noteOrder: [String] = []
        var groups: [FindingKey: OccurrenceDraft] = [:]
        var groupOrder: [FindingKey] = []
        let context = DraftContext(self, limits)
        for finding in findings {
            let id = finding.vulnerabilityID
            if notes[id] == nil { noteOrder.append(id) }
            notes[id, default: NoteDraft(finding)].add(finding, context)
            let key = FindingKey(finding)
            if groups[key] == nil { groupOrder.append(key) }
            try groups[key, default: OccurrenceDraft(finding)].add(finding, context)
        }
        let occurrences = groupOrder.compactMap { key in
            groups[key].map { draft in
                ReportOccurrence(
                    key: key,
                    occurrence: draft.occurrence(resourceURI: resourceURI, provider: provider, limits),
                    place: draft.place
                )
            }
        }
        let discoveryNote = discoveryNote
        return ReportRecords(
            notes: noteOrder.compactMap { id in notes[id].map { ReportNote(id: id, note: $0.note()) } },
            occurrences: occurrences,
            discoveryNote: discoveryNote,
            discovery: discovery(
                resourceURI: resourceURI,
                noteName: NoteName(parent: provider, id: discoveryNote.id).text,
                scanTime: scanTime ?? fallbackTime
            )
        )
    }
}
