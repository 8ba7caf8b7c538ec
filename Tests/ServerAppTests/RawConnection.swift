import NIOCore
import NIOPosix
import NIOSSL

/// A client that sends bytes and reads bytes, with no idea of what they mean.
struct RawConnection: Sendable {
    let inbound: NIOAsyncChannelInboundStream<ByteBuffer>
    let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

    /// Sends a text and returns everything that comes until the server closes.
    static func exchange(port: Int, tls: TLSConfiguration? = nil, send text: String) async throws -> String {
        try await with(port: port, tls: tls) { connection in
            try await connection.send(text)
            return try await connection.readToEnd()
        }
    }

    static func with<Result: Sendable>(
        port: Int,
        tls: TLSConfiguration? = nil,
        _ body: @Sendable (RawConnection) async throws -> Result
    ) async throws -> Result {
        try await with(SocketAddress(ipAddress: "127.0.0.1", port: port), tls: tls, body)
    }

    static func with<Result: Sendable>(
        _ address: SocketAddress,
        tls: TLSConfiguration? = nil,
        _ body: @Sendable (RawConnection) async throws -> Result
    ) async throws -> Result {
        let context = try tls.map { try NIOSSLContext(configuration: $0) }
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(to: address) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: context, serverHostname: nil)
                        )
                    }
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(RawConnection(inbound: inbound, outbound: outbound))
        }
    }

    func send(_ text: String) async throws {
        try await outbound.write(ByteBuffer(string: text))
    }

    func readToEnd() async throws -> String {
        var text = ""
        for try await bytes in inbound {
            text += String(buffer: bytes)
        }
        return text
    }
}
