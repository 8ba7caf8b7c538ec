import MetadataModel
import Storage

extension WriteTransaction {
    /// Puts a scan in the place of the scanner's last one.
    func replaceScan(_ scan: ScanReplacement, options: CreateOptions) throws -> ScanCounts {
        var counts = ScanCounts()
        var noteKey = try firstNoteKey()
        for draft in scan.notes {
            let outcome = try put(draft, options) { noteKey }
            if outcome == .created { noteKey = noteKey.nextMoment }
            counts.notes.count(outcome)
        }
        var key = try firstOccurrenceKey()
        var shared = SharedRows()
        for draft in scan.occurrences {
            let outcome = try put(draft, options, &shared) { key }
            if outcome == .created { key = key.nextMoment }
            counts.occurrences.count(outcome)
        }
        counts.occurrences.deleted = try deleteGone(scan)
        return counts
    }

    /// Takes out what the scanner found before and does not find any more.
    private func deleteGone(_ scan: ScanReplacement) throws -> Int {
        guard let parentID = try existingParentID(scan.parent),
            let resourceID = try connection.integer(
                "SELECT id FROM resource WHERE uri = ?",
                .text(scan.resource.canonical)
            )
        else { return 0 }
        let found = Set(scan.occurrences.map { ExactText($0.name.id) })
        let gone = try occurrenceIDs(parentID, resourceID, beginningWith: scan.idPrefix)
            .filter { !found.contains(ExactText($0)) }
        for id in gone { try deleteOccurrence(OccurrenceName(parent: scan.parent, id: id)) }
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
