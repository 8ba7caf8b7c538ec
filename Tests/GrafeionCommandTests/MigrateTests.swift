import Foundation
import Testing

@testable import grafeion

@Suite("Migrate")
struct MigrateTests {
    private static let projects = ["projects/a", "projects/ab"]
    private static let notes =
        (1...4).map { #"{"name":"projects/a/notes/n\#($0)","kind":"BUILD","build":{"builderVersion":"\#($0)"}}"# }
        + [#"{"name":"projects/ab/notes/shared","short_description":"odd\nspelling","createTime":null}"#]
    private static let occurrences =
        (1...3).map { #"{"name":"projects/a/occurrences/o\#($0)","noteName":"projects/ab/notes/shared"}"# }

    private static func reference() -> ReferenceServer {
        ReferenceServer(projects: projects, notes: notes, occurrences: occurrences)
    }

    private func migrate(
        from reference: ReferenceServer,
        to target: ImportingServer,
        _ arguments: [String] = [],
        _ then: (_ run: ([String]) async throws -> Program.Outcome) async throws -> Void = { _ in }
    ) async throws -> Program.Outcome {
        try await FakeServer.with({ await reference.answer($0) }) { old in
            try await FakeServer.with({ await target.answer($0) }) { new in
                let run = { (more: [String]) in
                    var outcome = try await Program.run(
                        ["migrate", "--from", old.url, "--server", new.url] + arguments + more
                    )
                    outcome.errors = outcome.errors.replacing(old.url, with: "OLD").replacing(new.url, with: "NEW")
                    return outcome
                }
                let outcome = try await run([])
                try await then(run)
                return outcome
            }
        }
    }

    @Test func everyRecordOfEveryProjectArrivesOnceNotesFirst() async throws {
        let (reference, target) = (Self.reference(), ImportingServer())
        let outcome = try await migrate(from: reference, to: target) { run in
            let again = try await run([])
            #expect(
                again.errors
                    == "migrated 5 notes and 3 occurrences of 2 projects from OLD: 0 created, 8 unchanged, 0 replaced\n"
            )
        }
        #expect(
            outcome
                == .init(
                    code: 0,
                    output: "",
                    errors:
                        "migrated 5 notes and 3 occurrences of 2 projects from OLD: 8 created, 0 unchanged, 0 replaced\n"
                )
        )
        let names = await target.names.prefix(8)
        #expect(names.prefix(5).allSatisfy { $0.contains("/notes/") })
        #expect(Set(names).count == 8)
        #expect(await target.projects == Set(Self.projects))
        #expect(
            await target.records["projects/ab/notes/shared"]?.compact
                == #"{"name":"projects/ab/notes/shared","shortDescription":"odd\nspelling"}"#
        )
        #expect(await !reference.hasDied)
    }

