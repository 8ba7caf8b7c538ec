import GrafeasProto
import MetadataModel
import Storage

extension WriteTransaction {
    /// Takes a report in.
    func takeIn(_ intake: Intake, options: CreateOptions) throws -> IntakeCounts {
        var run = IntakeRun(options: options, noteKey: try firstNoteKey(), key: try firstOccurrenceKey())
        let artifacts = try intake.artifacts.filter { try !isSuperseded($0) }
        run.counts.superseded = intake.artifacts.count - artifacts.count
        // A report of which all is superseded has nothing to say of its notes either.
        if artifacts.isEmpty, run.counts.superseded > 0 { return run.counts }
        for draft in intake.notes { try put(draft, intake, &run) }
        for artifact in artifacts {
            var assessor = Assessor(artifact.resource, intake, takesOff: false)
            for said in artifact.occurrences {
                try put(said.kind == .vulnerability ? assessed(said, &assessor) : said, &run)
            }
            try artifact.more? { note, occurrence in
                try put(note, intake, &run)
                try put(occurrence, &run)
            }
            run.counts.occurrences.deleted += try deleteGone(artifact, said: run.saidIDs)
            run.saidIDs = []
            // Rows may have gone with what was deleted.
            run.shared = SharedRows()
        }
        for product in Self.products(of: intake.notes) {
            run.counts.occurrences.replaced += try reassess(product, intake)
        }
        return run.counts
    }

    /// What goes along while a report is taken in.
    private struct IntakeRun {
        let options: CreateOptions
        var noteKey: EntryKey
        var key: EntryKey
        var counts = IntakeCounts()
        var shared = SharedRows()
        /// Hash values of the ids of the occurrences that the artifact has, for there may be a million. By chance one that
        /// is gone has the value of one that is not, and stays; among a million that is one in ten billion.
        var saidIDs: Set<Int> = []
        /// A large document has a note for each package, and does not ask for one again.
        static let rememberedNotesMax = 10_000

        init(options: CreateOptions, noteKey: EntryKey, key: EntryKey) {
            self.options = options
            self.noteKey = noteKey
            self.key = key
        }
    }

    private func assessed(_ said: OccurrenceDraft, _ assessor: inout Assessor) throws -> OccurrenceDraft {
        let (project, noteProject) = (said.name.parent.project, said.note.parent.project)
        return try assessor.assessed(said.message, of: project, noteProject: noteProject, self) ?? said
    }

    private func isSuperseded(_ artifact: Intake.Artifact) throws -> Bool {
        guard let supersession = artifact.supersession, let parentID = try existingParentID(supersession.name.parent),
            let stored = try connection.occurrence(
                parentID: parentID,
                id: supersession.name.id,
                parentText: parentText
            )
        else { return false }
        return try supersession.isNewer(stored)
    }

    private func put(_ draft: NoteDraft, _ intake: Intake, _ run: inout IntakeRun) throws {
        let key = run.noteKey
        let outcome = try put(draft, run.options, unless: intake.isNewer) { key }
        if outcome == .created { run.noteKey = key.nextMoment }
        run.counts.notes.count(outcome)
    }

    private func put(_ said: OccurrenceDraft, _ run: inout IntakeRun) throws {
        var draft = said
        // Of images a report has the bytes, and what it says follows from these.
        draft.isComputed = draft.kind == .image
        let key = run.key
        if run.shared.notes.count > IntakeRun.rememberedNotesMax { run.shared = SharedRows() }
        let outcome = try put(draft, run.options, &run.shared, replacesOther: true) { key }
        if outcome == .created { run.key = key.nextMoment }
        run.counts.occurrences.count(outcome)
        run.saidIDs.insert(ExactText(draft.name.id).hashValue)
    }

    /// The artifacts that the notes judge, each once.
    private static func products(of notes: [NoteDraft]) -> [ResourceURI] {
        var seen: Set<ExactText> = []
        return notes.compactMap(\.assessedProduct).filter { seen.insert(ExactText($0.canonical)).inserted }
    }

    /// Takes out what the source said before and does not say any more.
    private func deleteGone(_ artifact: Intake.Artifact, said: Set<Int>) throws -> Int {
        guard let prefix = artifact.replacedIDPrefix, let parentID = try existingParentID(artifact.parent),
            let resourceID = try connection.integer(
                "SELECT id FROM resource WHERE uri = ?",
                .text(artifact.resource.canonical)
            )
        else { return 0 }
        let gone = try occurrenceIDs(parentID, resourceID, beginningWith: prefix) { id in
            !said.contains(ExactText(id).hashValue)
        }
        for id in gone { try deleteOccurrence(OccurrenceName(parent: artifact.parent, id: id)) }
        return gone.count
    }

    private func occurrenceIDs(
        _ parentID: Int64,
        _ resourceID: Int64,
        beginningWith prefix: String,
        where isWanted: (String) -> Bool
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
            while try statement.step() {
                let id = statement.text(at: 0)
                if isWanted(id) { ids.append(id) }
            }
            return ids
        }
    }
}
