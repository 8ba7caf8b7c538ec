import Foundation

/// How far a migration has come; kept in a file wherever it could go on from there.
struct MigrationProgress: Codable, Equatable {
    /// A collection of a project.
    struct Walk: Codable, Hashable {
        let collection: RecordCollection
        let project: String
    }

    let source: String
    let target: String
    /// The projects that were asked for; empty for all.
    let projects: [String]
    /// Walks that are done.
    private(set) var done: Set<Walk> = []
    /// Where the walk that is under way goes on, if it can do so in the middle.
    private(set) var current: Walk?
    private(set) var position: String?
    var counts = MigrationCounts()
    var refused = 0

    init(source: String, target: String, projects: [String]) {
        (self.source, self.target, self.projects) = (source, target, projects)
    }

    /// Whether nothing has been dealt with yet.
    var isFresh: Bool { done.isEmpty && current == nil }

    /// Where a walk that was begun goes on; nil for the beginning.
    func position(in walk: Walk) -> String? { walk == current ? position : nil }

    /// Notes that the records up to a position are dealt with.
    mutating func advance(to position: String, in walk: Walk) { (current, self.position) = (walk, position) }

    mutating func finish(_ walk: Walk) {
        done.insert(walk)
        (current, position) = (nil, nil)
    }

    // MARK: The file

    /// Reads what an interrupted migration left.
    func resumed(from path: String) throws(ClientFailure) -> MigrationProgress {
        guard let note = FileManager.default.contents(atPath: path) else {
            throw .file("there is nothing to resume: \(path) is not there")
        }
        guard let kept = try? JSONDecoder().decode(MigrationProgress.self, from: note) else {
            throw .file("\(path) is not a progress file of a migration")
        }
        guard kept.source == source, kept.target == target, kept.projects == projects else {
            let asked = kept.projects.isEmpty ? "all projects" : kept.projects.joined(separator: ", ")
            throw .file("\(path) is of a migration of \(asked) from \(kept.source) to \(kept.target)")
        }
        return kept
    }

    func keep(at path: String) throws(ClientFailure) {
        do {
            try JSONEncoder().encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .file("\(path) cannot be written: \(error)")
        }
    }

    /// The migration is done.
    static func remove(at path: String) { try? FileManager.default.removeItem(atPath: path) }
}
