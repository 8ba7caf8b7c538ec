import AdmissionFrontend
import ArgumentParser
import Foundation
import Logging
import Metrics
import ServerApp
import ServiceLifecycle
import UnixSignals

/// `grafeion admission …`
struct AdmissionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admission",
        abstract: "Let a Kubernetes cluster run only images that a policy admits.",
        subcommands: [Serve.self, Setup.self, Review.self],
        defaultSubcommand: Serve.self
    )

    /// `grafeion admission [serve]`
    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "serve",
            abstract: "Answer the admission reviews of API servers.",
            discussion: """
                The webhook asks the server that --server names to judge the images of pods, and of what makes pods, \
                by a policy. It answers in time whatever happens: when the server is down, with the last decision on \
                the same images, or with what the policy's onError says. `serve` may be left out.

                For small clusters `grafeion serve --admission-listen` does the same in the server itself.

                Examples:

                  grafeion admission --policy projects/security/policies/prod \\
                    --server http://grafeion:8080 --listen 0.0.0.0:8443 \\
                    --tls-cert tls.crt --tls-key tls.key
                  grafeion admission --policy policy.yaml --project cluster
                """
        )

        @OptionGroup var client: ClientOptions
        @OptionGroup var project: ProjectOption
        @OptionGroup var admission: AdmissionOptions

        @Option(
            help: ArgumentHelp("Address to answer on; may be given several times.", valueName: "HOST:PORT|unix:PATH")
        )
        var listen: [String] = ["127.0.0.1:8443"]

        @Option(help: ServeOption.tlsCert.help, completion: .file())
        var tlsCert: String?

        @Option(help: ServeOption.tlsKey.help, completion: .file())
        var tlsKey: String?

        @Option(
            help: ArgumentHelp(
                "Authorities (PEM) that sign the certificates of API servers. With it, nobody else is answered.",
                valueName: "FILE"
            ),
            completion: .file()
        )
        var apiServerCA: String?

        @Option(help: ArgumentHelp(ServeOption.logLevel.summary + " (GRAFEION_LOG_LEVEL)", valueName: "LEVEL"))
        var logLevel: String?

        @Option(help: ArgumentHelp(ServeOption.logFormat.summary + " (GRAFEION_LOG_FORMAT)", valueName: "text|json"))
        var logFormat: String?

        @Option(help: ServeOption.shutdownGrace.help)
        var shutdownGrace = 30

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            let run = AdmissionRun(
                configuration: try configuration(),
                settings: try admission.settings(
                    project: project,
                    environment: environment
                ),
                resolve: admission.tagResolver(environment: environment),
                logLevel: try level(environment),
                logFormat: try format(environment)
            )
            try await RESTClient.with(try client.resolved(environment: environment)) { client in
                try await run.run(judge: RemoteJudge(client: client), console: Console())
            }
        }

        private func configuration() throws -> ServerConfiguration {
            var configuration = ServerConfiguration()
            do {
                configuration.listen = try listen.map { try ListenAddress(parsing: $0) }
                configuration.tls = try TLSFiles(certificate: tlsCert, key: tlsKey, clientCA: apiServerCA)
            } catch {
                throw ClientFailure.usage("\(error)")
            }
            configuration.shutdownGraceSeconds = shutdownGrace
            return configuration
        }

        private func level(_ environment: [String: String]) throws(ClientFailure) -> Logger.Level {
            let text = logLevel ?? environment[ServeOption.logLevel.variable] ?? "info"
            guard let level = Logger.Level(rawValue: text) else {
                throw .usage("the log level must be \(ServeOption.logLevel.expectation); got \(text)")
            }
            return level
        }

        private func format(_ environment: [String: String]) throws(ClientFailure) -> LogFormat {
            let text = logFormat ?? environment[ServeOption.logFormat.variable] ?? "text"
            guard let format = LogFormat(rawValue: text) else {
                throw .usage("the log format must be \(ServeOption.logFormat.expectation); got \(text)")
            }
            return format
        }
    }
}

/// Runs the webhook until SIGTERM or SIGINT, and then until the reviews in flight are answered.
struct AdmissionRun {
    let configuration: ServerConfiguration
    let settings: AdmissionSettings
    let resolve: AdmissionDoor.TagResolver
    let logLevel: Logger.Level
    let logFormat: LogFormat

    func run(judge: any ImageJudge, console: Console) async throws {
        let (level, format) = (logLevel, logFormat)
        LoggingSystem.bootstrap { StandardErrorLog(label: $0, format: format, logLevel: level) }
        let metrics = PrometheusMetrics()
        MetricsSystem.bootstrap(metrics)
        let logger = Logger(label: "grafeion")
        if configuration.tls == nil {
            logger.warning(
                "API servers speak TLS with webhooks, and there is no --tls-cert: something in front must do it"
            )
        }
        let door = AdmissionDoor(settings, judge: judge, resolve: resolve, metrics: metrics, logger: logger)
        let server: GrafeionServer
        do {
            server = try await GrafeionServer.startAdmission(
                configuration,
                door: door,
                metrics: metrics,
                logger: logger
            )
        } catch {
            throw StartFailure(description: "the webhook did not start: \(error)")
        }
        let announcement = Announcement(
            line: ReadyLine.text(reviewsOn: server.boundAddresses, configuration),
            console: console
        )
        let group = ServiceGroup(
            services: [server, announcement],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        try await group.run()
    }
}

extension ReadyLine {
    /// The line of a webhook.
    static func text(reviewsOn addresses: [ListenAddress], _ configuration: ServerConfiguration) -> String {
        let scheme = configuration.tls == nil ? "http" : "https"
        let urls = addresses.map { address in
            switch address {
            case .tcp: "\(scheme)://\(address)\(WebhookManifests.path)"
            case .unix: "\(address)"
            }
        }
        return "\(VersionCommand.line) answers admission reviews on \(urls.joined(separator: ", "))"
    }
}
