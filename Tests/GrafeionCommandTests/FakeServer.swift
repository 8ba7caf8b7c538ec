import NIOCore
import NIOHTTP1
import NIOPosix

/// An HTTP server for tests: answers whatever the closure says, on a free port of the loopback interface.
final class FakeServer: Sendable {
    struct Request: Sendable {
        let method: String
        /// Without the query, as it was sent.
        let path: String
        let query: String
        let body: [UInt8]
        var idempotencyKey: String?
        /// As the client calls the server.
        var host = ""
        var contentType: String?
    }

    struct Reply: Sendable {
        var status = 200
        var headers: [(String, String)] = []
        var body: String

        init(_ body: String, status: Int = 200, headers: [(String, String)] = []) {
            self.body = body
            self.status = status
            self.headers = headers
        }
    }

    let url: String
    private let channel: any Channel

    private init(channel: any Channel) {
        self.channel = channel
        url = "http://127.0.0.1:\(channel.localAddress?.port ?? 0)"
    }

    /// Serves while the body runs.
    static func with<Result>(
        _ answer: @escaping @Sendable (Request) async -> Reply,
        _ body: (FakeServer) async throws -> Result
    ) async throws -> Result {
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Exchange(answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = FakeServer(channel: channel)
        do {
            let result = try await body(server)
            try await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }

    private final class Exchange: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let answer: @Sendable (Request) async -> Reply
        private var head: HTTPRequestHead?
        private var body: [UInt8] = []

        init(_ answer: @escaping @Sendable (Request) async -> Reply) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                body = []
            case .body(let buffer): body += Array(buffer.readableBytesView)
            case .end: reply(context)
            }
        }

        private func reply(_ context: ChannelHandlerContext) {
            guard let head else { return }
            let parts = head.uri.split(separator: "?", maxSplits: 1).map(String.init)
            let request = Request(
                method: head.method.rawValue,
                path: parts[0],
                query: parts.count > 1 ? parts[1] : "",
                body: body,
                idempotencyKey: head.headers.first(name: "x-idempotency-key"),
                host: head.headers.first(name: "host") ?? "",
                contentType: head.headers.first(name: "content-type")
            )
            let answer = answer
            let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            let promise = context.eventLoop.makePromise(of: Reply.self)
            promise.completeWithTask { await answer(request) }
            promise.futureResult.whenSuccess { reply in
                let (exchange, context) = loopBound.value
                exchange.write(reply, context)
            }
        }

        private func write(_ reply: Reply, _ context: ChannelHandlerContext) {
            var headers = HTTPHeaders(reply.headers)
            headers.add(name: "content-length", value: String(reply.body.utf8.count))
            let head = HTTPResponseHead(
                version: .http1_1,
                status: HTTPResponseStatus(statusCode: reply.status),
                headers: headers
            )
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: reply.body)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
