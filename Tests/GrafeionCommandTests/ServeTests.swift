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

    @Test func aProjectGoesThroughTheServerAndIntoAnotherProject() async throws {
        let note =
            "shortDescription: read overrun\nvulnerability: {severity: HIGH, details: [{affectedCpeUri: c, affectedPackage: p}]}"
        let occurrences = (1...25).map {
            #"{"resourceUri":"https://r/app\#($0)","noteName":"projects/p/notes/n1","discovery":{}}"#
        }
        try await RunningServer.with([]) { server in
            func run(_ arguments: [String], input: String = "") async throws -> Program.Outcome {
                try await Program.run(
                    arguments,
                    input: input,
                    environment: ["GRAFEION_SERVER": server.url, "GRAFEION_PROJECT": "p"]
                )
            }
            let created = try await run(["notes", "create", "--id", "n1", "-f", "-", "-o", "name"], input: note)
            #expect(created == .init(code: 0, output: "projects/p/notes/n1\n", errors: ""))
            let again = try await run(["notes", "create", "--id", "n1", "-f", "-"], input: note)
            #expect(again.code == 1)
            #expect(again.errors.hasPrefix("Error: "))
            let many = try await run(
                ["occurrences", "create", "-f", "-", "-o", "name"],
                input: "[\(occurrences.joined(separator: ","))]"
            )
            #expect(many.output.split(separator: "\n").count == 25)

            let first = try await run(["occurrences", "list", "-o", "name"])
            #expect(first.errors.hasPrefix("20 shown, and there are more"))
            let all = try await run(["occurrences", "list", "--note", "n1", "--all", "--page-size", "4", "-o", "name"])
            #expect(Set(all.output.split(separator: "\n")) == Set(many.output.split(separator: "\n")))
            let found = try await run([
                "occurrences", "list", "--filter", "resourceUrl=\"https://r/app7\"", "-o", "name",
            ])
            #expect(found.output.split(separator: "\n").count == 1)

            let export = try await run(["export", "-o", "-"])
            #expect(export.errors == "exported 1 note and 25 occurrences of projects/p\n")
            let same = try await run(["import", "-f", "-"], input: export.output)
            #expect(same.errors.hasSuffix(": 0 created, 26 unchanged, 0 replaced\n"))
            let copied = try await run(["import", "-f", "-", "--project", "q"], input: export.output)
            #expect(
                copied.errors
                    == "imported 1 note and 25 occurrences into projects/q: 26 created, 0 unchanged, 0 replaced\n"
            )
            let copy = try await run(["export", "-p", "q", "-o", "-"])
            let renamed = copy.output.replacing("projects/q", with: "projects/p")
            #expect(Set(renamed.split(separator: "\n")) == Set(export.output.split(separator: "\n")))

            let refused = try await run(["notes", "delete", "n1", "--yes"])
            #expect(
                refused
                    == .init(
                        code: 1,
                        output: "",
                        errors: "Error: projects/p/notes/n1 still has 25 occurrences; delete them first\n"
                    )
            )
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
