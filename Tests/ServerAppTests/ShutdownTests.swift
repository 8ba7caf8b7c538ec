import APIMethods
import GRPCCore
import GrafeasProto
import Logging
import NIOCore
import ServiceLifecycle
import SwiftProtobuf
import Testing

@testable import ServerApp

@Suite struct ShutdownTests {
    @Test func callsInFlightAreFinishedAndNewOnesAreNotTaken() async throws {
        let gate = Gate()
        try await TestServer.with(methods: gate.methods) { server in
            async let grpc = server.call("test.v1.Test/Gate", [4])
            async let rest = server.http("GET /v1/projects/p/notes/slow HTTP/1.1\r\nhost: x\r\n\r\n")
            await gate.waitForArrivals(2)
            await server.group.triggerGracefulShutdown()
            try await eventually {
                // Once nobody listens any more, the shutdown has begun.
                (try? await server.http("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")) == nil
            }
            await gate.open()
            #expect(try await grpc == [4])
            let reply = try await rest
            #expect(reply.hasPrefix("HTTP/1.1 200 OK"))
            #expect(reply.lowercased().contains("connection: close"))
        }
    }

    @Test func readinessFollowsTheServer() async throws {
        let reply = try await TestServer.with { server in
            try await server.http("GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        }
        #expect(reply.hasPrefix("HTTP/1.1 200 OK"))
    }

    @Test(.timeLimit(.minutes(2))) func graceThatIsOverEndsEverything() async throws {
        try await TestServer.with {
            $0.shutdownGraceSeconds = 1
        } body: { server in
            try await RawConnection.with(port: server.port) { connection in
                // A body that never comes.
                try await connection.send(
                    "POST /v1/projects/p/occurrences HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n"
                )
                try await Task.sleep(for: .milliseconds(200))
                await server.group.triggerGracefulShutdown()
                _ = try? await connection.readToEnd()
            }
        }
    }

    @Test func healthWatchIsToldAndDoesNotHoldTheShutdownUp() async throws {
        try await TestServer.with { server in
            try await server.withClient { client in
                let statuses = try await client.watchHealth { status in
                    if status == .serving { await server.group.triggerGracefulShutdown() }
                }
                #expect(statuses == [.serving, .notServing])
            }
        }
    }

    @Test func cancelledServerStops() async throws {
        let server = try await GrafeionServer.start(.forCancelling, logger: Logger(label: "test"))
        let task = Task { try await server.run() }
        try await Task.sleep(for: .milliseconds(100))
        task.cancel()
        _ = await task.result
    }
}

/// Methods that wait until a test lets them go.
private actor Gate {
    private var isOpen = false
    private var arrivals = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    nonisolated var methods: [APIMethod] {
        ["test.v1.Test/Gate", "grafeas.v1.Grafeas/GetNote"].map { name in
            APIMethod(name: name) { request, _ in
                await self.pass()
                return name == "test.v1.Test/Gate" ? request : []
            }
        }
    }

    func waitForArrivals(_ count: Int) async {
        while arrivals < count {
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    func open() {
        isOpen = true
        for continuation in waiting {
            continuation.resume()
        }
        waiting = []
    }

    private func pass() async {
        arrivals += 1
        if isOpen { return }
        await withCheckedContinuation { waiting.append($0) }
    }
}

extension ServerConfiguration {
    fileprivate static var forCancelling: ServerConfiguration {
        var configuration = ServerConfiguration()
        configuration.listen = [.tcp(host: "127.0.0.1", port: 0)]
        configuration.database = .sqliteInMemory
        return configuration
    }
}

extension GRPCClient {
    /// The statuses that a watch of the whole server sends until it ends.
    fileprivate func watchHealth(
        _ seen: @Sendable @escaping (Grpc_Health_V1_HealthCheckResponse.ServingStatus) async -> Void
    ) async throws -> [Grpc_Health_V1_HealthCheckResponse.ServingStatus] {
        try await serverStreaming(
            request: ClientRequest(message: []),
            descriptor: MethodDescriptor(fullyQualifiedService: "grpc.health.v1.Health", method: "Watch"),
            serializer: RawCoding(),
            deserializer: RawCoding(),
            options: .defaults
        ) { response in
            var statuses: [Grpc_Health_V1_HealthCheckResponse.ServingStatus] = []
            do {
                for try await message in response.messages {
                    let status = try Grpc_Health_V1_HealthCheckResponse(serializedBytes: message).status
                    statuses.append(status)
                    await seen(status)
                }
            } catch let error as RPCError {
                #expect(error.code == .unavailable)
            }
            return statuses
        }
    }
}
