import MetadataModel
import MessageReflection
import Storage

/// The writes that a transaction is made of, on the writer's connection.
///
/// `@unchecked Sendable`: ``GroupCommitWriter`` runs it on its serial queue only.
final class WriteTransaction: @unchecked Sendable {
    let connection: SQLiteConnection
    /// Microseconds since 1970.
    let now: @Sendable () -> Int64
    /// Rows that were looked up or made in transactions that committed, or in the running one.
    private var parentIDs: [ParentName: Int64] = [:]
    private var parentTexts: [Int64: String] = [:]
    /// Nothing takes packages and search terms out.
    private var packageRows = RememberedRows<ExactText>()
    private var termRows = RememberedRows<SearchTerm>()
    private var lastOccurrence: EntryKey?
    private var lastNote: EntryKey?
    private var lastDecision: EntryKey?
    private var didDeleteProject = false
    /// What the running transaction, and those before it that failed, have changed.
    private var changedStripes: Set<Int> = []
    private var didChangeDocuments = false
    private static let rememberedMax = 100_000

    init(_ connection: SQLiteConnection, now: @escaping @Sendable () -> Int64) {
        self.connection = connection
        self.now = now
    }

    /// Drops what was remembered, because the rows it speaks of may have been rolled back.
    func forget() {
        parentIDs = [:]
        parentTexts = [:]
        packageRows = RememberedRows()
        termRows = RememberedRows()
        lastOccurrence = nil
        lastNote = nil
        lastDecision = nil
    }

    /// Remembers that what is known of a digest has changed.
    func rememberChange(of resource: ResourceURI) {
        if let digest = resource.digest { changedStripes.insert(ChangeCounts.stripe(of: digest)) }
    }

    func rememberChangedDocument() { didChangeDocuments = true }

    /// Raises the counts of what has changed.
    func raise(_ counts: ChangeCounts) {
        counts.raise(documents: didChangeDocuments, stripes: changedStripes)
        changedStripes = []
        didChangeDocuments = false
    }

    /// Remembers that a project went, with its parents' rows.
    func rememberDeletedProject() {
        forget()
        didDeleteProject = true
    }

    /// Whether a project went in the transaction that has been committed; asking clears it.
    func takeDeletedProject() -> Bool {
        defer { didDeleteProject = false }
        return didDeleteProject
    }

    // MARK: Keys

    /// The key for the first of the occurrences that a write makes.
    func firstOccurrenceKey() throws -> EntryKey {
        let last = try lastOccurrence ?? connection.integer("SELECT max(key) FROM occurrence").map(EntryKey.init)
        return EntryKey.first(at: now(), after: last)
    }

    func rememberOccurrence(_ key: EntryKey) { lastOccurrence = max(lastOccurrence ?? key, key) }

    /// The key for the first of the notes that a write makes.
    func firstNoteKey() throws -> EntryKey {
        let last = try lastNote ?? connection.integer("SELECT max(key) FROM note").map(EntryKey.init)
        return EntryKey.first(at: now(), after: last)
    }

    func rememberNote(_ key: EntryKey) { lastNote = max(lastNote ?? key, key) }

    /// The key for the next decision, which from then on is the last.
    func nextDecisionKey() throws -> EntryKey {
        let last = try lastDecision ?? connection.integer("SELECT max(key) FROM decision").map(EntryKey.init)
        let key = EntryKey.first(at: now(), after: last)
        lastDecision = key
        return key
    }

    // MARK: Parents

    /// The row of a parent, made if need be.
    /// - Throws: `notFound` when the project does not exist and must.
    func parentID(_ name: ParentName, projectMustExist: Bool) throws -> Int64 {
        if let known = parentIDs[name] { return known }
        if parentIDs.count + parentTexts.count >= Self.rememberedMax { forget() }
        let project = ProjectName(id: name.project)
        let id = try insertParent(name, projectID: try projectID(project, mustExist: projectMustExist))
        parentIDs[name] = id
        return id
    }

    /// The row of a parent, if it is there.
    func existingParentID(_ name: ParentName) throws -> Int64? {
        if let known = parentIDs[name] { return known }
        let id = try connection.parentID(name)
        parentIDs[name] = id
        return id
    }

