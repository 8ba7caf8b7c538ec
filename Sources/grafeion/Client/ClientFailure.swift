/// Why a client command could not do its work, in words for the person who ran it.
enum ClientFailure: Error, Sendable, CustomStringConvertible {
    /// The command was asked for something that cannot be.
    case usage(String)
    /// Nobody listens there.
    case noServer(server: String, reason: String)
    /// Somebody listens, but we do not get on.
    case unreachable(server: String, reason: String)
    /// The server answered with an error.
    case refused(ServerError)
    /// The server answered with something that is no Grafeas answer.
    case unexpected(String)
    /// A file could not be read or written, or does not hold what it should.
    case file(String)

    var description: String {
        switch self {
        case .usage(let text), .unexpected(let text), .file(let text): text
        case .unreachable(let server, let reason): "cannot reach the server at \(server): \(reason)"
        case .noServer(let server, let reason):
            """
            cannot reach the server at \(server): \(reason)
              start one with:     grafeion serve
              or name another:    --server URL, or GRAFEION_SERVER in the environment
            """
        case .refused(let error): error.description
        }
    }
}

/// An error in the form that Grafeas servers send over REST.
struct ServerError: Sendable, Equatable, CustomStringConvertible {
    struct Violation: Sendable, Equatable {
        let field: String
        let description: String
    }

    let httpStatus: Int
    /// The canonical code, `NOT_FOUND` and so on; empty where the answer was in another form.
    let status: String
    let message: String
    let violations: [Violation]

    init(httpStatus: Int, body: [UInt8]) {
        self.httpStatus = httpStatus
        let error = (try? JSONValue(parsing: body))?["error"]
        status = error?["status"]?.text ?? ""
        let plain = String(decoding: body.prefix(200), as: UTF8.self)
        message = error?["message"]?.text ?? "HTTP status \(httpStatus)\(plain.isEmpty ? "" : ": \(plain)")"
        violations = (error?["details"]?.elements ?? []).flatMap { $0["fieldViolations"]?.elements ?? [] }
            .map { Violation(field: $0["field"]?.text ?? "", description: $0["description"]?.text ?? "") }
    }

    /// The message, then the fields at fault, one a line.
    var description: String {
        // The message of our server lists the fields too; one list is enough, and the one of lines reads better.
        let isListedInMessage = violations.allSatisfy { message.contains($0.description) }
        if violations.count <= 1, isListedInMessage { return message }
        let headline = isListedInMessage ? "the request has \(violations.count) faults" : message
        let lines = violations.map { "  \($0.field.isEmpty ? "" : "\($0.field): ")\($0.description)" }
        return ([headline] + lines).joined(separator: "\n")
    }
}
