import GrafeasProto
import MessageReflection
import MetadataModel
import Storage

/// Judgements of artifacts (VEX): notes that say whether a vulnerability affects what it was found in.
extension WriteTransaction {
    /// Remembers which artifact a note judges.
    func setAssessedProduct(_ product: ResourceURI?, ofNote key: Int64) throws {
        try connection.run("DELETE FROM assessment WHERE note_key = ?", .integer(key))
        guard let product else { return }
        try connection.run(
            "INSERT INTO assessment (product, note_key) VALUES (?, ?)",
            .text(product.canonical),
            .integer(key)
        )
    }

    /// The encoded notes that judge an artifact, those that were changed last first.
    func assessments(of resource: ResourceURI) throws -> [[UInt8]] {
        let sql = """
            SELECT \(RecordRows.noteColumns) FROM assessment a CROSS JOIN note n ON n.key = a.note_key
            WHERE a.product = ? ORDER BY n.updated DESC, n.key DESC LIMIT \(Self.assessmentsMax)
            """
        return try connection.withStatement(sql) { statement in
            try statement.bind([.text(resource.canonical)])
            var notes: [[UInt8]] = []
            while try statement.step() {
                var writer = WireWriter()
                try RecordRows.writeNote(statement, to: &writer, parentText: parentText)
                notes.append(writer.bytes)
            }
            return notes
        }
    }

    /// Judgements of one artifact that are applied: more than an image has vulnerabilities.
    private static let assessmentsMax = 10_000

    /// Applies what is said of an artifact now to its vulnerability occurrences, in whichever project they are.
    /// - Returns: how many were changed.
    func reassess(_ resource: ResourceURI, _ intake: Intake) throws -> Int {
        let assess = try intake.assess(assessments(of: resource))
        var changed = 0
        for message in try vulnerabilities(of: resource) {
            guard let draft = try assess(message) else { continue }
            _ = try updateOccurrence(draft.name) { _ in draft }
            changed += 1
        }
        return changed
    }

    private func vulnerabilities(of resource: ResourceURI) throws -> [[UInt8]] {
        let sql = """
            SELECT \(RecordRows.occurrenceColumns)
            FROM \(RecordRows.occurrenceTables("occurrence o INDEXED BY occurrence_by_resource"))
            WHERE o.resource_id = (SELECT id FROM resource WHERE uri = ?)
              AND o.kind = \(Kind.vulnerability.rawValue)
            """
        return try connection.withStatement(sql) { statement in
            try statement.bind([.text(resource.canonical)])
            var messages: [[UInt8]] = []
            while try statement.step() {
                var writer = WireWriter()
                try RecordRows.writeOccurrence(statement, to: &writer, parentText: parentText)
                messages.append(writer.bytes)
            }
            return messages
        }
    }
}
