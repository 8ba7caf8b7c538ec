import GrafeasProto
import MetadataModel

/// A scan as the notes and occurrences that say the same.
struct ScanRecords {
    /// One VULNERABILITY note for each vulnerability, in the order of the report.
    let notes: [ReportNote]
    /// One VULNERABILITY occurrence for each finding; findings of one key are one.
    let findings: [(key: FindingKey, entry: ReportOccurrence)]
    /// The DISCOVERY note on which ``discovery`` hangs: one for each scanner.
    let discoveryNote: ReportNote
    /// That the image was scanned, by what, when, and how it ended.
    let discovery: Occurrence
}

extension ScanReport {
    /// What a scanner says takes the place of what it said of the image before. Notes come first in the order of the
    /// report; the discovery, which says that there was a scan, is the first of the occurrences.
    func records(for target: ReportTarget) throws(ReportProblem) -> ReportRecords {
        let uri = try image.uri(given: target.image)
        let records = try records(resourceURI: uri, provider: target.provider, limits: target.limits)
        return ReportRecords(
            source: scanner.name,
            author: scanner.text,
            replacesEarlier: true,
            resourceURI: uri,
            notes: [records.discoveryNote] + records.notes,
            occurrences: [ReportOccurrence(key: ["discovery"], occurrence: records.discovery, place: "")]
                + records.findings.map(\.entry)
        )
    }
}

extension ScanReport {
    /// The notes and occurrences that say what the report says.
    ///
    /// - Parameters:
    ///   - resourceURI: the image's URI, as ``ScannedImage/uri(given:)`` returns it.
    ///   - provider: where the notes live, `projects/{provider}`.
    /// - Throws: ``ReportProblem`` when the findings of one key have more than ``ReportLimits/issuesMax`` fixes.
    func records(
        resourceURI: String,
        provider: ParentName,
        limits: ReportLimits = ReportLimits()
    ) throws(ReportProblem) -> ScanRecords {
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
        let findings = groupOrder.compactMap { key in
            groups[key].map { draft in
                let occurrence = draft.occurrence(resourceURI: resourceURI, provider: provider, limits)
                return (key, ReportOccurrence(key: key.parts, occurrence: occurrence, place: draft.place))
            }
        }
        let discoveryNote = discoveryNote
        return ScanRecords(
            notes: noteOrder.compactMap { id in notes[id].map { ReportNote(id: id, note: $0.note()) } },
            findings: findings,
            discoveryNote: discoveryNote,
            discovery: discovery(
                resourceURI: resourceURI,
                noteName: NoteName(parent: provider, id: discoveryNote.id).text,
                scanTime: scanTime
            )
        )
    }
}
