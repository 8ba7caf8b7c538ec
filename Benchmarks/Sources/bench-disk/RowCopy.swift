import BareSQLite

/// Puts the occurrences of a server's database into another file of the same schema through SQLite's C API, nothing else:
/// the bound of what any server on SQLite can do.
///
/// Rows are in memory before the clock starts. What they reference (notes, resources, packages, search terms, parents) is
/// copied before it starts too, so the inserts here do less than the server's, which look all of that up.
struct RowCopy {
    private let target: Database

    /// Makes the target if it is not there, with the schema and the settings of the server.
    init(source: String, target path: String) throws {
        target = try Database(path)
        for pragma in [
            "page_size = 8192", "journal_mode = WAL", "synchronous = FULL", "cache_size = -32768",
            "wal_autocheckpoint = 2000", "foreign_keys = ON",
        ] { try target.run("PRAGMA \(pragma)") }
        try target.run("ATTACH '\(source)' AS source")
        if try target.integer("SELECT count(*) FROM main.sqlite_schema") == 0 { try makeSchema() }
        for table in ["project", "parent", "note", "resource", "package", "term"] {
            try target.run("INSERT OR IGNORE INTO main.\(table) SELECT * FROM source.\(table)")
        }
    }

    private func makeSchema() throws {
        let statements = try target.rows(
            "SELECT sql FROM source.sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
        ) { $0.text(0) }
        for statement in statements { try target.run(statement) }
    }

    /// Inserts the occurrences with greater keys, their packages, and what the search index has of them.
    func run(afterKey: Int64, perTransaction: Int) throws -> (count: Int, seconds: Double) {
        let occurrences = try target.rows(
            "SELECT * FROM source.occurrence WHERE key > \(afterKey) ORDER BY key"
        ) { $0.values }
        let packages = try byOccurrence("occurrence_package", afterKey: afterKey)
        let postings = try byOccurrence("posting", afterKey: afterKey)
        try target.run("DETACH source")
        let parameters = Array(repeating: "?", count: occurrences.first?.count ?? 1).joined(separator: ", ")
        let insert = try target.prepare("INSERT INTO occurrence VALUES (\(parameters))")
        let insertPackage = try target.prepare("INSERT INTO occurrence_package VALUES (?, ?)")
        let insertPosting = try target.prepare("INSERT INTO posting VALUES (?, ?, ?, ?)")
        let start = ContinuousClock.now
        for first in stride(from: 0, to: occurrences.count, by: perTransaction) {
            try target.run("BEGIN IMMEDIATE")
            for row in occurrences[first..<min(first + perTransaction, occurrences.count)] {
                try insert.execute(row)
                guard case .integer(let key) = row[0] else { continue }
                for link in packages[key] ?? [] { try insertPackage.execute(link) }
                for posting in postings[key] ?? [] { try insertPosting.execute(posting) }
            }
            try target.run("COMMIT")
        }
        return (occurrences.count, (ContinuousClock.now - start) / .seconds(1))
    }

    /// The rows of a table that speak of occurrences with greater keys, by the occurrence.
    private func byOccurrence(_ table: String, afterKey: Int64) throws -> [Int64: [[Value]]] {
        let rows = try target.rows(
            "SELECT occurrence_key, * FROM source.\(table) WHERE occurrence_key > \(afterKey)"
        ) { $0.values }
        return Dictionary(grouping: rows) { row in
            if case .integer(let key) = row[0] { key } else { 0 }
        }.mapValues { $0.map { Array($0.dropFirst()) } }
    }
}
