public import APIMethods
public import Metrics
import HTTPTypes
public import HummingbirdCore
public import Logging
public import MessageReflection
public import MetadataModel
import NIOCore
public import UseCases

/// The REST door: every method of the API that has HTTP bindings, and the routes that operate the server.
///
/// It makes the same calls as the gRPC door, through ``APIMethods/APIMethod/run``; what differs is only how requests and
/// replies are written. Every answer carries `x-request-id`.
public struct HTTPFrontend: Sendable {
    private let methods: [APIMethod]
    private let transcoder: Transcoder
    private let fixedRoutes: [String: [FixedRoute]]
    private let spool: BodySpool?
    private let limits: Limits
    private let logger: Logger
    private let metrics: RequestMetrics
    private let ids = RequestIDs()

    /// - Parameters:
    ///   - methods: what is served; methods without HTTP bindings in `types` are left out.
    ///   - metricsFactory: gets `http_requests_total{method,code}` and `http_request_duration_seconds{method}`.
    ///   - metricsText: what `GET /metrics` answers, in Prometheus' text format.
    ///   - isReady: whether `GET /readyz` says yes.
    ///   - spool: where large bodies go; without one there are none.
    ///   - extraRoutes: more routes beside the API, found before it.
    /// - Throws: an error that describes itself, if a binding of the descriptors can't be served.
    public init(
        methods: APIMethods,
        types: TypeRegistry,
        limits: Limits = Limits(),
        logger: Logger,
        metricsFactory: any MetricsFactory = MetricsSystem.factory,
        metricsText: @escaping @Sendable () -> String,
        isReady: @escaping @Sendable () async -> Bool,
        spool: BodySpool? = nil,
        extraRoutes: [FixedRoute] = []
    ) throws {
        self.methods = methods.all
        transcoder = try Transcoder(types: types, methodNames: methods.all.map(\.name))
        let operational = OperationalRoutes(metricsText: metricsText, isReady: isReady)
        fixedRoutes = Dictionary(grouping: extraRoutes + operational.all, by: \.path)
        self.spool = spool
        self.limits = limits
        self.logger = logger
        metrics = RequestMetrics(factory: metricsFactory)
    }

    /// Answers one request; never throws, and every failure has the form of ``ErrorStatus``.
    ///
    /// - Parameters:
    ///   - caller: who calls, as far as the connection proves it.
    ///   - peer: the other end's address, for the log.
    public func respond(to request: Request, caller: Caller, peer: String) async -> Response {
        let start = ContinuousClock.now
        let identity = RequestIdentity(request.headers, ids: ids)
        var exchange = Exchange(requestID: identity.requestID)
        let answer = await answer(request, caller: caller, exchange: &exchange)
        let response = finish(answer, request: request, identity: identity)
        let duration = start.duration(to: .now)
        metrics.record(method: exchange.method, status: response.status.code, duration: duration)
        log(request, response.status.code, exchange, identity, peer: peer, duration: duration)
        return response
    }

    /// What becomes known about a request while it is answered.
    private struct Exchange {
        let requestID: String
        /// For metrics and logs: the method's full name, a fixed route's path, or this.
        var method = "unmatched"
        /// Where the answer is a failure of ours, or the store's: what happened, for the log.
        var cause: (any Error)?
    }

    private func answer(_ request: Request, caller: Caller, exchange: inout Exchange) async -> Response {
        do {
            if let routes = fixedRoutes[request.pathWithoutQuery] {
                return try await answer(request, from: routes, exchange: &exchange)
            }
            return try await call(request, caller: caller, exchange: &exchange)
        } catch {
            let failure = failure(for: error, exchange: &exchange)
            return Response(json: failure.json, status: failure.httpStatus, headers: failure.headers)
        }
    }

    private func answer(
        _ request: Request,
        from routes: [FixedRoute],
        exchange: inout Exchange
    ) async throws -> Response {
        exchange.method = request.pathWithoutQuery
        let verb = request.method == .head ? "GET" : request.method.rawValue
        guard let route = routes.first(where: { $0.verb == verb }) else {
            let allowed = Set(routes.flatMap { $0.verb == "GET" ? ["GET", "HEAD"] : [$0.verb] }).sorted()
            let path = request.pathWithoutQuery
            throw HTTPFailure.methodNotAllowed(
                "\(path) has no \(verb.quotedForMessage), only \(allowed.joined(separator: ", "))",
                allow: allowed
            )
        }
        return try await route.respond(request)
    }

    private func call(_ request: Request, caller: Caller, exchange: inout Exchange) async throws -> Response {
        let target = RequestTarget(request.head.path ?? "")
        let match = try transcoder.match(verb: request.method.rawValue, target: target)
        exchange.method = match.route.methodName
        let query = try QueryParameters(parsing: target.query)
        let method = methods[match.route.methodIndex]
        let call = Call(
            caller: caller,
            idempotencyKey: request.headers[RequestIdentity.idempotencyKeyHeader],
            requestID: exchange.requestID
        )
        let reply: [UInt8]
        switch try await body(of: request, mayBeLarge: method.runLarge != nil) {
        case .whole(let bytes):
            reply = try await method.run(try transcoder.request(match, query: query, body: bytes), call)
        case .spooled(let body):
            defer { body.remove() }
            let message = try transcoder.request(match, query: query, body: [])
            reply = try await method.runLarge?(message, body.source, call) ?? []
        }
        let json = try transcoder.json(reply: reply, of: match.route, isPrettyPrinted: query.isPrettyPrinted)
        return Response(json: json, status: 200)
    }

