import Foundation

/// What was not migrated and why: in a file, one JSON object a line, or the first of it on standard error.
struct MigrationReport {
    private let file: FileHandle?
    /// As messages call it; nil without a file.
    let path: String?
    private let console: Console
    private(set) var count = 0

    /// More on standard error would push away what came before; nobody reads on there.
    private static let shownMax = 20

    /// - Parameter isResumed: whether the report of an earlier run is gone on with.
    static func open(path: String?, isResumed: Bool, console: Console) throws(ClientFailure) -> MigrationReport {
        guard let path else { return MigrationReport(file: nil, path: nil, console: console) }
        let isThere = FileManager.default.fileExists(atPath: path)
        if !(isResumed && isThere), !FileManager.default.createFile(atPath: path, contents: nil) {
            throw .file("\(path) cannot be written")
        }
        guard let file = FileHandle(forWritingAtPath: path) else { throw .file("\(path) cannot be written") }
        do { try file.seekToEnd() } catch { throw .file("\(path) cannot be written: \(error)") }
        return MigrationReport(file: file, path: path, console: console)
    }

    /// - Parameter name: the record's, or what is known of it.
    mutating func add(_ name: String, _ reason: String) throws(ClientFailure) {
        count += 1
        guard let file else {
            console.endProgress()
            if count <= Self.shownMax { console.note("not migrated: \(name): \(reason)") }
            if count == Self.shownMax + 1 { console.note("not migrated: and more; --report FILE has them all") }
            return
        }
        let line = JSONValue.object([
            .init(name: "name", value: .string(name)), .init(name: "reason", value: .string(reason)),
        ])
        do { try file.write(contentsOf: Data("\(line.compact)\n".utf8)) } catch {
            throw .file("\(path ?? "the report") cannot be written: \(error)")
        }
    }
}
