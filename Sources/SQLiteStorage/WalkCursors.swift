import MetadataModel
import Storage

/// Opens a plan's index walks as cursors: one statement for each index prefix, each newest first.
struct WalkCursors {
    let connection: SQLiteConnection
    let query: ListQuery
    /// The rows that the collection hangs on: parents' ids, or a note's key.
    let bases: [Int64]
    let keys: ClosedRange<Int64>

    /// One cursor for each stretch of an index that the plan's walks cover.
    func open() throws -> [SQLiteStatement] {
        guard !keys.isEmpty else { return [] }
        var cursors: [SQLiteStatement] = []
        for walk in query.plan.walks { cursors += try open(walk) }
        return cursors
    }

    private func open(_ walk: IndexWalk) throws -> [SQLiteStatement] {
        if case .notes = query.collection { return try openNotes(walk) }
        switch walk {
        case .everything: return try openBase()
        case .kind(let kind):
            return try cursors("occurrence_by_parent_kind", "o.parent_id = ? AND o.kind = ?", Int64(kind))
        case .resource(let uri):
            return try resources("SELECT id FROM resource WHERE uri = ?", uri)
        case .digest(let digest):
            return try resources("SELECT id FROM resource WHERE digest = ?", digest)
        case .note(let name):
            guard let parentID = try connection.parentID(name.parent) else { return [] }
            let sql = "SELECT key FROM note WHERE parent_id = ? AND id = ?"
            return try notes(connection.integers(sql, .integer(parentID), .text(name.id)))
        case .noteID(let id):
            return try notes(connection.integers("SELECT key FROM note WHERE id = ?", .text(id)))
        case .package(let name):
            guard let id = try connection.integer("SELECT id FROM package WHERE name = ?", .text(name)) else {
                return []
            }
            return [try packageCursor(id)]
        case .effectiveSeverity(let severity):
            return try cursors(
                "occurrence_by_effective_severity",
                "o.effective_severity <> 0 AND o.parent_id = ? AND o.effective_severity = ?", Int64(severity))
        case .severity(let severity):
            return try cursors(
                "occurrence_by_severity", "o.severity <> 0 AND o.parent_id = ? AND o.severity = ?", Int64(severity))
        case .fixAvailable:
            return try cursors("occurrence_by_fix", "o.fix_available = 1 AND o.parent_id = ?")
        case .id(let id):
            return try bases.map { try idCursor(id, in: $0) }
        }
    }

    private func openBase() throws -> [SQLiteStatement] {
        if case .occurrencesOfNote = query.collection { return try notes(bases) }
        return try cursors("occurrence_by_parent", "o.parent_id = ?")
    }

    /// A cursor for each parent, whose id is the prefix's first value.
    private func cursors(_ index: String, _ prefix: String, _ value: Int64...) throws -> [SQLiteStatement] {
        try bases.map { try cursor(index, prefix, [$0] + value) }
    }

    private func resources(_ sql: String, _ value: String) throws -> [SQLiteStatement] {
        try connection.integers(sql, .text(value)).map { try cursor("occurrence_by_resource", "o.resource_id = ?", [$0]) }
    }

    private func notes(_ keys: [Int64]) throws -> [SQLiteStatement] {
        try keys.map { try cursor("occurrence_by_note", "o.note_key = ?", [$0]) }
    }

    // MARK: Statements

    private func cursor(_ index: String, _ prefix: String, _ values: [Int64]) throws -> SQLiteStatement {
        let tables = RecordRows.occurrenceTables("occurrence o INDEXED BY \(index)")
        return try open(tables: tables, prefix: prefix, key: "o.key", values.map(SQLiteValue.integer))
    }

    private func packageCursor(_ id: Int64) throws -> SQLiteStatement {
        let tables = RecordRows.occurrenceTables(
            "occurrence_package p CROSS JOIN occurrence o ON o.key = p.occurrence_key")
        return try open(tables: tables, prefix: "p.package_id = ?", key: "p.occurrence_key", [.integer(id)])
    }

    private func idCursor(_ id: String, in parentID: Int64) throws -> SQLiteStatement {
        let tables = RecordRows.occurrenceTables("occurrence o INDEXED BY occurrence_by_name")
        return try open(
            tables: tables, prefix: "o.parent_id = ? AND o.id = ?", key: "o.key", [.integer(parentID), .text(id)])
    }

    private func openNotes(_ walk: IndexWalk) throws -> [SQLiteStatement] {
        try bases.map { parentID in
            switch walk {
            case .kind(let kind):
                try noteCursor("note_by_parent_kind", "n.parent_id = ? AND n.kind = ?", .integer(parentID), .integer(kind))
            case .id(let id), .noteID(let id):
                try noteCursor("note_by_name", "n.parent_id = ? AND n.id = ?", .integer(parentID), .text(id))
            default: try noteCursor("note_by_parent", "n.parent_id = ?", .integer(parentID))
            }
        }
    }

    private func noteCursor(_ index: String, _ prefix: String, _ values: SQLiteValue...) throws -> SQLiteStatement {
        try open(tables: "note n INDEXED BY \(index)", prefix: prefix, key: "n.key", values)
    }

    /// The WHERE clause holds what the index walks and nothing else; the rest is a column named `hit`, so that every
    /// row stepped over comes up here and is counted.
    private func open(
        tables: String, prefix: String, key: String, _ values: [SQLiteValue]
    ) throws -> SQLiteStatement {
        let hit = ConditionSQL(query.plan.condition ?? .all([]), on: isNotes ? .notes : .occurrences)
        let columns = isNotes ? RecordRows.noteColumns : RecordRows.occurrenceColumns
        let sql = """
            SELECT \(columns), \(baseCondition) AND (\(hit.text)) AS hit FROM \(tables)
            WHERE \(prefix) AND \(key) BETWEEN ? AND ? ORDER BY \(key) DESC
            """
        let statement = try connection.take(sql)
        try statement.bind(
            bases.map(SQLiteValue.integer) + hit.values + values + [.integer(keys.lowerBound), .integer(keys.upperBound)])
        return statement
    }

    private var isNotes: Bool {
        if case .notes = query.collection { true } else { false }
    }

    /// Indexes other than the collection's own deliver rows of other collections too. Its values are ``bases``.
    private var baseCondition: String {
        let list = bases.map { _ in "?" }.joined(separator: ", ")
        return switch query.collection {
        case .occurrences: "o.parent_id IN (\(list))"
        case .notes: "n.parent_id IN (\(list))"
        case .occurrencesOfNote: "o.note_key IN (\(list))"
        }
    }
}
