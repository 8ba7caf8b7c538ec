import Attestations
import Foundation
import Testing

@testable import grafeion

/// Attesting where the server is not ours; with ours and the tools that sign it is tested in Python.
@Suite("Attesting")
struct AttestTests {
    private static let image = "registry.example/web@sha256:" + String(repeating: "a", count: 64)
    private static let attestor = "projects/security/attestors/qa"

    /// A key in a file, and an attestor that has it.
    private struct Scene {
        let key: SigningKey
        let path: String
        let directory: URL
        let trust: FakeAttestors

        static func with<Result>(
            signs: String = "",
            id: String = "",
            note: String = "",
            decision: FakeServer.Reply = FakeServer.Reply("{}", status: 500),
            _ body: (Scene) async throws -> Result
        ) async throws -> Result {
            try await Scratch.with { directory in
                let (key, pem) = try SigningKey.generate(.p256)
                let path = directory.appending(path: "qa.key").path
                try Data(pem.utf8).write(to: URL(filePath: path))
                let text = AttestorText.pkix(key.publicKey.pem, signs: signs, note: note, id: id)
                let trust = FakeAttestors([attestor: text], decision: decision)
                return try await body(Scene(key: key, path: path, directory: directory, trust: trust))
            }
        }

        func attest(_ more: String..., key: String? = nil) async throws -> Program.Outcome {
            try await FakeServer.with({ await trust.answer($0) }) { server in
                try await Program.run(
                    ["attest", image, "--attestor", attestor, "--key", key ?? path] + more,
                    environment: ["GRAFEION_SERVER": server.url, "GRAFEION_PROJECT": "another"]
                )
            }
        }
    }

