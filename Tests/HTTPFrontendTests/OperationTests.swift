import HTTPTypes
import HummingbirdCore
import MetricsTestKit
import Testing

@testable import HTTPFrontend

/// The routes beside the API, the log and the metrics.
@Suite struct OperationTests {
    @Test func probesAndMetricsAnswerInText() async throws {
        let door = try Door()
        let health = try await door.send("GET", "/healthz?probe=1")
        #expect(health.status == 200 && health.body == "ok\n")
        #expect(try await door.send("GET", "/readyz").status == 200)
        let metrics = try await door.send("GET", "/metrics")
        #expect(metrics.body == "requests 1\n")
        #expect(metrics.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
        let welcome = try await door.send("GET", "/")
        #expect(welcome.status == 200 && welcome.body.contains("/v1/projects/{project}/notes"))
    }

    @Test func aServerThatIsNotReadySaysSo() async throws {
        let answer = try await Door(isReady: false).send("GET", "/readyz")
        #expect(answer.status == 503)
        #expect(answer.body.contains("not ready"))
    }

    @Test func extraRoutesAreServedAndTheirErrorsAreFaults() async throws {
        struct Broken: Error {}
        let door = try Door(extraRoutes: [
            FixedRoute(path: "/bench/stored") { _ in .text(.ok, "{}") },
            FixedRoute(verb: "POST", path: "/bench/broken") { _ in throw Broken() },
        ])
        #expect(try await door.send("GET", "/bench/stored").body == "{}")
        #expect(try await door.send("POST", "/bench/broken").status == 500)
        #expect(try await door.send("GET", "/bench/broken").headers[.allow] == "POST")
    }

    @Test func eachRequestIsLoggedInOneLine() async throws {
        let log = RecordedLog()
        let door = try Door(logger: log.logger)
        let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        _ = try await door.send(
            "GET",
            "/v1/projects/p/notes/n?filter",
            headers: [.init(known: "traceparent"): trace, .init(known: "x-request-id"): "r"]
        )
        #expect(log.lines.count == 1)
        let line = log.lines.first ?? ""
        #expect(line.hasPrefix("debug request "))
        for part in [
            "request_id=r", "method=grafeas.v1.Grafeas/GetNote", "status=400", "peer=192.0.2.1:5",
            "traceparent=\(trace)",
        ] {
            #expect(line.contains(part), "\(line)")
        }
    }

    @Test func metricsHaveFewLabels() async throws {
        let door = try Door()
        for index in 0..<20 {
            _ = try await door.send("GET", "/v1/projects/p/notes/n\(index)")
            _ = try await door.send("GET", "/made/up/\(index)")
        }
        let served = try door.metrics.expectCounter(
            "http_requests_total",
            [("method", "grafeas.v1.Grafeas/GetNote"), ("code", "200")]
        )
        #expect(served.values.count == 20)
        let unmatched = try door.metrics.expectCounter(
            "http_requests_total",
            [("method", "unmatched"), ("code", "404")]
        )
        #expect(unmatched.values.count == 20)
        let timer = try door.metrics.expectTimer(
            "http_request_duration_seconds",
            [("method", "grafeas.v1.Grafeas/GetNote")]
        )
        #expect(timer.values.count == 20)
        #expect(door.metrics.recorders.isEmpty)
    }
}
