/// Who calls and what came with the call besides the request itself.
public struct Call: Sendable {
    /// Who calls, as far as the connection proves it.
    public var caller: Caller
    /// What the client sent as `x-idempotency-key`, unchecked.
    public var idempotencyKey: String?
    /// The id under which the call's log lines and errors are found.
    public var requestID: String

    public init(caller: Caller, idempotencyKey: String? = nil, requestID: String) {
        self.caller = caller
        self.idempotencyKey = idempotencyKey
        self.requestID = requestID
    }
}

/// A caller's identity.
public enum Caller: Sendable, Hashable {
    /// Nothing is proved: plain text, or TLS without a client certificate.
    case anonymous
    /// The subject of a client certificate that one of the configured authorities signed, in RFC 4514 spelling.
    case certificate(subject: String)

    /// A text that is different for different callers; part of an idempotency key's scope.
    public var scope: String {
        switch self {
        case .anonymous: "anonymous"
        case .certificate(let subject): "certificate:\(subject)"
        }
    }
}
