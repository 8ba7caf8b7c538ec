public import APIMethods
public import AdmissionFrontend
internal import GRPCCore
internal import GRPCFrontend
internal import GRPCNIOTransportHTTP2
public import HTTPFrontend
public import Logging
internal import MetadataModel
internal import NIOCore
internal import NIOPosix
public import ServiceLifecycle

/// A server that is listening: REST and gRPC on the same addresses.
///
/// Made by ``start(_:additionalMethods:additionalRoutes:metrics:logger:)``, after which ``boundAddresses`` are taken and
/// connections wait; they are answered while ``run()`` runs. The command line, tests and benchmarks all make it the same way.
public struct GrafeionServer: Service {
    /// Where it listens, in the configuration's order, with the ports that the system chose.
    public var boundAddresses: [ListenAddress] { listeners.map(\.address) }

    /// Who judges images with what is in the store; nil for a server without one.
    public var judge: (any ImageJudge)? { assembly.judge }

    private let configuration: ServerConfiguration
    private let logger: Logger
    private let assembly: Assembly
    private let state: ServingState
    private let grpc: GRPCServer<HTTP2ServerTransport.Custom<ConnectionFeed>>
    private let feed: ConnectionFeed
    private let tls: TLSContexts?
    private let connections: OpenConnections
    private let http1Connections: AsyncStream<HTTP1Connection>
    private let endOfHTTP1: AsyncStream<HTTP1Connection>.Continuation
    private let listeners: [Listener]

    /// Opens the store, builds both doors and binds every address. Whatever is wrong with the configuration is an error
    /// here, before anything listens.
    ///
    /// - Parameters:
    ///   - additionalMethods: served beside the API's own; benchmarks and tests bring theirs.
    ///   - additionalRoutes: HTTP routes beside the API's own, found before them.
    ///   - metrics: what both doors measure with and `/metrics` prints.
    /// - Throws: ``ConfigurationProblem`` for what its reader can put right, or the store's error.
    public static func start(
        _ configuration: ServerConfiguration,
        additionalMethods: [APIMethod] = [],
        additionalRoutes: [FixedRoute] = [],
        metrics: PrometheusMetrics = PrometheusMetrics(),
        logger: Logger
    ) async throws -> GrafeionServer {
        try await start(configuration, additionalRoutes: additionalRoutes, metrics: metrics, logger: logger) {
            var assembly = try await Assembly.make(configuration: configuration, logger: logger)
            assembly.methods += additionalMethods
            return assembly
        }
    }

    /// A server that answers the reviews of Kubernetes' API servers and nothing else. Of the configuration, what has to do
    /// with the store means nothing to it.
    public static func startAdmission(
        _ configuration: ServerConfiguration,
        door: AdmissionDoor,
        metrics: PrometheusMetrics = PrometheusMetrics(),
        logger: Logger
    ) async throws -> GrafeionServer {
        try await start(configuration, additionalRoutes: door.routes, metrics: metrics, logger: logger) {
            try Assembly.withoutStore()
        }
    }

    /// The same with an assembly of the caller's own.
    static func start(
        _ configuration: ServerConfiguration,
        additionalRoutes: [FixedRoute] = [],
        metrics: PrometheusMetrics,
        logger: Logger,
        assemble: () async throws -> Assembly
    ) async throws -> GrafeionServer {
        guard configuration.listen.isEmpty == false else {
            throw ConfigurationProblem("there is no address to listen on; give at least one")
        }
        let tls = try configuration.tls.map(TLSContexts.init(files:))
        let assembly = try await assemble()
        do {
            return try await GrafeionServer(
                configuration,
                assembly: assembly,
                additionalRoutes: additionalRoutes,
                tls: tls,
                metrics: metrics,
                logger: logger
            )
        } catch {
            await assembly.close()
            throw error
        }
    }

