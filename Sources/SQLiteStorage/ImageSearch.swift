import MessageReflection
import MetadataModel
import Storage

/// Finds artifacts that have a posting under one term of each condition.
///
/// The postings of a term are in the order of their artifacts, so a condition is a falling sequence of artifacts in which one can
/// seek. They are intersected by leapfrog: whichever is ahead tells the others where to seek next. So the work goes by the shortest
/// of them, not by the longest: which of a million vulnerable images run, when ten do, takes ten steps and not a million.
struct ImageSearch {
    let connection: SQLiteConnection
    let query: ImageQuery
    /// The row of the query's project; nil for all.
    let projectID: Int64?
    let parentText: (Int64) throws -> String

    func run() throws -> FoundImagePage {
        let running = try termID(.running)
        var unions = try query.conditions.map { try TermUnion($0, running: running, self) }
        guard !unions.isEmpty, unions.allSatisfy({ !$0.isEmpty }) else { return FoundImagePage() }
        var page = FoundImagePage()
        var bytes = 0
        var bound = query.before.map { $0 - 1 } ?? .max
        while let artifact = try next(&unions, &bound) {
            if page.images.count == query.limit || bytes > query.bytesMax {
                page.next = artifact + 1
                return page
            }
            if let image = try image(artifact, unions, running: running) {
                bytes += image.byteCount
                page.images.append(image)
            }
            bound = artifact - 1
            if unions.reduce(0, { $0 + $1.steps }) > query.stepsMax {
                page.next = artifact
                return page
            }
        }
        // The bound is above zero only if the search stopped on the way.
        page.next = bound > 0 ? bound + 1 : nil
        return page
    }

    /// The next artifact at or below the bound that all conditions have; nil at the end, with the bound at zero, or when the steps
    /// are used up, with the bound where to go on.
    private func next(_ unions: inout [TermUnion], _ bound: inout Int64) throws -> Int64? {
        var agreed = 0
        while true {
            for index in unions.indices {
                guard let found = try unions[index].seek(bound, self) else {
                    bound = 0
                    return nil
                }
                agreed = found == bound ? agreed + 1 : 1
                bound = found
                if agreed >= unions.count { return bound }
            }
            if unions.reduce(0, { $0 + $1.steps }) > query.stepsMax { return nil }
        }
    }

    // MARK: What is said of an artifact

    private func image(_ artifact: Int64, _ unions: [TermUnion], running: Int64?) throws -> FoundImage? {
        let runs = try running.map { try deployments(of: artifact, under: $0) } ?? []
        let found = try unions.map { union in
            try union.includesRunning ? runs : occurrences(of: artifact, under: union.termIDs(at: artifact))
        }
        // One of the conditions may have stopped at an artifact that it has not looked at.
        guard let uri = found.first?.first?.uri, found.allSatisfy({ !$0.isEmpty }) else { return nil }
        return FoundImage(
            position: artifact,
            uri: uri,
            occurrences: found.map { $0.map(\.message) },
            running: runs.map(\.message)
        )
    }

    private typealias Row = (uri: ResourceURI, message: [UInt8])

    private func occurrences(of artifact: Int64, under terms: [Int64]) throws -> [Row] {
        var rows: [Row] = []
        for term in terms where rows.count < query.occurrencesMax {
            rows += try self.rows(
                "p.artifact_id = ?2",
                term,
                artifact,
                limit: query.occurrencesMax - rows.count
            )
        }
        return rows
    }

    /// The deployments that run of an artifact, and of the indexes that it is in: who deploys an index runs its images.
    private func deployments(of artifact: Int64, under running: Int64) throws -> [Row] {
        try rows(
            "p.artifact_id IN (SELECT ?2 UNION ALL SELECT index_id FROM platform_image WHERE image_id = ?2)",
            running,
            artifact,
            limit: query.occurrencesMax
        )
    }

    private func rows(_ condition: String, _ term: Int64, _ artifact: Int64, limit: Int) throws -> [Row] {
        let sql = """
            SELECT \(RecordRows.occurrenceColumns)
            FROM posting p CROSS JOIN \(RecordRows.occurrenceTables("occurrence o ON o.key = p.occurrence_key"))
            WHERE p.term_id = ?1 AND \(condition) AND (?3 IS NULL OR \(Self.isInProject))
            ORDER BY p.occurrence_key DESC LIMIT ?4
            """
        return try connection.withStatement(sql) { statement in
            try statement.bind([.integer(term), .integer(artifact), project, .integer(limit)])
            var rows: [Row] = []
            var bytes = 0
            while bytes <= query.bytesMax, try statement.step() {
                var writer = WireWriter()
                try RecordRows.writeOccurrence(statement, to: &writer, parentText: parentText)
                bytes += writer.bytes.count
                rows.append((ResourceURI(canonical: statement.text(at: 3)), writer.bytes))
            }
            return rows
        }
    }

