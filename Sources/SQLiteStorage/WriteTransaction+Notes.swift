import GrafeasProto
import MessageReflection
import MetadataModel
import Storage

extension WriteTransaction {
    /// Puts notes in, all or none, and returns them as stored.
    func createNotes(_ drafts: [NoteDraft], options: CreateOptions) throws -> [[UInt8]] {
        var key = try firstNoteKey()
        var faults: [EntryFault] = []
        var messages: [[UInt8]] = []
        for (index, draft) in drafts.enumerated() {
            do {
                let times = EntryTimes(created: key.microseconds, updated: key.microseconds)
                messages.append(try insert(draft, key: key, times: times, options: options))
                key = key.nextMoment
            } catch let error as MetadataError {
                faults.append(EntryFault(entry: label(index, options, single: "note"), error: error))
            }
        }
        try throwFaults(faults, options)
        return messages
    }

    /// Replaces a note's message with what `change` makes of it, and returns it as stored.
    func updateNote(_ name: NoteName, change: (_ current: [UInt8]) throws -> NoteDraft) throws -> [UInt8] {
        guard let parentID = try existingParentID(name.parent),
            let current = try connection.note(parentID: parentID, id: name.id, parentText: parentText),
            let row = try noteRow(parentID: parentID, id: name.id)
        else { throw MetadataError.notFound(name.reference) }
        let draft = try change(current)
        try connection.run(
            "UPDATE note SET kind = ?, updated = ?, body = ?, kept = ? WHERE key = ?",
            .integer(draft.kind.rawValue),
            .integer(draft.times?.updated ?? max(now(), row.updated + 1)),
            .blob(draft.body),
            .blobOrNull(draft.kept),
            .integer(row.key)
        )
        try setAssessedProduct(draft.assessedProduct, ofNote: row.key)
        return try connection.note(parentID: parentID, id: name.id, parentText: parentText) ?? []
    }

    /// Takes a note out, unless occurrences hang on it.
    func deleteNote(_ name: NoteName) throws {
        guard let parentID = try existingParentID(name.parent),
            let row = try noteRow(parentID: parentID, id: name.id)
        else { throw MetadataError.notFound(name.reference) }
        let sql = "SELECT count(*) FROM (SELECT 1 FROM occurrence WHERE note_key = ? LIMIT \(Self.countedMax + 1))"
        let count = try connection.integer(sql, .integer(row.key)) ?? 0
        guard count == 0 else {
            throw MetadataError.failedPrecondition(
                subject: name.text,
                explanation: "\(name.text) still has \(count.counted("occurrence")); delete them first"
            )
        }
        try setAssessedProduct(nil, ofNote: row.key)
        try connection.run("DELETE FROM note WHERE key = ?", .integer(row.key))
    }

    /// Puts one note in under a key.
    func insert(
        _ draft: NoteDraft,
        key: EntryKey,
        times: EntryTimes,
        options: CreateOptions
    ) throws -> [UInt8] {
        let parentID = try parentID(draft.name.parent, projectMustExist: options.projectMustExist)
        guard try noteRow(parentID: parentID, id: draft.name.id) == nil else {
            throw MetadataError.alreadyExists(
                draft.name.reference,
                explanation: "note \"\(draft.name.text)\" exists already; update it instead"
            )
        }
        try connection.run(
            "INSERT INTO note (key, parent_id, id, kind, updated, body, kept) VALUES (?, ?, ?, ?, ?, ?, ?)",
            .integer(key.rawValue),
            .integer(parentID),
            .text(draft.name.id),
            .integer(draft.kind.rawValue),
            .integer(times.updated),
            .blob(draft.body),
            .blobOrNull(draft.kept)
        )
        if draft.assessedProduct != nil { try setAssessedProduct(draft.assessedProduct, ofNote: key.rawValue) }
        rememberNote(key)
        var writer = WireWriter()
        writer.reserve(MessageHead.sizeHint + draft.body.count)
        MessageHead.writeNote(
            to: &writer,
            parent: draft.name.parent.text,
            id: draft.name.id.utf8,
            kind: draft.kind.rawValue,
            times: times
        )
        writer.bytes.append(contentsOf: draft.body)
        draft.kept.withUnsafeBytes { writer.field(kept: $0) }
        return writer.bytes
    }

    struct NoteRow {
        let key: Int64
        let kind: Kind
        let updated: Int64
    }

    func noteRow(parentID: Int64, id: String) throws -> NoteRow? {
        let sql = "SELECT key, kind, updated FROM note WHERE parent_id = ? AND id = ?"
        return try connection.withStatement(sql) { statement in
            try statement.bind([.integer(parentID), .text(id)])
            guard try statement.step() else { return nil }
            let kind = Kind(rawValue: Int(statement.integer(at: 1))) ?? .unspecified
            return NoteRow(key: statement.integer(at: 0), kind: kind, updated: statement.integer(at: 2))
        }
    }
}
