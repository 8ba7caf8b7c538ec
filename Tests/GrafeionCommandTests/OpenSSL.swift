import Foundation
import Testing

/// The `openssl` program, which is asked whether certificates are what they should be.
struct OpenSSL {
    /// Where files are made and looked for.
    let directory: URL

    /// Runs a command and returns what it said, on either output.
    @discardableResult
    func run(_ arguments: String..., expecting status: Int32 = 0) throws -> String {
        let words = arguments.flatMap { $0.hasPrefix("/") ? [$0] : $0.split(separator: " ").map(String.init) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + words
        process.currentDirectoryURL = directory
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationStatus == status, "openssl \(words.joined(separator: " ")): \(said)")
        return said
    }

    /// Makes `NAME.pem` and `NAME.key`, an authority unless the extensions say otherwise.
    func makeAuthority(
        _ name: String,
        key: String = "ec -pkeyopt ec_paramgen_curve:P-256",
        extensions: String = "-addext keyUsage=critical,keyCertSign",
        days: Int = 30
    ) throws {
        try run(
            "req -x509 -newkey \(key) -nodes -days \(days) -keyout \(name).key -out \(name).pem \(extensions)",
            "-subj",
            "/CN=\(name)"
        )
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: directory.appending(path: name))
    }
}
