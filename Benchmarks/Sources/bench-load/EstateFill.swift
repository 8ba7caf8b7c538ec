import BareSQLite
import GrafeasProto
import MetadataModel
import Payloads
import Storage
import SwiftProtobuf

/// Puts an estate into the database of a server that has made it and ended, through SQLite's C API.
///
/// Ten million occurrences would take hours through the API, because each lies in a dozen indexes at places far from each
/// other. Here indexes are made at the end, and what belongs into the tables that are indexes themselves is sorted first.
/// What goes into the rows is what the server's own code makes of each message (``Storage/OccurrenceDraft``).
struct EstateFill {
    private let database: Database
    private let estate: Estate
    private let insertResource: Statement
    private let insertOccurrence: Statement
    private var notes: [String: Int64] = [:]
    private var terms: Interned
    private var packages: Interned
    private var templates: [Estate.Part: Template] = [:]
    private var postings: [Posting] = []
    private var links: [Link] = []
    private(set) var occurrenceCount = 0

    /// The rows of the two parents.
    private static let parentID: Int64 = 1
    private static let noteParentID: Int64 = 2

    /// What an occurrence's row has, whatever its image.
    private struct Template {
        let noteKey: Int64
        let columns: [Value]
        let terms: [Int64]
        let packages: [Int64]
    }

    private struct Posting {
        let term: Int64
        let resource: Int64
        let key: Int64
    }

    private struct Link {
        let package: Int64
        let key: Int64
    }