    /// A request's body, in memory or on disk.
    private enum Body {
        case whole([UInt8])
        case spooled(SpooledBody)
    }

    /// The body, never holding more than the limit in memory: one that announces more than is taken is not read at all.
    private func body(of request: Request, mayBeLarge: Bool) async throws -> Body {
        if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
            throw HTTPFailure.encodedBody(encoding)
        }
        let spool = mayBeLarge ? spool : nil
        let wholeMax = spool == nil ? limits.bodyBytesMax : limits.wholeReportBytesMax
        let bytesMax = spool == nil ? limits.bodyBytesMax : limits.largeBodyBytesMax
        if let announced = request.headers[.contentLength], let length = Int(announced) {
            if length == 0 { return .whole([]) }
            guard length <= bytesMax else { throw HTTPFailure.bodyTooLarge(bytesMax: bytesMax) }
        }
        var beginning = ByteBuffer()
        var iterator = request.body.makeAsyncIterator()
        while var piece = try await iterator.next() {
            beginning.writeBuffer(&piece)
            guard beginning.readableBytes > wholeMax else { continue }
            guard let spool else { throw HTTPFailure.bodyTooLarge(bytesMax: bytesMax) }
            let rest: BodySpool.Pieces = { try await iterator.next() }
            guard let body = try await spool.store(beginning, bytesMax, rest) else {
                throw HTTPFailure.bodyTooLarge(bytesMax: bytesMax)
            }
            return .spooled(body)
        }
        return .whole(Array(beginning.readableBytesView))
    }

    private func failure(for error: any Error, exchange: inout Exchange) -> HTTPFailure {
        switch error {
        case let failure as HTTPFailure: return failure
        case let error as MetadataError:
            if case .unavailable = error { exchange.cause = error }
            return HTTPFailure(ErrorStatus(error))
        case let status as ErrorStatus: return HTTPFailure(status)
        case is CancellationError:
            // The client is gone or the server is stopping; nobody is at fault.
            let message = "the call was cancelled before it was answered"
            return HTTPFailure(
                ErrorStatus(code: .unavailable, message: message, reason: "CANCELLED", retryAfterSeconds: 1)
            )
        default:
            exchange.cause = error
            return HTTPFailure(.fault(requestID: exchange.requestID))
        }
    }

    private func finish(_ answer: Response, request: Request, identity: RequestIdentity) -> Response {
        // A HEAD's headers are those of the GET, length included, and the body stays away.
        var response = request.method == .head ? answer.createHeadResponse() : answer
        response.headers[RequestIdentity.requestIDHeader] = identity.requestID
        response.headers[.xContentTypeOptions] = "nosniff"
        // What is left of a body too large is not worth reading.
        if response.status == .contentTooLarge { response.headers[.connection] = "close" }
        return response
    }

    /// One line a request, and the only one about a failure.
    private func log(
        _ request: Request,
        _ status: Int,
        _ exchange: Exchange,
        _ identity: RequestIdentity,
        peer: String,
        duration: Duration
    ) {
        let level: Logger.Level = exchange.cause == nil ? .debug : status == 503 ? .warning : .error
        guard logger.logLevel <= level else { return }
        var metadata: Logger.Metadata = [
            "request_id": "\(identity.requestID)", "verb": "\(request.method.rawValue)", "method": "\(exchange.method)",
            "path": "\(request.pathWithoutQuery.quotedForMessage)", "status": "\(status)", "peer": "\(peer)",
            "duration_ms": "\(duration.milliseconds)",
        ]
        if let traceParent = identity.traceParent { metadata["traceparent"] = "\(traceParent.text)" }
        if let cause = exchange.cause { metadata["cause"] = "\(String(reflecting: cause))" }
        logger.log(level: level, exchange.cause == nil ? "request" : "request failed", metadata: metadata)
    }
}

extension Request {
    /// The path as it came, up to the question mark.
    fileprivate var pathWithoutQuery: String {
        guard let path = head.path else { return "" }
        guard let end = path.utf8.firstIndex(of: UInt8(ascii: "?")) else { return path }
        return String(path[..<end])
    }
}

extension Response {
    fileprivate init(json: [UInt8], status: Int, headers: [(name: String, value: String)] = []) {
        var fields: HTTPFields = [.contentType: "application/json"]
        for header in headers {
            if let name = HTTPField.Name(header.name) { fields[name] = header.value }
        }
        self.init(
            status: HTTPResponse.Status(code: status),
            headers: fields,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json))
        )
    }
}
