import Foundation
import Testing

@testable import ServerApp

/// A directory with an authority and certificates that it signed, made by openssl.
struct Certificates: Sendable {
    let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "grafeion-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try openssl(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout ca.key -out ca.pem",
            subject: "/CN=Test CA"
        )
        try sign("server", subject: "/CN=localhost", extensions: "subjectAltName=DNS:localhost,IP:127.0.0.1")
    }

    func remove() {
        try? FileManager.default.removeItem(at: directory)
    }

    func path(_ name: String) -> String { directory.appending(path: name).path }

    func server(clientCA: Bool = false) throws -> TLSFiles {
        try #require(
            try TLSFiles(
                certificate: path("server.pem"),
                key: path("server.key"),
                clientCA: clientCA ? path("ca.pem") : nil
            )
        )
    }

    /// Makes `name.pem` and `name.key`.
    func sign(_ name: String, subject: String, extensions: String = "keyUsage=digitalSignature") throws {
        try openssl(
            "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout \(name).key -out \(name).csr",
            subject: subject
        )
        try Data(extensions.utf8).write(to: directory.appending(path: "\(name).ext"))
        try openssl(
            "x509 -req -in \(name).csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile \(name).ext -out \(name).pem"
        )
    }

    private func openssl(_ arguments: String, subject: String? = nil) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["openssl"] + arguments.split(separator: " ").map(String.init) + (subject.map { ["-subj", $0] } ?? [])
        process.currentDirectoryURL = directory
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl \(arguments)")
    }
}
