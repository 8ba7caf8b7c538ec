import MessageReflection
import MetadataModel
import Storage

/// Rows of occurrences and notes, put together as the messages they hold.
enum RecordRows {
    /// The columns of an occurrence, to be selected from the tables of ``occurrenceTables``.
    static let occurrenceColumns =
        "o.key, o.parent_id, o.id, r.uri, o.resource_has_scheme, n.parent_id, n.id, o.kind, o.updated, o.body, o.kept"
    /// The columns of a note, to be selected from `note n`.
    static let noteColumns = "n.key, n.parent_id, n.id, n.kind, n.updated, n.body, n.kept"

    /// The occurrence's own row first; the others are looked up by their primary keys.
    static func occurrenceTables(_ own: String = "occurrence o") -> String {
        "\(own) CROSS JOIN resource r ON r.id = o.resource_id CROSS JOIN note n ON n.key = o.note_key"
    }

    /// Writes the message of the current row of ``occurrenceColumns``.
    /// - Returns: whether the record is just its v1 message.
    @discardableResult
    static func writeOccurrence(
        _ row: SQLiteStatement,
        to writer: inout WireWriter,
        parentText: (Int64) throws -> String
    ) throws -> Bool {
        let kind = Int(row.integer(at: 7))
        MessageHead.writeOccurrence(
            to: &writer,
            parent: try parentText(row.integer(at: 1)),
            id: row.textBytes(at: 2),
            resource: row.textBytes(at: 3),
            hasScheme: row.integer(at: 4) != 0,
            noteParent: try parentText(row.integer(at: 5)),
            noteID: row.textBytes(at: 6),
            kind: kind,
            times: times(row, updatedColumn: 8)
        )
        row.withBlob(at: 9) { writer.bytes.append(contentsOf: $0) }
        return writeKept(row, column: 10, to: &writer) && kind < Kind.foreignOffset
    }

    /// Writes the message of the current row of ``noteColumns``.
    /// - Returns: whether the record is just its v1 message.
    @discardableResult
    static func writeNote(
        _ row: SQLiteStatement,
        to writer: inout WireWriter,
        parentText: (Int64) throws -> String
    ) throws -> Bool {
        let kind = Int(row.integer(at: 3))
        MessageHead.writeNote(
            to: &writer,
            parent: try parentText(row.integer(at: 1)),
            id: row.textBytes(at: 2),
            kind: kind,
            times: times(row, updatedColumn: 4)
        )
        row.withBlob(at: 5) { writer.bytes.append(contentsOf: $0) }
        return writeKept(row, column: 6, to: &writer) && kind < Kind.foreignOffset
    }

    /// Writes what is kept beside the message; true if there is nothing.
    private static func writeKept(_ row: SQLiteStatement, column: Int32, to writer: inout WireWriter) -> Bool {
        if row.isNull(column) { return true }
        row.withBlob(at: column) { writer.field(kept: $0) }
        return false
    }

    private static func times(_ row: SQLiteStatement, updatedColumn: Int32) -> EntryTimes {
        EntryTimes(
            created: EntryKey(rawValue: row.integer(at: 0)).microseconds,
            updated: row.integer(at: updatedColumn)
        )
    }
}

extension SQLiteConnection {
    /// The encoded occurrence in a parent's row by id.
    func occurrence(
        parentID: Int64,
        id: String,
        parentText: (Int64) throws -> String
    ) throws -> [UInt8]? {
        let sql = """
            SELECT \(RecordRows.occurrenceColumns) FROM \(RecordRows.occurrenceTables())
            WHERE o.parent_id = ? AND o.id = ?
            """
        return try message(sql, .integer(parentID), .text(id)) {
            try RecordRows.writeOccurrence($0, to: &$1, parentText: parentText)
        }
    }

    /// The encoded note in a parent's row by id.
    func note(parentID: Int64, id: String, parentText: (Int64) throws -> String) throws -> [UInt8]? {
        let sql = "SELECT \(RecordRows.noteColumns) FROM note n WHERE n.parent_id = ? AND n.id = ?"
        return try message(sql, .integer(parentID), .text(id)) {
            try RecordRows.writeNote($0, to: &$1, parentText: parentText)
        }
    }

    /// The encoded note that an occurrence hangs on.
    func noteOfOccurrence(parentID: Int64, id: String, parentText: (Int64) throws -> String) throws -> [UInt8]? {
        let sql = """
            SELECT \(RecordRows.noteColumns) FROM occurrence o CROSS JOIN note n ON n.key = o.note_key
            WHERE o.parent_id = ? AND o.id = ?
            """
        return try message(sql, .integer(parentID), .text(id)) {
            try RecordRows.writeNote($0, to: &$1, parentText: parentText)
        }
    }

    private func message(
        _ sql: String,
        _ values: SQLiteValue...,
        write: (SQLiteStatement, inout WireWriter) throws -> Void
    ) throws -> [UInt8]? {
        try withStatement(sql) { statement in
            try statement.bind(values)
            guard try statement.step() else { return nil }
            var writer = WireWriter()
            writer.reserve(MessageHead.sizeHint * 4)
            try write(statement, &writer)
            return writer.bytes
        }
    }
}
