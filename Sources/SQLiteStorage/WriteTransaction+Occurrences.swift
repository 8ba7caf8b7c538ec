import GrafeasProto
import MessageReflection
import MetadataModel
import Storage
import SwiftProtobuf

extension WriteTransaction {
    /// Puts occurrences in, all or none, and returns them as stored.
    func createOccurrences(_ drafts: [OccurrenceDraft], options: CreateOptions) throws -> [[UInt8]] {
        var key = try firstOccurrenceKey()
        var faults: [EntryFault] = []
        var messages: [[UInt8]] = []
        var shared = SharedRows()
        for (index, draft) in drafts.enumerated() {
            do {
                let times = EntryTimes(created: key.microseconds, updated: key.microseconds)
                messages.append(try insert(draft, key: key, times: times, options: options, shared: &shared))
                key = key.nextMoment
            } catch let error as MetadataError {
                faults.append(EntryFault(entry: label(index, options, single: "occurrence"), error: error))
            }
        }
        try throwFaults(faults, options)
        return messages
    }

    /// Replaces an occurrence's message with what `change` makes of it, and returns it as stored.
    func updateOccurrence(
        _ name: OccurrenceName,
        change: (_ current: [UInt8]) throws -> OccurrenceDraft
    ) throws -> [UInt8] {
        guard let parentID = try existingParentID(name.parent),
            let current = try connection.occurrence(parentID: parentID, id: name.id, parentText: parentText),
            let row = try occurrenceRow(parentID: parentID, id: name.id)
        else { throw MetadataError.notFound(name.reference) }
        let draft = try change(current)
        try connection.run(
            """
            UPDATE occurrence
            SET kind = ?, severity = ?, effective_severity = ?, fix_available = ?, updated = ?, body = ?, kept = ?
            WHERE key = ?
            """,
            .integer(draft.kind.rawValue),
            .integer(draft.facts.severity),
            .integer(draft.facts.effectiveSeverity),
            .flag(draft.facts.fixAvailable),
            .integer(draft.times?.updated ?? max(now(), row.updated + 1)),
            .blob(draft.body),
            .blobOrNull(draft.kept),
            .integer(row.key)
        )
        rememberChange(of: draft.resource)
        let before = try facts(of: Occurrence(serializedBytes: current))
        try replacePackages(of: row.key, before: before.packages, after: draft.facts.packages)
        let posting = Posting(artifactID: row.artifactID, occurrenceKey: row.key, parentID: parentID)
        try replaceTerms(of: posting, before: before.terms, after: draft.facts.terms)
        try replacePlatforms(
            of: posting,
            before: before.platformDigests,
            after: draft.facts.platformDigests,
            isComputed: draft.isComputed
        )
        return try connection.occurrence(parentID: parentID, id: name.id, parentText: parentText) ?? []
    }

    /// Takes an occurrence out.
    func deleteOccurrence(_ name: OccurrenceName) throws {
        guard let parentID = try existingParentID(name.parent),
            let current = try connection.occurrence(parentID: parentID, id: name.id, parentText: parentText),
            let row = try occurrenceRow(parentID: parentID, id: name.id)
        else { throw MetadataError.notFound(name.reference) }
        let occurrence = try Occurrence(serializedBytes: current)
        let before = try facts(of: occurrence)
        rememberChange(of: ResourceURI(occurrence.resourceUri))
        try replacePackages(of: row.key, before: before.packages, after: [])
        let posting = Posting(artifactID: row.artifactID, occurrenceKey: row.key, parentID: parentID)
        try replaceTerms(of: posting, before: before.terms, after: [])
        try replacePlatforms(of: posting, before: before.platformDigests, after: [])
        try connection.run("DELETE FROM occurrence WHERE key = ?", .integer(row.key))
        try connection.run(
            "DELETE FROM resource WHERE id = ? AND NOT EXISTS (SELECT 1 FROM occurrence WHERE resource_id = resource.id)",
            .integer(row.resourceID)
        )
    }

    /// Puts one occurrence in under a key.
    func insert(
        _ draft: OccurrenceDraft,
        key: EntryKey,
        times: EntryTimes,
        options: CreateOptions,
        shared: inout SharedRows
    ) throws -> [UInt8] {
        let parentID = try parentID(draft.name.parent, projectMustExist: options.projectMustExist)
        let noteKey = try shared.notes.row(of: draft.note) { _ in try noteRow(for: draft) }.key(for: draft)
        let resource = try shared.resources.row(of: ExactText(draft.resource.canonical)) { _ in
            try resourceRow(draft.resource)
        }
        try insertRow(
            draft,
            key: key,
            updated: times.updated,
            parentID: parentID,
            resourceID: resource.id,
            noteKey: noteKey
        )
        for package in draft.facts.packages {
            try link(key.rawValue, toPackage: try packageID(package))
        }
        let posting = Posting(artifactID: resource.artifactID, occurrenceKey: key.rawValue, parentID: parentID)
        for term in draft.facts.terms {
            try add(posting, under: try termID(term))
        }
        try replacePlatforms(
            of: posting,
            before: [],
            after: draft.facts.platformDigests,
            isComputed: draft.isComputed
        )
        rememberOccurrence(key)
        rememberChange(of: draft.resource)
        var writer = WireWriter()
        writer.reserve(MessageHead.sizeHint + draft.body.count)
        MessageHead.writeOccurrence(
            to: &writer,
            parent: draft.name.parent.text,
            id: draft.name.id.utf8,
            resource: draft.resource.canonical.utf8,
            hasScheme: draft.resource.hasScheme,
            noteParent: draft.note.parent.text,
            noteID: draft.note.id.utf8,
            kind: draft.kind.rawValue,
            times: times
        )
        writer.bytes.append(contentsOf: draft.body)
        draft.kept.withUnsafeBytes { writer.field(kept: $0) }
        return writer.bytes
    }

