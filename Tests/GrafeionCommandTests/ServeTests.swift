import ArgumentParser
import Foundation
import Testing

@testable import grafeion

@Suite("grafeion serve")
struct ServeTests {
    @Test func theServerSaysWhereItIsAndStopsWhenItIsTold() async throws {
        try await RunningServer.with(["--log-format", "json"]) { server in
            #expect(server.readyLine.contains(" serves REST and gRPC on http://127.0.0.1:"))
            #expect(server.readyLine.contains(", stores in sqlite:/"))
            let body = try await RESTClient.with(ClientOptions.connection(to: server.url)) { client in
                try await client.get("/healthz")
            }
            #expect(String(decoding: body, as: UTF8.self).hasPrefix("ok"))

            let (code, log) = try await server.stop()
            #expect(code == 0)
            let messages = try log.split(separator: "\n").map { try JSONValue(parsing: $0.utf8)["message"]?.text }
            #expect(messages.contains("listening"))
            #expect(messages.last == "stopped")
        }
    }

    @Test func anAddressThatIsTakenIsOneLineAndExitCodeOne() async throws {
        try await RunningServer.with([]) { server in
            let address = String(server.url.dropFirst("http://".count))
            let outcome = try await Program.run(["serve", "--listen", address, "--database", "sqlite::memory:"])
            #expect(outcome.code == 1)
            #expect(outcome.output == "")
            #expect(outcome.errors.hasPrefix("Error: the server did not start: cannot listen on \(address): "))
            #expect(outcome.errors.count { $0 == "\n" } == 1)
        }
    }

    @Test func aCertificateThatIsNotThereIsOneLineAndExitCodeOne() async throws {
        let outcome = try await Program.run([
            "serve", "--listen", "127.0.0.1:0", "--database", "sqlite::memory:", "--tls-cert", "nowhere.pem",
            "--tls-key", "nowhere.key",
        ])
        #expect(outcome.code == 1)
        #expect(outcome.errors.hasPrefix("Error: the server did not start: TLS certificate nowhere.pem "))
        #expect(outcome.errors.count { $0 == "\n" } == 1)
    }
}

extension ClientOptions {
    /// A connection as `--server` alone describes it.
    static func connection(to url: String) throws -> ServerConnection {
        try ClientOptions.parse(["--server", url]).resolved(environment: [:])
    }
}
