import Foundation

/// The file that an export writes, and the note beside it of how far it has come.
struct ExportDestination {
    enum Mode { case new, overwrite, resume }

    private let file: FileHandle?
    private let path: String
    private let console: Console
    var progress: ExportProgress

    private static func progressPath(_ path: String) -> String { path + ".progress" }

    /// Opens standard output or a file; a file that is there is not written over unless that is asked for.
    static func open(
        path: String,
        parent: String,
        mode: Mode,
        console: Console
    ) throws(ClientFailure) -> ExportDestination {
        let fresh = ExportProgress(project: parent)
        if path == "-" { return ExportDestination(file: nil, path: path, console: console, progress: fresh) }
        switch mode {
        case .resume:
            let progress = try resumed(path: path, parent: parent)
            let file = try writing(path: path, keeping: progress.bytes)
            return ExportDestination(file: file, path: path, console: console, progress: progress)
        case .new where FileManager.default.fileExists(atPath: path):
            let isInterrupted = FileManager.default.fileExists(atPath: progressPath(path))
            let wayOut = isInterrupted ? "--resume goes on with it, --force writes it anew" : "--force writes over it"
            throw .file("\(path) is there already; \(wayOut)")
        case .new, .overwrite:
            guard FileManager.default.createFile(atPath: path, contents: nil) else {
                throw .file("\(path) cannot be written")
            }
            try? FileManager.default.removeItem(atPath: progressPath(path))
            let file = try writing(path: path, keeping: 0)
            return ExportDestination(file: file, path: path, console: console, progress: fresh)
        }
    }

    mutating func append(_ bytes: [UInt8]) throws(ClientFailure) {
        if let file {
            do { try file.write(contentsOf: bytes) } catch { throw .file("\(path) cannot be written: \(error)") }
        } else {
            console.out(bytes)
        }
        progress.bytes += bytes.count
    }

    /// Makes what was written, and where to go on, survive a crash.
    func keepProgress() throws(ClientFailure) {
        guard let file else { return }
        do {
            // The file first: progress must never claim more than is there.
            try file.synchronize()
            let note = try JSONEncoder().encode(progress)
            try note.write(to: URL(fileURLWithPath: Self.progressPath(path)), options: .atomic)
        } catch {
            throw .file("\(Self.progressPath(path)) cannot be written: \(error)")
        }
    }

    /// The file is whole.
    func finish() throws(ClientFailure) {
        guard let file else { return }
        do {
            try file.synchronize()
            try file.close()
        } catch {
            throw .file("\(path) cannot be written: \(error)")
        }
        try? FileManager.default.removeItem(atPath: Self.progressPath(path))
    }

    private static func resumed(path: String, parent: String) throws(ClientFailure) -> ExportProgress {
        guard let note = FileManager.default.contents(atPath: progressPath(path)) else {
            throw .file("there is nothing to resume: \(progressPath(path)) is not there")
        }
        guard let progress = try? JSONDecoder().decode(ExportProgress.self, from: note) else {
            throw .file("\(progressPath(path)) is not a progress file of an export")
        }
        guard progress.project == parent else {
            throw .file("\(path) is an export of \(progress.project), not of \(parent)")
        }
        return progress
    }

    private static func writing(path: String, keeping bytes: Int) throws(ClientFailure) -> FileHandle {
        guard let file = FileHandle(forWritingAtPath: path) else { throw .file("\(path) cannot be written") }
        do {
            guard try file.seekToEnd() >= UInt64(bytes) else {
                throw ClientFailure.file("\(path) is shorter than its progress says; write it anew with --force")
            }
            // A page that was cut off in the middle is fetched again.
            try file.truncate(atOffset: UInt64(bytes))
            try file.seek(toOffset: UInt64(bytes))
            return file
        } catch let failure as ClientFailure {
            throw failure
        } catch {
            throw .file("\(path) cannot be written: \(error)")
        }
    }
}
