import StrictJSON

/// What an API server is told.
public struct AdmissionAnswer: Sendable, Equatable {
    public var isAllowed: Bool
    /// For the person whose request it was; may have several lines. An API server puts the webhook's name before that of
    /// a denial and shows none of what is allowed.
    public var message: String
    /// The HTTP status that the person's request gets if it is denied; the call of the webhook itself is answered with 200.
    public var code: Int
    /// For that person too, whatever the answer is. Kept to the bounds of API servers when written: see
    /// ``AdmissionWarnings``.
    public var warnings: [String]
    /// For the cluster's audit log, by names that an API server prefixes with the webhook's.
    public var auditAnnotations: [String: String]

    public init(
        isAllowed: Bool,
        message: String,
        code: Int,
        warnings: [String] = [],
        auditAnnotations: [String: String] = [:]
    ) {
        self.isAllowed = isAllowed
        self.message = message
        self.code = code
        self.warnings = warnings
        self.auditAnnotations = auditAnnotations
    }

    /// Yes.
    public static func allowed(
        _ message: String = "",
        warnings: [String] = [],
        auditAnnotations: [String: String] = [:]
    ) -> AdmissionAnswer {
        AdmissionAnswer(
            isAllowed: true,
            message: message,
            code: 200,
            warnings: warnings,
            auditAnnotations: auditAnnotations
        )
    }

    /// No, and why. An API server turns codes below 400 into 400.
    public static func denied(
        _ message: String,
        code: Int = 403,
        warnings: [String] = [],
        auditAnnotations: [String: String] = [:]
    ) -> AdmissionAnswer {
        AdmissionAnswer(
            isAllowed: false,
            message: message,
            code: code,
            warnings: warnings,
            auditAnnotations: auditAnnotations
        )
    }

    /// The answer as the AdmissionReview that goes back, JSON in UTF-8.
    public func bytes(for envelope: ReviewEnvelope) -> [UInt8] {
        var response: [(String, JSONValue)] = [
            ("uid", .string(envelope.uid)), ("allowed", .boolean(isAllowed)), ("status", status),
        ]
        if !warnings.isEmpty {
            let lines = AdmissionWarnings.fitted(warnings)
            response.append(("warnings", .array(lines.map { .string($0) })))
        }
        if !auditAnnotations.isEmpty {
            let pairs = AuditAnnotations.fitted(auditAnnotations).map { ($0.key, JSONValue.string($0.value)) }
            response.append(("auditAnnotations", .object(named: pairs)))
        }
        let review: JSONValue = [
            "kind": .string("AdmissionReview"),
            "apiVersion": .string(envelope.apiVersion),
            "response": .object(named: response),
        ]
        return review.bytes
    }

    /// A `meta/v1` Status.
    private var status: JSONValue {
        var status: [(String, JSONValue)] = [("status", .string(isAllowed ? "Success" : "Failure"))]
        if !message.isEmpty { status.append(("message", .string(message))) }
        if let reason = Self.reasons[code] { status.append(("reason", .string(reason))) }
        status.append(("code", .number(String(code))))
        return .object(named: status)
    }

    /// Kubernetes' words for codes (`meta/v1`, StatusReason).
    private static let reasons = [
        400: "BadRequest", 403: "Forbidden", 413: "RequestEntityTooLarge", 422: "Invalid", 429: "TooManyRequests",
        500: "InternalError", 503: "ServiceUnavailable", 504: "Timeout",
    ]
}

extension JSONValue {
    fileprivate static func object(named members: [(String, JSONValue)]) -> JSONValue {
        .object(members.map { JSONMember(name: $0.0, value: $0.1) })
    }
}
