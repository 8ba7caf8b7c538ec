import APIMethods
import GrafeasProto
import HTTPFrontend
import Logging
import Payloads
import ServerApp
import ServiceLifecycle
import SwiftProtobuf
import UnixSignals

/// `bench-server ADDRESS DATABASE [CERTIFICATE KEY]`: the server, and beside its own methods the ones that only echo.
@main
struct BenchServer {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count == 2 || arguments.count == 4 else {
            throw ConfigurationProblem("usage: bench-server HOST:PORT sqlite:PATH [CERTIFICATE KEY]")
        }
        let database = arguments[1]
        var configuration = ServerConfiguration()
        configuration.listen = [try ListenAddress(parsing: arguments[0])]
        configuration.database = try DatabaseLocation(parsing: database)
        if arguments.count == 4 {
            configuration.tls = try TLSFiles(certificate: arguments[2], key: arguments[3], clientCA: nil)
        }
        var logger = Logger(label: "bench-server")
        logger.logLevel = .error
        let echoed = try StoredEcho()
        let stored = StoredBytes(path: String(database.dropFirst("sqlite:".count)))
        let server = try await GrafeionServer.start(
            configuration,
            additionalMethods: [echoed.get, echoed.create],
            additionalRoutes: [echoed.route, stored.route, emptyReview],
            logger: logger
        )
        try await ServiceGroup(services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger).run()
    }
}
