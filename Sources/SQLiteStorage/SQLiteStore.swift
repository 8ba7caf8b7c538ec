public import FilterLanguage
import Foundation
import MessageReflection
public import MetadataModel
public import Storage
import Synchronization

/// The embedded store: one SQLite file with a write-ahead log, one writer with group commit, and readers beside it.
///
/// Point reads run on the caller's thread, because a read of some twenty microseconds costs less than handing it to
/// another thread; lists, which may take up to the bound on scanned rows, run on threads of their own.
public final class SQLiteStore: MetadataStore {
    /// Where the database is.
    public enum Location: Sendable, Equatable {
        case file(path: String)
        /// A scratch file that is removed when the store closes: what `sqlite::memory:` means. It goes the same way as
        /// a real one in everything else, so what tests see is what production does.
        case scratch
    }

    /// What may be tuned.
    public struct Options: Sendable {
        /// Pages of 8 KiB the database may grow to, for a bound on disk space; nil for none.
        public var pageCountMax: Int?
        /// Writes that may wait at once.
        public var queuedWritesMax = Limits().queuedWritesMax
        /// Bytes of messages that may wait at once.
        public var queuedWriteBytesMax = Limits().queuedWriteBytesMax
        /// Microseconds since 1970.
        public var now: @Sendable () -> Int64

        public init(now: @escaping @Sendable () -> Int64) { self.now = now }
    }

    private let writer: GroupCommitWriter
    private let readers: ReaderPool
    private let parents = ParentDirectory()
    private let scans = ScanThreads()
    let matchers: MessageMatchers
    let changes = ChangeCounts()
    private let lock: FileLock
    private let scratchDirectory: URL?

