import MessageReflection
import MetadataModel
import Storage

/// Finds resources that have a posting under one term of each condition.
///
/// The postings of a term are in the order of their resources, so a condition is a falling sequence of resources in which one can
/// seek. They are intersected by leapfrog: whichever is ahead tells the others where to seek next. So the work goes by the shortest
/// of them, not by the longest: which of a million vulnerable images run, when ten do, takes ten steps and not a million.
struct ImageSearch {
    let connection: SQLiteConnection
    let query: ImageQuery
    /// The parents of the query's project; nil for all.
    let parentIDs: [Int64]?
    let parentText: (Int64) throws -> String

    func run() throws -> FoundImagePage {
        var unions = try query.conditions.map { try TermUnion($0, self) }
        guard !unions.isEmpty, unions.allSatisfy({ !$0.isEmpty }) else { return FoundImagePage() }
        let running = try termID(.running)
        var page = FoundImagePage()
        var bound = query.before.map { $0 - 1 } ?? .max
        while let resource = try next(&unions, &bound) {
            if page.images.count == query.limit {
                page.next = resource + 1
                return page
            }
            if let image = try image(resource, unions, running: running) { page.images.append(image) }
            bound = resource - 1
        }
        // The bound is above zero only if the search stopped on the way.
        page.next = bound > 0 ? bound + 1 : nil
        return page
    }

    /// The next resource at or below the bound that all conditions have; nil at the end, with the bound at zero, or when the steps
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

    // MARK: What is said of a resource

    private func image(_ resource: Int64, _ unions: [TermUnion], running: Int64?) throws -> FoundImage? {
        let uri = try connection.withStatement("SELECT uri FROM resource WHERE id = ?") { statement in
            try statement.bind([.integer(resource)])
            return try statement.step() ? statement.text(at: 0) : nil
        }
        guard let uri else { return nil }
        return FoundImage(
            resource: KnownResource(position: resource, uri: ResourceURI(canonical: uri)),
            occurrences: try unions.map { try occurrences(of: resource, under: $0.termIDs(at: resource)) },
            running: try occurrences(of: resource, under: [running].compactMap(\.self))
        )
    }

    private func occurrences(of resource: Int64, under terms: [Int64]) throws -> [[UInt8]] {
        let sql = """
            SELECT \(RecordRows.occurrenceColumns), p.parent_id
            FROM posting p CROSS JOIN \(RecordRows.occurrenceTables("occurrence o ON o.key = p.occurrence_key"))
            WHERE p.term_id = ? AND p.resource_id = ? ORDER BY p.occurrence_key DESC
            """
        var messages: [[UInt8]] = []
        for term in terms {
            try connection.withStatement(sql) { statement in
                try statement.bind([.integer(term), .integer(resource)])
                while messages.count < query.occurrencesMax, try statement.step() {
                    if let parentIDs, !parentIDs.contains(statement.integer(at: 11)) { continue }
                    var writer = WireWriter()
                    try RecordRows.writeOccurrence(statement, to: &writer, parentText: parentText)
                    messages.append(writer.bytes)
                }
            }
        }
        return messages
    }
}

/// The resources under any of some terms, falling.
private struct TermUnion {
    private struct Term {
        let id: Int64
        /// The first resource at or below the bound that was sought last; nil at the end.
        var at: Int64?
    }

    private var terms: [Term]
    /// Seeks in the index so far, but for the first of each term: so every page gets somewhere.
    private(set) var steps = 0

    var isEmpty: Bool { terms.isEmpty }

    init(_ terms: [SearchTerm], _ search: ImageSearch) throws {
        self.terms = try terms.compactMap { term in
            try search.termID(term).map { Term(id: $0, at: .max) }
        }
    }

    /// The terms that have the resource that was found last.
    func termIDs(at resource: Int64) -> [Int64] { terms.filter { $0.at == resource }.map(\.id) }

    /// The greatest resource at or below the bound, which never grows.
    mutating func seek(_ bound: Int64, _ search: ImageSearch) throws -> Int64? {
        var greatest: Int64?
        for index in terms.indices {
            // What lies at or below the bound already needs no seek; a term begins above every bound.
            if let at = terms[index].at, at > bound || at == .max {
                terms[index].at = try search.first(atOrBelow: bound, under: terms[index].id)
                if at != .max { steps += 1 }
            }
            if let at = terms[index].at { greatest = max(greatest ?? at, at) }
        }
        return greatest
    }
}

extension ImageSearch {
    fileprivate func termID(_ term: SearchTerm) throws -> Int64? {
        try connection.integer("SELECT id FROM term WHERE text = ?", .text(term.text))
    }

    fileprivate func first(atOrBelow bound: Int64, under term: Int64) throws -> Int64? {
        let parents = parentIDs.map { "AND parent_id IN (\($0.map { _ in "?" }.joined(separator: ", ")))" } ?? ""
        let sql = """
            SELECT resource_id FROM posting WHERE term_id = ? AND resource_id <= ? \(parents)
            ORDER BY resource_id DESC, occurrence_key DESC LIMIT 1
            """
        return try connection.withStatement(sql) { statement in
            try statement.bind([.integer(term), .integer(bound)] + (parentIDs ?? []).map { .integer($0) })
            return try statement.step() ? statement.integer(at: 0) : nil
        }
    }
}
