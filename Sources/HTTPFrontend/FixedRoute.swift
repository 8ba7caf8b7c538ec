import HTTPTypes
public import HummingbirdCore
import MetadataModel
import NIOCore

/// A route beside the API: one path, compared as it comes, and a closure that answers. Served for the one method
/// (`GET` routes answer `HEAD` too); other methods get 405.
public struct FixedRoute: Sendable {
    /// `GET`, `POST` …
    public let verb: String
    /// The path without query: `/healthz`.
    public let path: String
    /// Makes the answer. What it throws is reported and logged as a fault of ours.
    public let respond: @Sendable (Request) async throws -> Response

    public init(verb: String = "GET", path: String, respond: @escaping @Sendable (Request) async throws -> Response) {
        self.verb = verb
        self.path = path
        self.respond = respond
    }
}

/// The routes that operate the server.
struct OperationalRoutes: Sendable {
    let metricsText: @Sendable () -> String
    let isReady: @Sendable () async -> Bool

    var all: [FixedRoute] {
        [
            FixedRoute(path: "/") { _ in .text(.ok, Self.welcome) },
            FixedRoute(path: "/healthz") { _ in .text(.ok, "ok\n") },
            FixedRoute(path: "/readyz") { [isReady] _ in
                if await isReady() { return .text(.ok, "ok\n") }
                return .text(
                    .serviceUnavailable,
                    "not ready: the store does not answer, or the server is shutting down\n"
                )
            },
            FixedRoute(path: "/metrics") { [metricsText] _ in
                .text(.ok, metricsText(), type: "text/plain; version=0.0.4; charset=utf-8")
            },
        ]
    }

    private static let welcome = """
        grafeion: a Grafeas server. Notes and occurrences about software artifacts, over REST and gRPC on this port.

        REST API    /v1/projects/{project}/notes, /v1/projects/{project}/occurrences
        gRPC        grafeas.v1.Grafeas (server reflection and health are on)
        Operations  /healthz  /readyz  /metrics

        """
}

extension Response {
    /// A short answer for people and probes.
    static func text(_ status: HTTPResponse.Status, _ text: String, type: String = "text/plain; charset=utf-8")
        -> Response
    {
        Response(
            status: status,
            headers: [.contentType: type],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
