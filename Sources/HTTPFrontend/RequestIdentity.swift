import APIMethods
import HTTPTypes

/// What a request's headers say about which request it is, for logs and answers.
struct RequestIdentity: Sendable {
    /// See ``APIMethods/RequestIDs``.
    let requestID: String
    /// The trace that the request belongs to.
    let traceParent: TraceParent?

    static let requestIDHeader = HTTPField.Name(known: "x-request-id")
    static let idempotencyKeyHeader = HTTPField.Name(known: "x-idempotency-key")
    private static let traceParentHeader = HTTPField.Name(known: "traceparent")

    init(_ headers: HTTPFields, ids: RequestIDs) {
        requestID = ids.id(sent: headers[Self.requestIDHeader])
        traceParent = headers[Self.traceParentHeader].flatMap(TraceParent.init)
    }
}

extension HTTPField.Name {
    /// A name known when the program is written.
    init(known name: StaticString) {
        // A name that is no HTTP token would be a slip in the program, which the first test of it finds.
        self = HTTPField.Name("\(name)") ?? .userAgent
    }
}
