internal import NIOCore

/// Closes a connection or HTTP/2 stream whose peer has stopped reading: replies wait to be sent, and for a whole period
/// not so much has left that it could take more.
///
/// Costs nothing while the peer keeps up, since a channel's writability changes only when it does not.
final class StalledWriteCloser: ChannelInboundHandler {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny

    private let period: TimeAmount
    private var timer: Scheduled<Void>?

    init(period: TimeAmount) {
        self.period = period
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            timer?.cancel()
            timer = nil
        } else if timer == nil {
            timer = context.eventLoop.assumeIsolated().scheduleTask(in: period) { context.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
    }
}
