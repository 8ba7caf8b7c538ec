internal import GrafeasProto
public import GRPCCore
internal import SwiftProtobuf

/// The standard health service, `grpc.health.v1.Health`: Check and Watch for the server (an empty name) and for each
/// service it serves.
public struct HealthService: RegistrableRPCService {
    /// The service's own full name.
    public static let name = "grpc.health.v1.Health"

    private let state: ServingState
    private let services: Set<String>

    /// - Parameter services: the full names that are known; every other one is answered as unknown.
    public init(state: ServingState, services: some Sequence<String>) {
        self.state = state
        self.services = Set(services).union(["", Self.name])
    }

    public func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
        router.registerHandler(
            forMethod: MethodDescriptor(fullyQualifiedService: Self.name, method: "Check", type: .unary),
            deserializer: ProtobufDeserializer<Grpc_Health_V1_HealthCheckRequest>(),
            serializer: ProtobufSerializer<Grpc_Health_V1_HealthCheckResponse>()
        ) { request, _ in
            StreamingServerResponse(single: try await check(ServerRequest(stream: request)))
        }
        router.registerHandler(
            forMethod: MethodDescriptor(fullyQualifiedService: Self.name, method: "Watch", type: .serverStreaming),
            deserializer: ProtobufDeserializer<Grpc_Health_V1_HealthCheckRequest>(),
            serializer: ProtobufSerializer<Grpc_Health_V1_HealthCheckResponse>()
        ) { request, _ in
            watch(try await ServerRequest(stream: request))
        }
    }

    private func check(
        _ request: ServerRequest<Grpc_Health_V1_HealthCheckRequest>
    ) throws -> ServerResponse<Grpc_Health_V1_HealthCheckResponse> {
        guard services.contains(request.message.service) else {
            throw RPCError(code: .notFound, message: "no service of that name is served here")
        }
        return ServerResponse(message: .with { $0.status = state.phase.status })
    }

    /// Sends the status now and whenever it changes. Ends by itself only when the server drains, so that a watcher does
    /// not hold up the shutdown that it is told of.
    private func watch(
        _ request: ServerRequest<Grpc_Health_V1_HealthCheckRequest>
    ) -> StreamingServerResponse<Grpc_Health_V1_HealthCheckResponse> {
        let isKnown = services.contains(request.message.service)
        let watch = state.watch()
        return StreamingServerResponse { writer in
            defer { watch.finish() }
            return try await withRPCCancellationHandler {
                for await phase in watch.phases {
                    // An unknown service may appear later, says the protocol; here the set is fixed.
                    try await writer.write(.with { $0.status = isKnown ? phase.status : .serviceUnknown })
                    if phase == .draining { break }
                }
                if state.phase == .draining {
                    throw RPCError(code: .unavailable, message: "the server is shutting down")
                }
                return [:]
            } onCancelRPC: {
                watch.finish()
            }
        }
    }
}

extension ServingState.Phase {
    fileprivate var status: Grpc_Health_V1_HealthCheckResponse.ServingStatus {
        self == .serving ? .serving : .notServing
    }
}
