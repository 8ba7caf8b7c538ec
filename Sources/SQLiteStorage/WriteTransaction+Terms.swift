import Storage

extension WriteTransaction {
    /// What is found under a term.
    struct Posting {
        let resourceID: Int64
        let occurrenceKey: Int64
        let parentID: Int64
    }

    /// The row of a search term, made if need be.
    func termID(_ term: SearchTerm) throws -> Int64 {
        if let id = try existingTermID(term) { return id }
        try connection.run("INSERT INTO term (text) VALUES (?)", .text(term.text))
        return connection.lastInsertedKey
    }

    func add(_ posting: Posting, under termID: Int64) throws {
        try connection.run(
            "INSERT INTO posting (term_id, resource_id, occurrence_key, parent_id) VALUES (?, ?, ?, ?)",
            .integer(termID),
            .integer(posting.resourceID),
            .integer(posting.occurrenceKey),
            .integer(posting.parentID)
        )
    }

    func replaceTerms(of posting: Posting, before: [SearchTerm], after: [SearchTerm]) throws {
        let (before, after) = (Set(before), Set(after))
        for term in before.subtracting(after) {
            guard let id = try existingTermID(term) else { continue }
            try connection.run(
                "DELETE FROM posting WHERE term_id = ? AND resource_id = ? AND occurrence_key = ?",
                .integer(id),
                .integer(posting.resourceID),
                .integer(posting.occurrenceKey)
            )
        }
        for term in after.subtracting(before) { try add(posting, under: try termID(term)) }
    }

    private func existingTermID(_ term: SearchTerm) throws -> Int64? {
        try connection.integer("SELECT id FROM term WHERE text = ?", .text(term.text))
    }
}
