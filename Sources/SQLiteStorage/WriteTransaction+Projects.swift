import MetadataModel
import Storage

extension WriteTransaction {
    func createProject(_ name: ProjectName) throws {
        guard try connection.integer("SELECT id FROM project WHERE name = ?", .text(name.id)) == nil else {
            throw MetadataError.alreadyExists(name.reference, explanation: "project \"\(name.text)\" exists already")
        }
        try connection.run("INSERT INTO project (name) VALUES (?)", .text(name.id))
    }

    /// Takes a project out, unless there is something in it.
    func deleteProject(_ name: ProjectName) throws {
        guard let id = try connection.integer("SELECT id FROM project WHERE name = ?", .text(name.id)) else {
            throw MetadataError.notFound(name.reference)
        }
        let notes = try count("note", in: id)
        let occurrences = try count("occurrence", in: id)
        let documents = try connection.liveDocumentCount(projectID: id)
        guard notes == 0, occurrences == 0, documents == 0 else {
            let others =
                documents == 0 ? "" : ", and \(documents.counted("attestor or policy", "attestors or policies"))"
            let contents = "\(notes.counted("note")) and \(occurrences.counted("occurrence"))\(others)"
            throw MetadataError.failedPrecondition(
                subject: name.text,
                explanation: "\(name.text) still has \(contents); delete them first"
            )
        }
        // No version of the API has a way to delete an operation by itself.
        try connection.run(
            "DELETE FROM operation WHERE parent_id IN (SELECT id FROM parent WHERE project_id = ?)",
            .integer(id)
        )
        try dropTrustRecords(projectID: id)
        try connection.run("DELETE FROM parent WHERE project_id = ?", .integer(id))
        try connection.run("DELETE FROM project WHERE id = ?", .integer(id))
        rememberDeletedProject()
    }

    /// Entries counted for a message at most: all other writes wait meanwhile.
    static let countedMax: Int64 = 10_000

    private func count(_ table: String, in projectID: Int64) throws -> Int64 {
        let sql = """
            SELECT count(*) FROM (
                SELECT 1 FROM \(table) WHERE parent_id IN (SELECT id FROM parent WHERE project_id = ?)
                LIMIT \(Self.countedMax + 1))
            """
        return try connection.integer(sql, .integer(projectID)) ?? 0
    }
}

extension Int64 {
    /// The number with a noun, in the plural unless there is one.
    func counted(_ noun: String, _ plural: String? = nil) -> String {
        let plural = plural ?? "\(noun)s"
        if self > WriteTransaction.countedMax { return "more than \(WriteTransaction.countedMax) \(plural)" }
        return "\(self) \(self == 1 ? noun : plural)"
    }
}
