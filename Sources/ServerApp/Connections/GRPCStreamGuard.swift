internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

/// Stands before grpc-swift on every HTTP/2 stream and does the things that it does not offer.
///
/// It answers a call that ends without a message, which grpc-swift leaves unanswered.
/// It refuses a message that announces more bytes than are allowed with a status that says so (grpc-swift resets the
/// stream, and the client learns nothing), as soon as the length has come and before the message has. And where clients
/// show certificates, it puts the caller into the call's metadata (grpc-swift has a place for it, but not for custom
/// transports), under a name that is made at random when the server starts and that so no client can send.
final class GRPCStreamGuard: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let messageBytesMax: Int
    private let callerHeader: (name: String, value: String)?
    /// Bytes of the first message's prefix that have come: a flag and four bytes of length (gRPC over HTTP/2).
    private var prefixBytes = 0
    private var length = 0
    private var isRefused = false

    init(messageBytesMax: Int, callerHeader: (name: String, value: String)?) {
        self.messageBytesMax = messageBytesMax
        self.callerHeader = callerHeader
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isRefused { return }
        switch unwrapInboundIn(data) {
        case .headers(let headers) where headers.endStream && headers.isCall:
            return refuse(context, status: 3, "the call has no message; every method takes one")
        case .headers(var headers):
            guard let callerHeader else { break }
            headers.headers.add(name: callerHeader.name, value: callerHeader.value)
            return context.fireChannelRead(wrapInboundOut(.headers(headers)))
        case .data(let payload):
            guard prefixBytes < 5, case .byteBuffer(let bytes) = payload.data else { break }
            readPrefix(bytes)
            if prefixBytes == 5, length > messageBytesMax {
                refuse(context, status: 8, "the request has \(length) bytes; at most \(messageBytesMax) are taken")
                // Asks the client not to send the rest, as RFC 9113, section 8.1 has it. Any other code than NO_ERROR,
                // which is what closing the stream would send, makes grpc-core forget the status.
                return context.writeAndFlush(wrapOutboundOut(.rstStream(.noError)), promise: nil)
            }
        default:
            break
        }
        context.fireChannelRead(data)
    }

    private func readPrefix(_ bytes: ByteBuffer) {
        for byte in bytes.readableBytesView.prefix(5 - prefixBytes) {
            if prefixBytes > 0 { length = length << 8 | Int(byte) }
            prefixBytes += 1
        }
    }

    /// A reply of trailers only: no reply has begun, since the request is not complete.
    private func refuse(_ context: ChannelHandlerContext, status: Int, _ message: String) {
        isRefused = true
        let trailers: HPACKHeaders = [
            ":status": "200", "content-type": "application/grpc", "grpc-status": "\(status)", "grpc-message": message,
        ]
        context.writeAndFlush(wrapOutboundOut(.headers(.init(headers: trailers, endStream: true))), promise: nil)
    }
}

extension HTTP2Frame.FramePayload.Headers {
    /// Whether this begins a gRPC call; grpc-swift tells others that it is none.
    fileprivate var isCall: Bool {
        headers.first(name: "content-type")?.hasPrefix("application/grpc") ?? false
    }
}

/// Remembers on a connection who calls; its streams look it up.
final class ConnectionCaller: ChannelInboundHandler {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny

    let subject: String

    init(subject: String) {
        self.subject = subject
    }
}
