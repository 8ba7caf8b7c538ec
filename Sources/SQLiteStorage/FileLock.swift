import Foundation
import Synchronization

/// A lock file beside the database that says which process has it.
///
/// It is a file of its own because closing any descriptor of the database file would drop SQLite's own locks. The lock
/// goes with the process, so a killed server leaves no obstacle behind.
final class FileLock: Sendable {
    /// Nil once released.
    private let descriptor: Mutex<Int32?>

    /// - Throws: ``StoreOpeningError`` naming the process that has the file, or why the lock file cannot be made.
    init(for databasePath: String) throws(StoreOpeningError) {
        // By its real name, so that a link to it is the same database.
        let real = URL(fileURLWithPath: databasePath).resolvingSymlinksInPath().path
        let opened = open(real + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard opened >= 0 else {
            throw StoreOpeningError("cannot open the database at \(databasePath): \(String(cString: strerror(errno)))")
        }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            let owner = Self.owner(of: opened)
            close(opened)
            throw StoreOpeningError(
                "the database at \(databasePath) is in use by \(owner); one server at a time may have it"
            )
        }
        descriptor = Mutex(opened)
        let text = Array("\(getpid())\n".utf8)
        _ = ftruncate(opened, 0)
        _ = pwrite(opened, text, text.count, 0)
    }

    deinit { release() }

    /// Lets the next process have the database.
    func release() {
        descriptor.withLock { held in
            if let held { close(held) }
            held = nil
        }
    }

    private static func owner(of descriptor: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        let digits = buffer.prefix(max(0, count)).prefix { $0 >= 48 && $0 <= 57 }
        return digits.isEmpty ? "another process" : "process \(String(decoding: digits, as: UTF8.self))"
    }
}
