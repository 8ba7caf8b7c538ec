import ArgumentParser
import Foundation

/// `grafeion export`
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a whole project to a file, one JSON object a line.",
        discussion: """
            The file begins with a header, has every note and then every occurrence as the \
            server returns them, and ends with a trailer that counts them. If the export is \
            interrupted, FILE.progress remembers how far it came.

            Examples:

              grafeion export --project my-project -o my-project.ndjson
              grafeion export --project my-project -o my-project.ndjson --resume
              grafeion export --project my-project -o - | zstd > my-project.ndjson.zst
            """
    )

    @OptionGroup var client: ClientOptions
    @OptionGroup var project: ProjectOption

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("File to write; - is standard output.", valueName: "FILE"),
        completion: .file()
    )
    var output: String

    @Flag(help: "Go on with an export that was interrupted.")
    var resume = false

    @Flag(help: "Write over a file that is there.")
    var force = false

    func validate() throws {
        if resume, output == "-" { throw ValidationError("--resume needs a file: what went to a pipe is not known") }
        if resume, force { throw ValidationError("--resume goes on with the file, --force writes it anew: choose one") }
    }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let parent = try project.requiredParent(environment: environment)
        let console = Console()
        var destination = try ExportDestination.open(
            path: output,
            parent: parent,
            mode: resume ? .resume : force ? .overwrite : .new,
            console: console
        )
        let exporter = ProjectExport(parent: parent, console: console)
        let counts = try await RESTClient.with(client.resolved(environment: environment)) { client in
            try await exporter.run(from: client, to: &destination)
        }
        console.note("exported \(counts) of \(parent)")
    }
}
