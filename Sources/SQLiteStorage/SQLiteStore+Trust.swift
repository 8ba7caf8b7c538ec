import MessageReflection
public import MetadataModel
public import Storage

extension SQLiteStore {
    public func document(_ name: DocumentName, revision: Int?) async throws -> StoredDocument? {
        try pointRead(ParentName(project: name.collection.project.id)) { connection, parentID, _ in
            guard let revision else {
                return try connection.newestDocument(name, parentID: parentID).flatMap { $0.content == nil ? nil : $0 }
            }
            return try connection.documents(
                in: name.collection,
                parentID: parentID,
                "id = ? AND revision = ?",
                [.text(name.id), .integer(revision)]
            ).first
        }
    }

    public func documents(
        in collection: DocumentCollection,
        before position: Int64?,
        limit: Int,
        bytesMax: Int
    ) async throws -> DocumentPage {
        let condition = "is_newest = 1 AND content IS NOT NULL"
        return try await page(of: collection, condition, [], before: position, limit: limit, bytesMax: bytesMax)
    }

    public func revisions(
        of name: DocumentName,
        before position: Int64?,
        limit: Int,
        bytesMax: Int
    ) async throws -> DocumentPage {
        // A revision's number is its position: the index by name has them in order.
        try await read { connection in
            guard let parentID = try connection.parentID(ParentName(project: name.collection.project.id)) else {
                return DocumentPage()
            }
            return try connection.page(
                of: name.collection,
                parentID: parentID,
                "id = ?",
                [.text(name.id)],
                by: "revision",
                before: position,
                limit: limit,
                bytesMax: bytesMax
            )
        }
    }

    private func page(
        of collection: DocumentCollection,
        _ condition: String,
        _ values: [SQLiteValue],
        before position: Int64?,
        limit: Int,
        bytesMax: Int
    ) async throws -> DocumentPage {
        try await read { connection in
            guard let parentID = try connection.parentID(ParentName(project: collection.project.id)) else {
                return DocumentPage()
            }
            return try connection.page(
                of: collection,
                parentID: parentID,
                condition,
                values,
                before: position,
                limit: limit,
                bytesMax: bytesMax
            )
        }
    }

    public func computedPlatforms(of digest: String) async throws -> [String] {
        try await read { connection in
            let sql = """
                SELECT DISTINCT image.name FROM platform_image p CROSS JOIN artifact image ON image.id = p.image_id
                WHERE p.index_id = (SELECT id FROM artifact WHERE name = ?) AND p.is_computed = 1 ORDER BY image.name
                """
            return try connection.withStatement(sql) { statement in
                try statement.bind([.text(digest)])
                var digests: [String] = []
                while try statement.step() { digests.append(statement.text(at: 0)) }
                return digests
            }
        }
    }

    public func changeCount(of digests: [String]) -> UInt64 { changes.count(of: digests) }

    public func documentChangeCount() -> UInt64 { changes.documents }

    // MARK: Decisions

    public func decision(_ name: DecisionName) async throws -> [UInt8]? {
        try pointRead(ParentName(project: name.project.id)) { connection, parentID, _ in
            try connection.withStatement("SELECT body FROM decision WHERE parent_id = ? AND id = ?") { statement in
                try statement.bind([.integer(parentID), .text(name.id)])
                guard try statement.step() else { return nil }
                defer { statement.reset() }
                return statement.bytes(at: 0)
            }
        }
    }

    public func decisions(_ query: DecisionQuery) async throws -> MessagePage {
        try await read { [matchers] connection in
            try connection.decisions(query, matches: query.filter.map { matchers.decisionMatcher(for: $0) })
        }
    }

    public func brokenGlass(objectUIDs: [String], project: ProjectName, limit: Int) async throws -> [[UInt8]] {
        try await read { connection in
            guard let parentID = try connection.parentID(ParentName(project: project.id)) else { return [] }
            let sql = """
                SELECT body FROM decision INDEXED BY decision_by_object
                WHERE broke_glass_for = ? AND parent_id = ? ORDER BY key DESC LIMIT ?
                """
            return try objectUIDs.flatMap { uid in
                try connection.withStatement(sql) { statement in
                    try statement.bind([.text(uid), .integer(parentID), .integer(limit)])
                    var bodies: [[UInt8]] = []
                    while try statement.step() { bodies.append(statement.bytes(at: 0)) }
                    return bodies
                }
            }
        }
    }
}

