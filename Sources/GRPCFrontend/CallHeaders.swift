internal import APIMethods
internal import GRPCCore

/// What a call's metadata says about the call itself, read in one pass.
struct CallHeaders: Sendable {
    var idempotencyKey: String?
    var traceParent: TraceParent?
    /// See ``APIMethods/RequestIDs``.
    let requestID: String

    init(_ metadata: Metadata, ids: RequestIDs) {
        var clientsID: String?
        for (key, value) in metadata {
            guard case .string(let text) = value else { continue }
            switch key {
            case "x-idempotency-key": idempotencyKey = text
            case "x-request-id": clientsID = text
            case "traceparent": traceParent = TraceParent(text)
            default: break
            }
        }
        requestID = ids.id(sent: clientsID)
    }
}
