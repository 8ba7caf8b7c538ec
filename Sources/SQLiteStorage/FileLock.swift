import Foundation

/// A lock file beside the database that says which process has it.
///
/// It is a file of its own because closing any descriptor of the database file would drop SQLite's own locks. The lock
/// goes with the process, so a killed server leaves no obstacle behind.
final class FileLock: Sendable {
    private let descriptor: Int32
    private let path: String

    /// - Throws: ``StoreOpeningError`` naming the process that has the file, or why the lock file cannot be made.
    init(for databasePath: String) throws(StoreOpeningError) {
        path = databasePath + ".lock"
        let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard opened >= 0 else {
            throw StoreOpeningError("cannot open the database at \(databasePath): \(String(cString: strerror(errno)))")
        }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            let owner = Self.owner(of: opened)
            close(opened)
            throw StoreOpeningError(
                "the database at \(databasePath) is in use by \(owner); one server at a time may have it")
        }
        descriptor = opened
        let text = Array("\(getpid())\n".utf8)
        _ = ftruncate(opened, 0)
        _ = pwrite(opened, text, text.count, 0)
    }

    deinit { release() }

    private func release() {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private static func owner(of descriptor: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        let digits = buffer.prefix(max(0, count)).prefix { $0 >= 48 && $0 <= 57 }
        return digits.isEmpty ? "another process" : "process \(String(decoding: digits, as: UTF8.self))"
    }
}