    @Test func onlyTheProjectsAskedForAreMigrated() async throws {
        let (reference, target) = (Self.reference(), ImportingServer())
        let outcome = try await migrate(from: reference, to: target, ["--project", "ab", "-p", "projects/nowhere"])
        #expect(
            outcome.errors == """
                not migrated: projects/nowhere: OLD has no such project
                migrated 1 note and 0 occurrences of 2 projects from OLD: 1 created, 0 unchanged, 0 replaced
                1 could not be migrated

                """
        )
        #expect(outcome.code == 1)
        #expect(await target.names == ["projects/ab/notes/shared"])
    }

    @Test func aRecordOfAProjectThatIsNotListedIsReported() async throws {
        let reference = ReferenceServer(projects: ["projects/a"], notes: Self.notes, occurrences: [])
        let outcome = try await migrate(from: reference, to: ImportingServer())
        #expect(
            outcome.errors.hasPrefix(
                "not migrated: projects/ab/notes/shared: OLD does not list its project; migrate it with --project ab\n"
            )
        )
    }

    @Test func recordsAtFaultAreLeftOutAndReported() async throws {
        let target = ImportingServer(faults: [
            "projects/a/notes/n2": ("build", "is no good"), "projects/a/occurrences/o3": ("", "its note is not there"),
        ])
        try await Scratch.with { directory in
            let report = directory.appending(path: "report.ndjson").path
            let outcome = try await migrate(from: Self.reference(), to: target, ["--report", report])
            #expect(outcome.code == 1)
            #expect(
                outcome.errors.hasSuffix(
                    ": 6 created, 0 unchanged, 0 replaced\n2 could not be migrated; \(report) says why\n"
                )
            )
            #expect(
                try String(contentsOfFile: report, encoding: .utf8) == """
                    {"name":"projects/a/notes/n2","reason":"build: is no good"}
                    {"name":"projects/a/occurrences/o3","reason":"its note is not there"}

                    """
            )
            #expect(await target.records.count == 6)
        }
    }

    @Test func whatIsTooMuchAtOnceIsHalved() async throws {
        let target = ImportingServer(recordsMax: 1)
        let outcome = try await migrate(from: Self.reference(), to: target)
        #expect(outcome.code == 0)
        #expect(await target.records.count == 8)
    }

    @Test func recordsOfAProjectThatCannotBeAreReportedEach() async throws {
        let target = ImportingServer(refusedProjects: ["projects/ab"])
        let outcome = try await migrate(from: Self.reference(), to: target)
        #expect(
            outcome.errors.hasPrefix(
                """
                not migrated: projects/ab: the name is no good
                not migrated: projects/ab/notes/shared: its project is not taken: the name is no good

                """
            )
        )
        #expect(await target.records.count == 7)
    }

    @Test func aRecordThatIsNoMessageIsReportedAndTheRestMigrated() async throws {
        let reference = ReferenceServer(
            projects: ["projects/a"],
            notes: [
                #"{"name":"projects/a/notes/bad","build":7}"#, #"{"name":"projects/a/notes/good"}"#,
                #"{"name":"projects/a/notes/late","createTime":"tomorrow"}"#,
            ],
            occurrences: []
        )
        let outcome = try await migrate(from: reference, to: ImportingServer())
        #expect(
            outcome.errors == """
                not migrated: projects/a/notes/bad: build: expected an object, found 7
                not migrated: projects/a/notes/late: createTime: expected a time in RFC 3339 form such as \
                "2024-01-31T09:30:00Z", found "tomorrow"
                migrated 1 note and 0 occurrences of 1 project from OLD: 1 created, 0 unchanged, 0 replaced
                2 could not be migrated

                """
        )
    }

    @Test func aDryRunSendsNothing() async throws {
        let target = ImportingServer()
        let outcome = try await migrate(from: Self.reference(), to: target, ["--dry-run"])
        #expect(
            outcome.errors
                == "would migrate 5 notes and 3 occurrences of 2 projects from OLD; nothing was sent\n"
        )
        #expect(await target.projects.isEmpty)
        #expect(await target.imports == 0)
    }

    @Test func anInterruptedMigrationGoesOnWhereItStopped() async throws {
        let (reference, target) = (Self.reference(), ImportingServer(importsUntilDown: 3))
        try await Scratch.with { directory in
            let state = directory.appending(path: "state").path
            let outcome = try await migrate(from: reference, to: target, ["--state", state]) { run in
                await target.comeBack()
                let before = await reference.requests.count
                let resumed = try await run(["--resume"])
                #expect(resumed.code == 0)
                #expect(
                    resumed.errors.hasPrefix("migrated 5 notes and 3 occurrences of 2 projects from OLD: 8 created")
                )
                // The notes were done.
                #expect(await reference.requests[before...].allSatisfy { !$0.path.hasSuffix("/notes") })
                #expect(!FileManager.default.fileExists(atPath: state))
                let nothing = try await run(["--resume"])
                #expect(nothing.errors == "Error: there is nothing to resume: \(state) is not there\n")
            }
            #expect(outcome.code == 1)
            #expect(
                outcome.errors == "Error: NEW does not take the records of projects/a: HTTP status 500: down\n"
            )
        }
    }

    @Test func aStateOfAnotherMigrationIsNotGoneOnWith() throws {
        var progress = MigrationProgress(source: "http://a", target: "http://b", projects: ["projects/p"])
        progress.advance(to: "7", in: .init(collection: .notes, project: "projects/p"))
        let file = try Scratch.make().appending(path: "state").path
        try progress.keep(at: file)
        #expect(
            try MigrationProgress(source: "http://a", target: "http://b", projects: ["projects/p"]).resumed(from: file)
                == progress
        )
        let failure = #expect(throws: ClientFailure.self) {
            try MigrationProgress(source: "http://c", target: "http://b", projects: []).resumed(from: file)
        }
        #expect(failure?.description == "\(file) is of a migration of projects/p from http://a to http://b")
    }

    // MARK: Addresses

    @Test(arguments: [
        ("postgres://u:secret@h:5432/db?password=secret", "postgres://u@h:5432/db"),
        ("postgresql://h/db", "postgresql://h/db"), ("postgres://u:p@ss@h/db", "postgres://u@h/db"),
        ("postgres:///db?host=/run/postgresql", "postgres:///db"), ("http://h:1/base", "http://h:1/base"),
        ("unix:/run/g.sock", "unix:/run/g.sock"),
    ])
    func aSourceIsNamedWithoutItsPassword(text: String, name: String) throws {
        #expect(try SourceAddress(parsing: text).name == name)
    }

    @Test(arguments: [
        (
            ["--from", "bolt:grafeas.db"],
            "Start the old server on the file and migrate from that: --from http://HOST:PORT"
        ),
        (["--from", "mysql://h/db"], "--from takes postgres://…, http://HOST:PORT, https://HOST:PORT or unix:PATH"),
        (["--from", "http://h", "--resume"], "--resume needs --state"),
        (["--from", "http://h", "--dry-run", "--state", "s"], "choose one"),
        (["--from", "https://h", "--from-client-cert", "c"], "go together"),
    ])
    func whatCannotBeIsToldBeforeAnythingIsDone(arguments: [String], message: String) async throws {
        let outcome = try await Program.run(["migrate"] + arguments)
        #expect(outcome.code == 64)
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }

    @Test func aDatabaseThatIsNotThereIsToldInPostgresWords() async throws {
        let outcome = try await Program.run(["migrate", "--from", "postgres://u:secret@127.0.0.1:1/db"])
        #expect(outcome.code == 1)
        #expect(outcome.errors.hasPrefix("Error: cannot reach the server at postgres://u@127.0.0.1:1/db: "))
        #expect(outcome.errors.contains("Connection refused"))
        #expect(!outcome.errors.contains("secret"))
    }

    @Test func theProgressBarFills() {
        #expect(Migration.bar(0, of: 3) == "[····················]")
        #expect(Migration.bar(1, of: 2) == "[##########··········]")
        #expect(Migration.bar(9, of: 3) == "[####################]")
    }
}