    @Test(
        "A simple signing payload is signed and stored under the attestor's note, which is made; again changes nothing"
    )
    func simpleSigning() async throws {
        try await Scene.with(id: "qa-1") { scene in
            let first = try await scene.attest()
            let name = "projects/security/occurrences/1"
            #expect(
                first == .init(code: 0, output: "\(Self.image) is attested by \(Self.attestor): \(name)\n", errors: "")
            )
            let stored = try #require(await scene.trust.occurrences.first)
            #expect(stored["noteName"]?.text == "projects/security/notes/qa" && stored["kind"]?.text == "ATTESTATION")
            #expect(stored["resourceUri"]?.text == "https://\(Self.image)")
            #expect(stored["attestation"]?["signatures"]?.elements.first?["publicKeyId"]?.text == "qa-1")
            #expect(await scene.trust.notes.map { $0["name"]?.text } == ["projects/security/notes/qa"])

            let again = try await scene.attest("-o", "name")
            #expect(again == .init(code: 0, output: "\(name)\n", errors: ""))
            #expect(try await scene.attest().output.contains("is attested by \(Self.attestor) already: \(name)"))
            #expect(await scene.trust.occurrences.count == 1)
        }
    }

    @Test("An in-toto statement is signed in an envelope, and may be stored elsewhere, under a note that is named")
    func envelope() async throws {
        try await Scene.with(note: "projects/notes/notes/quality") { scene in
            #expect(try await scene.attest("--form", "dsse", "--project", "shop").code == 0)
            let stored = try #require(await scene.trust.occurrences.first)
            #expect(stored["name"]?.text == "projects/shop/occurrences/1")
            #expect(stored["noteName"]?.text == "projects/notes/notes/quality")
            let envelope = try #require(stored["dsseAttestation"]?["envelope"])
            #expect(envelope["payloadType"]?.text == "application/vnd.in-toto+json")
            let payload = try #require(envelope["payload"]?.text.flatMap { Data(base64Encoded: $0) })
            let statement = try JSONValue(parsing: payload)
            #expect(statement["predicateType"]?.text == "https://in-toto.io/attestation/svr/v0.1")
            #expect(statement["predicate"]?["verifier"]?["id"]?.text == "grafeion:\(Self.attestor)")
            #expect(statement["predicate"]?["properties"]?.elements == [.string("GRAFEION_ATTESTED")])
            #expect(try await scene.attest("--form", "dsse", "--project", "shop").output.contains("already"))
            // The other form is another attestation.
            #expect(try await scene.attest("--project", "shop").code == 0)
            #expect(await scene.trust.occurrences.count == 2)
        }
    }

    @Test("A dry run prints what would be stored")
    func dryRun() async throws {
        try await Scene.with { scene in
            let outcome = try await scene.attest("--dry-run")
            #expect(try JSONValue(parsing: outcome.output.utf8)["kind"]?.text == "ATTESTATION")
            #expect(await scene.trust.requests.map(\.method) == ["GET"])
            #expect(try await scene.attest("--dry-run", "-o", "yaml").output.hasPrefix("resourceUri: https://"))
        }
    }

    @Test(
        "A key that is not the attestor's, or not for this form, signs nothing, and the keys that there are are named"
    )
    func otherKeys() async throws {
        try await Scene.with(signs: "simple-signing") { scene in
            let (other, pem) = try SigningKey.generate(.p256)
            let path = scene.directory.appending(path: "other.key").path
            try Data(pem.utf8).write(to: URL(filePath: path))
            let strange = try await scene.attest(key: path)
            #expect(strange.code == 1 && strange.errors.contains("\(KeyID.ni(of: other.publicKey)), is none of"))
            let own = KeyID.ni(of: scene.key.publicKey)
            #expect(strange.errors.hasSuffix("\n  \(own)  ECDSA_P256_SHA256, signs simple-signing\n"))
            let envelope = try await scene.attest("--form", "dsse")
            #expect(envelope.code == 1 && envelope.errors.contains("no key of \(Self.attestor) signs dsse"))
            #expect(await scene.trust.requests.allSatisfy { $0.method == "GET" })
        }
    }

    @Test("A key for raw payloads signs a simple signing payload as it is")
    func rawPayload() async throws {
        try await Scene.with(signs: "raw-payload") { scene in
            let (plain, envelope) = (try await scene.attest(), try await scene.attest("--form", "dsse"))
            #expect(plain.code == 0 && envelope.code == 1)
        }
    }

    @Test("A command signs, in binary or in base64, and only what verifies is stored", arguments: [true, false])
    func command(isText: Bool) async throws {
        try await Scene.with { scene in
            let payload = SimpleSigningPayload(
                reference: "registry.example/web",
                digest: try ImageDigest("sha256:" + String(repeating: "a", count: 64))
            )
            let signature = Data(try scene.key.signature(over: payload.bytes))
            let path = scene.directory.appending(path: "signature").path
            try (isText ? signature.base64EncodedData(options: .lineLength64Characters) : signature)
                .write(to: URL(filePath: path))
            let asked = scene.directory.appending(path: "asked").path
            #expect(try await scene.attest(key: "exec:cat >'\(asked)'; cat '\(path)'").code == 0)
            #expect(try [UInt8](Data(contentsOf: URL(filePath: asked))) == payload.bytes)
            let stored = await scene.trust.occurrences[0]["attestation"]?["signatures"]?.elements.first
            #expect(stored?["signature"]?.text == signature.base64EncodedString())

            let wrong = try await scene.attest(key: "exec:echo bm8=")
            #expect(wrong.code == 1 && wrong.errors.contains("gave no signature by a key of \(Self.attestor)"))
        }
    }

    @Test(
        "A command that fails is an error with its words",
        arguments: [
            ("echo 'no token' >&2; exit 3", "failed with exit code 3:\n  no token\n"), ("true", "wrote no signature"),
            ("kill -9 $$", "was ended by signal 9"), ("head -c 2000000 /dev/zero", "writes more than"),
        ]
    )
    func failingCommand(line: String, words: String) async throws {
        try await Scene.with { scene in
            let outcome = try await scene.attest(key: "exec:\(line)")
            #expect(outcome.code == 1 && outcome.errors.hasPrefix("Error: exec:") && outcome.errors.contains(words))
            let stored = await scene.trust.notes + scene.trust.occurrences
            #expect(stored.isEmpty)
        }
    }

    @Test(
        "A command that does not end is given up, whether it writes or not",
        arguments: ["sleep 60", "exec >&- 2>&-; sleep 60"]
    )
    func endlessCommand(line: String) {
        let program = SigningProgram(arguments: ["/bin/sh", "-c", line], name: "exec:\(line)", secondsMax: 1)
        #expect { try program.output(for: [1]) } throws: { "\($0)".contains("has not signed within 1 seconds") }
    }

    @Test("What conforms is attested, and the statement says to which policy")
    func conformant() async throws {
        let decision =
            #"{"images":[{"verdict":"CONFORMANT"}],"policy":"projects/security/policies/p","policyVersion":"sha256:ab"}"#
        try await Scene.with(decision: FakeServer.Reply(decision)) { scene in
            let policy = "projects/security/policies/p"
            #expect(try await scene.attest("--form", "dsse", "--if-conformant", "--policy", policy).code == 0)
            let request = try #require(await scene.trust.requests.first { $0.path.hasSuffix(":check") })
            #expect(request.path == "/grafeion/v1/\(policy):check")
            #expect(try JSONValue(parsing: request.body)["images"]?.elements.first?["image"]?.text == Self.image)
            let envelope = await scene.trust.occurrences[0]["dsseAttestation"]?["envelope"]
            let payload = try #require(envelope?["payload"]?.text.flatMap { Data(base64Encoded: $0) })
            let predicate = try JSONValue(parsing: payload)["predicate"]
            #expect(
                predicate?["verifier"]?["policy"]?.compact == #"{"uri":"grafeion:\#(policy)","digest":{"sha256":"ab"}}"#
            )
        }
    }

    @Test(
        "What does not conform is not attested, nor what nobody can tell",
        arguments: [
            (
                #"{"images":[{"verdict":"NON_CONFORMANT"}],"complaints":["web: CVE-1 is CRITICAL"]}"#, 200, Int32(1),
                "web: CVE-1 is CRITICAL\n"
            ),
            (#"{"images":[{"verdict":"ERROR"}],"complaints":["the store is down"]}"#, 200, 2, "the store is down\n"),
            ("{}", 200, 2, "could not be found out"), (#"{"error":{"message":"no policy"}}"#, 400, 2, "no policy\n"),
        ]
    )
    func notConformant(reply: String, status: Int, code: Int32, words: String) async throws {
        try await Scene.with(decision: FakeServer.Reply(reply, status: status)) { scene in
            let file = scene.directory.appending(path: "policy.yaml").path
            try Data("the policy".utf8).write(to: URL(filePath: file))
            let outcome = try await scene.attest("--if-conformant", "--policy-file", file)
            #expect(outcome.code == code && outcome.output.isEmpty && outcome.errors.contains(words))
            let stored = await scene.trust.notes + scene.trust.occurrences
            #expect(stored.isEmpty)
            let request = try #require(await scene.trust.requests.first { $0.path.hasSuffix(":check") })
            #expect(try JSONValue(parsing: request.body)["content"]?.text == "the policy")
        }
    }

    @Test("Who was not the first to attest says so; where nothing is there, it is stored again")
    func races() async throws {
        try await Scene.with { scene in
            await scene.trust.refuseNext(FakeServer.Reply(#"{"error":{"message":"another body"}}"#, status: 409))
            let outcome = try await scene.attest("-o", "name")
            #expect(outcome.output == "projects/security/occurrences/1\n")
            let creates = await scene.trust.requests.filter { $0.path.hasSuffix("/occurrences") && $0.method == "POST" }
            #expect(creates.map { $0.idempotencyKey?.hasPrefix("attestation-") } == [true, nil])
        }
    }

    @Test(
        "What cannot be is refused",
        arguments: [
            (["attest", "registry.example/web", "--attestor", attestor, "--key", "k"], Int32(1), "by its digest"),
            (["attest", image, "--attestor", "qa", "--key", "k"], 1, "--project"),
            (["attest", image, "--attestor", "projects/p/notes/n", "--key", "k"], 1, "is not an attestor"),
            (["attest", image, "--attestor", attestor, "--key", "pgp:"], 64, "--key"),
            (["attest", image, "--attestor", attestor, "--key", "k", "--policy", "p"], 64, "--if-conformant"),
            (["attest", image, "--attestor", attestor, "--key", "k", "--if-conformant"], 64, "--policy"),
        ]
    )
    func refusals(arguments: [String], code: Int32, words: String) async throws {
        let outcome = try await Program.run(arguments)
        #expect(outcome.code == code && outcome.errors.contains(words), "\(outcome.errors)")
    }
}