    private init(
        _ configuration: ServerConfiguration,
        assembly: Assembly,
        additionalRoutes: [FixedRoute],
        tls: TLSContexts?,
        metrics: PrometheusMetrics,
        logger: Logger
    ) async throws {
        let methods = APIMethods(assembly.methods)
        self.configuration = configuration
        self.assembly = assembly
        self.tls = tls
        self.logger = logger
        let state = ServingState()
        self.state = state
        let group = MultiThreadedEventLoopGroup.singleton
        feed = ConnectionFeed(eventLoopGroup: group)
        connections = OpenConnections(connectionsMax: configuration.limits.connectionsMax, metrics: metrics)
        (http1Connections, endOfHTTP1) = AsyncStream<HTTP1Connection>.makeStream()

        let callerHeader = tls.flatMap { $0.asksClients ? CallerHeader() : nil }
        grpc = GRPCServer(
            transport: HTTP2ServerTransport.Custom(
                listenerFactory: feed,
                config: .house(limits: configuration.limits, callerHeader: callerHeader)
            ),
            services: grpcServices(
                methods: methods,
                types: assembly.types,
                state: state,
                metrics: metrics,
                logger: logger,
                callerHeader: callerHeader
            )
        )
        let frontend = try HTTPFrontend(
            methods: methods,
            types: assembly.types,
            limits: configuration.limits,
            logger: logger,
            metricsFactory: metrics,
            metricsText: { metrics.text() },
            isReady: { state.phase == .serving ? await assembly.isStoreReady() : false },
            spool: FileSpool(limits: configuration.limits).spool,
            extraRoutes: additionalRoutes
        )
        let opener = ConnectionOpener(
            frontend: frontend,
            feed: feed,
            connections: connections,
            tls: tls,
            limits: configuration.limits,
            logger: logger,
            http1Connections: endOfHTTP1
        )
        listeners = try await Self.bind(configuration.listen, group: group, opener: opener)
    }

    /// All or none.
    private static func bind(
        _ addresses: [ListenAddress],
        group: any EventLoopGroup,
        opener: ConnectionOpener
    ) async throws -> [Listener] {
        var bound: [Listener] = []
        do {
            for address in addresses {
                bound.append(try await Listener.bind(address, group: group, opener: opener))
            }
        } catch {
            for listener in bound {
                await listener.close()
            }
            throw error
        }
        return bound
    }

    /// Answers calls until a graceful shutdown is asked for or the task is cancelled.
    ///
    /// A graceful shutdown stops listening, answers `/readyz` with 503, lets calls in flight finish, closes every
    /// connection as it becomes free (GOAWAY; `connection: close`), and ends at the latest when the grace is over.
    /// A cancelled task closes everything at once. Runs once.
    public func run() async throws {
        do {
            try await withThrowingTaskGroup { group in
                group.addTask { try await serveHTTP2() }
                group.addTask { await serveHTTP1() }
                if let tls {
                    group.addTask { [logger, configuration] in
                        await tls.followFiles(everySeconds: configuration.tlsCheckSeconds, logger: logger)
                    }
                }
                group.addTask { try await acceptUntilShutdown() }
                // The first to end is the one that waits for the shutdown, unless something has failed.
                let end = await group.nextResult()
                await closeDoors()
                group.cancelAll()
                try end?.get()
                try await group.waitForAll()
            }
        } catch {
            await assembly.close()
            throw error
        }
        await assembly.close()
        logger.info("stopped")
    }

    private func serveHTTP2() async throws {
        defer { feed.close() }
        do {
            try await grpc.serve()
        } catch {
            // Cancelled on the way out, the transport reports the closed connections as its own failure.
            if Task.isCancelled { return }
            throw error
        }
    }

    private func serveHTTP1() async {
        await withDiscardingTaskGroup { group in
            for await connection in http1Connections {
                group.addTask { [logger] in await connection.serve(logger: logger) }
            }
        }
    }

    private func acceptUntilShutdown() async throws {
        await feed.waitUntilReady()
        state.advance(to: .serving)
        for listener in listeners {
            try await listener.accept()
            logger.info("listening", metadata: ["address": .string(listener.address.description)])
        }
        try? await gracefulShutdown()
        guard Task.isCancelled == false else { return }
        await drain()
    }

    private func drain() async {
        state.advance(to: .draining)
        let grace = configuration.shutdownGraceSeconds
        logger.info("shutting down", metadata: ["connections": "\(connections.count)", "grace_s": "\(grace)"])
        for listener in listeners {
            await listener.close()
        }
        connections.drain()
        await withTaskGroup { group in
            group.addTask {
                guard (try? await Task.sleep(for: .seconds(grace))) != nil else { return }
                logger.warning(
                    "grace is over; closing connections",
                    metadata: ["connections": "\(connections.count)"]
                )
                connections.closeAll()
            }
            group.addTask { await connections.waitUntilNone() }
            await group.next()
            group.cancelAll()
        }
    }

    /// Whatever is still open now is closed, so that the tasks that serve it come to their end.
    private func closeDoors() async {
        state.advance(to: .draining)
        for listener in listeners {
            await listener.close()
        }
        connections.drain()
        connections.closeAll()
        feed.close()
        endOfHTTP1.finish()
    }
}

extension GrafeionServer: CustomStringConvertible {
    /// Short, because a service group logs its services.
    public var description: String {
        "Grafeion server on \(boundAddresses.map(\.description).joined(separator: ", "))"
    }
}