    init(path: String, estate: Estate) throws {
        database = try Database(path)
        self.estate = estate
        for pragma in [
            "journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "cache_size = -1000000",
            "threads = 2",
        ] { try database.run("PRAGMA \(pragma)") }
        // Every image is an artifact of its own, of the same number.
        insertResource = try database.prepare(
            "INSERT INTO resource (id, uri, digest, artifact_id) VALUES (?1, ?2, ?3, ?1)"
        )
        insertOccurrence = try database.prepare(
            """
            INSERT INTO occurrence (key, parent_id, id, resource_id, resource_has_scheme, note_key, kind, severity,
                effective_severity, fix_available, updated, body)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        )
        terms = Interned(try database.prepare("INSERT INTO term (id, text) VALUES (?, ?)"))
        packages = Interned(try database.prepare("INSERT INTO package (id, name) VALUES (?, ?)"))
    }

    mutating func run() throws {
        let indexes = try database.rows(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'occurrence' AND sql IS NOT NULL"
        ) { (name: $0.text(0), sql: $0.text(1)) }
        for index in indexes { try database.run("DROP INDEX \(index.name)") }
        try database.run("BEGIN")
        try insertParents()
        try insertNotes()
        for number in 0..<estate.images { try insert(estate.image(number)) }
        try insertPostings()
        try insertLinks()
        try database.run("COMMIT")
        for index in indexes { try database.run(index.sql) }
        try database.run("PRAGMA locking_mode = NORMAL")
        try database.run("PRAGMA journal_mode = WAL")
    }

    // MARK: What occurrences refer to

    private func insertParents() throws {
        for (id, project) in [(Self.parentID, Estate.project), (Self.noteParentID, Estate.noteProject)] {
            let name = project.split(separator: "/").last ?? ""
            try database.run("INSERT INTO project (id, name) VALUES (\(id), '\(name)')")
            try database.run("INSERT INTO parent (id, project_id, location) VALUES (\(id), \(id), '')")
        }
    }

    private mutating func insertNotes() throws {
        let insert = try database.prepare(
            "INSERT INTO note (key, parent_id, id, kind, updated, body) VALUES (?, ?, ?, ?, ?, ?)"
        )
        for (index, entry) in Estate.notes.enumerated() {
            let time = Int64(estate.image(0).time - 1_000_000 + index)
            let key = EntryKey(microseconds: time).rawValue
            let name = try NoteName(parsing: "\(Estate.noteProject)/notes/\(entry.id)", field: "name")
            let record = StoredRecord(message: try entry.note.serializedBytes())
            let draft = try NoteDraft(entry.note, of: record, name: name)
            try insert.execute([
                .integer(key), .integer(Self.noteParentID), .text(Array(entry.id.utf8)),
                .integer(Int64(draft.kind.rawValue)), .integer(time), .blob(draft.body),
            ])
            notes[entry.id] = key
        }
    }

    // MARK: Images

    private mutating func insert(_ image: Estate.Image) throws {
        let resource = ResourceURI(image.resource)
        let resourceID = Int64(image.number + 1)
        let digest = resource.digest.map { Value.text(Array($0.utf8)) } ?? .null
        try insertResource.execute([.integer(resourceID), .text(Array(resource.canonical.utf8)), digest])
        var time = Int64(image.time)
        for occurrence in image.first {
            try insert(try template(occurrence), resourceID, &time)
        }
        for part in image.packages + image.findings {
            try insert(try template(part), resourceID, &time)
        }
        for occurrence in image.last {
            try insert(try template(occurrence), resourceID, &time)
        }
    }

    private mutating func insert(_ template: Template, _ resourceID: Int64, _ time: inout Int64) throws {
        let key = EntryKey(microseconds: time).rawValue
        let columns = template.columns
        try insertOccurrence.execute([
            .integer(key), .integer(Self.parentID), .text(Self.id(occurrenceCount)), .integer(resourceID), .integer(1),
            .integer(template.noteKey), columns[0], columns[1], columns[2], columns[3], .integer(time), columns[4],
        ])
        for term in template.terms { postings.append(Posting(term: term, resource: resourceID, key: key)) }
        for package in template.packages { links.append(Link(package: package, key: key)) }
        occurrenceCount += 1
        time += 1
    }

    private mutating func template(_ part: Estate.Part) throws -> Template {
        if let known = templates[part] { return known }
        let made = try template(Estate.occurrence(of: part))
        templates[part] = made
        return made
    }

    private mutating func template(_ occurrence: Grafeas_V1_Occurrence) throws -> Template {
        let note = try NoteName(parsing: occurrence.noteName, field: "note_name")
        let name = try OccurrenceName(parsing: "\(Estate.project)/occurrences/any", field: "name")
        let record = StoredRecord(message: try occurrence.serializedBytes())
        let draft = try OccurrenceDraft(occurrence, of: record, name: name, note: note)
        guard let noteKey = notes[note.id] else { throw Failure("there is no note \(note.id)") }
        let numbers = [
            draft.kind.rawValue, draft.facts.severity, draft.facts.effectiveSeverity, draft.facts.fixAvailable ? 1 : 0,
        ]
        return Template(
            noteKey: noteKey,
            columns: numbers.map { Value.integer(Int64($0)) } + [Value.blob(draft.body)],
            terms: try draft.facts.terms.map { try terms.row(of: $0.text) },
            packages: try draft.facts.packages.map { try packages.row(of: $0) }
        )
    }

    /// An id of the form and the order of those that the server makes.
    private static func id(_ number: Int) -> [UInt8] {
        let digits = Array(String(number, radix: 16).utf8)
        let zeros = [UInt8](repeating: UInt8(ascii: "0"), count: 12 - digits.count)
        return Array("0197f7a2-6c1e-7d0a-9a3b-".utf8) + zeros + digits
    }

    // MARK: Tables that are indexes

    private mutating func insertPostings() throws {
        postings.sort { ($0.term, $0.resource, $0.key) < ($1.term, $1.resource, $1.key) }
        let insert = try database.prepare(
            "INSERT INTO posting (term_id, artifact_id, occurrence_key, parent_id) VALUES (?, ?, ?, ?)"
        )
        for posting in postings {
            try insert.execute([
                .integer(posting.term), .integer(posting.resource), .integer(posting.key), .integer(Self.parentID),
            ])
        }
        postings = []
    }

    private mutating func insertLinks() throws {
        links.sort { ($0.package, $0.key) < ($1.package, $1.key) }
        let insert = try database.prepare(
            "INSERT INTO occurrence_package (package_id, occurrence_key) VALUES (?, ?)"
        )
        for link in links { try insert.execute([.integer(link.package), .integer(link.key)]) }
        links = []
    }
}

/// Texts that have rows of their own.
private struct Interned {
    private let insert: Statement
    private var rows: [String: Int64] = [:]

    init(_ insert: Statement) { self.insert = insert }

    mutating func row(of text: String) throws -> Int64 {
        if let known = rows[text] { return known }
        let row = Int64(rows.count + 1)
        try insert.execute([.integer(row), .text(Array(text.utf8))])
        rows[text] = row
        return row
    }
}
