import MetadataModel
import Storage

extension WriteTransaction {
    /// What is found under a term.
    struct Posting {
        let artifactID: Int64
        let occurrenceKey: Int64
        let parentID: Int64
    }

    func add(_ posting: Posting, under termID: Int64) throws {
        try connection.run(
            "INSERT INTO posting (term_id, artifact_id, occurrence_key, parent_id) VALUES (?, ?, ?, ?)",
            .integer(termID),
            .integer(posting.artifactID),
            .integer(posting.occurrenceKey),
            .integer(posting.parentID)
        )
    }

    func replaceTerms(of posting: Posting, before: [SearchTerm], after: [SearchTerm]) throws {
        let (before, after) = (Set(before), Set(after))
        for term in before.subtracting(after) {
            guard let id = try existingTermID(term) else { continue }
            try connection.run(
                "DELETE FROM posting WHERE term_id = ? AND artifact_id = ? AND occurrence_key = ?",
                .integer(id),
                .integer(posting.artifactID),
                .integer(posting.occurrenceKey)
            )
        }
        for term in after.subtracting(before) { try add(posting, under: try termID(term)) }
    }

    /// Remembers which images an index has.
    /// - Parameter isComputed: whether that follows from the index's own bytes; if not, somebody says so.
    func replacePlatforms(of posting: Posting, before: [String], after: [String], isComputed: Bool = false) throws {
        if before.isEmpty, after.isEmpty { return }
        try connection.run(
            "DELETE FROM platform_image WHERE index_id = ? AND occurrence_key = ?",
            .integer(posting.artifactID),
            .integer(posting.occurrenceKey)
        )
        for digest in after {
            try connection.run(
                """
                INSERT INTO platform_image (index_id, image_id, occurrence_key, parent_id, is_computed)
                VALUES (?, ?, ?, ?, ?)
                """,
                .integer(posting.artifactID),
                .integer(try artifactID(digest)),
                .integer(posting.occurrenceKey),
                .integer(posting.parentID),
                .flag(isComputed)
            )
        }
    }

    /// Remembers that what is stored of an index follows from its own bytes: it was said before, and is computed now.
    func confirmPlatforms(of draft: OccurrenceDraft, parentID: Int64) throws {
        guard draft.isComputed, !draft.facts.platformDigests.isEmpty else { return }
        try connection.run(
            """
            UPDATE platform_image SET is_computed = 1
            WHERE index_id = (SELECT artifact_id FROM resource WHERE uri = ?)
              AND occurrence_key = (SELECT key FROM occurrence WHERE parent_id = ? AND id = ?) AND is_computed = 0
            """,
            .text(draft.resource.canonical),
            .integer(parentID),
            .text(draft.name.id)
        )
        rememberChange(of: draft.resource)
    }
}
