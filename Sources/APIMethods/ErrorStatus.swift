public import GrafeasProto
public import MetadataModel
public import SwiftProtobuf

/// The canonical codes of `google.rpc.Code` that we answer with.
public enum StatusCode: Int32, Sendable, CaseIterable {
    case invalidArgument = 3
    case deadlineExceeded = 4
    case notFound = 5
    case alreadyExists = 6
    case permissionDenied = 7
    case resourceExhausted = 8
    case failedPrecondition = 9
    case aborted = 10
    case unimplemented = 12
    case `internal` = 13
    case unavailable = 14
    case unauthenticated = 16

    /// The name in upper case with underscores, as REST errors spell it.
    public var canonicalName: String {
        switch self {
        case .invalidArgument: "INVALID_ARGUMENT"
        case .deadlineExceeded: "DEADLINE_EXCEEDED"
        case .notFound: "NOT_FOUND"
        case .alreadyExists: "ALREADY_EXISTS"
        case .permissionDenied: "PERMISSION_DENIED"
        case .resourceExhausted: "RESOURCE_EXHAUSTED"
        case .failedPrecondition: "FAILED_PRECONDITION"
        case .aborted: "ABORTED"
        case .unimplemented: "UNIMPLEMENTED"
        case .internal: "INTERNAL"
        case .unavailable: "UNAVAILABLE"
        case .unauthenticated: "UNAUTHENTICATED"
        }
    }

    /// The HTTP status that goes with the code (the mapping of `google.rpc.Code`'s comments).
    public var httpStatus: Int {
        switch self {
        case .invalidArgument, .failedPrecondition: 400
        case .unauthenticated: 401
        case .permissionDenied: 403
        case .notFound: 404
        case .alreadyExists, .aborted: 409
        case .resourceExhausted: 429
        case .internal: 500
        case .unimplemented: 501
        case .unavailable: 503
        case .deadlineExceeded: 504
        }
    }
}

/// An error as both doors send it: code, message and details of the standard error model.
public struct ErrorStatus: Error, Sendable {
    public var code: StatusCode
    public var message: String
    /// `google.rpc.Status` with the same code and message, and the details packed as `Any`.
    public var status: Google_Rpc_Status
    /// Seconds after which trying again makes sense, for unavailability.
    public var retryAfterSeconds: Int?

    /// - Parameter reason: stable, in upper case with underscores, for programs (`google.rpc.ErrorInfo.reason`).
    public init(
        code: StatusCode,
        message: String,
        reason: String,
        details: [any Message] = [],
        retryAfterSeconds: Int? = nil
    ) {
        self.code = code
        self.message = message
        self.retryAfterSeconds = retryAfterSeconds
        let info = Google_Rpc_ErrorInfo.with {
            $0.reason = reason
            $0.domain = "grafeion.dev"
        }
        status = Google_Rpc_Status.with {
            $0.code = code.rawValue
            $0.message = message
            // Packing fails only for messages with required fields, and proto3 has none.
            $0.details = ([info] + details).compactMap { try? Google_Protobuf_Any(message: $0) }
        }
    }

    /// The one table from what went wrong to what callers are told.
    public init(_ error: MetadataError) {
        switch error {
        case .invalid(let problems):
            let violations = problems.map { problem in
                Google_Rpc_BadRequest.FieldViolation.with {
                    $0.field = problem.field
                    $0.description_p = problem.descriptionWithPlace
                }
            }
            self.init(
                code: .invalidArgument,
                message: error.message,
                reason: "INVALID_REQUEST",
                details: [Google_Rpc_BadRequest.with { $0.fieldViolations = violations }]
            )
        case .faultyEntries(let faults):
            self.init(faults: faults, message: error.message)
        case .notFound(let reference):
            self.init(
                code: .notFound,
                message: error.message,
                reason: "NOT_FOUND",
                details: [Self.info(reference)]
            )
        case .alreadyExists(let reference, _):
            self.init(
                code: .alreadyExists,
                message: error.message,
                reason: reference.type == ResourceReference.idempotencyKey.type
                    ? "IDEMPOTENCY_KEY_REUSED" : "ALREADY_EXISTS",
                details: [Self.info(reference)]
            )
        case .failedPrecondition(let subject, let explanation):
            let violation = Google_Rpc_PreconditionFailure.Violation.with {
                $0.type = "STATE"
                $0.subject = subject
                $0.description_p = explanation
            }
            self.init(
                code: .failedPrecondition,
                message: error.message,
                reason: "FAILED_PRECONDITION",
                details: [Google_Rpc_PreconditionFailure.with { $0.violations = [violation] }]
            )
        case .changedMeanwhile(let reference, _):
            self.init(
                code: .aborted,
                message: error.message,
                reason: "CHANGED_MEANWHILE",
                details: [Self.info(reference)]
            )
        case .overLimit:
            self.init(code: .resourceExhausted, message: error.message, reason: "OVER_LIMIT")
        case .unavailable(_, let seconds):
            let retry = Google_Rpc_RetryInfo.with { $0.retryDelay.seconds = Int64(seconds) }
            self.init(
                code: .unavailable,
                message: error.message,
                reason: "STORE_UNAVAILABLE",
                details: [retry],
                retryAfterSeconds: seconds
            )
        case .unimplemented:
            self.init(code: .unimplemented, message: error.message, reason: "UNIMPLEMENTED")
        }
    }

    /// A batch at fault: the entries' common code where they agree, INVALID_ARGUMENT where they differ.
    private init(faults: [EntryFault], message: String) {
        let codes = Set(faults.map { ErrorStatus($0.error).code })
        let violations = faults.flatMap { fault in
            Self.problems(of: fault.error).map { problem in
                Google_Rpc_BadRequest.FieldViolation.with {
                    $0.field = problem.under(fault.entry).field
                    $0.description_p = problem.descriptionWithPlace
                }
            }
        }
        self.init(
            code: codes.count == 1 ? codes.first ?? .invalidArgument : .invalidArgument,
            message: message,
            reason: "FAULTY_ENTRIES",
            details: [Google_Rpc_BadRequest.with { $0.fieldViolations = violations }]
        )
    }

    private static func problems(of error: MetadataError) -> [FieldProblem] {
        if case .invalid(let problems) = error { return problems }
        return [FieldProblem(field: "", description: error.message)]
    }

    /// An error that is ours: the caller learns the id under which the log has the rest, and no internals.
    public static func fault(requestID: String) -> ErrorStatus {
        ErrorStatus(
            code: .internal,
            message: "internal error; the server's log has the cause under request id \(requestID)",
            reason: "INTERNAL",
            details: [Google_Rpc_RequestInfo.with { $0.requestID = requestID }]
        )
    }

    private static func info(_ reference: ResourceReference) -> Google_Rpc_ResourceInfo {
        Google_Rpc_ResourceInfo.with {
            $0.resourceType = reference.type
            $0.resourceName = reference.name
        }
    }
}
