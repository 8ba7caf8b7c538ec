import Testing

@testable import grafeion

@Suite("Verifying")
struct VerifyTests {
    private static let digest = "sha256:" + String(repeating: "a", count: 64)
    private static let reply = """
        {"digest":"\(digest)","attestors":[
         {"attestor":"projects/security/attestors/qa","verified":true,"signatures":[
          {"occurrence":"projects/security/occurrences/1","place":"attestation.signatures[0]","key":"qa-1","valid":true},
          {"occurrence":"projects/security/occurrences/2","place":"attestation.signatures[0]","key":"x",
           "reason":"the signature names \\"x\\""}]},
         {"attestor":"projects/security/attestors/vuln","explanation":"there is no attestation by it"}]}
        """

    @Test("Each attestor and each signature is shown with its reason")
    func table() async throws {
        let trust = FakeAttestors([:], verification: FakeServer.Reply(Self.reply))
        let outcome = try await trust.run("verify", "registry.example/web@\(Self.digest)", "-p", "security")
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
        #expect(
            outcome.output == """
                projects/security/attestors/qa  attested
                  valid    projects/security/occurrences/1  attestation.signatures[0]  by qa-1
                  refused  projects/security/occurrences/2  attestation.signatures[0]  the signature names "x"
                projects/security/attestors/vuln  not attested: there is no attestation by it

                """
        )
        let request = try #require(await trust.requests.first)
        #expect(request.path == "/grafeion/v1/verify/registry.example/web@\(Self.digest)")
        #expect(request.query == "project=projects%2Fsecurity")
        #expect(try await trust.run("verify", Self.digest, "-o", "json").output.contains("\"verified\": true"))
        #expect(try await trust.run("verify", Self.digest, "-o", "yaml").output.hasPrefix("digest: "))
    }

    @Test(
        "All that are named must have attested; if none is, one suffices; what is not known is not no",
        arguments: [
            ([], reply, 200, Int32(0)), (["qa"], reply, 200, 0), (["vuln"], reply, 200, 1),
            (["qa", "vuln"], reply, 200, 1),
            (["other"], reply, 200, 2), ([], #"{"digest":"\#(digest)"}"#, 200, 1), ([], "{}", 503, 2),
            ([], "no JSON", 200, 2),
        ]
    )
    func exitCodes(attestors: [String], reply: String, status: Int, code: Int32) async throws {
        let answer = FakeServer.Reply(reply, status: status, headers: [("retry-after", "0")])
        let trust = FakeAttestors([:], verification: answer)
        let outcome = try await FakeServer.with({ await trust.answer($0) }) { server in
            try await Program.run(
                ["verify", Self.digest, "-p", "security"] + attestors.flatMap { ["--attestor", $0] },
                environment: ["GRAFEION_SERVER": server.url]
            )
        }
        #expect(outcome.code == code, "\(outcome)")
        #expect((code == 2) == outcome.errors.hasPrefix("Error: "))
        let query = await trust.requests.first?.query
        let named = attestors.map { "attestors=projects%2Fsecurity%2Fattestors%2F\($0)" }
        #expect(query == (named.isEmpty ? "project=projects%2Fsecurity" : named.joined(separator: "&")))
    }

    @Test("Where nobody listens nothing is found out")
    func noServer() async throws {
        let outcome = try await Program.run(["verify", Self.digest], environment: ["GRAFEION_SERVER": "unix:/nowhere"])
        #expect(outcome.code == 2 && outcome.errors.hasPrefix("Error: cannot reach the server"))
    }
}
