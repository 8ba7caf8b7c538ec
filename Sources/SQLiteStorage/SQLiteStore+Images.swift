import MessageReflection
public import MetadataModel
public import Storage

extension SQLiteStore {
    public func searchTerms(beginningWith prefix: String, limit: Int) async throws -> [SearchTerm] {
        try await read { connection in
            // Texts that begin so lie between the prefix and the prefix with the greatest character behind. Terms are kept when
            // their last posting goes.
            let sql = """
                SELECT text FROM (SELECT id, text FROM term WHERE text >= ? AND text < ? ORDER BY text LIMIT ?) AS named
                WHERE EXISTS (SELECT 1 FROM posting WHERE term_id = named.id) ORDER BY text LIMIT ?
                """
            return try connection.withStatement(sql) { statement in
                try statement.bind([
                    .text(prefix), .text(prefix + "\u{10FFFF}"), .integer(limit * 10), .integer(limit),
                ])
                var terms: [SearchTerm] = []
                while try statement.step() { terms.append(SearchTerm(text: statement.text(at: 0))) }
                return terms
            }
        }
    }

    public func searchImages(_ query: ImageQuery) async throws -> FoundImagePage {
        try await read { [self] connection in
            let projectID = try query.project.flatMap { try connection.projectID($0) }
            if query.project != nil, projectID == nil { return FoundImagePage() }
            let search = ImageSearch(
                connection: connection,
                query: query,
                projectID: projectID,
                parentText: parentTexts(connection)
            )
            return try search.run()
        }
    }

    public func resources(
        _ selection: ResourceSelection,
        project: ProjectName?,
        limit: Int
    ) async throws -> [KnownResource] {
        try await read { connection in
            guard let filter = try connection.projectFilter(project, "resource.id") else { return [] }
            let (condition, values) = selection.sql
            // A repository's resources lie together in the index by URI, which has the row ids that they are ordered by.
            let sql = """
                SELECT id, artifact_id, uri FROM resource WHERE \(condition) AND \(filter) ORDER BY id DESC LIMIT ?
                """
            return try connection.resources(sql, values + [.integer(limit)])
        }
    }

    public func family(of resource: KnownResource, project: ProjectName?) async throws -> ImageFamily {
        try await read { connection in
            guard let filter = try connection.projectFilter(project, "r.id") else { return ImageFamily() }
            let artifact = SQLiteValue.integer(resource.artifact)
            let indexes = """
                SELECT DISTINCT r.id, r.artifact_id, r.uri
                FROM platform_image i CROSS JOIN occurrence o ON o.key = i.occurrence_key
                CROSS JOIN resource r ON r.id = o.resource_id
                WHERE i.image_id = ? AND \(filter) ORDER BY r.id DESC LIMIT \(ImageFamily.indexesMax)
                """
            let members = """
                SELECT image_id FROM platform_image WHERE index_id = ?1
                UNION SELECT image_id FROM platform_image
                WHERE index_id IN (SELECT index_id FROM platform_image WHERE image_id = ?1)
                """
            return ImageFamily(
                isIndex: try connection.integer("SELECT 1 FROM platform_image WHERE index_id = ? LIMIT 1", artifact)
                    != nil,
                indexes: try connection.resources(indexes, [artifact]),
                images: Set(try connection.integers(members, artifact))
            )
        }
    }

    public func occurrences(
        of resource: KnownResource,
        project: ProjectName?,
        limit: Int,
        bytesMax: Int
    ) async throws -> MessagePage {
        try await read { [self] connection in
            let projectID = try project.flatMap { try connection.projectID($0) }
            if project != nil, projectID == nil { return MessagePage() }
            let parentText = parentTexts(connection)
            let sql = """
                SELECT \(RecordRows.occurrenceColumns)
                FROM \(RecordRows.occurrenceTables("occurrence o INDEXED BY occurrence_by_resource"))
                WHERE o.resource_id = ?1
                  AND (?2 IS NULL OR o.parent_id IN (SELECT id FROM parent WHERE project_id = ?2))
                ORDER BY o.key DESC
                """
            return try connection.withStatement(sql) { statement in
                let id = projectID.map { SQLiteValue.integer($0) } ?? .null
                try statement.bind([.integer(resource.position), id])
                var page = MessagePage()
                var writer = WireWriter()
                while try statement.step() {
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
    fileprivate func projectID(_ name: ProjectName) throws -> Int64? {
        try integer("SELECT id FROM project WHERE name = ?", .text(name.id))
    }

    /// SQL for: the resource in a column has occurrences of the project; all have that if there is none. Nil for a project that does
    /// not exist.
    fileprivate func projectFilter(_ project: ProjectName?, _ column: String) throws -> String? {
        guard let project else { return "1" }
        return try projectID(project).map { id in
            """
            EXISTS (SELECT 1 FROM occurrence po INDEXED BY occurrence_by_resource WHERE po.resource_id = \(column)
                    AND po.parent_id IN (SELECT id FROM parent WHERE project_id = \(id)))
            """
        }
    }

    fileprivate func resources(_ sql: String, _ values: [SQLiteValue]) throws -> [KnownResource] {
        try withStatement(sql) { statement in
            try statement.bind(values)
            var resources: [KnownResource] = []
            while try statement.step() {
                resources.append(
                    KnownResource(
                        position: statement.integer(at: 0),
                        artifact: statement.integer(at: 1),
                        uri: ResourceURI(canonical: statement.text(at: 2))
                    )
                )
            }
            return resources
        }
    }
}
