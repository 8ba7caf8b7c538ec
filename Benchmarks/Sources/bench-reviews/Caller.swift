import NIOCore
import NIOHTTP1
import NIOSSL
import NIOTLS
import Payloads

/// One connection: a review, its answer, the next review.
final class Caller: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let number: Int
    private let plan: Plan
    private let tally: Tally
    private var isReady = false
    private var hasBegun = false
    /// When the review that is under way was sent, or was due.
    private var start = NIODeadline.now()
    private var status = HTTPResponseStatus.ok
    private var answer = ByteBuffer()
    private var isWaiting = false

    init(_ number: Int, plan: Plan, tally: Tally) {
        (self.number, self.plan, self.tally) = (number, plan, tally)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is Begin { hasBegun = true }
        if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent { isReady = true }
        guard hasBegun, isReady, !isWaiting, tally.isUnderWay else { return }
        if let interval = plan.interval {
            start = .now() + .nanoseconds(interval.nanoseconds * Int64(number) / Int64(plan.callers))
            sendWhenDue(context)
        } else {
            start = .now()
            send(context)
        }
    }

    private func sendWhenDue(_ context: ChannelHandlerContext) {
        isWaiting = true
        let context = NIOLoopBound(context, eventLoop: context.eventLoop)
        let caller = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(deadline: start) { caller.value.send(context.value) }
    }

    private func send(_ context: ChannelHandlerContext) {
        guard let number = tally.next() else {
            isWaiting = false
            context.close(promise: nil)
            return
        }
        isWaiting = true
        let body = ByteBuffer(string: plan.reviews.review(number))
        var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: plan.path + "?timeout=5s")
        head.headers = [
            "host": "127.0.0.1", "content-type": "application/json", "content-length": "\(body.readableBytes)",
        ]
        if plan.interval == nil { start = .now() }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            status = head.status
            answer.clear()
        case .body(var part): answer.writeBuffer(&part)
        case .end:
            isWaiting = false
            tally.add(status, answer, nanoseconds: (NIODeadline.now() - start).nanoseconds)
            if let interval = plan.interval {
                start = start + interval
                sendWhenDue(context)
            } else {
                send(context)
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if isWaiting { tally.fail("the connection was closed") }
        isWaiting = false
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Servers close TLS connections as they like once the answer is there.
        if isWaiting, !(error is NIOSSLError) { tally.fail("\(error)") }
        context.close(promise: nil)
    }
}
