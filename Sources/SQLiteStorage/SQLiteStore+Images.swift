import MessageReflection
public import MetadataModel
public import Storage

extension SQLiteStore {
    public func searchTerms(beginningWith prefix: String, limit: Int) async throws -> [SearchTerm] {
        try await read { connection in
            // Texts that begin so lie between the prefix and the prefix with the greatest character behind.
            let sql = "SELECT text FROM term WHERE text >= ? AND text < ? ORDER BY text LIMIT ?"
            return try connection.withStatement(sql) { statement in
                try statement.bind([.text(prefix), .text(prefix + "\u{10FFFF}"), .integer(limit)])
                var terms: [SearchTerm] = []
                while try statement.step() { terms.append(SearchTerm(text: statement.text(at: 0))) }
                return terms
            }
        }
    }

    public func searchImages(_ query: ImageQuery) async throws -> FoundImagePage {
        try await read { [self] connection in
            let search = ImageSearch(
                connection: connection,
                query: query,
                parentIDs: try query.project.map { try connection.parentIDs(of: $0) },
                parentText: parentTexts(connection)
            )
            return try search.run()
        }
    }

    public func resources(_ selection: ResourceSelection, limit: Int) async throws -> [KnownResource] {
        try await read { connection in
            let (condition, values) = selection.sql
            // A repository's resources lie together in the index by URI, which has the row ids that they are ordered by.
            let sql = "SELECT id, uri FROM resource WHERE \(condition) ORDER BY id DESC LIMIT ?"
            return try connection.withStatement(sql) { statement in
                try statement.bind(values + [.integer(limit)])
                var resources: [KnownResource] = []
                while try statement.step() {
                    let uri = ResourceURI(canonical: statement.text(at: 1))
                    resources.append(KnownResource(position: statement.integer(at: 0), uri: uri))
                }
                return resources
            }
        }
    }

    public func occurrences(
        of resource: KnownResource,
        project: ProjectName?,
        limit: Int,
        bytesMax: Int
    ) async throws -> MessagePage {
        try await read { [self] connection in
            let parentIDs = try project.map { try connection.parentIDs(of: $0) }
            let parentText = parentTexts(connection)
            let sql = """
                SELECT \(RecordRows.occurrenceColumns)
                FROM \(RecordRows.occurrenceTables("occurrence o INDEXED BY occurrence_by_resource"))
                WHERE o.resource_id = ? ORDER BY o.key DESC
                """
            return try connection.withStatement(sql) { statement in
                try statement.bind([.integer(resource.position)])
                var page = MessagePage()
                var writer = WireWriter()
                while try statement.step() {
                    if let parentIDs, !parentIDs.contains(statement.integer(at: 1)) { continue }
                    if page.count == limit || writer.bytes.count > bytesMax {
                        page.next = statement.integer(at: 0)
                        break
                    }
                    try writer.field(1) {
                        try RecordRows.writeOccurrence(statement, to: &$0, parentText: parentText)
                    }
                    page.count += 1
                }
                page.frames = writer.bytes
                return page
            }
        }
    }
}

extension ResourceSelection {
    fileprivate var sql: (condition: String, values: [SQLiteValue]) {
        switch self {
        case .uri(let uri): ("uri = ?", [.text(uri)])
        case .digest(let digest): ("digest = ?", [.text(digest)])
        case .repository(let name, let position):
            ("+id < ? AND uri > ? AND uri < ?", [.integer(position ?? .max), .text(name + "@"), .text(name + "A")])
        }
    }
}

extension SQLiteConnection {
    /// The rows of a project and its locations.
    fileprivate func parentIDs(of project: ProjectName) throws -> [Int64] {
        try integers(
            "SELECT parent.id FROM project JOIN parent ON parent.project_id = project.id WHERE project.name = ?",
            .text(project.id)
        )
    }
}
