import ArgumentParser
import Testing

@testable import grafeion

@Suite("Command line")
struct CommandLineTests {
    @Test func everyCommandIsParsed() throws {
        #expect(try parse(["serve", "--print-config"], ServeCommand.self).printConfig)
        #expect(try parse(["serve", "--config", "g.yaml"], ServeCommand.self).config == "g.yaml")
        #expect(try parse(["projects", "get", "p"], ProjectsCommand.Get.self).get.names == ["p"])
        #expect(try parse(["projects", "create", "p"], ProjectsCommand.Create.self).project == "p")
        #expect(try parse(["projects", "delete", "p", "-y"], ProjectsCommand.Delete.self).delete.yes)
        #expect(try parse(["projects", "list", "--limit", "3"], ProjectsCommand.List.self).list.limit == 3)
        #expect(try parse(["filter", "parse", "a=b"], FilterCommand.Parse.self).expression == "a=b")
        #expect(try parse(["filter", "explain", "--notes", "a=b"], FilterCommand.Explain.self).notes)
        #expect(try parse(["completions", "zsh"], CompletionsCommand.self).shell == .zsh)
        _ = try parse(["version"], VersionCommand.self)
    }

    @Test func commandsOfCollectionsAreParsed() throws {
        let list = try parse(
            [
                "occurrences", "list", "-p", "p", "--note", "n", "--filter", "a=b", "-o", "yaml", "--all",
                "--page-size", "7",
            ],
            OccurrencesCommand.List.self
        )
        #expect(list.project.project == "p")
        #expect(list.note == "n")
        #expect(list.list.filter == "a=b")
        #expect(list.list.output == .yaml)
        #expect(list.list.all)
        #expect(list.list.pageSize == 7)
        #expect(try parse(["occ", "get", "a", "b"], OccurrencesCommand.Get.self).get.names == ["a", "b"])
        #expect(try parse(["occurrences", "create", "-f", "-"], OccurrencesCommand.Create.self).create.file == "-")
        #expect(try parse(["occurrences", "delete", "a"], OccurrencesCommand.Delete.self).delete.yes == false)
        #expect(try parse(["notes", "list"], NotesCommand.List.self).list.output == .table)
        #expect(try parse(["notes", "get", "n"], NotesCommand.Get.self).get.output == .json)
        #expect(try parse(["notes", "create", "--id", "n", "-f", "x"], NotesCommand.Create.self).id == "n")
        #expect(try parse(["notes", "delete", "n"], NotesCommand.Delete.self).delete.names == ["n"])
    }

    @Test func transferCommandsAreParsed() throws {
        let export = try parse(["export", "-p", "p", "-o", "f", "--resume"], ExportCommand.self)
        #expect(export.output == "f" && export.resume && !export.force)
        let importing = try parse(["import", "-f", "f", "--project", "q"], ImportCommand.self)
        #expect(importing.file == "f" && importing.project == "q" && !importing.resume)
        let migrate = try parse(["migrate", "--from", "http://h", "-p", "a", "--project", "b"], MigrateCommand.self)
        #expect(migrate.from == "http://h" && migrate.project == ["a", "b"] && !migrate.dryRun)
    }

    @Test(arguments: [
        ["export", "-p", "p", "-o", "-", "--resume"], ["export", "-o", "f", "--resume", "--force"],
        ["import", "-f", "-", "--resume"], ["notes", "list", "--page-size", "0"], ["notes", "list", "--limit", "0"],
        ["notes", "create", "-f", "x"], ["notes", "get"], ["filter", "parse"], ["completions", "tcsh"], ["serv"],
    ])
    func whatMakesNoSenseIsRefused(arguments: [String]) {
        #expect {
            try Grafeion.parseAsRoot(arguments)
        } throws: {
            Grafeion.exitCode(for: $0) == .validationFailure
        }
    }

    @Test func everyCommandHasItsOwnHelp() {
        for command in Self.all(under: Grafeion.self) {
            let help = Grafeion.helpMessage(for: command, columns: 80)
            #expect(!command.configuration.abstract.isEmpty, "\(command)")
            let isLeaf = command.configuration.subcommands.isEmpty
            let isPlain = command == VersionCommand.self
            #expect(!isLeaf || isPlain || help.contains("Example"), "\(command)")
            // An example that is wrapped cannot be copied.
            for line in command.configuration.discussion.split(separator: "\n") where line.hasPrefix("  ") {
                #expect(line.count <= 80, "\(line)")
            }
        }
    }

    /// A name derived from the type is looked up among all protocols of the program, which takes milliseconds at every start.
    @Test func everyCommandIsNamed() {
        for command in Self.all(under: Grafeion.self) {
            #expect(command.configuration.commandName != nil, "\(command)")
        }
    }

    @Test func namesAreFullOrCompletedByTheProject() throws {
        #expect(try ResourceCollection.notes.fullName("n", parent: "projects/p") == "projects/p/notes/n")
        #expect(
            try ResourceCollection.notes.fullName("projects/q/notes/n", parent: "projects/p") == "projects/q/notes/n"
        )
        #expect(try ResourceCollection.projects.fullName("p", parent: nil) == "projects/p")
        #expect(throws: ClientFailure.self) { try ResourceCollection.occurrences.fullName("o", parent: nil) }

        let option = try ProjectOption.parse(["-p", "p/locations/eu"])
        #expect(option.parent(environment: ["GRAFEION_PROJECT": "q"]) == "projects/p/locations/eu")
        #expect(try ProjectOption.parse([]).parent(environment: ["GRAFEION_PROJECT": "q"]) == "projects/q")
        #expect(throws: ClientFailure.self) { try ProjectOption.parse([]).requiredParent(environment: [:]) }
    }

    @Test func theServerIsAURLOrASocket() throws {
        #expect(try ServerAddress(parsing: "http://h:1/").urlBase == "http://h:1")
        #expect(try ServerAddress(parsing: "https://h").isTLS)
        #expect(try ServerAddress(parsing: "unix:/run/g.sock").urlBase == "http+unix://%2Frun%2Fg.sock")
        #expect(throws: ClientFailure.self) { try ServerAddress(parsing: "localhost:8080") }

        let options = try ClientOptions.parse(["--ca", "flag.pem"])
        let environment = ["GRAFEION_SERVER": "https://h:1", "GRAFEION_CA": "variable.pem"]
        let connection = try options.resolved(environment: environment)
        #expect(connection.address.description == "https://h:1")
        #expect(connection.authorities == "flag.pem")
        #expect(throws: ClientFailure.self) { try options.resolved(environment: ["GRAFEION_CLIENT_KEY": "k.pem"]) }
    }

    private func parse<Command: ParsableCommand>(_ arguments: [String], _ type: Command.Type) throws -> Command {
        try #require(try Grafeion.parseAsRoot(arguments) as? Command)
    }

    static func all(under command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
        command.configuration.subcommands.flatMap { [$0] + all(under: $0) }
    }
}
