import Foundation

/// How far an import has come; kept beside the file after each chunk.
struct ImportProgress: Codable, Equatable {
    /// The project that is imported into.
    let project: String
    /// The last line that the server has.
    private(set) var line = 0
    /// Bytes up to the end of that line.
    private(set) var offset = 0
    private(set) var counts = TransferCounts()
    private(set) var created = 0
    private(set) var unchanged = 0
    private(set) var replaced = 0

    init(project: String) { self.project = project }

    /// Takes in a chunk that the server acknowledged.
    mutating func take(
        _ chunk: ImportChunk,
        line: Int,
        offset: Int,
        created: Int,
        unchanged: Int,
        replaced: Int
    ) {
        self.line = line
        self.offset = offset
        counts.notes += chunk.counts.notes
        counts.occurrences += chunk.counts.occurrences
        self.created += created
        self.unchanged += unchanged
        self.replaced += replaced
    }

    /// Reads what an interrupted import left.
    static func kept(for source: ImportSource, project: String) throws(ClientFailure) -> ImportProgress {
        let path = path(for: source) ?? ""
        guard let note = FileManager.default.contents(atPath: path) else {
            throw .file("there is nothing to resume: \(path) is not there")
        }
        guard let progress = try? JSONDecoder().decode(ImportProgress.self, from: note) else {
            throw .file("\(path) is not a progress file of an import")
        }
        guard progress.project == project else {
            throw .file("\(path) is of an import into \(progress.project), not into \(project)")
        }
        return progress
    }

    /// Writes it beside the file; an import from standard input keeps nothing.
    func keep(for source: ImportSource) throws(ClientFailure) {
        guard let path = Self.path(for: source) else { return }
        do {
            try JSONEncoder().encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .file("\(path) cannot be written: \(error)")
        }
    }

    /// The import is done.
    func remove(for source: ImportSource) {
        guard let path = Self.path(for: source) else { return }
        try? FileManager.default.removeItem(atPath: path)
    }

    private static func path(for source: ImportSource) -> String? { source.path.map { $0 + ".import-progress" } }
}
