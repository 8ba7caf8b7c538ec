import Foundation
import TestSupport
import Testing

@testable import Attestations

/// A directory of one test's own, and other people's tools that work in it.
final class Workbench: Sendable {
    let directory: URL

    init() throws {
        // Short, because the path of gpg's socket may have some hundred bytes only.
        directory = FileManager.default.temporaryDirectory.appending(path: "att-\(UUID().uuidString.prefix(13))")
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
        try FileManager.default.createDirectory(
            at: directory,
            withIntermediateDirectories: true,
            attributes: attributes
        )
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// Runs a tool in the directory, where its files have names of one word. Returns what it printed.
    @discardableResult
    func run(_ tool: String, _ arguments: String..., environment: [String: String] = [:]) throws -> [UInt8] {
        try run(tool, arguments, environment: environment)
    }

    @discardableResult
    func run(_ tool: String, _ arguments: [String], environment: [String: String] = [:]) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [tool] + arguments
        process.currentDirectoryURL = directory
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        let log = directory.appending(path: "log")
        try Data().write(to: log)
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: log)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let printed = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        if process.terminationStatus != 0 {
            throw Failure(description: "\(tool) \(arguments): \(try text("log"))")
        }
        return [UInt8](printed)
    }

    func write(_ name: String, _ bytes: [UInt8]) throws { try Data(bytes).write(to: directory.appending(path: name)) }
    func bytes(_ name: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: directory.appending(path: name))) }
    func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Whether Python has the library that signs.
    static let hasPythonCryptography: Bool = {
        guard let bench = try? Workbench() else { return false }
        return (try? bench.run("python3", "-c", "import cryptography.hazmat.primitives.asymmetric.ed25519")) != nil
    }()
    static let hasPythonMLDSA: Bool = {
        guard let bench = try? Workbench() else { return false }
        return (try? bench.run("python3", "-c", "import cryptography.hazmat.primitives.asymmetric.mldsa")) != nil
    }()
    static let hasGPG: Bool = {
        guard let bench = try? Workbench() else { return false }
        return (try? bench.run("gpg", "--version")) != nil
    }()
}
