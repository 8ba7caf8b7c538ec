import Foundation

/// A command that ran to its end, and everything that it said.
struct FinishedCommand {
    let status: Int32
    /// Standard output and standard error in the order written.
    let output: String

    /// The last lines, for a message.
    func lastLines(_ count: Int) -> String {
        output.split(separator: "\n", omittingEmptySubsequences: false).suffix(count).joined(separator: "\n")
    }

    /// Runs a command in a directory, with `changes` to this process's environment less the program's own variables.
    static func run(
        _ executable: URL,
        _ arguments: [String],
        in directory: URL,
        environment changes: [String: String]
    ) async throws -> FinishedCommand {
        try await inScratchDirectory { scratch in
            // A file takes whatever is said without anybody having to read it meanwhile, as a pipe would need.
            let file = scratch.appending(path: "output.txt")
            try Data().write(to: file)
            let handle = try FileHandle(forWritingTo: file)
            defer { try? handle.close() }

            let process = Process()
            process.executableURL = executable
            process.arguments = arguments
            process.currentDirectoryURL = directory
            let inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GRAFEION_") }
            process.environment = inherited.merging(changes) { $1 }
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = handle
            process.standardError = handle
            try await process.runToItsEnd()
            return FinishedCommand(
                status: process.terminationStatus,
                output: String(decoding: try Data(contentsOf: file), as: UTF8.self)
            )
        }
    }
}

/// Calls `body` with a new directory that is gone afterwards.
func inScratchDirectory<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
    let directory = FileManager.default.temporaryDirectory.appending(path: "grafeion-e2e-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    return try await body(directory)
}

extension Process {
    /// Starts the process and suspends until it has ended, without holding a thread.
    fileprivate func runToItsEnd() async throws {
        try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Void, any Error>) in
            terminationHandler = { _ in ended.resume() }
            do {
                try run()
            } catch {
                terminationHandler = nil
                ended.resume(throwing: error)
            }
        }
    }
}
