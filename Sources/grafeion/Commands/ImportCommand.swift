import ArgumentParser
import Foundation

/// `grafeion import`
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Read a project from a file that export wrote.",
        discussion: """
            Names and times are kept, and importing the same again changes nothing. If the \
            import is interrupted, FILE.import-progress remembers how far it came.

            Examples:

              grafeion import -f my-project.ndjson
              grafeion import -f my-project.ndjson --project other-project
              zstd -dc my-project.ndjson.zst | grafeion import -f -
            """
    )

    @OptionGroup var client: ClientOptions

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("File to read; - is standard input.", valueName: "FILE"),
        completion: .file()
    )
    var file: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Import into this project; names within the exported one are changed.", valueName: "PROJECT")
    )
    var project: String?

    @Flag(help: "Go on with an import that was interrupted.")
    var resume = false

    func validate() throws {
        if resume, file == "-" { throw ValidationError("--resume needs a file: a pipe cannot be read from the middle") }
    }

    func run() async throws {
        let connection = try client.resolved(environment: ProcessInfo.processInfo.environment)
        let console = Console()
        let source = try ImportSource.open(path: file)
        var importer = ProjectImport(source: source, target: project, isResumed: resume, console: console)
        let report = try await RESTClient.with(connection) { client in try await importer.run(to: client) }
        console.note(report)
    }
}
