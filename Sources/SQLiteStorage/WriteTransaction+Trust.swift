import GrafeasProto
import MetadataModel
import Storage
import SwiftProtobuf

extension WriteTransaction {
    /// Puts the next revision of a document in, unless the newest says the same.
    func apply(_ draft: DocumentDraft, options: CreateOptions) throws -> StoredDocument {
        let parent = ParentName(project: draft.name.collection.project.id)
        let parentID = try parentID(parent, projectMustExist: options.projectMustExist)
        let newest = try connection.newestDocument(draft.name, parentID: parentID)
        let found = newest?.version ?? ""
        if let expected = draft.replacedVersion, expected != found {
            let what = found.isEmpty ? "does not exist" : "has the version \(found) now"
            throw MetadataError.changedMeanwhile(
                draft.name.reference,
                explanation: "\(draft.name.text) \(what): somebody has changed it; read it again and apply then"
            )
        }
        if let newest, newest.content != nil, newest.version == draft.version { return newest }
        if let note = draft.note { try makeAttestorsNote(note, options) }
        return try append(draft.name, parentID: parentID, after: newest, version: draft.version, draft.content)
    }

    /// Puts an attestor's note in, unless it is there.
    private func makeAttestorsNote(_ note: NoteDraft, _ options: CreateOptions) throws {
        guard let parentID = try existingParentID(note.name.parent),
            let row = try noteRow(parentID: parentID, id: note.name.id)
        else {
            let key = try firstNoteKey()
            let times = EntryTimes(created: key.microseconds, updated: key.microseconds)
            _ = try insert(note, key: key, times: times, options: options)
            return
        }
        guard [.attestation, .dsseAttestation].contains(row.kind) else {
            let kinds = "is of kind \(row.kind.apiName), and an attestor's is of kind \(note.kind.apiName)"
            throw MetadataError.failedPrecondition(
                subject: note.name.text,
                explanation: "note \"\(note.name.text)\" \(kinds); name another note, or the attestor otherwise"
            )
        }
    }

    /// Puts a document's deletion in as its next revision.
    func deleteDocument(_ name: DocumentName) throws {
        guard let parentID = try existingParentID(ParentName(project: name.collection.project.id)),
            let newest = try connection.newestDocument(name, parentID: parentID), newest.content != nil
        else { throw MetadataError.notFound(name.reference) }
        _ = try append(name, parentID: parentID, after: newest, version: "", nil)
    }

    private func append(
        _ name: DocumentName,
        parentID: Int64,
        after newest: StoredDocument?,
        version: String,
        _ content: String?
    ) throws -> StoredDocument {
        let last = try connection.integer("SELECT max(key) FROM document").map(EntryKey.init)
        let key = EntryKey.first(at: now(), after: last)
        let revision = (newest?.revision ?? 0) + 1
        try connection.run(
            "UPDATE document SET is_newest = 0 WHERE parent_id = ? AND sort = ? AND id = ? AND is_newest = 1",
            .integer(parentID),
            .integer(name.collection.sort.rawValue),
            .text(name.id)
        )
        try connection.run(
            """
            INSERT INTO document (key, parent_id, sort, id, revision, is_newest, version, content)
            VALUES (?, ?, ?, ?, ?, 1, ?, ?)
            """,
            .integer(key.rawValue),
            .integer(parentID),
            .integer(name.collection.sort.rawValue),
            .text(name.id),
            .integer(revision),
            .text(version),
            content.map(SQLiteValue.text) ?? .null
        )
        rememberChangedDocument()
        return StoredDocument(
            name: name,
            content: content,
            version: version,
            revision: revision,
            created: key.microseconds
        )
    }

    // MARK: Decisions

    /// Old decisions that one write drops: so many that it keeps up with any number of new ones, and no write waits long.
    private static let droppedMax = 1_000

    /// Puts decisions in, and drops some of those made before a time, in microseconds since 1970.
    func record(_ drafts: [DecisionDraft], droppedBefore time: Int64, options: CreateOptions) throws {
        for draft in drafts {
            let parent = ParentName(project: draft.name.project.id)
            try connection.run(
                "INSERT INTO decision (key, parent_id, id, broke_glass_for, body) VALUES (?, ?, ?, ?, ?)",
                .integer(try nextDecisionKey().rawValue),
                .integer(try parentID(parent, projectMustExist: options.projectMustExist)),
                .text(draft.name.id),
                draft.brokeGlassFor.map(SQLiteValue.text) ?? .null,
                .blob(draft.body)
            )
        }
        try connection.run(
            """
            DELETE FROM decision WHERE key IN
                (SELECT key FROM decision WHERE broke_glass_for IS NULL AND key < ? ORDER BY key LIMIT ?)
            """,
            .integer(EntryKey(microseconds: time).rawValue),
            .integer(Self.droppedMax)
        )
    }

    /// Takes out what a project has of documents and decisions, before it goes itself.
    func dropTrustRecords(projectID: Int64) throws {
        for table in ["document", "decision"] {
            try connection.run(
                "DELETE FROM \(table) WHERE parent_id IN (SELECT id FROM parent WHERE project_id = ?)",
                .integer(projectID)
            )
        }
        rememberChangedDocument()
    }
}

extension StoredDocument {
    /// The encoded `grafeion.v1.Document`.
    var message: [UInt8] {
        get throws { try Grafeion_V1_Document(self).serializedBytes() }
    }
}
