import Foundation

/// `grafeion serve` on a free port and a database of its own.
struct RunningServer {
    /// Of its first address.
    let url: String
    let readyLine: String
    private let process: Process
    private let log: URL

    /// Runs the server while the body runs, and stops it if the body has not.
    static func with<Result>(
        _ arguments: [String],
        _ body: (RunningServer) async throws -> Result
    ) async throws -> Result {
        try await Scratch.with { directory in
            let server = try start(arguments, in: directory)
            defer { server.process.terminate() }
            return try await body(server)
        }
    }

    /// Asks it to stop and returns its exit code and its log.
    func stop() async throws -> (code: Int32, log: String) {
        process.terminate()
        while process.isRunning { try await Task.sleep(for: .milliseconds(10)) }
        return (process.terminationStatus, try String(contentsOf: log, encoding: .utf8))
    }

    private static func start(_ arguments: [String], in directory: URL) throws -> RunningServer {
        let log = directory.appending(path: "log")
        try Data().write(to: log)
        let output = Pipe()
        let process = Process()
        process.executableURL = Program.executable
        process.arguments =
            ["serve", "--listen", "127.0.0.1:0", "--database", "sqlite:\(directory.appending(path: "g.db").path)"]
            + arguments
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GRAFEION_") }
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: log)
        try process.run()
        // The line comes when the server listens; a server that does not start closes the pipe.
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        let url = line.firstMatch(of: /https?:\/\/[^ ,;]+/).map { String($0.output) } ?? ""
        return RunningServer(url: url, readyLine: line, process: process, log: log)
    }
}