    // MARK: The index

    /// Whether a posting, `p`, is of the project in parameter 3.
    private static let isInProject = "p.parent_id IN (SELECT id FROM parent WHERE project_id = ?3)"
    private var project: SQLiteValue { projectID.map { .integer($0) } ?? .null }

    fileprivate func termID(_ term: SearchTerm) throws -> Int64? {
        try connection.integer("SELECT id FROM term WHERE text = ?", .text(term.text))
    }

    /// The greatest artifact at or below the bound that has a posting of any project.
    fileprivate func first(atOrBelow bound: Int64, under term: Int64) throws -> Int64? {
        try connection.integer(
            "SELECT artifact_id FROM posting WHERE term_id = ? AND artifact_id <= ? ORDER BY artifact_id DESC LIMIT 1",
            .integer(term),
            .integer(bound)
        )
    }

    /// Whether an artifact has a posting of the query's project.
    fileprivate func isOfProject(_ artifact: Int64, under term: Int64) throws -> Bool {
        guard let projectID else { return true }
        let sql = "SELECT 1 FROM posting p WHERE p.term_id = ?1 AND p.artifact_id = ?2 AND \(Self.isInProject) LIMIT 1"
        return try connection.integer(sql, .integer(term), .integer(artifact), .integer(projectID)) != nil
    }

    /// The images of indexes that run, falling: those of the newest indexes, if there are very many.
    fileprivate func imagesOfRunningIndexes(_ running: Int64) throws -> [Int64] {
        let sql = """
            SELECT DISTINCT i.image_id
            FROM (SELECT p.artifact_id FROM posting p
                  WHERE p.term_id = ?1 AND (?3 IS NULL OR \(Self.isInProject))
                  ORDER BY p.artifact_id DESC LIMIT ?2) AS running
            CROSS JOIN platform_image i ON i.index_id = running.artifact_id
            ORDER BY i.image_id DESC
            """
        return try connection.integers(sql, .integer(running), .integer(query.stepsMax), project)
    }
}

/// The artifacts under any of some terms, falling.
private struct TermUnion {
    private struct Term {
        let id: Int64
        /// The first artifact at or below the bound that was sought last; nil at the end.
        var at: Int64?
    }

    private var terms: [Term]
    /// Artifacts that are found besides, falling: those at or below the bound that was sought last.
    private var others: ArraySlice<Int64> = []
    /// Seeks in the index so far, but for the first of each term: so every page gets somewhere.
    private(set) var steps = 0

    /// Whether one of the terms is that the artifact runs.
    let includesRunning: Bool

    var isEmpty: Bool { terms.isEmpty && others.isEmpty }

    init(_ terms: [SearchTerm], running: Int64?, _ search: ImageSearch) throws {
        self.terms = try terms.compactMap { term in try search.termID(term).map { Term(id: $0, at: .max) } }
        includesRunning = terms.contains(.running)
        if let running, includesRunning { others = try search.imagesOfRunningIndexes(running)[...] }
    }

    /// The terms that have the artifact that was found last.
    func termIDs(at artifact: Int64) -> [Int64] { terms.filter { $0.at == artifact }.map(\.id) }

    /// The greatest artifact at or below the bound, which never grows.
    mutating func seek(_ bound: Int64, _ search: ImageSearch) throws -> Int64? {
        while let first = others.first, first > bound { others.removeFirst() }
        var greatest = others.first
        for index in terms.indices {
            // What lies at or below the bound already needs no seek; a term begins above every bound.
            if let at = terms[index].at, at > bound || at == .max {
                terms[index].at = try first(atOrBelow: bound, under: terms[index].id, isFirst: at == .max, search)
            }
            if let at = terms[index].at { greatest = max(greatest ?? at, at) }
        }
        return greatest
    }

    /// The greatest artifact at or below the bound that is of the query's project. When the steps are used up it is one that may
    /// not be, and the search ends there.
    private mutating func first(
        atOrBelow bound: Int64,
        under term: Int64,
        isFirst: Bool,
        _ search: ImageSearch
    ) throws -> Int64? {
        var bound = bound
        var isFirst = isFirst
        while true {
            guard let at = try search.first(atOrBelow: bound, under: term) else { return nil }
            if !isFirst { steps += 1 }
            isFirst = false
            if try search.isOfProject(at, under: term) { return at }
            if steps > search.query.stepsMax { return at - 1 }
            bound = at - 1
        }
    }
}
