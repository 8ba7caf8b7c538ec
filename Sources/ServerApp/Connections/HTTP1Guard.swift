internal import HTTPTypes
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypes

/// Stands between the HTTP/1.1 decoder and Hummingbird and answers what never becomes a request: headers that are too
/// large, too slow or no HTTP at all. And it tells clients to go when the server drains.
final class HTTP1Guard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let headerBytesMax: Int
    private let bodyBytesMax: Int
    private let arrivals: HTTP1HeaderDeadline
    private let isDraining: @Sendable () -> Bool
    private var requestsInFlight = 0
    private var isRefused = false

    init(
        headerBytesMax: Int,
        bodyBytesMax: Int,
        arrivals: HTTP1HeaderDeadline,
        isDraining: @escaping @Sendable () -> Bool
    ) {
        self.headerBytesMax = headerBytesMax
        self.bodyBytesMax = bodyBytesMax
        self.arrivals = arrivals
        self.isDraining = isDraining
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isRefused { return }
        if case .head(let head) = unwrapInboundIn(data) {
            requestsInFlight += 1
            arrivals.headArrived()
            if isBodyAwaitingLeave(head) {
                context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
            }
        }
        context.fireChannelRead(data)
    }

    /// Whether the client holds the body back until it hears that it may come (RFC 9110, section 10.1.1), as curl does for
    /// large ones. One over the bound is refused without its body.
    private func isBodyAwaitingLeave(_ head: HTTPRequest) -> Bool {
        guard requestsInFlight == 1, head.headerFields[.expect]?.lowercased() == "100-continue" else { return false }
        return head.headerFields[.contentLength].flatMap(Int.init).map { $0 <= bodyBytesMax } ?? true
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where isDraining():
            head.headerFields[.connection] = "close"
            return context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            requestsInFlight -= 1
            if requestsInFlight == 0 { arrivals.awaitHead() }
        default:
            break
        }
        context.write(data, promise: promise)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case HTTPParserError.headerOverflow:
            refuse(
                context,
                .requestHeaderFieldsTooLarge,
                "RESOURCE_EXHAUSTED",
                "the request's headers have more than \(headerBytesMax) bytes"
            )
        case let error as HTTPParserError:
            refuse(context, .badRequest, "INVALID_ARGUMENT", "this is not HTTP/1.1: \(error)")
        default:
            context.fireErrorCaught(error)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is HTTP1HeaderDeadline.Passed {
            refuse(context, .requestTimeout, "DEADLINE_EXCEEDED", "the request's headers took too long to arrive")
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    /// - Parameter code: the name of a `google.rpc.Code`; the answer has the form of every other error of the API.
    private func refuse(
        _ context: ChannelHandlerContext,
        _ status: HTTPResponse.Status,
        _ code: String,
        _ message: String
    ) {
        guard isRefused == false else { return }
        isRefused = true
        // While a reply is being written, another one would end up inside it.
        guard requestsInFlight == 0 else { return context.close(promise: nil) }

        let body = ByteBuffer(
            string: #"{"error":{"code":\#(status.code),"message":"\#(message)","status":"\#(code)","details":[]}}"#
        )
        let fields: HTTPFields = [
            .contentType: "application/json", .contentLength: String(body.readableBytes), .connection: "close",
        ]
        context.write(wrapOutboundOut(.head(HTTPResponse(status: status, headerFields: fields))), promise: nil)
        context.write(wrapOutboundOut(.body(body)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        // Closing both ways with bytes unread would take the answer back (TCP reset), so the client gets a moment.
        context.close(mode: .output, promise: nil)
        context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) { context.close(promise: nil) }
    }
}

/// Sees to it that a request's header is complete within its time, counted from its first byte: a client that sends a
/// byte now and then would else hold a connection for ever. Stands before the decoder; ``HTTP1Guard`` tells it when a
/// header is complete.
final class HTTP1HeaderDeadline: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// Sent down the pipeline when the time is over.
    struct Passed: Sendable {}

    private let period: TimeAmount
    private var isHeadAwaited = true
    private var timer: Scheduled<Void>?

    init(period: TimeAmount) {
        self.period = period
    }

    func headArrived() {
        isHeadAwaited = false
        timer?.cancel()
        timer = nil
    }

    func awaitHead() {
        isHeadAwaited = true
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isHeadAwaited, timer == nil {
            timer = context.eventLoop.assumeIsolated().scheduleTask(in: period) {
                context.fireUserInboundEventTriggered(Passed())
            }
        }
        context.fireChannelRead(data)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
    }
}