    /// Opens the database, making or migrating it.
    /// - Throws: ``StoreOpeningError`` with a sentence for the operator.
    public init(_ location: Location, matchers: MessageMatchers, options: Options) throws {
        let path: String
        switch location {
        case .file(let given):
            path = given
            scratchDirectory = nil
        case .scratch:
            let directory = FileManager.default.temporaryDirectory.appending(path: "grafeion-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            path = directory.appending(path: "scratch.db").path
            scratchDirectory = directory
        }
        let file = DatabaseFile(path: path)
        // Before the lock file is made: beside another program's database nothing is left.
        try StoreOpeningError.explaining(path) { try file.checkOwnership() }
        lock = try FileLock(for: path)
        let connection = try StoreOpeningError.explaining(path) {
            try file.openWriter(pageCountMax: options.pageCountMax)
        }
        writer = GroupCommitWriter(
            WriteTransaction(connection, now: options.now),
            waitingMax: options.queuedWritesMax,
            waitingBytesMax: options.queuedWriteBytesMax,
            committed: { [parents, changes] transaction in
                if transaction.takeDeletedProject() { parents.forget() }
                transaction.raise(changes)
            }
        )
        readers = ReaderPool(file)
        self.matchers = matchers
    }

    public func write(_ operation: WriteOperation, claim: IdempotencyClaim?) async throws -> [[UInt8]] {
        try await writer.write(bytes: operation.bytes) { try $0.perform(operation, claim: claim) }
    }

    public func occurrence(_ name: OccurrenceName) async throws -> [UInt8]? {
        try pointRead(name.parent) { try $0.occurrence(parentID: $1, id: name.id, parentText: $2) }
    }

    public func note(_ name: NoteName) async throws -> [UInt8]? {
        try pointRead(name.parent) { try $0.note(parentID: $1, id: name.id, parentText: $2) }
    }

    public func note(ofOccurrence name: OccurrenceName) async throws -> [UInt8]? {
        try pointRead(name.parent) { try $0.noteOfOccurrence(parentID: $1, id: name.id, parentText: $2) }
    }

    public func list(_ query: ListQuery) async throws -> MessagePage {
        try await scans.run { try self.page(query) }
    }

    private func page(_ query: ListQuery) throws -> MessagePage {
        try walk(query) { try PageScan(walk: $0, residual: $1, parentText: $2).run() } ?? MessagePage()
    }

    public func tally(_ query: ListQuery, fixable: CheckedFilter) async throws -> TallyPage {
        try await scans.run {
            let hasFix = self.matchers.matcher(for: fixable, in: query.collection)
            return try self.walk(query, moreColumns: TallyScan.columns) {
                try TallyScan(walk: $0, residual: $1, hasFix: hasFix, parentText: $2).run()
            } ?? TallyPage()
        }
    }

    /// Runs `body` with what a scan needs, on one state of the database; nil if the collection has never had an entry.
    private func walk<Result>(
        _ query: ListQuery,
        moreColumns: String = "",
        _ body: (
            RowWalk, _ residual: ((UnsafeRawBufferPointer) throws -> Bool)?,
            _ parentText: @escaping (Int64) throws -> String
        ) throws -> Result
    ) throws -> Result? {
        try readers.readSnapshot { connection in
            let parentID = { try self.parents.id(of: $0, connection) }
            guard let anchor = try CollectionAnchor(query.collection, connection, parentID: parentID) else {
                return nil
            }
            let walk = RowWalk(connection: connection, query: query, anchor: anchor, moreColumns: moreColumns)
            let residual = query.plan.residual.map { matchers.matcher(for: $0, in: query.collection) }
            return try body(walk, residual, parents.texts(connection))
        }
    }

    public func operation(_ name: OperationName) async throws -> [UInt8]? {
        try pointRead(name.parent) { try $0.operation(parentID: $1, id: name.id, parentText: $2) }
    }

    public func operations(
        in parent: ParentName,
        before position: Int64?,
        limit: Int,
        bytesMax: Int
    ) async throws -> MessagePage {
        try await scans.run {
            try self.readers.read {
                try $0.operations(of: parent, before: position, limit: limit, bytesMax: bytesMax)
            }
        }
    }

    public func projectExists(_ name: ProjectName) async throws -> Bool {
        try readers.read {
            try $0.integer("SELECT id FROM project WHERE name = ?", .text(name.id)) != nil
        }
    }

    public func projects(before position: Int64?, limit: Int) async throws -> ProjectPage {
        try readers.read { connection in
            let sql = "SELECT id, name FROM project WHERE id < ? ORDER BY id DESC LIMIT ?"
            return try connection.withStatement(sql) { statement in
                try statement.bind([.integer(position ?? .max), .integer(limit + 1)])
                var names: [ProjectName] = []
                var last: Int64?
                while try statement.step() {
                    if names.count == limit { return ProjectPage(names: names, next: last) }
                    names.append(ProjectName(id: statement.text(at: 1)))
                    last = statement.integer(at: 0)
                }
                return ProjectPage(names: names, next: nil)
            }
        }
    }

    public func checkReady() async throws {
        _ = try readers.read { try $0.integer("SELECT count(*) FROM (SELECT 1 FROM project LIMIT 1)") }
    }

    public func close() async throws {
        try readers.close()
        try await writer.close()
        lock.release()
        if let scratchDirectory { try? FileManager.default.removeItem(at: scratchDirectory) }
    }

    /// Runs `body` on a scan thread, on one state of the database.
    func read<Result: Sendable>(_ body: @escaping @Sendable (SQLiteConnection) throws -> Result) async throws -> Result
    {
        try await scans.run { try self.readers.readSnapshot(body) }
    }

    /// The names of parents by their rows, for one read of several rows.
    func parentTexts(_ connection: SQLiteConnection) -> (Int64) throws -> String { parents.texts(connection) }

    /// Runs `body` on the caller's thread with the row of a parent; nil if there is no such parent.
    func pointRead<Result>(
        _ parent: ParentName,
        _ body: (SQLiteConnection, Int64, (Int64) throws -> String) throws -> Result?
    ) throws -> Result? {
        try readers.read { connection in
            guard let parentID = try parents.id(of: parent, connection) else { return nil }
            return try body(connection, parentID) { try parents.text(of: $0, connection) }
        }
    }
}

/// Parents by name and row, remembered: there are few, and every read needs them.
///
/// Only committed rows are read here, rows never change, and their ids are not used again; a deleted project's are
/// forgotten.
private final class ParentDirectory: Sendable {
    private struct State {
        var ids: [ParentName: Int64] = [:]
        var texts: [Int64: String] = [:]
        /// Grows with each ``ParentDirectory/forget()``, so that what was read before is not remembered after.
        var generation = 0
    }

    private let state = Mutex(State())
    private static let rememberedMax = 100_000

    func id(of name: ParentName, _ connection: SQLiteConnection) throws -> Int64? {
        let (known, generation) = state.withLock { ($0.ids[name], $0.generation) }
        if let known { return known }
        guard let id = try connection.parentID(name) else { return nil }
        remember(generation) { $0.ids[name] = id }
        return id
    }

    func text(of id: Int64, _ connection: SQLiteConnection) throws -> String {
        let (known, generation) = state.withLock { ($0.texts[id], $0.generation) }
        if let known { return known }
        let text = try connection.parentText(id)
        remember(generation) { $0.texts[id] = text }
        return text
    }

    /// The same for one page, which is read on one state of the database. Every row asks for two names, and a page's rows
    /// have few parents: those are asked for once, without the lock.
    func texts(_ connection: SQLiteConnection) -> (Int64) throws -> String {
        var known: [(id: Int64, text: String)] = []
        return { id in
            for entry in known where entry.id == id { return entry.text }
            let text = try self.text(of: id, connection)
            if known.count < 16 { known.append((id, text)) }
            return text
        }
    }

    func forget() {
        state.withLock { $0 = State(generation: $0.generation + 1) }
    }

    private func remember(_ generation: Int, _ add: (inout State) -> Void) {
        state.withLock { state in
            guard state.generation == generation else { return }
            if state.ids.count + state.texts.count >= Self.rememberedMax { state = State(generation: generation) }
            add(&state)
        }
    }
}
