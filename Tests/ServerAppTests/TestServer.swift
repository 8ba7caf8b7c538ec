import APIMethods
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2
import GrafeasProto
import Logging
import MessageReflection
import MetadataModel
import NIOConcurrencyHelpers
import ServiceLifecycle
import SwiftProtobuf
import Testing
import UseCases

@testable import ServerApp

/// A server that runs for the length of a test, with a few methods of its own instead of a store.
struct TestServer: Sendable {
    let address: ListenAddress
    let port: Int
    let group: ServiceGroup
    let metrics: PrometheusMetrics

    static func with<Result: Sendable>(
        methods: [APIMethod] = .forTests,
        _ configure: (inout ServerConfiguration) -> Void = { _ in },
        body: @Sendable (TestServer) async throws -> Result
    ) async throws -> Result {
        var configuration = ServerConfiguration()
        configuration.listen = [.tcp(host: "127.0.0.1", port: 0)]
        configuration.shutdownGraceSeconds = 5
        configure(&configuration)
        let metrics = PrometheusMetrics()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let server = try await GrafeionServer.start(configuration, metrics: metrics, logger: logger) {
            Assembly(types: try TypeRegistry.load(), methods: methods, isStoreReady: { true }, close: {})
        }
        let address = try #require(server.boundAddresses.first)
        var port = 0
        if case .tcp(_, let chosen) = address { port = chosen }
        let group = ServiceGroup(services: [server], logger: logger)
        return try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            let result: Result
            do {
                result = try await body(TestServer(address: address, port: port, group: group, metrics: metrics))
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return result
        }
    }

    func http(_ request: String) async throws -> String {
        try await RawConnection.exchange(port: port, send: request)
    }

    /// A unary call with raw bytes over a connection of its own.
    func call(
        _ method: String,
        _ message: [UInt8] = [],
        metadata: Metadata = [:],
        security: HTTP2ClientTransport.Posix.TransportSecurity = .plaintext,
        waitForReady: Bool = true
    ) async throws -> [UInt8] {
        try await withClient(security: security) {
            try await $0.call(method, message, metadata: metadata, waitForReady: waitForReady)
        }
    }

    func withClient<Result: Sendable>(
        security: HTTP2ClientTransport.Posix.TransportSecurity = .plaintext,
        _ body: (GRPCClient<HTTP2ClientTransport.Posix>) async throws -> Result
    ) async throws -> Result {
        let transport =
            switch address {
            case .tcp:
                try HTTP2ClientTransport.Posix(
                    target: .ipv4(address: "127.0.0.1", port: port),
                    transportSecurity: security
                )
            case .unix(let path):
                try HTTP2ClientTransport.Posix(target: .unixDomainSocket(path: path), transportSecurity: security)
            }
        return try await withGRPCClient(transport: transport) { try await body($0) }
    }
}

extension GRPCClient {
    /// - Parameter waitForReady: false where a connection that is refused is the answer.
    func call(
        _ method: String,
        _ message: [UInt8] = [],
        metadata: Metadata = [:],
        waitForReady: Bool = true
    ) async throws -> [UInt8] {
        let slash = try #require(method.lastIndex(of: "/"))
        let descriptor = MethodDescriptor(
            fullyQualifiedService: String(method[..<slash]),
            method: String(method[method.index(after: slash)...])
        )
        var options = CallOptions.defaults
        options.waitForReady = waitForReady
        return try await unary(
            request: ClientRequest(message: message, metadata: metadata),
            descriptor: descriptor,
            serializer: RawCoding(),
            deserializer: RawCoding(),
            options: options
        ) { try $0.message }
    }
}

struct RawCoding: MessageSerializer, MessageDeserializer {
    func serialize<Bytes: GRPCContiguousBytes>(_ message: [UInt8]) -> Bytes { Bytes(message) }
    func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) -> [UInt8] { bytes.withUnsafeBytes { [UInt8]($0) } }
}

extension [APIMethod] {
    /// Echo; who calls (also through REST, as an occurrence's remediation); a failure of each sort.
    static var forTests: [APIMethod] {
        [
            APIMethod(name: "test.v1.Test/Echo") { request, _ in request },
            APIMethod(name: "grafeas.v1.Grafeas/GetOccurrence") { _, call in
                try Grafeas_V1_Occurrence.with { $0.remediation = call.caller.scope }.serializedBytes()
            },
            APIMethod(name: "grafeas.v1.Grafeas/CreateOccurrence") { _, _ in [] },
            APIMethod(name: "test.v1.Test/Call") { _, call in
                [UInt8]("\(call.requestID) \(call.idempotencyKey ?? "-")".utf8)
            },
            APIMethod(name: "test.v1.Test/Missing") { _, _ in
                throw MetadataError.notFound(ResourceReference(type: "note", name: "projects/p/notes/n"))
            },
            APIMethod(name: "test.v1.Test/Invalid") { _, _ in
                throw MetadataError.invalid(
                    (0..<1000).map { FieldProblem(field: "occurrences[\($0)].kind", description: "kind ist ünbekannt") }
                )
            },
            APIMethod(name: "test.v1.Test/Fault") { _, _ in throw Secret() },
        ]
    }
}

struct Secret: Error {
    let password = "hunter2"
}
