/// Sends a project's export to a server, chunk by chunk.
struct ProjectImport {
    private var source: ImportSource
    /// The project to import into, as given; nil for the exported one.
    private let target: String?
    private let isResumed: Bool
    private let console: Console
    private var progress = ImportProgress(project: "")
    private var chunk = ImportChunk()

    init(source: ImportSource, target: String?, isResumed: Bool, console: Console) {
        self.source = source
        self.target = target
        self.isResumed = isResumed
        self.console = console
    }

    /// Returns what was done, in a sentence.
    mutating func run(to client: RESTClient) async throws -> String {
        try checkTrailer()
        let exported = try header()
        let renaming = ProjectRenaming(from: exported, to: target)
        progress = ImportProgress(project: renaming.target)
        if isResumed { try resume() }
        var trailer: TransferCounts?
        while let line = try source.next() {
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) { continue }
            guard trailer == nil else { throw fault("there is more after the trailer") }
            switch try record(line) {
            case .header: throw fault("a second header; one export a file, please")
            case .note(let text): chunk.add(note: try renamed(text, renaming))
            case .occurrence(let text): chunk.add(occurrence: try renamed(text, renaming))
            case .kept(let text): chunk.add(kept: try renamed(text, renaming))
            case .end(let counts): trailer = counts
            }
            if chunk.isFull { try await send(to: client) }
        }
        try await send(to: client)
        try checkCounts(trailer)
        progress.remove(for: source)
        console.endProgress()
        return report
    }

    // MARK: Steps

    private func checkTrailer() throws {
        guard let last = try source.lastLine() else { return }
        if case .end? = try? ExportRecord(parsing: last) { return }
        throw ClientFailure.file(
            "\(source.name) has no trailer: the export was cut off; finish it with grafeion export --resume"
        )
    }

    private mutating func header() throws -> String {
        guard let line = try source.next(), case .header(let project) = try record(line) else {
            throw ClientFailure.file("\(source.name) does not begin with the header of an export")
        }
        return project
    }

    private mutating func resume() throws {
        progress = try ImportProgress.kept(for: source, project: progress.project)
        try source.skip(toLine: progress.line, offset: progress.offset)
    }

    private func record(_ line: ArraySlice<UInt8>) throws -> ExportRecord {
        do { return try ExportRecord(parsing: line) } catch { throw fault(error.text) }
    }

    private func renamed(_ text: ArraySlice<UInt8>, _ renaming: ProjectRenaming) throws -> ArraySlice<UInt8> {
        do { return try renaming.applied(to: text) } catch { throw fault("\(error)") }
    }

    private mutating func send(to client: RESTClient) async throws {
        guard !chunk.isEmpty else { return }
        // A location is part of the names; the method takes the project.
        let project = progress.project.split(separator: "/").prefix(2).joined(separator: "/")
        let reply: [UInt8]
        do {
            reply = try await client.post("/grafeion/v1/\(project):import", body: chunk.body, isRepeatable: true)
        } catch ClientFailure.refused(let error) {
            throw ClientFailure.file(
                "\(source.name), lines \(progress.line + 1) to \(source.line) were refused: \(error)\n\(wayOn)"
            )
        }
        let counts = try JSONValue(reply: reply)
        progress.take(
            chunk,
            line: source.line,
            offset: source.offset,
            created: counts["created"]?.integer ?? 0,
            unchanged: counts["unchanged"]?.integer ?? 0,
            replaced: counts["replaced"]?.integer ?? 0
        )
        chunk = ImportChunk()
        try progress.keep(for: source)
        console.progress("\(progress.counts.notes) notes, \(progress.counts.occurrences) occurrences…")
    }

    private func checkCounts(_ trailer: TransferCounts?) throws {
        guard let trailer else {
            throw ClientFailure.file("\(source.name) ends without its trailer; what came before is imported")
        }
        guard trailer == progress.counts else {
            throw ClientFailure.file(
                "\(source.name): the trailer counts \(trailer), but \(progress.counts) came; "
                    + "those are imported"
            )
        }
    }

    private func fault(_ text: String) -> ClientFailure {
        .file("\(source.name), line \(source.line): \(text)\n\(wayOn)")
    }

    /// What to do after a fault in the middle.
    private var wayOn: String {
        guard progress.line > 0 else { return "  nothing was imported" }
        let way = source.path == nil ? "import again; what is there already is left as it is" : "go on with --resume"
        return "  lines 1 to \(progress.line) are imported; mend the file and \(way)"
    }

    private var report: String {
        "imported \(progress.counts) into \(progress.project): "
            + "\(progress.created) created, \(progress.unchanged) unchanged, \(progress.replaced) replaced"
    }
}

/// What is sent at once: small enough to be one quick transaction, large enough that the round trip does not count.
struct ImportChunk {
    private var notes: [ArraySlice<UInt8>] = []
    private var occurrences: [ArraySlice<UInt8>] = []
    private var kept: [ArraySlice<UInt8>] = []
    /// Whether an entry must still come, of which something has been added already.
    private var awaitsEntry = false
    private var bytes = 0

    private static let entriesMax = 500
    private static let bytesMax = 8 << 20

    var counts: TransferCounts { TransferCounts(notes: notes.count, occurrences: occurrences.count) }
    var isEmpty: Bool { notes.isEmpty && occurrences.isEmpty }
    var isFull: Bool {
        !awaitsEntry && (notes.count + occurrences.count >= Self.entriesMax || bytes >= Self.bytesMax)
    }

    mutating func add(note: ArraySlice<UInt8>) {
        notes.append(note)
        bytes += note.count
        awaitsEntry = false
    }

    mutating func add(occurrence: ArraySlice<UInt8>) {
        occurrences.append(occurrence)
        bytes += occurrence.count
        awaitsEntry = false
    }

    mutating func add(kept text: ArraySlice<UInt8>) {
        kept.append(text)
        bytes += text.count
        awaitsEntry = true
    }

    /// The request's JSON; the entries' texts as they are.
    var body: [UInt8] {
        var body = Array("{\"notes\":[".utf8)
        body.append(contentsOf: notes.joined(separator: [UInt8(ascii: ",")]))
        body += Array("],\"occurrences\":[".utf8)
        body.append(contentsOf: occurrences.joined(separator: [UInt8(ascii: ",")]))
        body += Array("],\"kept\":[".utf8)
        body.append(contentsOf: kept.joined(separator: [UInt8(ascii: ",")]))
        body += Array("]}".utf8)
        return body
    }
}
