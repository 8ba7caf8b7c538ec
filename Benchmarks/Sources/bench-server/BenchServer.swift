import APIMethods
import GrafeasProto
import HTTPFrontend
import Logging
import Payloads
import ServerApp
import ServiceLifecycle
import SwiftProtobuf
import UnixSignals

/// `bench-server ADDRESS DATABASE`: the server, and beside its own methods the ones that only echo.
@main
struct BenchServer {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count == 2, let address = arguments.first, let database = arguments.last else {
            throw ConfigurationProblem("usage: bench-server HOST:PORT sqlite:PATH")
        }
        var configuration = ServerConfiguration()
        configuration.listen = [try ListenAddress(parsing: address)]
        configuration.database = try DatabaseLocation(parsing: database)
        var logger = Logger(label: "bench-server")
        logger.logLevel = .error
        let echoed = try StoredEcho()
        let stored = StoredBytes(path: String(database.dropFirst("sqlite:".count)))
        let server = try await GrafeionServer.start(
            configuration,
            additionalMethods: [echoed.get, echoed.create],
            additionalRoutes: [echoed.route, stored.route],
            logger: logger
        )
        try await ServiceGroup(services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger).run()
    }
}
