internal import NIOCore
internal import NIOTLS

/// Tells a connection that there are too many, and closes it. In HTTP/1.1, which every client recognises, before it has
/// said anything: finding out what it speaks would cost what we have run out of.
final class ConnectionRefusal: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let message = "the server has as many connections as it takes; try again later\n"
    private static let response = """
        HTTP/1.1 503 Service Unavailable\r
        connection: close\r
        retry-after: 1\r
        content-type: text/plain; charset=utf-8\r
        content-length: \(message.utf8.count)\r
        \r
        \(message)
        """

    private let isTLS: Bool

    init(isTLS: Bool) {
        self.isTLS = isTLS
    }

    func channelActive(context: ChannelHandlerContext) {
        // A client that neither shakes hands nor hangs up is not waited for.
        context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(2)) { context.close(promise: nil) }
        if isTLS == false { refuse(context) }
        context.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event { refuse(context) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func refuse(_ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: Self.response)), promise: nil)
        // Closing both ways with bytes unread would take the answer back (TCP reset).
        context.close(mode: .output, promise: nil)
    }
}
