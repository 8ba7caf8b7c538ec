import AdmissionFrontend
import Foundation
import Logging
import Metrics
import ServerApp
import ServiceLifecycle
import UnixSignals

/// Runs the server until SIGTERM or SIGINT, and then until the requests in flight are done.
struct ServerRun {
    let settings: ServeSettings

    func run(console: Console) async throws {
        let (level, format) = (settings.logLevel, settings.logFormat)
        LoggingSystem.bootstrap { StandardErrorLog(label: $0, format: format, logLevel: level) }
        let metrics = PrometheusMetrics()
        MetricsSystem.bootstrap(metrics)
        let logger = Logger(label: "grafeion")

        let server = try await start(metrics: metrics, logger: logger)
        let admission = try await startAdmission(beside: server, metrics: metrics, logger: logger)
        var lines = [ReadyLine.text(addresses: server.boundAddresses, settings: settings.server)]
        if let admission, let configuration = settings.admission?.server {
            lines.append(ReadyLine.text(reviewsOn: admission.boundAddresses, configuration))
        }
        let announcement = Announcement(line: lines.joined(separator: "\n"), console: console)
        let group = ServiceGroup(
            // Stopped from the last one on: reviews are judged by the server.
            services: [server] + [admission].compactMap(\.self) + [announcement],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        try await group.run()
    }

    private func startAdmission(
        beside server: GrafeionServer,
        metrics: PrometheusMetrics,
        logger: Logger
    ) async throws(StartFailure) -> GrafeionServer? {
        guard let admission = settings.admission, let judge = server.judge else { return nil }
        let environment = ProcessInfo.processInfo.environment
        let door = AdmissionDoor(
            admission.settings,
            judge: judge,
            resolve: AdmissionOptions.tagResolver(usesPlainHTTP: false, environment: environment),
            metrics: metrics,
            logger: logger
        )
        do {
            return try await GrafeionServer.startAdmission(
                admission.server,
                door: door,
                metrics: metrics,
                logger: logger
            )
        } catch {
            throw StartFailure(description: "the admission webhook did not start: \(error)")
        }
    }

    private func start(metrics: PrometheusMetrics, logger: Logger) async throws(StartFailure) -> GrafeionServer {
        do {
            return try await GrafeionServer.start(settings.server, metrics: metrics, logger: logger)
        } catch {
            throw StartFailure(description: "the server did not start: \(error)")
        }
    }
}

/// Prints a line once the service group runs: from then on a signal means a graceful shutdown.
struct Announcement: Service {
    let line: String
    let console: Console

    func run() async throws {
        console.out(line + "\n")
        try await gracefulShutdown()
    }
}

/// Why the server did not start, in one line.
struct StartFailure: Error, CustomStringConvertible {
    let description: String
}

/// The line that says that the server is there, and what to do next.
enum ReadyLine {
    static func text(addresses: [ListenAddress], settings: ServerConfiguration) -> String {
        let scheme = settings.tls == nil ? "http" : "https"
        let urls = addresses.map { address in
            switch address {
            case .tcp: "\(scheme)://\(address)"
            case .unix: "\(address)"
            }
        }
        return "\(VersionCommand.line) serves REST and gRPC on \(urls.joined(separator: ", ")), stores in "
            + "\(settings.database); next: grafeion projects list --server \(urls.first ?? "")"
    }
}
