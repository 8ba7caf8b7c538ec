import ArgumentParser

/// The program: a records office for the evidence about software artifacts.
@main
struct Grafeion: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grafeion",
        abstract: "A Grafeas server, and the commands to work with one.",
        discussion: """
            Start a server and look at what it holds:

              grafeion serve
              grafeion occurrences list --project my-project

            Client commands talk to http://127.0.0.1:8080 unless --server or GRAFEION_SERVER names another.
            """,
        version: VersionCommand.line,
        subcommands: [
            ServeCommand.self, NotesCommand.self, OccurrencesCommand.self, ProjectsCommand.self, FilterCommand.self,
            IngestCommand.self, DeploymentCommand.self, ImageCommand.self, FindCommand.self, AttestorsCommand.self,
            PoliciesCommand.self, PolicyCommand.self, DecisionsCommand.self, AdmissionCommand.self,
            KeysCommand.self, AttestCommand.self, VerifyCommand.self, ExportCommand.self, ImportCommand.self,
            MigrateCommand.self, VersionCommand.self,
            CompletionsCommand.self,
        ]
    )
}
