import Foundation
import Testing

@testable import grafeion

@Suite("Client commands")
struct ClientCommandTests {
    private static let notes = (1...3).map {
        #"{"name":"projects/p/notes/n\#($0)","shortDescription":"note \#($0)","kind":"BUILD","createTime":"2026-01-0\#($0)T00:00:00Z"}"#
    }

    @Test func aListIsOnePageAndSaysThatThereIsMore() async throws {
        let outcome = try await run(["notes", "list", "-p", "p"])
        #expect(
            outcome
                == .init(
                    code: 0,
                    output: """
                        NAME  KIND   DESCRIPTION  CREATED
                        n1    BUILD  note 1       2026-01-01T00:00:00Z
                        n2    BUILD  note 2       2026-01-02T00:00:00Z

                        """,
                    errors: "2 shown, and there are more: --all shows all, --limit N the first N\n"
                )
        )
    }

    @Test func allPagesAreOneList() async throws {
        let names = try await run(["notes", "list", "-p", "p", "--all", "-o", "name"])
        #expect(
            names
                == .init(
                    code: 0,
                    output: "projects/p/notes/n1\nprojects/p/notes/n2\nprojects/p/notes/n3\n",
                    errors: ""
                )
        )
        let json = try await run(["notes", "list", "-p", "p", "--all", "-o", "json"])
        #expect(try JSONValue(parsing: json.output.utf8).compact == "[\(Self.notes.joined(separator: ","))]")
        let yaml = try await run(["notes", "list", "-p", "p", "--all", "-o", "yaml"])
        #expect(try JSONValue(yaml: yaml.output).compact == "[\(Self.notes.joined(separator: ","))]")
        let limited = try await run(["notes", "list", "-p", "p", "--limit", "3", "-o", "name"])
        #expect(limited.output.split(separator: "\n").count == 3)
    }

    @Test func aFilterReachesTheServerAsItWasWritten() async throws {
        let grafeas = try FakeGrafeas()
        try await FakeServer.with({ await grafeas.answer($0) }) { server in
            let outcome = try await Program.run(
                [
                    "occurrences", "list", "--note", "projects/q/notes/n%1", "--filter", "kind=\"BUILD\" AND a&b", "-o",
                    "json",
                ],
                environment: ["GRAFEION_SERVER": server.url]
            )
            #expect(outcome == .init(code: 0, output: "[]\n", errors: "no occurrences found\n"))
            let request = try #require(await grafeas.requests.first)
            #expect(request.path == "/v1/projects/q/notes/n%251/occurrences")
            #expect(request.query == "filter=kind%3D%22BUILD%22%20AND%20a%26b")
        }
    }

    @Test func oneThingIsShownWhole() async throws {
        let outcome = try await run(["notes", "get", "-p", "p", "n1"])
        #expect(outcome.output.hasPrefix("{\n  \"name\": \"projects/p/notes/n1\",\n"))
        let missing = try await run(["notes", "get", "projects/p/notes/x"])
        #expect(missing == .init(code: 1, output: "", errors: "Error: note \"projects/p/notes/x\" does not exist\n"))
    }

    @Test func aFileIsCreatedFromJSONOrYAML() async throws {
        let grafeas = try FakeGrafeas()
        try await FakeServer.with({ await grafeas.answer($0) }) { server in
            let outcome = try await Program.run(
                ["notes", "create", "-p", "p", "--id", "a b", "-f", "-", "--server", server.url],
                input: "attestation:\n  hint: {humanReadableName: qa}\n"
            )
            #expect(outcome.code == 0)
            let request = try #require(await grafeas.requests.first)
            #expect(request.query == "noteId=a%20b")
            #expect(
                String(decoding: request.body, as: UTF8.self) == #"{"attestation":{"hint":{"humanReadableName":"qa"}}}"#
            )
            let many = try await Program.run(
                ["occurrences", "create", "-p", "p", "-f", "-", "--server", server.url],
                input: "[{\"a\": 1}, {\"a\": 2}]"
            )
            #expect(many.code == 0)
            let batch = try #require(await grafeas.requests.last)
            #expect(batch.path == "/v1/projects/p/occurrences:batchCreate")
            #expect(String(decoding: batch.body, as: UTF8.self) == #"{"occurrences":[{"a":1},{"a":2}]}"#)
            let nothing = try await Program.run(["notes", "create", "-p", "p", "--id", "n", "-f", "missing.json"])
            #expect(nothing.errors == "Error: missing.json is not there\n")
        }
    }

    @Test func deletingAsksOrIsToldNotTo() async throws {
        let refused = try await run(["notes", "delete", "-p", "p", "n1"])
        #expect(refused == .init(code: 1, output: "", errors: "Error: add --yes to delete without being asked\n"))
        let done = try await run(["notes", "delete", "-p", "p", "n1", "n2", "--yes"])
        #expect(
            done == .init(code: 0, output: "deleted projects/p/notes/n1\ndeleted projects/p/notes/n2\n", errors: "")
        )
    }

    @Test func readsAreTriedAgainWhileTheServerIsBusy() async throws {
        let grafeas = try FakeGrafeas(notes: Self.notes)
        let busy = FakeServer.Reply(
            #"{"error":{"code":503,"message":"too busy","status":"UNAVAILABLE"}}"#,
            status: 503,
            headers: [("retry-after", "0")]
        )
        try await FakeServer.with({ await grafeas.answer($0) }) { server in
            await grafeas.interrupt([busy, busy, busy])
            let get = try await Program.run(["notes", "get", "-p", "p", "n1", "-o", "name", "--server", server.url])
            #expect(get == .init(code: 0, output: "projects/p/notes/n1\n", errors: ""))
            await grafeas.interrupt([busy, busy, busy, busy])
            let failing = try await Program.run(["notes", "get", "-p", "p", "n1", "--server", server.url])
            #expect(failing == .init(code: 1, output: "", errors: "Error: too busy\n"))
            await grafeas.interrupt([busy])
            let create = try await Program.run(
                ["notes", "create", "-p", "p", "--id", "n", "-f", "-", "--server", server.url],
                input: "{}"
            )
            #expect(create.code == 1)
        }
    }

    @Test func aServerThatIsNotThereIsExplained() async throws {
        let outcome = try await Program.run(["notes", "list", "-p", "p", "--server", "http://127.0.0.1:1"])
        #expect(
            outcome
                == .init(
                    code: 1,
                    output: "",
                    errors: """
                        Error: cannot reach the server at http://127.0.0.1:1: connection refused
                          start one with:     grafeion serve
                          or name another:    --server URL, or GRAFEION_SERVER in the environment

                        """
                )
        )
        let socket = try await Program.run(["notes", "list", "-p", "p", "--server", "unix:/nowhere/g.sock"])
        #expect(
            socket.errors.hasPrefix("Error: cannot reach the server at unix:/nowhere/g.sock: there is no such socket\n")
        )
    }

    @Test func somethingThatIsNoGrafeasIsExplained() async throws {
        try await FakeServer.with({ _ in FakeServer.Reply("<html>") }) { server in
            let outcome = try await Program.run(["notes", "list", "-p", "p", "--server", server.url])
            #expect(outcome.code == 1)
            #expect(
                outcome.errors.hasPrefix(
                    "Error: the server's reply to /v1/projects/p/notes is not a page of notes: line 1"
                )
            )
        }
    }

    private func run(_ arguments: [String]) async throws -> Program.Outcome {
        let grafeas = try FakeGrafeas(notes: Self.notes)
        return try await FakeServer.with({ await grafeas.answer($0) }) { server in
            try await Program.run(arguments + ["--server", server.url])
        }
    }
}

