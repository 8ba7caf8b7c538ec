import GrafeasProto
import MetadataModel
import Storage

extension WriteTransaction {
    /// Takes a report in.
    func takeIn(_ intake: Intake, options: CreateOptions) throws -> IntakeCounts {
        var counts = IntakeCounts()
        var noteKey = try firstNoteKey()
        for draft in intake.notes {
            let outcome = try put(draft, options) { noteKey }
            if outcome == .created { noteKey = noteKey.nextMoment }
            counts.notes.count(outcome)
        }
        var key = try firstOccurrenceKey()
        var shared = SharedRows()
        for artifact in intake.artifacts {
            let assessments = try assessments(of: artifact.resource)
            let assess = assessments.isEmpty ? nil : try intake.assess(assessments)
            for said in artifact.occurrences {
                let draft = try said.kind == .vulnerability ? assess?(said.message) ?? said : said
                let outcome = try put(draft, options, &shared) { key }
                if outcome == .created { key = key.nextMoment }
                counts.occurrences.count(outcome)
            }
            counts.occurrences.deleted += try deleteGone(artifact)
        }
        for product in Self.products(of: intake.notes) {
            counts.occurrences.replaced += try reassess(product, intake)
        }
        return counts
    }

    /// The artifacts that the notes judge, each once.
    private static func products(of notes: [NoteDraft]) -> [ResourceURI] {
        var seen: Set<ExactText> = []
        return notes.compactMap(\.assessedProduct).filter { seen.insert(ExactText($0.canonical)).inserted }
    }

    /// Takes out what the source said before and does not say any more.
    private func deleteGone(_ artifact: Intake.Artifact) throws -> Int {
        guard let prefix = artifact.replacedIDPrefix, let parentID = try existingParentID(artifact.parent),
            let resourceID = try connection.integer(
                "SELECT id FROM resource WHERE uri = ?",
                .text(artifact.resource.canonical)
            )
        else { return 0 }
        let said = Set(artifact.occurrences.map { ExactText($0.name.id) })
        let gone = try occurrenceIDs(parentID, resourceID, beginningWith: prefix)
            .filter { !said.contains(ExactText($0)) }
        for id in gone { try deleteOccurrence(OccurrenceName(parent: artifact.parent, id: id)) }
        return gone.count
    }

    private func occurrenceIDs(
        _ parentID: Int64,
        _ resourceID: Int64,
        beginningWith prefix: String
    ) throws -> [String] {
        let sql = """
            SELECT id FROM occurrence INDEXED BY occurrence_by_resource
            WHERE resource_id = ? AND parent_id = ? AND substr(id, 1, ?) = ?
            """
        return try connection.withStatement(sql) { statement in
            try statement.bind([
                .integer(resourceID), .integer(parentID), .integer(prefix.unicodeScalars.count), .text(prefix),
            ])
            var ids: [String] = []
            while try statement.step() { ids.append(statement.text(at: 0)) }
            return ids
        }
    }
}
