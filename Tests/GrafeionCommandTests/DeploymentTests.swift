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
        #expect(long.count == "deployment.sha256-".count + 32)
        // Nor does an address that looks like a digest.
        #expect(Deployment.noteID(for: String(long.suffix(32))) != long)
    }

    @Test("A start is known again, until the image has been stopped")
    func startKeys() throws {
        func stopped(_ id: Int) throws -> Deployment {
            let text = Self.occurrence(id, Self.web, "prod", until: "2026-02-01T00:00:00Z")
            return try #require(Deployment(try JSONValue(parsing: text.utf8)))
        }
        func key(
            _ image: String = Self.web,
            _ address: String = "prod",
            _ parent: String = "projects/p",
            _ time: String? = nil,
            _ stopped: [Deployment] = []
        ) -> String {
            Deployment.startKey(image, at: address, in: parent, since: time, after: stopped)
        }
        let (one, two) = (try stopped(1), try stopped(2))
        let keys = [
            key(), key(Self.api), key(Self.web, "test"), key(Self.web, "prod", "projects/q"),
            key(Self.web, "prod", "projects/p", "2026-01-01T00:00:00Z"),
            key(Self.web, "prod", "projects/p", nil, [one]), key(Self.web, "prod", "projects/p", nil, [two, one]),
        ]
        #expect(Set(keys).count == keys.count && keys.allSatisfy { $0.utf8.count <= 128 })
        #expect(key() == keys[0])
    }

    @Test("Who was not the first to start takes what runs; where nothing does, the server's memory does not count")
    func starts() async throws {
        for runs in [true, false] {
            let grafeas = try FakeGrafeas(notes: [#"{"name":"projects/p/notes/deployment-prod"}"#])
            let other = Self.occurrence(1, Self.web, "prod")
            let answer: @Sendable (FakeServer.Request) async -> FakeServer.Reply = { request in
                let isFirst = await grafeas.requests.allSatisfy { $0.method == "GET" }
                let reply = await grafeas.answer(request)
                if request.method == "POST", isFirst { return FakeServer.Reply(#"{"error":{}}"#, status: 409) }
                let isListing = request.path.hasSuffix("/occurrences") && request.method == "GET"
                return isListing && runs && !isFirst ? FakeServer.Reply(#"{"occurrences":[\#(other)]}"#) : reply
            }
            try await FakeServer.with(answer) { server in
                let outcome = try await Program.run(
                    ["deployment", "start", Self.web, "--address", "prod", "-p", "p", "--at", "2026-03-01T00:00:00Z"],
                    environment: ["GRAFEION_SERVER": server.url]
                )
                let since = runs ? "2026-01-01T00:00:00Z" : "2026-03-01T00:00:00Z"
                #expect(outcome == .init(code: 0, output: "\(Self.web) runs at prod since \(since)\n", errors: ""))
            }
            let keys = await grafeas.requests.filter { $0.method == "POST" }.map(\.idempotencyKey)
            #expect(keys.count == (runs ? 1 : 2) && keys[0]?.hasPrefix("deployment-") == true)
            #expect(runs || keys[1] == nil)
        }
    }
}
