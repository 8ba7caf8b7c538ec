import Foundation

/// A file that the setup of the webhook writes.
struct SetupFile: Sendable, Equatable {
    let path: String
    let text: String
    /// Whether there is a private key in it: then nobody but its owner can read it, at any time.
    let isSecret: Bool

    /// Writes it whole or not at all.
    ///
    /// - Throws: ``ClientFailure`` if there is such a file already and it is not to be replaced, or it cannot be written.
    func write(replacing isReplaced: Bool) throws(ClientFailure) {
        guard isReplaced else { return try writeNew(path) }
        // Beside it first: a disk that is full must not cost the file that is there.
        let draft = "\(path).new"
        try? FileManager.default.removeItem(atPath: draft)
        try writeNew(draft)
        guard rename(draft, path) == 0 else {
            let reason = Self.reason()
            try? FileManager.default.removeItem(atPath: draft)
            throw .file("\(path) cannot be written: \(reason)")
        }
    }

    /// - Throws: ``ClientFailure`` if there is such a file already.
    func requireNone() throws(ClientFailure) {
        if FileManager.default.fileExists(atPath: path) { throw Self.isThere(path) }
    }

    /// Creates the file with its mode, so that there is no moment in which others could open it.
    private func writeNew(_ path: String) throws(ClientFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, isSecret ? 0o600 : 0o644)
        guard descriptor >= 0 else {
            if errno == EEXIST { throw Self.isThere(path) }
            throw .file("\(path) cannot be written: \(Self.reason())")
        }
        do {
            let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            try file.write(contentsOf: Data(text.utf8))
            try file.synchronize()
            try file.close()
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw .file("\(path) cannot be written: \(error)")
        }
    }

    private static func isThere(_ path: String) -> ClientFailure {
        .file("\(path) is there already; name another place, or write over manifests with --force")
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