@Suite("Commands without a server")
struct LocalCommandTests {
    @Test func aFilterIsPrintedAsItWasRead() async throws {
        let outcome = try await Program.run(["filter", "parse", "kind=\"BUILD\""])
        #expect(outcome.code == 0)
        #expect(
            try JSONValue(parsing: outcome.output.utf8).compact
                == #"{"compare":"=","left":{"text":"kind"},"right":{"string":"BUILD"}}"#
        )
    }

    @Test func aFaultInAFilterHasACaret() async throws {
        let outcome = try await Program.run(["filter", "parse", "kind= AND x"])
        #expect(outcome.code == 1)
        #expect(outcome.output == "")
        let lines = outcome.errors.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0].hasPrefix("Error: filter, column 7: "))
        #expect(lines[1...] == ["  kind= AND x", "        ^", ""])
    }

    @Test func aFilterIsExplained() async throws {
        let filter = "kind=\"BUILD\" AND noteId=\"builder\" AND build.provenance.id=\"7\""
        let outcome = try await Program.run(["filter", "explain", filter])
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("\nindex     by note id: builder\n"))
        #expect(outcome.output.contains("\nresidual  build.provenance.id"))
        let unknown = try await Program.run(["filter", "explain", "--notes", "severty=HIGH"])
        #expect(unknown.code == 1)
        #expect(unknown.errors.hasPrefix("Error: filter, column 1: "))
        #expect(unknown.errors.contains("severity"))
    }

    @Test func settingsArePrintedAndFaultsEndWithOne() async throws {
        let printed = try await Program.run(["serve", "--print-config"], environment: ["GRAFEION_LOG_FORMAT": "json"])
        #expect(printed.code == 0)
        #expect(printed.output.contains("\nlog-format          json                GRAFEION_LOG_FORMAT\n"))
        let missing = try await Program.run(["serve", "--config", "nowhere.yaml"])
        #expect(
            missing == .init(code: 1, output: "", errors: "Error: the configuration file nowhere.yaml is not there\n")
        )
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionsAreScripts(shell: String) async throws {
        let outcome = try await Program.run(["completions", shell])
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("occurrences"))
    }

    @Test func theVersionNamesTheAPIs() async throws {
        let outcome = try await Program.run(["version"])
        #expect(outcome.output.hasPrefix("grafeion \(VersionCommand.version)\n"))
        #expect(outcome.output.contains("grafeas.v1"))
    }
}
