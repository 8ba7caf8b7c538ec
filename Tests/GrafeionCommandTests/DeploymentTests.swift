import Testing

@testable import grafeion

/// Deployments where the server is not ours; with ours they are tested in Python.
@Suite("Deployments")
struct DeploymentTests {
    private static func occurrence(_ id: Int, _ image: String, _ address: String, until: String? = nil) -> String {
        let end = until.map { #","undeployTime":"\#($0)""# } ?? ""
        return #"{"name":"projects/p/occurrences/\#(id)","resourceUri":"https://\#(image)","deployment":"#
            + #"{"address":"\#(address)","deployTime":"2026-01-0\#(id)T00:00:00Z"\#(end)}}"#
    }

    private static let web = "registry.example/web@sha256:" + String(repeating: "a", count: 64)
    private static let api = "registry.example/api@sha256:" + String(repeating: "b", count: 64)

    @Test("Of a server that reads no filters only what was asked for is taken")
    func noFilters() async throws {
        let grafeas = try FakeGrafeas(occurrences: [
            #"{"name":"projects/p/occurrences/0","resourceUri":"https://\#(Self.web)","build":{}}"#,
            Self.occurrence(1, Self.web, "prod"), Self.occurrence(2, Self.api, "prod", until: "2026-02-01T00:00:00Z"),
            Self.occurrence(3, Self.web, "test"),
        ])
        try await FakeServer.with({ await grafeas.answer($0) }) { server in
            func run(_ arguments: String...) async throws -> Program.Outcome {
                try await Program.run(
                    ["deployment"] + arguments + ["-p", "p"],
                    environment: ["GRAFEION_SERVER": server.url]
                )
            }
            let running = try await run("list", "--address", "prod", "--running", "-o", "name")
            #expect(running == .init(code: 0, output: "projects/p/occurrences/1\n", errors: ""))
            let ofAPI = try await run("list", "--image", Self.api, "-o", "name")
            #expect(ofAPI.output == "projects/p/occurrences/2\n")
            let started = try await run("start", Self.web, "--address", "test")
            #expect(started.output == "\(Self.web) runs at test already, since 2026-01-03T00:00:00Z\n")
            #expect(await grafeas.requests.allSatisfy { $0.method == "GET" })
        }
    }

    @Test(
        "No two addresses share a note",
        arguments: [
            ("prod/web", "deployment-prod~web"), ("prod~web", "deployment-prod%7Eweb"),
            ("a b:1", "deployment-a%20b%3A1"),
            ("üb", "deployment-%C3%BCb"), ("", "deployment-"),
        ]
    )
    func addresses(address: String, id: String) {
        #expect(Deployment.noteID(for: address) == id)
        let long = Deployment.noteID(for: String(repeating: "x", count: 100) + address)
        #expect(long.count == "deployment-".count + 32)
    }
}
