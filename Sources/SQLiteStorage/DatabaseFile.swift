import Foundation
import GRDB
import MetadataModel

/// Opening a database file: one process at a time, only files of ours, and the settings that durability rests on.
struct DatabaseFile {
    let path: String

    /// Bytes of a page. Rows of one to two kilobytes waste up to a third of the default 4 KiB pages.
    static let pageSize = 8192
    /// Pages of the write-ahead log after which it is folded into the database: 16 MiB.
    static let checkpointPages = 2000
    /// Bytes the write-ahead log is cut to after it has been folded, should it have grown while lists held it up: 64 MiB.
    static let journalBytesMax = 64 << 20
    /// KiB of pages that the writer, and each reader, keeps.
    static let writerCacheKiB = 32 << 10
    static let readerCacheKiB = 8 << 10

    /// Opens the one connection that writes, and brings the schema up to date.
    func openWriter(pageCountMax: Int?) throws -> SQLiteConnection {
        var configuration = Configuration()
        configuration.label = "grafeion-writer"
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA page_size = \(Self.pageSize)")
            try database.execute(sql: "PRAGMA cache_size = -\(Self.writerCacheKiB)")
            try database.execute(sql: "PRAGMA wal_autocheckpoint = \(Self.checkpointPages)")
            try database.execute(sql: "PRAGMA journal_size_limit = \(Self.journalBytesMax)")
            // The pages that a savepoint may have to put back go to memory instead of a temporary file: a single create
            // touches a dozen, and writing them out took a tenth of its time.
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
            if let pageCountMax { try database.execute(sql: "PRAGMA max_page_count = \(pageCountMax)") }
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            // A commit is acknowledged only after its bytes are on the disk.
            try database.execute(sql: "PRAGMA synchronous = FULL")
            guard try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2 else {
                throw StoreOpeningError("the database at \(path) does not take synchronous=FULL")
            }
        }
        try migrate(queue)
        return try SQLiteConnection(queue)
    }

    /// Opens a connection that only reads.
    func openReader() throws -> SQLiteConnection {
        var configuration = Configuration()
        configuration.label = "grafeion-reader"
        configuration.readonly = true
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA cache_size = -\(Self.readerCacheKiB)")
        }
        return try SQLiteConnection(DatabaseQueue(path: path, configuration: configuration))
    }

    private func migrate(_ queue: DatabaseQueue) throws {
        let migrator = Schema.migrator
        if try queue.read(migrator.hasBeenSuperseded) {
            throw StoreOpeningError(
                "the database at \(path) was written by a newer version of grafeion; run that version or a newer one"
            )
        }
        // First the mark, then the tables: killed in between, the other way round would leave a file that looks like
        // another program's for ever.
        try queue.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
        }
        try migrator.migrate(queue)
    }

    /// Refuses a file that another program made, before anything in it is touched.
    func checkOwnership() throws {
        guard let beginning = try? Self.firstBytes(Self.magic.count, of: path), !beginning.isEmpty else { return }
        // SQLite itself takes a file of a single byte for an empty one, and would write over it.
        guard beginning == Self.magic || wasEmptyBeforeJournal else {
            throw StoreOpeningError("\(path) is not an SQLite database; name another file with --database sqlite:PATH")
        }
        var configuration = Configuration()
        configuration.readonly = true
        let owner: Int32?
        do {
            owner = try DatabaseQueue(path: path, configuration: configuration).read { database in
                let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
                return tables == 0
                    ? Schema.applicationID : try Int32.fetchOne(database, sql: "PRAGMA application_id")
            }
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_READONLY_ROLLBACK {
            // A process was killed in the middle of a change that is kept in a rollback journal. Ours keep one only until
            // the write-ahead log is on, while the file is still new.
            owner = wasEmptyBeforeJournal ? Schema.applicationID : nil
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw StoreOpeningError("\(path) is not an SQLite database; name another file with --database sqlite:PATH")
        }
        guard owner == Schema.applicationID else {
            throw StoreOpeningError(
                "the database at \(path) belongs to another program; name another file with --database sqlite:PATH"
            )
        }
    }
}

extension DatabaseFile {
    /// What every SQLite database begins with.
    private static let magic = Data("SQLite format 3\0".utf8)

    /// Whether there is a rollback journal and undoing its change leaves an empty file: its header begins with eight bytes
    /// of its own and says at byte 16 how many pages there were (https://www.sqlite.org/fileformat2.html, section 3).
    private var wasEmptyBeforeJournal: Bool {
        guard let header = try? Self.firstBytes(20, of: path + "-journal") else { return false }
        let journalMagic: [UInt8] = [0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7]
        return header.starts(with: journalMagic) && header.suffix(4) == Data(count: 4)
    }

    private static func firstBytes(_ count: Int, of path: String) throws -> Data {
        let handle = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? handle.close() }
        return try handle.read(upToCount: count) ?? Data()
    }
}

/// Why a store could not be opened, in a sentence for the operator.
public struct StoreOpeningError: Error, CustomStringConvertible, Sendable {
    public let description: String

    init(_ description: String) { self.description = description }

    /// Runs `body`, turning an engine's error into a sentence that names the file.
    static func explaining<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw StoreOpeningError("cannot open the database at \(path): \(error.message ?? error.description)")
        } catch let failure as SQLiteFailure {
            throw StoreOpeningError("cannot open the database at \(path): \(failure.text)")
        }
    }
}
