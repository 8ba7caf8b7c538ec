internal import NIOCore
internal import NIOTLS

/// What a connection speaks.
enum ConnectionProtocol {
    case http1
    case http2
}

/// Finds out what a new connection speaks, sets it up for that, passes on what has arrived meanwhile, and leaves.
///
/// Over TLS the client and we agreed on it in the handshake (ALPN). In plain text, and over TLS with a client that named
/// no protocol, an HTTP/2 client begins with the preface of RFC 9113, section 3.4; anything else is HTTP/1.1. The bytes
/// may come one at a time, and must have come before the deadline.
final class ProtocolDetector: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    private let deadline: TimeAmount
    private let setUp: (any Channel, ConnectionProtocol) throws -> Void
    private var awaitsHandshake: Bool
    private var arrived = ByteBuffer()
    private var timer: Scheduled<Void>?

    /// - Parameter setUp: adds the protocol's handlers at the end of the pipeline; what it throws closes the connection.
    init(
        isTLS: Bool,
        deadline: TimeAmount,
        setUp: @escaping (any Channel, ConnectionProtocol) throws -> Void
    ) {
        awaitsHandshake = isTLS
        self.deadline = deadline
        self.setUp = setUp
    }

    func handlerAdded(context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: deadline) { context.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case TLSUserEvent.handshakeCompleted(let negotiated):
            awaitsHandshake = false
            context.fireUserInboundEventTriggered(event)
            switch negotiated {
            case "h2": decide(.http2, context)
            case "http/1.1": decide(.http1, context)
            default: sniff(context)
            }
        case is ChannelShouldQuiesceEvent:
            // No request has been taken on here, so there is none to finish.
            context.close(promise: nil)
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        arrived.writeBuffer(&bytes)
        if awaitsHandshake == false { sniff(context) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A failed handshake or a reset: no one is behind us yet who could make something of it.
        context.close(promise: nil)
    }

    private func sniff(_ context: ChannelHandlerContext) {
        let seen = arrived.readableBytesView.prefix(Self.preface.count)
        guard seen.isEmpty == false else { return }
        if Self.preface.starts(with: seen) == false {
            decide(.http1, context)
        } else if seen.count == Self.preface.count {
            decide(.http2, context)
        }
    }

    private func decide(_ decided: ConnectionProtocol, _ context: ChannelHandlerContext) {
        do {
            try setUp(context.channel, decided)
        } catch {
            return context.close(promise: nil)
        }
        if arrived.readableBytes > 0 {
            context.fireChannelRead(wrapInboundOut(arrived))
            context.fireChannelReadComplete()
            arrived.clear()
        }
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }
}
