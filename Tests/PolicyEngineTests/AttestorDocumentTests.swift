import PolicyEngine
import Testing

/// What is read of attestors' texts, and what is refused.
struct AttestorDocumentTests {
    private static let pem = "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n"
    private static let armour = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ==\n-----END PGP PUBLIC KEY BLOCK-----\n"

    private func attestor(keys: String, more: String = "") throws -> AttestorDocument {
        try AttestorDocument(
            parsing: """
                {"apiVersion": "grafeion.dev/v1", "kind": "Attestor", "metadata": {"name": "qa"},
                 "spec": {"publicKeys": \(keys)\(more)}}
                """
        )
    }

    private func json(_ text: String) -> String { "\"" + text.replacing("\n", with: "\\n") + "\"" }

    @Test("a key signs simple signing and DSSE unless its author says otherwise")
    func forms() throws {
        let key = "{\"pkixPublicKey\": {\"publicKeyPem\": \(json(Self.pem))}"
        let usual = try attestor(keys: "[\(key)}]")
        #expect(usual.keys.map(\.signs) == [[.simpleSigning, .dsse]])
        #expect(usual.keys.first?.key == .pkix(pem: Self.pem, algorithm: nil, id: nil))
        #expect(usual.note == nil)
        let raw = try attestor(keys: "[\(key), \"signs\": [\"raw-payload\"], \"id\": \"k1\"}]")
        #expect(raw.keys.map(\.signs) == [[.rawPayload]])
        #expect(raw.keys.first?.key == .pkix(pem: Self.pem, algorithm: nil, id: "k1"))
        #expect(try attestor(keys: "[\(key), \"signs\": \"dsse\"}]").keys.map(\.signs) == [[.dsse]])
    }

    @Test("an attestor of Binary Authorization")
    func binaryAuthorization() throws {
        let attestor = try AttestorDocument(
            parsing: """
                {"name": "projects/p/attestors/qa", "description": "QA", "updateTime": "2024-01-01T00:00:00Z",
                 "userOwnedGrafeasNote": {"noteReference": "projects/p/notes/qa", "publicKeys": [
                   {"comment": "laptop", "id": "ABCD", "asciiArmoredPgpPublicKey": \(json(Self.armour))},
                   {"id": "k2", "pkixPublicKey": {"publicKeyPem": \(json(Self.pem)),
                    "signatureAlgorithm": "ECDSA_P256_SHA256"}}]}}
                """
        )
        #expect(attestor.name == "projects/p/attestors/qa")
        #expect(attestor.note == "projects/p/notes/qa")
        #expect(attestor.keys.map(\.comment) == ["laptop", ""])
        #expect(
            attestor.keys.map(\.key) == [
                .openPGP(armoured: Self.armour, id: "ABCD"),
                .pkix(pem: Self.pem, algorithm: "ECDSA_P256_SHA256", id: "k2"),
            ]
        )
    }

    @Test(
        "what is refused, and where",
        arguments: [
            ("[]", "spec.publicKeys: the list is empty"),
            ("[{\"id\": \"k\"}]", "spec.publicKeys[0]: a key is one of"),
            ("[{\"pkixPublicKey\": {\"publicKeyPem\": \"abc\"}}]", "expected a public key between"),
            ("[{\"sings\": \"dsse\"}]", "did you mean \"signs\"?"),
            ("[{\"signs\": \"everything\"}]", "expected one of simple-signing, dsse, raw-payload"),
            ("[{\"signs\": []}]", "name what the key signs"),
        ]
    )
    func refusals(keys: String, message: String) {
        let problems = #expect(throws: InvalidPolicy.self) { try attestor(keys: keys) }
        #expect(problems?.description.contains(message) == true, "\(problems?.description ?? "")")
    }

    @Test("a note is named in full")
    func noteNames() {
        let more = ", \"noteReference\": \"projects/p/occurrences/qa\""
        let problems = #expect(throws: InvalidPolicy.self) { try attestor(keys: "[]", more: more) }
        #expect(problems?.description.contains("write projects/PROJECT/notes/NOTE") == true)
    }

    @Test("an attestor that is written reads back the same")
    func written() throws {
        // YAML bounds some texts on one line to 1,024 characters.
        let lines = (0..<100).map { _ in String(repeating: "m", count: 64) }.joined(separator: "\n")
        let armour = Self.armour.replacing("mQ==", with: lines)
        let key = "{\"pkixPublicKey\": {\"publicKeyPem\": \(json(Self.pem))}, \"signs\": [\"raw-payload\"]}"
        let pgp = "{\"id\": \"release\", \"comment\": \"R and D\", \"asciiArmoredPgpPublicKey\": \(json(armour))}"
        let more = ", \"requireKeyIds\": true, \"noteReference\": \"projects/p/notes/n\", \"description\": \"a & b\""
        let attestor = try attestor(keys: "[\(key), \(pgp)]", more: more)
        #expect(try AttestorDocument(parsing: attestor.text(id: "qa")) == attestor)
    }

    @Test("what only our kind says stays with the keys that stay, and with the requirement")
    func kept() throws {
        func keys(_ entries: String...) -> String { "[" + entries.joined(separator: ", ") + "]" }
        func key(_ id: String, _ more: String = "") -> String {
            "{\"id\": \"\(id)\", \"pkixPublicKey\": {\"publicKeyPem\": \(json(Self.pem))}\(more)}"
        }
        let old = try attestor(
            keys: keys(key("a", ", \"signs\": \"dsse\""), key("b", ", \"signs\": \"raw-payload\"")),
            more: ", \"requireKeyIds\": true"
        )
        #expect(old.exceedsBinaryAuthorization)
        let new = try attestor(keys: keys(key("c"), key("b")))
        #expect(!new.exceedsBinaryAuthorization)
        let kept = new.keeping(old) { key in
            guard case .pkix(let pem, _, let id?) = key else { return nil }
            return (pem, id)
        }
        #expect(kept.requiresKeyIDs)
        #expect(kept.keys.map(\.signs) == [[.dsse], [.rawPayload]])
    }
}
