/// The tables of the reference server's PostgreSQL store, all of them as they were when the transaction began.
///
/// | table | columns |
/// | --- | --- |
/// | `projects` | `name` |
/// | `notes` | `id`, `project_name`, `note_name`, `data` |
/// | `occurrences` | `id`, `project_name`, `occurrence_name`, `data`, `note_id` |
///
/// `data` is a v1beta1 message in protobuf's text format.
struct PostgresSource: MigrationSource {
    let name: String
    private let connection: PostgresConnection
    private let types: RecordTypes

    /// Rows at once: with the largest records that servers take, some hundred megabytes.
    private static let rowsAtOnce = 500

    /// Connects and begins the transaction.
    static func open(url: String, name: String, types: RecordTypes) async throws -> PostgresSource {
        do {
            let connection = try await PostgresConnection.open(url)
            let source = PostgresSource(name: name, connection: connection, types: types)
            try await source.rows("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            return source
        } catch let error as PostgresError {
            throw ClientFailure.unreachable(server: name, reason: error.description)
        }
    }

    /// Those of the table and those that records name: the reference server takes records of projects that nobody has
    /// created.
    func projects() async throws -> [String] {
        let statement = """
            SELECT name FROM projects UNION SELECT project_name FROM notes UNION SELECT project_name FROM occurrences
            """
        return Set(try await rows(statement).map { Self.projectName($0[0]) }).sorted()
    }

    func counts(of collection: RecordCollection) async throws -> [String: Int]? {
        let counts = try await rows("SELECT project_name, count(*) FROM \(collection.rawValue) GROUP BY 1").map { row in
            (Self.projectName(row[0]), Int(Self.text(row[1])) ?? 0)
        }
        return Dictionary(counts, uniquingKeysWith: +)
    }

    func eachPage(
        of collection: RecordCollection,
        in project: String,
        after position: String?,
        _ body: (SourcePage) async throws -> Void
    ) async throws {
        let id = String(project.dropFirst("projects/".count))
        try await rows(
            "DECLARE records NO SCROLL CURSOR FOR " + Self.statement(collection),
            [id, project, position ?? "0"]
        )
        while true {
            let rows = try await self.rows("FETCH \(Self.rowsAtOnce) FROM records")
            guard let last = rows.last else { break }
            let entries = rows.map { row in
                types.entry(
                    fromText: row[2],
                    of: collection,
                    named: "\(project)/\(collection.rawValue)/\(Self.text(row[1]))",
                    noteName: row[3].map { Self.text($0) }
                )
            }
            try await body(SourcePage(entries: entries, position: Self.text(last[0])))
        }
        try await self.rows("CLOSE records")
    }

    /// Id, name, data and the note's name of a project's records in the order of their ids.
    private static func statement(_ collection: RecordCollection) -> String {
        switch collection {
        case .notes:
            """
            SELECT id, note_name, data, NULL FROM notes
            WHERE project_name IN ($1, $2) AND id > $3::bigint ORDER BY id
            """
        case .occurrences:
            """
            SELECT o.id, o.occurrence_name, o.data, 'projects/' || n.project_name || '/notes/' || n.note_name
            FROM occurrences o LEFT JOIN notes n ON n.id = o.note_id
            WHERE o.project_name IN ($1, $2) AND o.id > $3::bigint ORDER BY o.id
            """
        }
    }

    @discardableResult
    private func rows(_ statement: String, _ parameters: [String] = []) async throws -> [[PostgresConnection.Value]] {
        do { return try await connection.rows(statement, parameters) } catch let error as PostgresError {
            throw ClientFailure.unexpected("\(name) cannot be read: \(error)")
        }
    }

    /// `projects/p`, which is how one table has it; the others have `p`.
    private static func projectName(_ value: PostgresConnection.Value) -> String {
        let text = text(value)
        return text.hasPrefix("projects/") ? text : "projects/\(text)"
    }

    private static func text(_ value: PostgresConnection.Value) -> String {
        String(decoding: value ?? [], as: UTF8.self)
    }
}
