/// Moves the records of a source to a server: all notes of all projects, then the occurrences that hang on them.
struct Migration {
    private let source: any MigrationSource
    /// Nil where it is only tried what would be sent.
    private let target: MigrationTarget?
    /// Where progress is kept, if it is.
    private let stateFile: String?
    private let console: Console
    private var progress: MigrationProgress
    private(set) var report: MigrationReport
    /// Projects that the target takes no records of, and why.
    private var impossible: [String: String] = [:]
    private var totals: [RecordCollection: Int] = [:]
    private var listed: Set<String> = []
    /// Projects that records were found in.
    private var found: Set<String> = []
    private var read = TransferCounts()

    init(
        source: any MigrationSource,
        target: MigrationTarget?,
        progress: MigrationProgress,
        stateFile: String?,
        report: MigrationReport,
        console: Console
    ) {
        (self.source, self.target, self.progress, self.stateFile) = (source, target, progress, stateFile)
        (self.report, self.console) = (report, console)
    }

    /// Returns what was done, in a sentence.
    mutating func run() async throws -> String {
        let isFresh = progress.isFresh
        listed = Set(try await source.projects())
        let projects = progress.projects.isEmpty ? listed.sorted() : progress.projects
        try await prepare(projects)
        for collection in RecordCollection.allCases {
            for project in projects {
                let walk = MigrationProgress.Walk(collection: collection, project: project)
                if !progress.done.contains(walk) { try await migrate(walk) }
            }
        }
        for project in projects where isFresh && !listed.contains(project) && !found.contains(project) {
            try refuse(project, "\(source.name) has no such project")
        }
        if let stateFile { MigrationProgress.remove(at: stateFile) }
        console.endProgress()
        return summary(projects.count)
    }

    /// What was not migrated, that of earlier runs included.
    var refused: Int { progress.refused }

    private mutating func prepare(_ projects: [String]) async throws {
        // Others come into being with their first record, if they have any.
        for project in projects where listed.contains(project) {
            guard let reason = try await target?.create(project) else { continue }
            impossible[project] = "its project is not taken: \(reason)"
            try refuse(project, reason)
        }
        for collection in RecordCollection.allCases {
            let counts = try await source.counts(of: collection)
            totals[collection] = counts.map { counts in projects.reduce(0) { $0 + (counts[$1] ?? 0) } }
        }
    }

    private mutating func migrate(_ walk: MigrationProgress.Walk) async throws {
        let (source, position) = (source, progress.position(in: walk))
        try await source.eachPage(of: walk.collection, in: walk.project, after: position) { page in
            try await take(page, walk)
        }
        progress.finish(walk)
        try keep()
    }

    private mutating func take(_ page: SourcePage, _ walk: MigrationProgress.Walk) async throws {
        var records: [MigrationTarget.Record] = []
        for entry in page.entries where try belongs(entry, to: walk) {
            read.add(1, walk.collection)
            found.insert(walk.project)
            switch entry.json {
            case .failure(let fault): try refuse(entry.name, fault.reason)
            case .success(let json):
                if let reason = impossible[walk.project] {
                    try refuse(entry.name, reason)
                } else {
                    records.append(MigrationTarget.Record(name: entry.name, json: json))
                }
            }
        }
        try await put(records, walk)
        if let position = page.position {
            progress.advance(to: position, in: walk)
            try keep()
        }
        showProgress(walk.collection)
    }

    /// Whether a record is of the project that is walked; what no walk will come to is reported.
    private mutating func belongs(_ entry: SourceEntry, to walk: MigrationProgress.Walk) throws -> Bool {
        if entry.project == walk.project { return true }
        if entry.name.isEmpty {
            guard case .failure(let fault) = entry.json else {
                try refuse("a \(walk.collection.singular) of \(walk.project)", "it has no name")
                return false
            }
            try refuse("a \(walk.collection.singular) of \(walk.project)", fault.reason)
        } else if progress.projects.isEmpty, !listed.contains(entry.project) {
            let id = entry.project.split(separator: "/").last ?? ""
            try refuse(entry.name, "\(source.name) does not list its project; migrate it with --project \(id)")
        }
        return false
    }

    private mutating func put(_ records: [MigrationTarget.Record], _ walk: MigrationProgress.Walk) async throws {
        guard let target else {
            progress.counts.moved.add(records.count, walk.collection)
            return
        }
        let outcome = try await target.put(records, of: walk.collection, in: walk.project)
        progress.counts += outcome.counts
        for (name, reason) in outcome.refused { try refuse(name, reason) }
    }

    private mutating func refuse(_ name: String, _ reason: String) throws {
        progress.refused += 1
        try report.add(name, reason)
    }

    private func keep() throws {
        if let stateFile { try progress.keep(at: stateFile) }
    }

    // MARK: Words

    private func showProgress(_ collection: RecordCollection) {
        let count = collection == .notes ? read.notes : read.occurrences
        let total = totals[collection] ?? nil
        let refused = progress.refused == 0 ? "" : ", \(progress.refused) not migrated"
        guard let total, total > 0 else { return console.progress("\(count) \(collection.rawValue)\(refused)…") }
        console.progress("\(Self.bar(count, of: total)) \(count) of \(total) \(collection.rawValue)\(refused)…")
    }

    /// `[######··············]`
    static func bar(_ count: Int, of total: Int) -> String {
        let width = 20
        let filled = min(width, count * width / max(total, 1))
        return "[" + String(repeating: "#", count: filled) + String(repeating: "·", count: width - filled) + "]"
    }

    private func summary(_ projectCount: Int) -> String {
        let counts = progress.counts
        let projects = "\(projectCount) project\(projectCount == 1 ? "" : "s")"
        let what = "\(counts.moved) of \(projects) from \(source.name)"
        let done =
            target == nil
            ? "would migrate \(what); nothing was sent"
            : "migrated \(what): \(counts.created) created, \(counts.unchanged) unchanged, \(counts.replaced) replaced"
        if progress.refused == 0 { return done }
        let place = report.path.map { "; \($0) says why" } ?? ""
        return "\(done)\n\(progress.refused) could not be migrated\(place)"
    }
}
