import ArgumentParser
import Foundation

/// `grafeion serve`
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the server.",
        discussion: """
            Serves the Grafeas v1 API, REST and gRPC on the same address, and keeps \
            everything in one SQLite file.

            A setting is taken from its flag, else from the environment (GRAFEION_DATABASE \
            and so on), else from the YAML file that --config names (database: and so on), \
            else it has its default. --print-config shows the outcome.

            Examples:

              grafeion serve
              grafeion serve --database sqlite:/var/lib/grafeion/grafeion.db
              grafeion serve --listen 0.0.0.0:8443 --tls-cert c.pem --tls-key k.pem
              grafeion serve --listen 127.0.0.1:8080 --listen unix:/run/grafeion.sock
              grafeion serve --config /etc/grafeion.yaml --print-config
            """
    )

    @OptionGroup(title: "Settings") var flags: ServeFlags

    @Option(help: ArgumentHelp("YAML file with settings (GRAFEION_CONFIG).", valueName: "FILE"), completion: .file())
    var config: String?

    @Flag(help: "Print every setting, its value and where it came from, and exit.")
    var printConfig = false

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let file = config ?? environment["GRAFEION_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        let reader = SettingsReader(flags: flags.given, environment: environment, filePath: file)
        let found = try await reader.read()
        let settings = try ServeSettings(found)
        if printConfig { return Console().out(SettingsTable.text(found)) }
        try await ServerRun(settings: settings).run(console: Console())
    }
}
