import GrafeasProto
import MessageReflection
import MetadataModel
import Storage
import SwiftProtobuf

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

    /// What applies the judgements of an artifact to its occurrences; see ``Storage/Intake/assess``.
    ///
    /// A judgement counts for the occurrences of its own project, and for those that hang on notes of its project: who provides
    /// notes may judge, and nobody may play down what others found.
    struct Assessor {
        let resource: ResourceURI
        let intake: Intake
        /// Whether occurrences are looked at also where no judgement is left, because they may carry an earlier one.
        private let takesOff: Bool
        private var known: [Set<String>: (_ occurrence: [UInt8]) throws -> OccurrenceDraft?] = [:]

        init(_ resource: ResourceURI, _ intake: Intake, takesOff: Bool) {
            self.resource = resource
            self.intake = intake
            self.takesOff = takesOff
        }

        /// The occurrence with its judgements applied; nil if they leave it as it is.
        mutating func assessed(
            _ occurrence: [UInt8],
            of project: String,
            noteProject: String,
            _ transaction: WriteTransaction
        ) throws -> OccurrenceDraft? {
            let projects: Set = [project, noteProject]
            if let assess = known[projects] { return try assess(occurrence) }
            let assessments = try transaction.assessments(of: resource, by: projects)
            let assess = try assessments.isEmpty && !takesOff ? { _ in nil } : intake.assess(assessments)
            known[projects] = assess
            return try assess(occurrence)
        }
    }

    /// The encoded notes of some projects that judge an artifact, those that were changed last first.
    private func assessments(of resource: ResourceURI, by projects: Set<String>) throws -> [[UInt8]] {
        let names = projects.sorted()
        let sql = """
            SELECT \(RecordRows.noteColumns)
            FROM assessment a CROSS JOIN note n ON n.key = a.note_key
            CROSS JOIN parent np ON np.id = n.parent_id CROSS JOIN project pr ON pr.id = np.project_id
            WHERE a.product = ? AND pr.name IN (?, ?) ORDER BY n.updated DESC, n.key DESC
            """
        return try connection.withStatement(sql) { statement in
            try statement.bind([.text(resource.canonical)] + [names[0], names[names.count - 1]].map { .text($0) })
            var notes: [[UInt8]] = []
            while try statement.step() {
                var writer = WireWriter()
                try RecordRows.writeNote(statement, to: &writer, parentText: parentText)
                notes.append(writer.bytes)
            }
            return notes
        }
    }

    /// Applies what is said of an artifact now to its vulnerability occurrences in the projects that the notes may judge.
    /// - Returns: how many were changed.
    func reassess(_ resource: ResourceURI, _ intake: Intake) throws -> Int {
        let judges = Set(intake.notes.map(\.name.parent.project))
        var assessor = Assessor(resource, intake, takesOff: true)
        var changed = 0
        for name in try vulnerabilities(of: resource) {
            guard let parentID = try existingParentID(name.parent),
                let message = try connection.occurrence(parentID: parentID, id: name.id, parentText: parentText)
            else { continue }
            let note = try NoteName(parsing: Occurrence(serializedBytes: message).noteName, field: "note_name")
            let (project, noteProject) = (name.parent.project, note.parent.project)
            guard judges.contains(project) || judges.contains(noteProject) else { continue }
            let judged = try assessor.assessed(message, of: project, noteProject: noteProject, self)
            guard let draft = judged else { continue }
            _ = try updateOccurrence(draft.name) { _ in draft }
            changed += 1
        }
        return changed
    }

    private func vulnerabilities(of resource: ResourceURI) throws -> [OccurrenceName] {
        let sql = """
            SELECT o.parent_id, o.id FROM occurrence o INDEXED BY occurrence_by_resource
            WHERE o.resource_id = (SELECT id FROM resource WHERE uri = ?)
              AND o.kind = \(Kind.vulnerability.rawValue)
            """
        return try connection.withStatement(sql) { statement in
            try statement.bind([.text(resource.canonical)])
            var names: [OccurrenceName] = []
            while try statement.step() {
                let parent = try ParentName(parsing: parentText(statement.integer(at: 0)), field: "parent")
                names.append(OccurrenceName(parent: parent, id: statement.text(at: 1)))
            }
            return names
        }
    }
}
