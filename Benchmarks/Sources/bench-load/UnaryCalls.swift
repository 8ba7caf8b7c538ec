import GRPCCore
import GRPCNIOTransportHTTP2

extension GRPCClient<HTTP2ClientTransport.Posix> {
    /// Runs the body with a client of a server that speaks plain text.
    static func with(
        _ address: String,
        _ port: Int,
        _ body: @Sendable (GRPCClient<HTTP2ClientTransport.Posix>) async throws -> Void
    ) async throws {
        let transport = try HTTP2ClientTransport.Posix(
            target: .ipv4(address: address, port: port),
            transportSecurity: .plaintext
        )
        try await withGRPCClient(transport: transport) { try await body($0) }
    }

    /// One call, whose reply does not matter as long as it succeeds.
    func send(_ method: String, of service: String = "grafeas.v1.Grafeas", _ message: [UInt8]) async throws {
        var options = CallOptions.defaults
        options.waitForReady = true
        try await unary(
            request: ClientRequest(message: message),
            descriptor: MethodDescriptor(fullyQualifiedService: service, method: method),
            serializer: BytesCoding(),
            deserializer: BytesCoding(),
            options: options
        ) { _ = try $0.message }
    }
}

/// Messages as the bytes they are.
private struct BytesCoding: MessageSerializer, MessageDeserializer {
    func serialize<Bytes: GRPCContiguousBytes>(_ message: [UInt8]) -> Bytes { Bytes(message) }
    func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) -> [UInt8] { bytes.withUnsafeBytes { [UInt8]($0) } }
}