extension SQLiteConnection {
    private static let documentColumns = "id, revision, version, content, key"

    /// The newest revision of a document, which may be its deletion.
    func newestDocument(_ name: DocumentName, parentID: Int64) throws -> StoredDocument? {
        try documents(
            in: name.collection,
            parentID: parentID,
            "id = ? ORDER BY revision DESC LIMIT 1",
            [.text(name.id)]
        ).first
    }

    /// Documents of a collection that satisfy a condition.
    func documents(
        in collection: DocumentCollection,
        parentID: Int64,
        _ condition: String,
        _ values: [SQLiteValue]
    ) throws -> [StoredDocument] {
        try page(of: collection, parentID: parentID, condition, values, isOrdered: true).documents
    }

    /// A page of a collection's documents that satisfy a condition, newest first.
    /// - Parameters:
    ///   - order: the column that positions are of.
    ///   - isOrdered: whether the condition says the order itself.
    func page(
        of collection: DocumentCollection,
        parentID: Int64,
        _ condition: String,
        _ values: [SQLiteValue],
        by order: String = "key",
        before position: Int64? = nil,
        limit: Int = 1,
        bytesMax: Int = .max,
        isOrdered: Bool = false
    ) throws -> DocumentPage {
        let bounds = isOrdered ? condition : "\(condition) AND \(order) < ? ORDER BY \(order) DESC LIMIT ?"
        let columns = "\(order), \(Self.documentColumns)"
        let sql = "SELECT \(columns) FROM document WHERE parent_id = ? AND sort = ? AND \(bounds)"
        return try withStatement(sql) { statement in
            let more: [SQLiteValue] = isOrdered ? [] : [.integer(position ?? .max), .integer(limit + 1)]
            try statement.bind([.integer(parentID), .integer(collection.sort.rawValue)] + values + more)
            var page = DocumentPage()
            var (bytes, last): (Int, Int64?) = (0, nil)
            while try statement.step() {
                let document = Self.document(statement, in: collection)
                bytes += document.content?.utf8.count ?? 0
                if page.documents.count == limit || bytes > bytesMax, !page.documents.isEmpty {
                    page.next = last
                    break
                }
                page.documents.append(document)
                last = statement.integer(at: 0)
            }
            statement.reset()
            return page
        }
    }

    private static func document(_ row: SQLiteStatement, in collection: DocumentCollection) -> StoredDocument {
        StoredDocument(
            name: DocumentName(collection: collection, id: row.text(at: 1)),
            content: row.isNull(4) ? nil : row.text(at: 4),
            version: row.text(at: 3),
            revision: Int(row.integer(at: 2)),
            created: EntryKey(rawValue: row.integer(at: 5)).microseconds
        )
    }

    /// How many documents a project has that are not deleted.
    func liveDocumentCount(projectID: Int64) throws -> Int64 {
        let sql = """
            SELECT count(*) FROM document
            WHERE parent_id IN (SELECT id FROM parent WHERE project_id = ?) AND is_newest = 1 AND content IS NOT NULL
            """
        return try integer(sql, .integer(projectID)) ?? 0
    }

    /// A page of decisions, newest first.
    fileprivate func decisions(
        _ query: DecisionQuery,
        matches: ((UnsafeRawBufferPointer) -> Bool)?
    ) throws -> MessagePage {
        guard let parentID = try parentID(ParentName(project: query.project.id)) else { return MessagePage() }
        let sql = "SELECT key, body FROM decision WHERE parent_id = ? AND key < ? ORDER BY key DESC"
        return try withStatement(sql) { statement in
            try statement.bind([.integer(parentID), .integer(query.before ?? .max)])
            var (page, writer, scanned) = (MessagePage(), WireWriter(), 0)
            while try statement.step() {
                let key = statement.integer(at: 0)
                if scanned == query.scannedRowsMax {
                    page.next = key + 1
                    break
                }
                scanned += 1
                let isWanted = statement.withBlob(at: 1) { body in matches.map { $0(body) } ?? true }
                guard isWanted else { continue }
                let body = statement.bytes(at: 1)
                let isFull = page.count == query.limit || writer.bytes.count + body.count > query.bytesMax
                if isFull, page.count > 0 {
                    page.next = key + 1
                    break
                }
                writer.field(1, bytes: body)
                page.count += 1
            }
            statement.reset()
            page.frames = writer.bytes
            return page
        }
    }
}
