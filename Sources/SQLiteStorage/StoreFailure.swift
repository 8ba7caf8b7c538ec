import GRDB
import GRDBSQLite
import MetadataModel

/// SQLite's own errors in a caller's terms.
enum StoreFailure {
    /// The store was used after it had been closed.
    static let closed = MetadataError.unavailable("the store is closed", retryAfterSeconds: 1)

    /// What callers are told instead of an engine's error: that the store cannot serve now, where that is so. Anything
    /// else is a fault of ours and stays as it is, for the log.
    static func explaining(_ error: any Error, isWrite: Bool) -> any Error {
        guard let (code, text) = facts(of: error) else { return error }
        // A commit that failed in the middle may turn up again after a crash, so no more is promised than is known.
        let outcome = isWrite ? "; the write is not acknowledged" : ""
        switch code {
        case SQLITE_FULL:
            let text = "the disk or the database is full"
            return MetadataError.unavailable(isWrite ? "\(text); nothing was written" : text, retryAfterSeconds: 30)
        case SQLITE_IOERR, SQLITE_BUSY, SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_NOMEM, SQLITE_CORRUPT, SQLITE_NOTADB:
            return MetadataError.unavailable("the store cannot serve now (\(text))\(outcome)", retryAfterSeconds: 5)
        default: return error
        }
    }

    private static func facts(of error: any Error) -> (code: Int32, text: String)? {
        switch error {
        case let failure as SQLiteFailure: (failure.primaryCode, failure.text)
        case let failure as DatabaseError: (failure.resultCode.rawValue, failure.message ?? failure.description)
        default: nil
        }
    }
}
