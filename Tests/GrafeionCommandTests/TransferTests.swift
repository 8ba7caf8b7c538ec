import Foundation
import Testing

@testable import grafeion

@Suite("Export and import")
struct TransferTests {
    private static let notes = (1...3).map {
        #"{"name":"projects/p/notes/n\#($0)","kind":"BUILD","big":12345678901234567890.10}"#
    }
    private static let occurrences = (1...5).map {
        #"{"name":"projects/p/occurrences/o\#($0)","noteName":"projects/\#($0 == 5 ? "q" : "p")/notes/n1","text":"line\nbreak"}"#
    }
    private static let file = """
        {"grafeionExport":1,"project":"projects/p"}
        \(notes.map { "{\"note\":\($0)}" }.joined(separator: "\n"))
        \(occurrences.map { "{\"occurrence\":\($0)}" }.joined(separator: "\n"))
        {"end":{"notes":3,"occurrences":5}}

        """

    @Test func anExportHasEverythingAsTheServerSentIt() async throws {
        let grafeas = try FakeGrafeas(notes: Self.notes, occurrences: Self.occurrences)
        try await FakeServer.with({ await grafeas.answer($0) }) { server in
            let outcome = try await Program.run(["export", "--server", server.url, "-p", "p", "-o", "-"])
            #expect(
                outcome
                    == .init(
                        code: 0,
                        output: Self.file,
                        errors: "exported 3 notes and 5 occurrences of projects/p\n"
                    )
            )
        }
    }

    @Test func anInterruptedExportGoesOnWhereItStopped() async throws {
        let grafeas = try FakeGrafeas(notes: Self.notes, occurrences: Self.occurrences)
        try await Scratch.with { directory in
            let file = directory.appending(path: "p.ndjson").path
            try await FakeServer.with({ await grafeas.answer($0) }) { server in
                let export = ["export", "--server", server.url, "-p", "p", "-o", file]
                await grafeas.interrupt([nil, nil, nil, FakeServer.Reply("broken", status: 500)])
                let first = try await Program.run(export)
                #expect(first == .init(code: 1, output: "", errors: "Error: HTTP status 500: broken\n"))
                // What a crash in the middle of a page leaves behind.
                let handle = try #require(FileHandle(forWritingAtPath: file))
                try handle.seekToEnd()
                try handle.write(contentsOf: Data("{\"occurrence\":{\"na".utf8))
                try handle.close()

                let again = try await Program.run(export)
                #expect(again.code == 1)
                #expect(again.errors.contains("--resume goes on with it, --force writes it anew"))

                let resumed = try await Program.run(export + ["--resume"])
                #expect(resumed.errors == "exported 3 notes and 5 occurrences of projects/p\n")
                #expect(try String(contentsOfFile: file, encoding: .utf8) == Self.file)
                #expect(!FileManager.default.fileExists(atPath: file + ".progress"))
                let nothing = try await Program.run(export + ["--resume"])
                #expect(nothing.errors == "Error: there is nothing to resume: \(file).progress is not there\n")
            }
        }
    }

    @Test func anImportGivesBackWhatWasExportedAndChangesNothingTheSecondTime() async throws {
        let grafeas = try FakeGrafeas()
        try await FakeServer.with({ await grafeas.answer($0) }) { server in
            let importing = ["import", "--server", server.url, "-f", "-"]
            let first = try await Program.run(importing, input: Self.file)
            #expect(
                first
                    == .init(
                        code: 0,
                        output: "",
                        errors:
                            "imported 3 notes and 5 occurrences into projects/p: 8 created, 0 unchanged, 0 replaced\n"
                    )
            )
            let second = try await Program.run(importing, input: Self.file)
            #expect(second.errors.hasSuffix(": 0 created, 8 unchanged, 0 replaced\n"))
            let export = try await Program.run(["export", "--server", server.url, "-p", "p", "-o", "-"])
            #expect(export.output == Self.file)
            #expect(await grafeas.requests.first?.path == "/grafeion/v1/projects/p:import")
        }
    }

    @Test func aRenamedImportChangesOnlyTheProjectsOwnNames() async throws {
        let grafeas = try FakeGrafeas()
        try await FakeServer.with({ await grafeas.answer($0) }) { server in
            let outcome = try await Program.run(
                ["import", "--server", server.url, "-f", "-", "--project", "r"],
                input: Self.file
            )
            #expect(outcome.errors.hasPrefix("imported 3 notes and 5 occurrences into projects/r: 8 created"))
            #expect(await grafeas.notes.map { $0["name"]?.text } == (1...3).map { "projects/r/notes/n\($0)" })
            let noteNames = await grafeas.occurrences.map { $0["noteName"]?.text ?? "" }
            #expect(noteNames == Array(repeating: "projects/r/notes/n1", count: 4) + ["projects/q/notes/n1"])
            #expect(await grafeas.notes.first?["big"] == .number("12345678901234567890.10"))
            #expect(await grafeas.requests.first?.path == "/grafeion/v1/projects/r:import")
        }
    }

    @Test func anInterruptedImportGoesOnWhereItStopped() async throws {
        let many = (1...1200).map { #"{"note":{"name":"projects/p/notes/n\#($0)"}}"# }
        let text =
            ([#"{"grafeionExport":1,"project":"projects/p"}"#] + many + [#"{"end":{"notes":1200,"occurrences":0}}"#])
            .joined(separator: "\n")
        let grafeas = try FakeGrafeas()
        try await Scratch.with { directory in
            let file = directory.appending(path: "p.ndjson").path
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            try await FakeServer.with({ await grafeas.answer($0) }) { server in
                let importing = ["import", "--server", server.url, "-f", file]
                await grafeas.interrupt([nil, FakeServer.Reply("broken", status: 500)])
                let first = try await Program.run(importing)
                #expect(
                    first
                        == .init(
                            code: 1,
                            output: "",
                            errors: """
                                Error: \(file), lines 502 to 1001 were refused: HTTP status 500: broken
                                  lines 1 to 501 are imported; mend the file and go on with --resume

                                """
                        )
                )
                let resumed = try await Program.run(importing + ["--resume"])
                #expect(resumed.errors.hasSuffix(": 1200 created, 0 unchanged, 0 replaced\n"))
                #expect(await grafeas.notes.count == 1200)
                #expect(await grafeas.requests.count == 4)
                #expect(!FileManager.default.fileExists(atPath: file + ".import-progress"))
            }
        }
    }

    @Test(arguments: [
        ("{\"note\":{}}", "standard input does not begin with the header of an export"),
        (
            #"{"grafeionExport":2,"project":"projects/p"}"#,
            "standard input, line 1: an export of format 2; this program reads format 1\n  nothing was imported"
        ),
        (
            header + "{\"note\":{\"a\" 1}}\n",
            "standard input, line 2: not a JSON object: column 14: expected \":\" after the name \"a\"\n  nothing was imported"
        ),
        (
            header + "{\"thing\":{}}\n",
            "standard input, line 2: expected one of {\"note\":…}, {\"occurrence\":…}, {\"kept\":…}, {\"end\":…} or the header {\"grafeionExport\":…}\n  nothing was imported"
        ),
        (
            header + "{\"note\":7}\n",
            "standard input, line 2: expected one of {\"note\":…}, {\"occurrence\":…}, {\"kept\":…}, {\"end\":…} or the header {\"grafeionExport\":…}\n  nothing was imported"
        ),
        (header + "{\"note\":{}}\n", "standard input ends without its trailer; what came before is imported"),
        (
            header + "{\"note\":{}}\n{\"end\":{\"notes\":2,\"occurrences\":0}}",
            "standard input: the trailer counts 2 notes and 0 occurrences, but 1 note and 0 occurrences came; those are imported"
        ),
        (
            header + "{\"end\":{\"notes\":0,\"occurrences\":0}}\n{\"note\":{}}",
            "standard input, line 3: there is more after the trailer\n  nothing was imported"
        ),
    ])
    func aFileThatIsNoExportIsNamedByItsLine(text: String, message: String) async throws {
        let grafeas = try FakeGrafeas()
        try await FakeServer.with({ await grafeas.answer($0) }) { server in
            let outcome = try await Program.run(["import", "--server", server.url, "-f", "-"], input: text)
            #expect(outcome == .init(code: 1, output: "", errors: "Error: \(message)\n"))
        }
    }

    private static let header = "{\"grafeionExport\":1,\"project\":\"projects/p\"}\n"

    @Test func aFileThatWasCutOffIsKnownBeforeAnythingIsSent() async throws {
        let grafeas = try FakeGrafeas()
        try await Scratch.with { directory in
            let file = directory.appending(path: "p.ndjson").path
            try String(Self.file.prefix(400)).write(toFile: file, atomically: true, encoding: .utf8)
            try await FakeServer.with({ await grafeas.answer($0) }) { server in
                let outcome = try await Program.run(["import", "--server", server.url, "-f", file])
                #expect(outcome.errors.hasPrefix("Error: \(file) has no trailer: the export was cut off"))
                #expect(await grafeas.requests.isEmpty)
            }
        }
    }
}
