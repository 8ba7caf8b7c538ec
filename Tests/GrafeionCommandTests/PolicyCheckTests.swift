import Foundation
import Testing

@testable import grafeion

@Suite("Images judged by command")
struct PolicyCheckTests {
    private static let good = "registry.example/good@sha256:\(String(repeating: "a", count: 64))"
    private static let bad = "registry.example/bad@sha256:\(String(repeating: "b", count: 64))"
    private static let doubt = "registry.example/doubt@sha256:\(String(repeating: "c", count: 64))"

    private static let manifest = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: payments}
        spec:
          template:
            spec:
              serviceAccountName: api
              containers:
              - name: web
                image: \(bad)
              - name: side
                image: \(good)
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web}

        """

    private static func with(
        _ trust: FakeTrust = FakeTrust(),
        _ body: (_ run: ([String]) async throws -> Program.Outcome, URL) async throws -> Void
    ) async throws {
        try await Scratch.with { directory in
            try Data(TrustDocumentTests.policy.utf8).write(to: directory.appending(path: "policy.yaml"))
            try Data(manifest.utf8).write(to: directory.appending(path: "web.yaml"))
            try await FakeServer.with({ await trust.answer($0) }) { server in
                try await body(
                    { arguments in
                        try await Program.run(
                            ["policy", "check"] + arguments,
                            environment: ["GRAFEION_SERVER": server.url, "GRAFEION_PROJECT": "p"]
                        )
                    },
                    directory
                )
            }
        }
    }

    @Test func theExitCodeIsTheWorstVerdict() async throws {
        try await Self.with { run, _ in
            let codes: [(images: [String], code: Int32)] = [
                ([Self.good], 0), (["registry.example/infra/x:1"], 0), ([Self.good, Self.doubt], 2),
                ([Self.doubt, Self.bad, Self.good], 1),
            ]
            for (images, code) in codes {
                let outcome = try await run(["--policy", "production"] + images)
                #expect(outcome.code == code, "\(images)")
            }
        }
        try await Self.with(FakeTrust(isEnforced: false)) { run, _ in
            let dry = try await run(["--policy", "production", Self.bad])
            #expect(dry.code == 1 && dry.output.contains("a dry run: it may run all the same"))
        }
    }

    @Test func whatCannotBeAskedCannotBeDecided() async throws {
        let absent = try await Program.run(
            ["policy", "check", "--policy", "projects/p/policies/x", Self.good, "--server", "http://127.0.0.1:1"]
        )
        #expect(absent.code == 2 && absent.errors.contains("cannot reach the server"))
        try await Self.with { run, directory in
            let wrong = directory.appending(path: "wrong.yaml")
            try Data("kind: Policy\napiVersion: grafeion.dev/v1\nmetadata: {name: x}\nspec: {checks: 1}\n".utf8)
                .write(to: wrong)
            let outcome = try await run(["-f", wrong.path, Self.good])
            #expect(outcome.code == 2 && outcome.output == "")
            #expect(outcome.errors.hasPrefix("\(wrong.path):4:"))
            let missing = try await run(["--policy", "x", "\(directory.path)/none.yaml"])
            #expect(missing == .init(code: 2, output: "", errors: "Error: \(directory.path)/none.yaml is not there\n"))
            #expect(try await run(["--policy", "x", "-f", wrong.path, Self.good]).code == 64)
            #expect(try await run([Self.good]).code == 64)
        }
        try await FakeServer.with({ _ in FakeServer.Reply("{}") }) { server in
            let outcome = try await Program.run(
                ["policy", "check", "--policy", "projects/p/policies/x", Self.good, "--server", server.url]
            )
            #expect(outcome.code == 2 && outcome.errors.contains("0 images where 1 were asked about"))
        }
    }

    @Test func theTextOfThePolicyGoesAlong() async throws {
        let trust = FakeTrust()
        try await Self.with(trust) { run, directory in
            let policy = directory.appending(path: "policy.yaml").path
            _ = try await run(["-f", policy, Self.good, "-n", "ns", "--service-account", "sa"])
            _ = try await run(["-f", policy, directory.appending(path: "web.yaml").path, "--record"])
            _ = try await run(["--policy", "production", directory.path + "/", "-n", "other"])
        }
        let requests = await trust.requests
        #expect(requests[0].path == "/grafeion/v1/policies:check")
        let questions = await trust.questions
        #expect(questions[0]["content"]?.text == TrustDocumentTests.policy)
        #expect(questions[0]["pod"]?.compact == #"{"namespace":"ns","serviceAccount":"sa"}"#)
        #expect(questions[0]["images"]?.compact == #"[{"image":"\#(Self.good)"}]"#)
        #expect(questions[0]["record"] == nil && questions[0]["project"] == nil)
        #expect(questions[1]["pod"]?.compact == #"{"namespace":"payments","serviceAccount":"api"}"#)
        #expect(
            questions[1]["images"]?.compact
                == #"[{"image":"\#(Self.bad)","container":"web"},{"image":"\#(Self.good)","container":"side"}]"#
        )
        #expect(questions[1]["record"] == .bool(true) && questions[1]["project"] == .string("projects/p"))
        // In the directory the policy is a manifest of an object without pods.
        #expect(requests[2].path == "/grafeion/v1/projects/p/policies/production:check")
        #expect(questions[2]["pod"]?.compact == #"{"namespace":"other","serviceAccount":"api"}"#)
        #expect(questions.count == 3)
    }

    @Test func aTableHasALineForWhatConformsAndSaysWhyTheRestDoesNot() async throws {
        try await Self.with { run, directory in
            let file = directory.appending(path: "web.yaml").path
            let outcome = try await run(["--policy", "production", Self.doubt, file, "--record"])
            #expect(
                outcome.output == """
                    NOT DECIDED     \(Self.doubt)
                        no serious known vulnerability, which could not be decided:
                            1 vulnerability is not tolerated: CVE-2026-1 (CRITICAL, <bash> & 5.0-4, no fix); update what
                            has a fix, record a VEX judgement, or allow them in the policy
                    NOT CONFORMANT  \(Self.bad)
                        \(file):10  Deployment web, container web
                        no serious known vulnerability:
                            1 vulnerability is not tolerated: CVE-2026-1 (CRITICAL, <bash> & 5.0-4, no fix); update what
                            has a fix, record a VEX judgement, or allow them in the policy
                    conformant      \(Self.good)  (\(file):12  Deployment web, container side)
                    by policy production: 3 images, 1 not conformant, 1 not decided, 1 conformant
                    recorded as projects/p/decisions/d1
                    recorded as projects/p/decisions/d2

                    """
            )
            #expect(outcome.errors == "1 object without pods was passed over\n" && outcome.code == 1)
        }
    }

    @Test func aManifestComesOnStandardInputToo() async throws {
        let trust = FakeTrust()
        try await FakeServer.with({ await trust.answer($0) }) { server in
            let outcome = try await Program.run(
                ["policy", "check", "--policy", "projects/p/policies/x", "-", "-o", "json", "--server", server.url],
                input: Self.manifest
            )
            let found = try JSONValue(parsing: outcome.output.utf8).elements
            #expect(outcome.code == 1 && found.count == 1)
            #expect(found[0]["file"]?.text == "standard input" && found[0]["line"]?.integer == 1)
            #expect(found[0]["kind"]?.text == "Deployment" && found[0]["verdict"]?.text == "NON_CONFORMANT")
            #expect(found[0]["decision"]?["images"]?.elements.count == 2)
        }
    }

    // MARK: Tags

    @Test func tagsAreResolvedWhereThePolicyWantsIt() async throws {
        let digest = "sha256:\(String(repeating: "d", count: 64))"
        try await FakeServer.with({ request in
            request.path == "/v2/shop/web/manifests/1"
                ? FakeServer.Reply("", headers: [("docker-content-digest", digest)])
                : FakeServer.Reply("", status: 404)
        }) { registry in
            let host = registry.url.dropFirst("http://".count)
            let trust = FakeTrust(wantsTags: true)
            try await Self.with(trust) { run, _ in
                let known = try await run(["--policy", "x", "\(host)/shop/web:1", "--record"])
                #expect(known.code == 0 && known.output.hasPrefix("conformant      \(host)/shop/web:1\n"))
                let unknown = try await run(["--policy", "x", "\(host)/shop/api"])
                #expect(unknown.code == 2)
                #expect(
                    unknown.output.hasPrefix(
                        """
                        NOT DECIDED     \(host)/shop/api
                            no serious known vulnerability, which could not be decided:
                                the tag could not be resolved: \(host) has no
                        """
                    )
                )
                // It is known to be wrong, whatever its tag stands for.
                #expect(try await run(["--policy", "x", "\(host)/shop/evil"]).code == 1)
                #expect(try await run(["--policy", "x", "\(host)/shop/infra"]).code == 0)
            }
            let questions = await trust.questions
            #expect(questions[0]["record"] == nil && questions[0]["images"]?.elements[0]["digest"] == nil)
            #expect(questions[1]["images"]?.elements[0]["digest"]?.text == digest)
            #expect(questions[1]["record"] == .bool(true))
        }
    }

    @Test func tagsAreLeftAloneWhereThePolicyDoesNotWantThemResolved() async throws {
        let trust = FakeTrust()
        try await Self.with(trust) { run, _ in
            for more in [[], ["--record"]] {
                let outcome = try await run(["--policy", "x", "registry.invalid/web:1"] + more)
                #expect(outcome.code == 0)
            }
        }
        #expect(await trust.questions.map { $0["record"] } == [nil, nil, .bool(true)])
    }

    // MARK: Reports

    @Test func sarifHasARuleForEachCheckAndAResultForEachFault() async throws {
        try await Self.with { run, directory in
            let file = directory.appending(path: "web.yaml").path
            let outcome = try await run(["--policy", "x", file, "127.0.0.1:5000/doubt:1", "-o", "sarif"])
            let report = try JSONValue(parsing: outcome.output.utf8)
            #expect(report["version"]?.text == "2.1.0")
            let sarif = try #require(report["runs"]?.elements.first)
            let rules = sarif["tool"]?["driver"]?["rules"]?.elements ?? []
            let ids = ["trustedDirectoryCheck/from our registry", "vulnerabilityCheck/no serious known vulnerability"]
            #expect(rules.compactMap { $0["id"]?.text } == ids)
            let results = sarif["results"]?.elements ?? []
            #expect(results.map { $0["ruleIndex"]?.integer } == [1, 1])
            #expect(results.map { $0["level"]?.text } == ["error", "error"])
            let places = results.compactMap { $0["locations"]?.elements.first?["physicalLocation"] }
            #expect(places[0]["region"]?.compact == #"{"startLine":10,"startColumn":16}"#)
            #expect(places[0]["artifactLocation"]?["uri"]?.text == "file://\(file)")
            #expect(places[1]["artifactLocation"]?["uri"]?.text == "oci://127.0.0.1:5000/doubt:1")
            #expect(places[1]["region"] == nil)
            let told = results[0]["message"]?["text"]?.text ?? ""
            #expect(told.hasPrefix("\(Self.bad): no serious known vulnerability: 1 vulnerability"))
        }
        try await Self.with(FakeTrust(isEnforced: false)) { run, _ in
            let outcome = try await run(["--policy", "x", Self.bad, "-o", "sarif"])
            #expect(outcome.code == 1 && outcome.output.contains(#""level": "warning""#))
        }
    }

    @Test func junitHasASuiteForEachSubjectAndACaseForEachCheck() async throws {
        try await Self.with { run, directory in
            let file = directory.appending(path: "web.yaml").path
            let outcome = try await run(["--policy", "x", file, Self.doubt, "registry.example/infra:1", "-o", "junit"])
            let lines = outcome.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            #expect(
                lines[1] == #"<testsuites name="grafeion policy check" tests="8" failures="1" errors="1" skipped="2">"#
            )
            #expect(
                lines[2]
                    == "<testsuite name=\"\(file): Deployment web\" tests=\"4\" failures=\"1\" errors=\"0\" skipped=\"0\" time=\"0.002\">"
            )
            #expect(lines.contains { $0.hasPrefix("<failure type=\"vulnerabilityCheck\" message=\"1 vulnerability ") })
            #expect(lines.contains { $0.contains("&lt;bash&gt; &amp; 5.0-4") })
            #expect(lines.count { $0.hasPrefix("<error ") } == 1 && lines.count { $0.hasPrefix("<skipped ") } == 2)
        }
    }
}
