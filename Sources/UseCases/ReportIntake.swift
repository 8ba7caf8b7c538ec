import GrafeasProto
import MessageReflection
import MetadataModel
import Reports
import Storage
import SwiftProtobuf
import VersionConversion

extension RecordServices {
    /// The drafts of a report's notes and occurrences, in the order of the report.
    func intake(_ records: [ReportRecords], parent: ParentName, provider: ParentName) throws -> Intake {
        var notes: [NoteDraft] = []
        var noteIDs: Set<String> = []
        var artifacts: [Intake.Artifact] = []
        for artifact in records {
            for entry in artifact.notes where noteIDs.insert(entry.id).inserted {
                notes.append(try draft(entry, in: provider))
            }
            let resource = ResourceURI(artifact.resourceURI)
            let ids = ReportedIDs(source: artifact.source, resource: resource)
            let occurrences = try artifact.occurrences.map { try draft($0, in: parent, ids) }
            artifacts.append(
                Intake.Artifact(
                    resource: resource,
                    parent: parent,
                    occurrences: occurrences,
                    replacedIDPrefix: artifact.replacesEarlier ? ids.prefix : nil,
                    supersession: supersession(of: artifact, parent, ids)
                )
            )
        }
        return Intake(notes: notes, artifacts: artifacts, isNewer: Self.isNewer) { try assessor($0) }
    }

    /// A scan that says when it was made gives way to a later one of the same scanner, whichever comes first.
    private func supersession(
        of artifact: ReportRecords,
        _ parent: ParentName,
        _ ids: ReportedIDs
    ) -> Intake.Supersession? {
        let discovery = artifact.occurrences.first { $0.occurrence.discovery.hasLastScanTime }
        guard let discovery, artifact.replacesEarlier else { return nil }
        let time = discovery.occurrence.discovery.lastScanTime
        return Intake.Supersession(name: OccurrenceName(parent: parent, id: ids.id(of: discovery.key))) { stored in
            let stored = try Occurrence(serializedBytes: stored).discovery
            return stored.hasLastScanTime && time < stored.lastScanTime
        }
    }

    /// What a database says of a vulnerability, and what somebody judges of it, gives way to what they said later.
    private static let isNewer: Intake.IsNewer = { stored, draft in
        let notes = (stored: try Note(serializedBytes: stored), new: try Note(serializedBytes: draft.body))
        if AssessmentOrigin(notes.stored).isLater(than: AssessmentOrigin(notes.new)) { return true }
        let (stored, new) = (notes.stored.vulnerability, notes.new.vulnerability)
        return stored.hasSourceUpdateTime && new.hasSourceUpdateTime && new.sourceUpdateTime < stored.sourceUpdateTime
    }

    func draft(_ entry: ReportNote, in provider: ParentName) throws -> NoteDraft {
        try draft(record(entry), id: entry.id, in: provider, idField: "", field: entry.id)
    }

    func draft(_ entry: ReportOccurrence, in parent: ParentName, _ ids: ReportedIDs) throws -> OccurrenceDraft {
        let name = OccurrenceName(parent: parent, id: ids.id(of: entry.key))
        return try draft(record(entry), name: name, field: entry.place)
    }

    // MARK: Records of other versions

    private func record(_ entry: ReportNote) throws -> StoredRecord {
        guard let json = entry.json else { return try .of(entry.note) }
        return try record(json, .note, field: entry.id)
    }

    private func record(_ entry: ReportOccurrence) throws -> StoredRecord {
        guard let json = entry.json else { return try .of(entry.occurrence) }
        var record = try record(json, .occurrence, field: entry.place)
        // Of a field that stands twice the last counts.
        var head = WireWriter()
        head.field(2, string: entry.occurrence.resourceUri)
        head.field(3, string: entry.occurrence.noteName)
        record.message += head.bytes
        record.isNormal = false
        return record
    }

    private func record(_ json: RecordJSON, _ sort: RecordSort, field: String) throws -> StoredRecord {
        let form = versions.form(json.version.apiVersion, sort)
        do {
            return try form.writing(form.type.wire(fromJSON: Array(json.text.utf8)))
        } catch let problems as JSONProblems {
            throw MetadataError.invalid(
                problems.problems.map { FieldProblem(field: $0.path, description: $0.description).under(field) }
            )
        }
    }

    // MARK: Judgements

    /// Applies judgements (VEX) to occurrences, for ``Storage/Intake/assess``.
    private func assessor(_ assessments: [[UInt8]]) throws -> (_ occurrence: [UInt8]) throws -> OccurrenceDraft? {
        let notes = try assessments.map { bytes in
            let note = try Note(serializedBytes: bytes)
            return (name: note.name, note: note)
        }
        let judgements = VulnerabilityAssessments(notes: notes)
        return { bytes in
            let record = try StoredRecord(fromStore: bytes)
            let occurrence = try Occurrence(serializedBytes: record.message)
            let judged = judgements.applied(to: occurrence)
            guard judged != occurrence else { return nil }
            var changed = record
            changed.message = try judged.serializedBytes()
            return try OccurrenceDraft(
                judged,
                of: changed,
                name: OccurrenceName(parsing: occurrence.name, field: "name"),
                note: NoteName(parsing: occurrence.noteName, field: "note_name")
            )
        }
    }
}

extension RecordJSON.Version {
    fileprivate var apiVersion: APIVersion {
        switch self {
        case .v1: .v1
        case .v1beta1: .v1beta1
        }
    }
}

extension StoredRecord {
    fileprivate static func of(_ message: some SwiftProtobuf.Message) throws -> StoredRecord {
        // Maps in order: what says the same is the same bytes, and so unchanged.
        var options = BinaryEncodingOptions()
        options.useDeterministicOrdering = true
        return StoredRecord(message: try message.serializedBytes(options: options), isNormal: true)
    }
}
