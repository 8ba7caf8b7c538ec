import APIMethods
import GrafeasProto
import MetadataModel
import SwiftProtobuf

/// Why a request got no result, as REST answers it: the standard error model plus what only HTTP has.
struct HTTPFailure: Error {
    /// The HTTP status; the one that goes with the code unless HTTP knows better (405, 413).
    let httpStatus: Int
    let status: ErrorStatus
    /// The methods that the path has, for a 405.
    var allow: [String] = []

    init(_ status: ErrorStatus, httpStatus: Int? = nil) {
        self.status = status
        self.httpStatus = httpStatus ?? status.code.httpStatus
    }

    /// Fields or parameters at fault.
    static func invalid(_ problems: [FieldProblem]) -> HTTPFailure {
        HTTPFailure(ErrorStatus(MetadataError.invalid(problems)))
    }

    /// One field or parameter at fault.
    static func invalid(_ field: String, _ description: String) -> HTTPFailure {
        invalid([FieldProblem(field: field, description: description)])
    }

    /// No template matches the path.
    static func unknownPath(_ message: String) -> HTTPFailure {
        HTTPFailure(ErrorStatus(code: .notFound, message: message, reason: "UNKNOWN_PATH"))
    }

    /// The path is known, but not with this method.
    static func methodNotAllowed(_ message: String, allow: [String]) -> HTTPFailure {
        let status = ErrorStatus(code: .unimplemented, message: message, reason: "METHOD_NOT_ALLOWED")
        var failure = HTTPFailure(status, httpStatus: 405)
        failure.allow = allow
        return failure
    }

    /// The body is larger than the server reads.
    static func bodyTooLarge(bytesMax: Int) -> HTTPFailure {
        let message = "the request body is larger than \(bytesMax) bytes, which is the most this server reads"
        let status = ErrorStatus(code: .resourceExhausted, message: message, reason: "BODY_TOO_LARGE")
        return HTTPFailure(status, httpStatus: 413)
    }

    /// The body is compressed, or otherwise encoded, which this server does not undo.
    static func encodedBody(_ encoding: String) -> HTTPFailure {
        let message = "bodies with content-encoding \(encoding.quotedForMessage) are not read; send the JSON as it is"
        let status = ErrorStatus(code: .invalidArgument, message: message, reason: "BODY_ENCODED")
        return HTTPFailure(status, httpStatus: 415)
    }

    /// The status line's details as headers.
    var headers: [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        if !allow.isEmpty { headers.append(("allow", allow.joined(separator: ", "))) }
        if let seconds = status.retryAfterSeconds { headers.append(("retry-after", String(seconds))) }
        return headers
    }

    /// `{"error":{"code":…,"message":…,"status":…,"details":[…]}}`
    var json: [UInt8] {
        var json = Array(#"{"error":{"code":"#.utf8)
        json.append(contentsOf: String(httpStatus).utf8)
        json.append(contentsOf: #","message":"#.utf8)
        JSONText.append(status.message, to: &json)
        json.append(contentsOf: #","status":""#.utf8)
        json.append(contentsOf: status.code.canonicalName.utf8)
        json.append(contentsOf: #"","details":["#.utf8)
        // The details were packed from messages of ours, so each has its JSON form at hand.
        let details = status.status.details.compactMap { try? $0.jsonUTF8Bytes() as [UInt8] }
        json.append(contentsOf: details.joined(separator: [UInt8(ascii: ",")]))
        json.append(contentsOf: "]}}".utf8)
        return json
    }
}
