import Foundation
import Logging
import Testing

@testable import ServerApp

@Suite struct ConfigurationTests {
    @Test(arguments: [
        ("127.0.0.1:8080", ListenAddress.tcp(host: "127.0.0.1", port: 8080)),
        ("localhost:0", .tcp(host: "localhost", port: 0)),
        ("[::1]:443", .tcp(host: "::1", port: 443)),
        ("unix:/run/g.sock", .unix(path: "/run/g.sock")),
    ])
    func addressIsReadAndPrintedTheSame(text: String, address: ListenAddress) throws {
        #expect(try ListenAddress(parsing: text) == address)
        #expect(address.description == text)
    }

    @Test(arguments: [
        ("", "port is missing"), ("8080", "port is missing"), (":8080", "host is missing"),
        ("host:x", "port is not a number"), ("host:65536", "port is not a number"), ("::1:80", "brackets"),
        ("unix:", "path is missing"), ("unix:\(String(repeating: "x", count: 108))", "107 bytes"),
    ])
    func wrongAddressSaysWhatIsWrong(text: String, part: String) {
        let problem = #expect(throws: ConfigurationProblem.self) { try ListenAddress(parsing: text) }
        #expect(problem?.description.contains(part) == true)
    }

    @Test func databaseIsSQLiteInAFileOrInMemory() throws {
        #expect(try DatabaseLocation(parsing: "sqlite:a/b.db") == .sqlite(path: "a/b.db"))
        #expect(try DatabaseLocation(parsing: "sqlite::memory:") == .sqliteInMemory)
        #expect(throws: ConfigurationProblem.self) { try DatabaseLocation(parsing: "postgres://x") }
        #expect(throws: ConfigurationProblem.self) { try DatabaseLocation(parsing: "sqlite:") }
    }

    /// The reference server falls back to plain text here.
    @Test func partsOfTLSWithoutTheRestAreErrors() throws {
        #expect(try TLSFiles(certificate: nil, key: nil, clientCA: nil) == nil)
        #expect(try TLSFiles(certificate: "c", key: "k", clientCA: nil)?.clientCA == nil)
        #expect(throws: ConfigurationProblem.self) { try TLSFiles(certificate: "c", key: nil, clientCA: nil) }
        #expect(throws: ConfigurationProblem.self) { try TLSFiles(certificate: nil, key: "k", clientCA: nil) }
        #expect(throws: ConfigurationProblem.self) { try TLSFiles(certificate: nil, key: nil, clientCA: "a") }
        #expect(throws: ConfigurationProblem.self) { try TLSFiles(certificate: "c", key: nil, clientCA: "a") }
    }

    @Test func unreadableTLSFilesKeepTheServerFromStarting() async throws {
        let certificates = try Certificates()
        defer { certificates.remove() }
        var tls = try certificates.server()
        tls.key = "/nonexistent/key.pem"
        let problem = await #expect(throws: ConfigurationProblem.self) {
            try await TestServer.with {
                $0.tls = tls
            } body: { _ in
            }
        }
        #expect(problem?.description.contains("/nonexistent/key.pem") == true)

        tls.key = certificates.path("ca.key")
        let mismatch = await #expect(throws: ConfigurationProblem.self) {
            try await TestServer.with {
                $0.tls = tls
            } body: { _ in
            }
        }
        #expect(mismatch?.description.contains("do not go together") == true)
    }

    @Test func addressInUseIsAnErrorThatNamesIt() async throws {
        try await TestServer.with { server in
            let problem = await #expect(throws: ConfigurationProblem.self) {
                try await TestServer.with {
                    $0.listen = [server.address]
                } body: { _ in
                }
            }
            #expect(problem?.description.contains("\(server.port)") == true)
        }
    }
}