    private func insertRow(
        _ draft: OccurrenceDraft,
        key: EntryKey,
        updated: Int64,
        parentID: Int64,
        resourceID: Int64,
        noteKey: Int64
    ) throws {
        try connection.run(
            """
            INSERT INTO occurrence
                (key, parent_id, id, resource_id, resource_has_scheme, note_key, kind, severity, effective_severity,
                 fix_available, updated, body, kept)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .integer(key.rawValue),
            .integer(parentID),
            .text(draft.name.id),
            .integer(resourceID),
            .flag(draft.resource.hasScheme),
            .integer(noteKey),
            .integer(draft.kind.rawValue),
            .integer(draft.facts.severity),
            .integer(draft.facts.effectiveSeverity),
            .flag(draft.facts.fixAvailable),
            .integer(updated),
            .blob(draft.body),
            .blobOrNull(draft.kept)
        )
    }

    /// The row of the note that an occurrence names, which must exist and be of a kind that may carry it.
    func noteKey(for draft: OccurrenceDraft) throws -> Int64 { try noteRow(for: draft).key(for: draft) }

    private func noteRow(for draft: OccurrenceDraft) throws -> NoteRow {
        guard let parentID = try existingParentID(draft.note.parent),
            let row = try noteRow(parentID: parentID, id: draft.note.id)
        else { throw MetadataError.notFound(draft.note.reference) }
        return row
    }

    private struct OccurrenceRow {
        let key: Int64
        let resourceID: Int64
        let artifactID: Int64
        let updated: Int64
    }

    private func occurrenceRow(parentID: Int64, id: String) throws -> OccurrenceRow? {
        let sql = """
            SELECT o.key, o.resource_id, r.artifact_id, o.updated
            FROM occurrence o CROSS JOIN resource r ON r.id = o.resource_id WHERE o.parent_id = ? AND o.id = ?
            """
        return try connection.withStatement(sql) { statement in
            try statement.bind([.integer(parentID), .text(id)])
            guard try statement.step() else { return nil }
            return OccurrenceRow(
                key: statement.integer(at: 0),
                resourceID: statement.integer(at: 1),
                artifactID: statement.integer(at: 2),
                updated: statement.integer(at: 3)
            )
        }
    }

    private func facts(of occurrence: Occurrence) throws -> OccurrenceFacts {
        let note = try NoteName(parsing: occurrence.noteName, field: "note_name")
        return OccurrenceFacts(occurrence, noteID: note.id)
    }

    private func replacePackages(of key: Int64, before: [String], after: [String]) throws {
        let (before, after) = (Set(before.map(ExactText.init)), Set(after.map(ExactText.init)))
        for package in before.subtracting(after) {
            try connection.run(
                """
                DELETE FROM occurrence_package
                WHERE package_id = (SELECT id FROM package WHERE name = ?) AND occurrence_key = ?
                """,
                .text(package.text),
                .integer(key)
            )
        }
        for package in after.subtracting(before) {
            try link(key, toPackage: try packageID(package.text))
        }
    }

    private func link(_ key: Int64, toPackage packageID: Int64) throws {
        try connection.run(
            "INSERT INTO occurrence_package (package_id, occurrence_key) VALUES (?, ?)",
            .integer(packageID),
            .integer(key)
        )
    }
}

/// Rows that the entries of one write have in common, so that a batch looks each up once: a scanner's report is about one
/// image. Good for one write only, for the next may take rows out.
struct SharedRows {
    var notes: [NoteName: WriteTransaction.NoteRow] = [:]
    var resources: [ExactText: WriteTransaction.ResourceRow] = [:]
}

extension Dictionary {
    /// The row that is known under a key, or the one that `lookUp` finds, which is known from then on.
    fileprivate mutating func row(of key: Key, lookUp: (Key) throws -> Value) rethrows -> Value {
        if let known = self[key] { return known }
        let found = try lookUp(key)
        self[key] = found
        return found
    }
}

extension WriteTransaction.NoteRow {
    /// The note's key, if its kind may carry the occurrence.
    fileprivate func key(for draft: OccurrenceDraft) throws(MetadataError) -> Int64 {
        guard draft.kind.mayHang(onNoteOf: kind) else {
            throw .invalid(
                "note_name",
                """
                \(draft.note.text) is of kind \(kind.apiName), and the occurrence of kind \(draft.kind.apiName); \
                name a note of the occurrence's kind
                """
            )
        }
        return key
    }
}

extension WriteTransaction {
    /// The words for an entry in errors: its label in a batch, the request's field in a single create.
    func label(_ index: Int, _ options: CreateOptions, single: String) -> String {
        index < options.entryLabels.count ? options.entryLabels[index] : single
    }

    /// Throws the faults of a batch together, or the one of a single create as it is.
    func throwFaults(_ faults: [EntryFault], _ options: CreateOptions) throws(MetadataError) {
        guard let first = faults.first else { return }
        guard options.entryLabels.isEmpty else { throw .faultyEntries(faults) }
        guard case .invalid(let problems) = first.error else { throw first.error }
        throw .invalid(problems.map { $0.under(first.entry) })
    }
}