@Suite("Migrate: records as text")
struct RecordTypesTests {
    private func outcome(_ entry: SourceEntry) -> String {
        switch entry.json {
        case .success(let json): String(decoding: json, as: UTF8.self)
        case .failure(let fault): fault.reason
        }
    }

    @Test func theTableNamesTheRecord() throws {
        let types = try RecordTypes.load()
        let text = Array("name: \"projects/old/notes/x\" kind: BUILD build: < builder_version:  \"1\" >".utf8)
        let entry = types.entry(fromText: text, of: .notes, named: "projects/p/notes/n")
        #expect(entry.project == "projects/p")
        #expect(outcome(entry) == #"{"name":"projects/p/notes/n","kind":"BUILD","build":{"builderVersion":"1"}}"#)
    }

    @Test func aNoteNameIsTakenFromTheTableWhereTheTextHasNone() throws {
        let types = try RecordTypes.load()
        func entry(_ text: String) -> String {
            outcome(
                types.entry(
                    fromText: Array(text.utf8),
                    of: .occurrences,
                    named: "projects/p/occurrences/o",
                    noteName: "projects/q/notes/n"
                )
            )
        }
        #expect(entry("") == #"{"name":"projects/p/occurrences/o","noteName":"projects/q/notes/n"}"#)
        #expect(
            entry("note_name: 'projects/r/notes/n'")
                == #"{"name":"projects/p/occurrences/o","noteName":"projects/r/notes/n"}"#
        )
    }

    @Test(
        arguments: [
            (nil, "it has no data"),
            ("build {", "build: expected a field or \"}\", found the end of the text (line 1, column 8)"),
            ("nonsense: 1", "\"nonsense\" is not a field of grafeas.v1beta1.Note (line 1, column 1)"),
            (
                "create_time { seconds: 999999999999 }",
                "create_time: the timestamp is outside the years 0001 to 9999 or has nanoseconds outside 0 to 999999999"
            ),
        ] as [(String?, String)]
    )
    func whatIsNoRecordSaysWhy(text: String?, reason: String) throws {
        let entry = try RecordTypes.load().entry(
            fromText: text.map { Array($0.utf8) },
            of: .notes,
            named: "projects/p/notes/n"
        )
        #expect(entry.name == "projects/p/notes/n")
        #expect(outcome(entry) == reason)
    }
}
