import MetadataModel
import Storage

/// Opens a plan's index walks as cursors: one statement for each index prefix, each newest first.
struct WalkCursors {
    let connection: SQLiteConnection
    let query: ListQuery
    let anchor: CollectionAnchor
    let keys: ClosedRange<Int64>
    /// Columns behind `hit`, each with a comma before it.
    let moreColumns: String

    /// Cursors that one list merges at most. A digest may belong to many resources, a note id to many projects; beyond
    /// the bound the collection itself is walked, and beyond that the table.
    private static let cursorsMax = 64

    /// One cursor for each stretch of an index that the plan's walks cover.
    func open() throws -> [SQLiteStatement] {
        var stretches = try query.plan.walks.flatMap(stretches)
        if stretches.count > Self.cursorsMax { stretches = try self.stretches(.everything) }
        if stretches.count > Self.cursorsMax { stretches = [wholeTable] }
        return try stretches.map(open)
    }

    /// A stretch of an index: the table with the index named, the columns that the prefix fixes, and their values.
    private struct Stretch {
        var tables: String
        var prefix: String
        var key: String
        var values: [SQLiteValue]
    }

    private func stretches(_ walk: IndexWalk) throws -> [Stretch] {
        if query.collection.isNotes { return noteStretches(walk) }
        switch walk {
        case .everything:
            if case .note(let key) = anchor { return ofNotes([key]) }
            return ofParents("occurrence_by_parent", "o.parent_id = ?")
        case .kind(let kind):
            return ofParents("occurrence_by_parent_kind", "o.parent_id = ? AND o.kind = ?", .integer(kind))
        case .effectiveSeverity(let severity):
            return ofParents(
                "occurrence_by_effective_severity",
                "o.effective_severity <> 0 AND o.parent_id = ? AND o.effective_severity = ?",
                .integer(severity)
            )
        case .severity(let severity):
            return ofParents(
                "occurrence_by_severity",
                "o.severity <> 0 AND o.parent_id = ? AND o.severity = ?",
                .integer(severity)
            )
        case .fixAvailable:
            return ofParents("occurrence_by_fix", "o.fix_available = 1 AND o.parent_id = ?")
        case .id(let id):
            return ofParents("occurrence_by_name", "o.parent_id = ? AND o.id = ?", .text(id))
        case .resource(let uri):
            return ofResources(try connection.integers("SELECT id FROM resource WHERE uri = ?", .text(uri)))
        case .digest(let digest):
            let sql = "SELECT id FROM resource WHERE digest = ? LIMIT \(Self.cursorsMax + 1)"
            return ofResources(try connection.integers(sql, .text(digest)))
        case .note(let name):
            guard let parentID = try connection.parentID(name.parent) else { return [] }
            let sql = "SELECT key FROM note WHERE parent_id = ? AND id = ?"
            return ofNotes(try connection.integers(sql, .integer(parentID), .text(name.id)))
        case .noteID(let id):
            let sql = "SELECT key FROM note WHERE id = ? LIMIT \(Self.cursorsMax + 1)"
            return ofNotes(try connection.integers(sql, .text(id)))
        case .package(let name):
            return ofPackages(try connection.integers("SELECT id FROM package WHERE name = ?", .text(name)))
        }
    }

    private func noteStretches(_ walk: IndexWalk) -> [Stretch] {
        anchor.parents.map { parentID in
            let parent = SQLiteValue.integer(parentID)
            return switch walk {
            case .kind(let kind):
                ofNoteTable("note_by_parent_kind", "n.parent_id = ? AND n.kind = ?", parent, .integer(kind))
            case .id(let id), .noteID(let id):
                ofNoteTable("note_by_name", "n.parent_id = ? AND n.id = ?", parent, .text(id))
            default: ofNoteTable("note_by_parent", "n.parent_id = ?", parent)
            }
        }
    }

    private var wholeTable: Stretch {
        if query.collection.isNotes { return Stretch(tables: "note n", prefix: "1", key: "n.key", values: []) }
        let tables = RecordRows.occurrenceTables("occurrence o NOT INDEXED")
        return Stretch(tables: tables, prefix: "1", key: "o.key", values: [])
    }

    // MARK: Stretches of an index

    /// One for each parent, whose id is the prefix's first value.
    private func ofParents(_ index: String, _ prefix: String, _ value: SQLiteValue...) -> [Stretch] {
        anchor.parents.map { occurrences(index, prefix, [.integer($0)] + value) }
    }

    private func ofResources(_ ids: [Int64]) -> [Stretch] {
        ids.map { occurrences("occurrence_by_resource", "o.resource_id = ?", [.integer($0)]) }
    }

    private func ofNotes(_ keys: [Int64]) -> [Stretch] {
        keys.map { occurrences("occurrence_by_note", "o.note_key = ?", [.integer($0)]) }
    }

    private func ofPackages(_ ids: [Int64]) -> [Stretch] {
        let tables = RecordRows.occurrenceTables(
            "occurrence_package p CROSS JOIN occurrence o ON o.key = p.occurrence_key"
        )
        return ids.map {
            Stretch(tables: tables, prefix: "p.package_id = ?", key: "p.occurrence_key", values: [.integer($0)])
        }
    }

    private func occurrences(_ index: String, _ prefix: String, _ values: [SQLiteValue]) -> Stretch {
        let tables = RecordRows.occurrenceTables("occurrence o INDEXED BY \(index)")
        return Stretch(tables: tables, prefix: prefix, key: "o.key", values: values)
    }

    private func ofNoteTable(_ index: String, _ prefix: String, _ values: SQLiteValue...) -> Stretch {
        Stretch(tables: "note n INDEXED BY \(index)", prefix: prefix, key: "n.key", values: values)
    }

    /// The WHERE clause holds what the index walks and nothing else; the rest is a column named `hit`, so that every
    /// row stepped over comes up here and is counted.
    private func open(_ stretch: Stretch) throws -> SQLiteStatement {
        let isNotes = query.collection.isNotes
        let hit = ConditionSQL(query.plan.condition ?? .all([]), on: isNotes ? .notes : .occurrences)
        let columns = isNotes ? RecordRows.noteColumns : RecordRows.occurrenceColumns
        let sql = """
            SELECT \(columns), \(anchor.condition(on: isNotes ? "n" : "o")) AND (\(hit.text)) AS hit\(moreColumns)
            FROM \(stretch.tables) WHERE \(stretch.prefix) AND \(stretch.key) BETWEEN ? AND ?
            ORDER BY \(stretch.key) DESC
            """
        let statement = try connection.take(sql)
        let range = [SQLiteValue.integer(keys.lowerBound), .integer(keys.upperBound)]
        try statement.bind([anchor.value] + hit.values + stretch.values + range)
        return statement
    }
}
