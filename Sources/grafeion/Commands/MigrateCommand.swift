import ArgumentParser
import Foundation

/// `grafeion migrate`
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Copy projects, notes and occurrences from another Grafeas server.",
        discussion: """
            Reads the tables of a reference server's PostgreSQL store, or the v1beta1 REST API of any \
            Grafeas server. Names and times are kept, and migrating again changes nothing. What cannot \
            be migrated is left out and reported; the exit code is then 1.

            Examples:

              grafeion migrate --from postgres://grafeas@db/grafeas --dry-run
              grafeion migrate --from postgres://grafeas@db/grafeas --report left-out.ndjson
              grafeion migrate --from http://old-grafeas:8080 --project my-project
            """
    )

    @OptionGroup var client: ClientOptions

    @Option(
        help: ArgumentHelp(
            "Where to read: postgres://USER@HOST/DATABASE, http://HOST:PORT, https://HOST:PORT or unix:PATH.",
            valueName: "URL"
        )
    )
    var from: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Migrate only this project; can be given several times.", valueName: "PROJECT")
    )
    var project: [String] = []

    @Flag(help: "Read and convert everything, and send nothing.")
    var dryRun = false

    @Option(
        help: ArgumentHelp("File for what was not migrated and why, one JSON object a line.", valueName: "FILE"),
        completion: .file()
    )
    var report: String?

    @Option(
        help: ArgumentHelp("File that remembers how far the migration came.", valueName: "FILE"),
        completion: .file()
    )
    var state: String?

    @Flag(help: "Go on with a migration that was interrupted; needs --state.")
    var resume = false

    @Option(
        help: ArgumentHelp("Authorities (PEM) that an https source's certificate must come from.", valueName: "FILE"),
        completion: .file()
    )
    var fromCa: String?

    @Option(
        help: ArgumentHelp("Certificate chain (PEM) to show to an https source.", valueName: "FILE"),
        completion: .file()
    )
    var fromClientCert: String?

    @Option(
        help: ArgumentHelp("Private key (PEM) of that certificate.", valueName: "FILE"),
        completion: .file()
    )
    var fromClientKey: String?

    func validate() throws {
        do { _ = try SourceAddress(parsing: from) } catch { throw ValidationError("\(error)") }
        if resume, state == nil { throw ValidationError("--resume needs --state: it says how far the migration came") }
        if dryRun, state != nil {
            throw ValidationError("--dry-run migrates nothing that --state could remember: choose one")
        }
        if (fromClientCert == nil) != (fromClientKey == nil) {
            throw ValidationError("--from-client-cert and --from-client-key go together; only one was given")
        }
    }

    func run() async throws {
        let address = try SourceAddress(parsing: from)
        let types = try RecordTypes.load()
        switch address {
        case .postgres(let url):
            try await migrate(from: try await PostgresSource.open(url: url, name: address.name, types: types))
        case .rest(let server):
            let identity = fromClientCert.flatMap { chain in fromClientKey.map { (certificate: chain, key: $0) } }
            let connection = ServerConnection(address: server, authorities: fromCa, identity: identity)
            try await RESTClient.with(connection) { client in
                try await migrate(from: RESTSource(name: address.name, client: client, types: types))
            }
        }
    }

    private func migrate(from source: any MigrationSource) async throws {
        let connection = try client.resolved(environment: ProcessInfo.processInfo.environment)
        let console = Console()
        let report = try MigrationReport.open(path: report, isResumed: resume, console: console)
        let projects = Set(project.map { $0.hasPrefix("projects/") ? $0 : "projects/\($0)" }).sorted()
        let server = connection.address.description
        var progress = MigrationProgress(source: source.name, target: server, projects: projects)
        if resume, let state { progress = try progress.resumed(from: state) }
        let isComplete = try await RESTClient.with(connection) { client in
            var migration = Migration(
                source: source,
                target: dryRun ? nil : MigrationTarget(client: client, name: server),
                progress: progress,
                stateFile: state,
                report: report,
                console: console
            )
            console.note(try await migration.run())
            return migration.refused == 0
        }
        // The report has said why.
        if !isComplete { throw ExitCode.failure }
    }
}
