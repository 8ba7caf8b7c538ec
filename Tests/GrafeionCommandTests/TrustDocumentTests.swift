import Foundation
import Testing

@testable import grafeion

@Suite("Attestors and policies by command")
struct TrustDocumentTests {
    static let policy = """
        apiVersion: grafeion.dev/v1
        kind: Policy
        metadata: {name: production}
        spec:
          checkSets:
          - displayName: all   # for everybody
            checks:
            - trustedDirectoryCheck: {trustedDirPatterns: ["registry.example/**"]}

        """

    static let attestor = """
        apiVersion: grafeion.dev/v1
        kind: Attestor
        metadata: {name: qa}
        spec:
          publicKeys:
          - pkixPublicKey:
              publicKeyPem: |
                -----BEGIN PUBLIC KEY-----
                MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEVn9HfUgNo6dvYgyOMMyBiRvzcJhK
                n6lfSBMpPHZjJfsR3JtqSVE8zO6J3yeWMIxkXt+u8vkCOYHz8C3zq2nnPQ==
                -----END PUBLIC KEY-----

        """

    /// Runs the body with a directory of files, and a server.
    private static func with(
        _ files: [String: String],
        _ body: (_ run: ([String]) async throws -> Program.Outcome, FakeTrust, URL) async throws -> Void
    ) async throws {
        try await Scratch.with { directory in
            for (name, text) in files { try Data(text.utf8).write(to: directory.appending(path: name)) }
            let trust = FakeTrust()
            try await FakeServer.with({ await trust.answer($0) }) { server in
                try await body(
                    { try await Program.run($0, environment: ["GRAFEION_SERVER": server.url]) },
                    trust,
                    directory
                )
            }
        }
    }