    /// A parent's name by its row.
    func parentText(_ id: Int64) throws -> String {
        if let known = parentTexts[id] { return known }
        let text = try connection.parentText(id)
        parentTexts[id] = text
        return text
    }

    private func projectID(_ name: ProjectName, mustExist: Bool) throws -> Int64 {
        if let id = try connection.integer("SELECT id FROM project WHERE name = ?", .text(name.id)) { return id }
        guard !mustExist else { throw MetadataError.notFound(name.reference) }
        try connection.run("INSERT INTO project (name) VALUES (?)", .text(name.id))
        return connection.lastInsertedKey
    }

    private func insertParent(_ name: ParentName, projectID: Int64) throws -> Int64 {
        let location = SQLiteValue.text(name.location ?? "")
        let select = "SELECT id FROM parent WHERE project_id = ? AND location = ?"
        if let id = try connection.integer(select, .integer(projectID), location) { return id }
        try connection.run(
            "INSERT INTO parent (project_id, location) VALUES (?, ?)",
            .integer(projectID),
            location
        )
        return connection.lastInsertedKey
    }

    // MARK: Interned text

    /// A resource and what it stands for.
    struct ResourceRow {
        let id: Int64
        let artifactID: Int64
    }

    /// The row of a resource, made if need be.
    func resourceRow(_ resource: ResourceURI) throws -> ResourceRow {
        let uri = SQLiteValue.text(resource.canonical)
        let known = try connection.withStatement("SELECT id, artifact_id FROM resource WHERE uri = ?") { statement in
            try statement.bind([uri])
            return try statement.step()
                ? ResourceRow(id: statement.integer(at: 0), artifactID: statement.integer(at: 1)) : nil
        }
        if let known { return known }
        let artifactID = try artifactID(resource.digest ?? resource.canonical)
        let digest = resource.digest.map(SQLiteValue.text) ?? .null
        try connection.run(
            "INSERT INTO resource (uri, digest, artifact_id) VALUES (?, ?, ?)",
            uri,
            digest,
            .integer(artifactID)
        )
        return ResourceRow(id: connection.lastInsertedKey, artifactID: artifactID)
    }

    /// The row of an artifact, by its digest or else its URI, made if need be.
    func artifactID(_ name: String) throws -> Int64 {
        if let id = try connection.integer("SELECT id FROM artifact WHERE name = ?", .text(name)) { return id }
        try connection.run("INSERT INTO artifact (name) VALUES (?)", .text(name))
        return connection.lastInsertedKey
    }

    /// The row of a package name, made if need be.
    func packageID(_ name: String) throws -> Int64 {
        try packageRows.row(of: ExactText(name)) { _ in
            if let id = try connection.integer("SELECT id FROM package WHERE name = ?", .text(name)) { return id }
            try connection.run("INSERT INTO package (name) VALUES (?)", .text(name))
            return connection.lastInsertedKey
        }
    }

    /// The row of a search term, made if need be.
    func termID(_ term: SearchTerm) throws -> Int64 {
        try termRows.row(of: term) { _ in
            if let id = try existingTermID(term) { return id }
            try connection.run("INSERT INTO term (text) VALUES (?)", .text(term.text))
            return connection.lastInsertedKey
        }
    }

    /// The row of a search term, if it is there.
    func existingTermID(_ term: SearchTerm) throws -> Int64? {
        try connection.integer("SELECT id FROM term WHERE text = ?", .text(term.text))
    }
}

extension SQLiteConnection {
    /// The row of a parent, if it is there.
    func parentID(_ name: ParentName) throws -> Int64? {
        try integer(
            """
            SELECT parent.id FROM project JOIN parent ON parent.project_id = project.id
            WHERE project.name = ? AND parent.location = ?
            """,
            .text(name.project),
            .text(name.location ?? "")
        )
    }

    /// A parent's name by its row.
    func parentText(_ id: Int64) throws -> String {
        let sql = "SELECT name, location FROM parent JOIN project ON project.id = project_id WHERE parent.id = ?"
        return try withStatement(sql) { statement in
            try statement.bind([.integer(id)])
            guard try statement.step() else { return "" }
            let location = statement.text(at: 1)
            return ParentName(project: statement.text(at: 0), location: location.isEmpty ? nil : location).text
        }
    }
}
