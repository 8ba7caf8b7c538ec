public import APIMethods
public import GRPCCore
public import Logging
internal import MetadataModel
public import Metrics
public import UseCases

/// Serves a table of API methods over gRPC: the request's bytes go to the method as they came, the reply's bytes go out
/// as the method gave them, and every call is counted, timed and logged under its request id.
///
/// The methods' names come from the table, so they are bounded and safe as labels.
public struct MethodsService: RegistrableRPCService {
    private let doors: [MethodDoor]

    /// - Parameters:
    ///   - methods: what to serve; a name that is not `package.Service/Method` is left out.
    ///   - logger: gets one line a call at debug level, and one at error level for each fault of ours.
    ///   - metrics: gets `grpc_requests_total` and `grpc_request_duration_seconds`.
    ///   - callerOf: who calls, by what the transport put into the call's metadata.
    public init(
        methods: APIMethods,
        logger: Logger,
        metrics: any MetricsFactory,
        callerOf: @escaping @Sendable (Metadata) -> Caller = { _ in .anonymous }
    ) {
        let ids = RequestIDs()
        doors = methods.all.compactMap { method in
            MethodDescriptor(unary: method.name).map { descriptor in
                MethodDoor(
                    method: method,
                    descriptor: descriptor,
                    logger: logger,
                    metrics: CallMetrics(method: method.name, factory: metrics),
                    ids: ids,
                    callerOf: callerOf
                )
            }
        }
    }

    /// The full names of the services that the table's methods belong to, each once.
    public var serviceNames: [String] {
        var seen: Set<String> = []
        return doors.map(\.descriptor.service.fullyQualifiedService).filter { seen.insert($0).inserted }
    }

    public func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
        for door in doors {
            router.registerHandler(
                forMethod: door.descriptor,
                deserializer: BytesDeserializer(),
                serializer: BytesSerializer()
            ) { request, context in
                try await door.answer(request, context)
            }
        }
    }
}

/// One method with everything that a call of it needs, prepared once.
private struct MethodDoor: Sendable {
    let method: APIMethod
    let descriptor: MethodDescriptor
    let logger: Logger
    let metrics: CallMetrics
    let ids: RequestIDs
    let callerOf: @Sendable (Metadata) -> Caller

    func answer(
        _ request: StreamingServerRequest<[UInt8]>,
        _ context: ServerContext
    ) async throws -> StreamingServerResponse<[UInt8]> {
        let start = ContinuousClock.now
        let headers = CallHeaders(request.metadata, ids: ids)
        let call = Call(
            caller: callerOf(request.metadata),
            idempotencyKey: headers.idempotencyKey,
            requestID: headers.requestID
        )
        // What goes wrong here is between the client and the transport: not a call yet.
        let message = try await ServerRequest(stream: request).message
        do {
            let reply = try await method.run(message, call)
            finish(headers, context, code: nil, cause: nil, since: start)
            return StreamingServerResponse { writer in
                try await writer.write(reply)
                return [:]
            }
        } catch {
            let (status, fault) = errorStatus(for: error, requestID: call.requestID)
            finish(headers, context, code: status.code, cause: fault, since: start)
            return StreamingServerResponse(error: RPCError(status, requestID: call.requestID))
        }
    }

    /// What the caller is told, and what only the log is told.
    private func errorStatus(for error: any Error, requestID: String) -> (ErrorStatus, fault: (any Error)?) {
        switch error {
        case let error as MetadataError: (ErrorStatus(error), error.isOfTheStore ? error : nil)
        case let error as ErrorStatus: (error, nil)
        case is CancellationError: (.shuttingDown, nil)
        default: (.fault(requestID: requestID), error)
        }
    }

    private func finish(
        _ headers: CallHeaders,
        _ context: ServerContext,
        code: StatusCode?,
        cause: (any Error)?,
        since start: ContinuousClock.Instant
    ) {
        let duration = ContinuousClock.now - start
        metrics.record(code: code, duration: duration)
        let level: Logger.Level =
            switch code {
            case .internal: .error
            case .unavailable: .warning
            default: .debug
            }
        logger.log(
            level: level,
            "gRPC call",
            metadata: logMetadata(headers, context, code: code, cause: cause, duration: duration)
        )
    }

    private func logMetadata(
        _ headers: CallHeaders,
        _ context: ServerContext,
        code: StatusCode?,
        cause: (any Error)?,
        duration: Duration
    ) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "method": .string(method.name),
            "code": .string(code?.canonicalName ?? "OK"),
            "duration_ms": .string(duration.milliseconds),
            "request_id": .string(headers.requestID),
            "peer": .string(context.remotePeer),
        ]
        if let traceParent = headers.traceParent { metadata["traceparent"] = .string(traceParent.text) }
        if let cause {
            metadata["cause"] = .string(String(describing: cause))
        }
        return metadata
    }
}

extension ErrorStatus {
    /// The task was cancelled under the call: only a shutdown that ran out of its grace does that.
    fileprivate static var shuttingDown: ErrorStatus {
        ErrorStatus(
            code: .unavailable,
            message: "the server is shutting down; try again",
            reason: "SHUTTING_DOWN",
            retryAfterSeconds: 1
        )
    }
}

extension MethodDescriptor {
    /// The descriptor of a unary method by its full name; nil unless it is `package.Service/Method`.
    init?(unary name: String) {
        guard let slash = name.lastIndex(of: "/"), slash != name.startIndex else { return nil }
        let method = name[name.index(after: slash)...]
        guard method.isEmpty == false else { return nil }
        // That the method is unary lets the transport write head, message and trailers with one flush.
        self.init(fullyQualifiedService: String(name[..<slash]), method: String(method), type: .unary)
    }
}

extension MetadataError {
    /// Whether the log should have it too, since only an operator can mend it.
    fileprivate var isOfTheStore: Bool {
        if case .unavailable = self { true } else { false }
    }
}