    @Test func aTextIsAppliedAsItIsAndEachTimeItSaysWhatChanged() async throws {
        try await Self.with(["p.yaml": Self.policy]) { run, trust, directory in
            let file = directory.appending(path: "p.yaml")
            let apply = ["policies", "apply", "-f", file.path, "-p", "p"]
            let name = "policy projects/p/policies/production"
            let size = Self.policy.utf8.count
            #expect(
                try await run(apply)
                    == .init(code: 0, output: "\(name) created: revision 1, sha256:\(size)\n", errors: "")
            )
            #expect(try await run(apply).output == "\(name) unchanged: revision 1, sha256:\(size)\n")
            try Data("\(Self.policy)# more\n".utf8).write(to: file)
            #expect(try await run(apply).output == "\(name) changed: revision 2, sha256:\(size + 7)\n")
            let sent = try #require(await trust.requests.last)
            #expect(sent.method == "PUT" && sent.path == "/grafeion/v1/projects/p/policies/production")
            #expect(sent.contentType == "text/yaml")
            #expect(String(decoding: sent.body, as: UTF8.self) == "\(Self.policy)# more\n")
            #expect(try await run(apply + ["-o", "name"]).output == "projects/p/policies/production\n")
            let other = try await run(apply + ["--id", "other", "--replaces", "sha256:7", "-o", "json"])
            #expect(try JSONValue(parsing: other.output.utf8)["name"] == .string("projects/p/policies/other"))
            #expect(await trust.requests.last?.query == "replacesVersion=sha256%3A7")
        }
    }

    @Test func whatWasWrittenIsPrintedToTheByte() async throws {
        try await Self.with(["p.yaml": Self.policy, "a.yaml": Self.attestor]) { run, _, directory in
            let file = { (name: String) in directory.appending(path: name).path }
            _ = try await run(["policies", "apply", "-f", file("p.yaml"), "-p", "p"])
            _ = try await run(["policies", "apply", "-f", file("p.yaml"), "-p", "p", "--id", "second"])
            let applied = try await run(["attestors", "apply", "-f", file("a.yaml"), "-p", "p"])
            #expect(applied.output.hasPrefix("attestor projects/p/attestors/qa created: revision 1"))
            #expect(try await run(["policies", "get", "production", "-p", "p"]).output == Self.policy)
            #expect(try await run(["attestors", "get", "projects/p/attestors/qa"]).output == Self.attestor)
            let both = try await run(["policies", "get", "production", "second", "-p", "p"])
            #expect(both.output == "\(Self.policy)---\n\(Self.policy)")
            let json = try await run(["policies", "get", "production", "-p", "p", "-o", "json"])
            #expect(try JSONValue(parsing: json.output.utf8)["content"]?.text == Self.policy)
        }
    }

    @Test func listsAndHistoriesAreTables() async throws {
        try await Self.with(["p.yaml": Self.policy]) { run, _, directory in
            let apply = ["policies", "apply", "-f", directory.appending(path: "p.yaml").path, "-p", "p"]
            _ = try await run(apply)
            #expect(
                try await run(["policies", "list", "-p", "p"]).output == """
                    NAME        REVISION  APPLIED               VERSION
                    production  1         2026-01-01T00:00:00Z  sha256:\(Self.policy.utf8.count)

                    """
            )
            let deleted = try await run(["policies", "delete", "production", "-p", "p", "--yes"])
            #expect(deleted.output == "deleted projects/p/policies/production\n")
            #expect(try await run(["policies", "list", "-p", "p"]).errors == "no policies found\n")
            #expect(
                try await run(["policies", "history", "production", "-p", "p"]).output == """
                    NAME        REVISION  APPLIED               VERSION
                    production  2         2026-01-02T00:00:00Z  deleted
                    production  1         2026-01-01T00:00:00Z  sha256:\(Self.policy.utf8.count)

                    """
            )
            #expect(try await run(["policies", "get", "production", "-p", "p"]).code == 1)
            let old = try await run(["policies", "get", "production", "-p", "p", "--revision", "1"])
            #expect(old.output == Self.policy)
            let gone = try await run(["policies", "get", "production", "-p", "p", "--revision", "2"])
            #expect(gone.errors == "Error: revision 2 of projects/p/policies/production is its deletion\n")
        }
    }

    @Test func aDirectoryIsAppliedAsFarAsItIsOfTheKind() async throws {
        let second = Self.policy.replacing("production", with: "second")
        let files = ["1.yaml": Self.policy, "2.json": second, "a.yml": Self.attestor, "notes.txt": "no policy"]
        try await Self.with(files) { run, _, directory in
            let policies = try await run(["policies", "apply", "-f", directory.path, "-p", "p", "-o", "name"])
            #expect(policies.output == "projects/p/policies/production\nprojects/p/policies/second\n")
            let attestors = try await run(["attestors", "apply", "-f", "\(directory.path)/", "-p", "p", "-o", "name"])
            #expect(attestors.output == "projects/p/attestors/qa\n")
            let wrong = try await run(["policies", "apply", "-f", directory.appending(path: "a.yml").path, "-p", "p"])
            #expect(
                wrong.code == 1
                    && wrong.errors.hasSuffix("is an attestor, which goes with: grafeion attestors apply -f …\n")
            )
        }
    }

    @Test func nothingIsAppliedIfATextIsWrong() async throws {
        let wrong = Self.policy.replacing("trustedDirectoryCheck", with: "trustedDirCheck") + "more: 1\n"
        let filter = Self.policy.replacing(
            #"trustedDirectoryCheck: {trustedDirPatterns: ["registry.example/**"]}"#,
            with: #"occurrenceCheck: {require: 'kynd="BUILD"'}"#
        )
        try await Self.with(["1.yaml": Self.policy, "2.yaml": wrong, "3.yaml": filter]) { run, trust, directory in
            let outcome = try await run(["policies", "apply", "-f", directory.path, "-p", "p"])
            #expect(outcome.code == 1 && outcome.output == "")
            let lines = outcome.errors.split(separator: "\n")
            #expect(lines.count == 5 && lines.last == "nothing was applied", "\(outcome.errors)")
            #expect(lines[0].hasPrefix("\(directory.path)/2.yaml:8:") && lines[0].contains("trustedDirectoryCheck"))
            #expect(lines[2].hasPrefix("\(directory.path)/2.yaml:9:"))
            #expect(lines[3].hasPrefix("\(directory.path)/3.yaml:8:") && lines[3].contains("kynd"))
            #expect(await trust.requests.isEmpty)
        }
    }

    @Test func whatTheServerRefusesDoesNotStopTheOthers() async throws {
        let refused = Self.policy + "# refused-by-server\n"
        let other = Self.policy.replacing("{name: production}", with: "{name: other}")
        #expect(other != Self.policy)
        try await Self.with(["1.yaml": refused, "2.yaml": other]) { run, _, directory in
            let outcome = try await run(["policies", "apply", "-f", directory.path, "-p", "p", "-o", "name"])
            let file = directory.appending(path: "1.yaml").path
            #expect(outcome.code == 1 && outcome.output == "projects/p/policies/other\n")
            #expect(outcome.errors == "Error: \(file): the server does not want it\n")
        }
    }

    @Test func twoFilesOfOneNameAreAMistake() async throws {
        try await Self.with(["1.yaml": Self.policy, "2.yaml": Self.policy]) { run, trust, directory in
            let outcome = try await run(["policies", "apply", "-f", directory.path, "-p", "p"])
            #expect(outcome.code == 1 && outcome.errors.contains("2.yaml; nothing was applied"))
            #expect(await trust.requests.isEmpty)
        }
    }

    @Test func documentsOfOtherToolsHaveFullNames() async throws {
        let project = """
            name: projects/example/policy
            defaultAdmissionRule: {evaluationMode: ALWAYS_DENY, enforcementMode: ENFORCED_BLOCK_AND_AUDIT_LOG}

            """
        let kritis = """
            apiVersion: kritis.grafeas.io/v1beta1
            kind: ImageSecurityPolicy
            metadata: {name: my-isp}
            spec:
              packageVulnerabilityPolicy: {maximumSeverity: LOW, maximumFixUnavailableSeverity: MEDIUM}

            """
        let attestor =
            #"{"name": "projects/a/attestors/qa", "userOwnedGrafeasNote": {"noteReference": "projects/a/notes/qa"}}"#
        try await Self.with(["p.yaml": project, "k.yaml": kritis, "a.json": attestor]) { run, trust, directory in
            func apply(_ noun: String, _ file: String, _ more: String...) async throws -> Program.Outcome {
                try await run([noun, "apply", "-f", directory.appending(path: file).path, "-o", "name"] + more)
            }
            #expect(try await apply("policies", "p.yaml").output == "projects/example/policies/~project\n")
            #expect(try await apply("policies", "p.yaml", "-p", "q").output == "projects/q/policies/~project\n")
            #expect(try await apply("policies", "k.yaml", "-p", "q").output == "projects/q/policies/my-isp\n")
            let unnamed = try await apply("policies", "k.yaml")
            #expect(unnamed.code == 1 && unnamed.errors.contains("--project"))
            let qa = try await apply("attestors", "a.json")
            #expect(qa.output == "projects/a/attestors/qa\n" && qa.errors.contains("a.json:1:1: warning: "))
            #expect(await trust.requests.last?.contentType == "application/json")
            let located = try await apply("policies", "p.yaml", "-p", "q/locations/eu")
            #expect(located.code == 1 && located.errors.contains("belong to a project as a whole"))
        }
    }

    // MARK: Lint

    @Test func lintSaysWhereAndTellsErrorsFromWarnings() async throws {
        let mistaken = Self.policy + "  onError: ALLOW\n"
        let files = ["bad.yaml": "kind: Policy\n", "odd.yaml": mistaken, "a.yaml": Self.attestor]
        try await Self.with(files) { run, trust, directory in
            let file = { (name: String) in directory.appending(path: name).path }
            let odd = try await run(["policy", "lint", file("odd.yaml"), file("a.yaml")])
            #expect(odd.code == 0 && odd.output.hasPrefix("\(file("odd.yaml")):1:1: warning: spec.onError: "))
            #expect(odd.output.split(separator: "\n").count == 1)
            #expect(try await run(["policy", "lint", file("odd.yaml"), "--strict"]).code == 1)
            #expect(
                try await run(["policy", "lint", file("a.yaml"), "--strict"]) == .init(code: 0, output: "", errors: "")
            )
            let all = try await run(["policy", "lint", directory.path, "-o", "json"])
            let found = try JSONValue(parsing: all.output.utf8).elements
            #expect(all.code == 1)
            #expect(Set(found.compactMap { $0["severity"]?.text }) == ["error", "warning"])
            #expect(found.allSatisfy { $0["line"]?.integer ?? 0 > 0 && $0["column"]?.integer ?? 0 > 0 })
            #expect(
                try await run(["policy", "lint", file("none.yaml")]).errors
                    == "Error: \(file("none.yaml")) is not there\n"
            )
            #expect(await trust.requests.isEmpty)
        }
    }
}
