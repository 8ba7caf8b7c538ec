internal import APIMethods
internal import GRPCCore
internal import GRPCFrontend
internal import GRPCNIOTransportHTTP2
internal import Logging
internal import MessageReflection
internal import MetadataModel
internal import Metrics
internal import NIOCore
internal import UseCases

/// Everything that is served over gRPC: the API, health and reflection.
func grpcServices(
    methods: APIMethods,
    types: TypeRegistry,
    state: ServingState,
    metrics: any MetricsFactory,
    logger: Logger,
    callerHeader: CallerHeader?
) -> [any RegistrableRPCService] {
    let api = MethodsService(methods: methods, logger: logger, metrics: metrics) { metadata in
        callerHeader?.caller(in: metadata) ?? .anonymous
    }
    let names = api.serviceNames + [HealthService.name] + ReflectionService.names
    return [
        api,
        HealthService(state: state, services: names),
        ReflectionService(registry: types, services: names),
    ]
}

/// The name under which the connection's caller travels in a call's metadata, from ``GRPCStreamGuard`` to the service.
/// 128 random bits: a client cannot know it, so a value under it is ours.
struct CallerHeader: Sendable {
    let name: String

    init() {
        let bits = [UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max)]
        name = "x-caller-" + bits.map { String($0, radix: 16) }.joined()
    }

    func caller(in metadata: Metadata) -> Caller? {
        for case (name, .string(let subject)) in metadata {
            return .certificate(subject: subject)
        }
        return nil
    }
}

extension HTTP2ServerTransport.Custom.Config {
    /// grpc-swift's defaults with our limits.
    static func house(limits: Limits, callerHeader: CallerHeader?) -> Self {
        var config = Self.defaults
        // GRPCStreamGuard refuses by the same limit, with a better error.
        config.rpc.maxRequestPayloadSize = limits.bodyBytesMax
        config.http2.maxConcurrentStreams = limits.concurrentStreamsMax
        // 64 KiB in flight would make a body of 32 MiB slow over any distance.
        config.http2.targetWindowSize = 1 << 20
        config.connection.maxIdleTime = .seconds(limits.idleSeconds)
        // A peer that is gone without a word is found by a ping.
        config.connection.keepalive.time = .seconds(limits.idleSeconds)
        // Clients ping through proxies more often than the five minutes that are the default's minimum, and without calls.
        config.connection.keepalive.clientBehavior.allowWithoutCalls = true
        config.connection.keepalive.clientBehavior.minPingIntervalWithoutCalls = .seconds(10)
        config.channelDebuggingCallbacks.onAcceptHTTP2Stream = { stream in
            stream.eventLoop.makeCompletedFuture { try prepare(stream, limits: limits, callerHeader: callerHeader) }
        }
        return config
    }

    /// Called for every stream, that is, for every call.
    private static func prepare(_ stream: any Channel, limits: Limits, callerHeader: CallerHeader?) throws {
        var header: (name: String, value: String)?
        if let callerHeader, let connection = stream.parent {
            let caller = try connection.pipeline.syncOperations.handler(type: ConnectionCaller.self)
            header = (callerHeader.name, caller.subject)
        }
        let stalled = StalledWriteCloser(period: .seconds(Int64(limits.idleSeconds)))
        let guardian = GRPCStreamGuard(messageBytesMax: limits.bodyBytesMax, callerHeader: header)
        try stream.pipeline.syncOperations.addHandlers([stalled, guardian], position: .first)
    }
}
