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
    func replacePlatforms(of posting: Posting, before: [String], after: [String]) throws {
        if before.isEmpty, after.isEmpty { return }
        try connection.run(
            "DELETE FROM platform_image WHERE index_id = ? AND occurrence_key = ?",
            .integer(posting.artifactID),
            .integer(posting.occurrenceKey)
        )
        for digest in after {
            try connection.run(
                "INSERT INTO platform_image (index_id, image_id, occurrence_key, parent_id) VALUES (?, ?, ?, ?)",
                .integer(posting.artifactID),
                .integer(try artifactID(digest)),
                .integer(posting.occurrenceKey),
                .integer(posting.parentID)
            )
        }
    }
}
