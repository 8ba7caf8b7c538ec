import MetadataModel
import Storage

/// The rows that a list's collection hangs on.
enum CollectionAnchor {
    case parent(Int64)
    /// All parents of a project: `locations/-`.
    case project(Int64, parents: [Int64])
    case note(key: Int64)

    /// Nil when there can be nothing in the collection.
    init?(
        _ collection: ListQuery.Collection,
        _ connection: SQLiteConnection,
        parentID: (ParentName) throws -> Int64?
    ) throws {
        switch collection {
        case .occurrences(let parent) where parent.location == ParentName.everyLocation,
            .notes(let parent) where parent.location == ParentName.everyLocation:
            let sql = "SELECT id FROM project WHERE name = ?"
            guard let id = try connection.integer(sql, .text(parent.project)) else { return nil }
            let parents = try connection.integers("SELECT id FROM parent WHERE project_id = ?", .integer(id))
            self = .project(id, parents: parents)
        case .occurrences(let parent), .notes(let parent):
            guard let id = try parentID(parent) else { return nil }
            self = .parent(id)
        case .occurrencesOfNote(let name):
            let sql = "SELECT key FROM note WHERE parent_id = ? AND id = ?"
            guard let parent = try parentID(name.parent),
                let key = try connection.integer(sql, .integer(parent), .text(name.id))
            else { return nil }
            self = .note(key: key)
        }
    }

    /// The parents whose indexes are walked; none for a note's occurrences, which may come from any.
    var parents: [Int64] {
        switch self {
        case .parent(let id): [id]
        case .project(_, let parents): parents
        case .note: []
        }
    }

    /// What a row must satisfy to be in the collection, since walks over other indexes than the collection's own deliver
    /// rows of other collections too. One parameter, ``value``.
    func condition(on table: String) -> String {
        switch self {
        case .parent: "\(table).parent_id = ?"
        case .project: "\(table).parent_id IN (SELECT id FROM parent WHERE project_id = ?)"
        case .note: "\(table).note_key = ?"
        }
    }

    /// The parameter of ``condition(on:)``.
    var value: SQLiteValue {
        switch self {
        case .parent(let id), .project(let id, _), .note(let id): .integer(id)
        }
    }
}
