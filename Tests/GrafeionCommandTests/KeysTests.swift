import Attestations
import Foundation
import Testing

@testable import grafeion

@Suite("Keys")
struct KeysTests {
    @Test(
        "A key is made for its owner's eyes, its public half beside it, and never over another",
        arguments: [
            ("ecdsa-p256", "ECDSA_P256_SHA256"), ("ed25519", "ED25519"),
        ]
    )
    func generate(option: String, algorithm: String) async throws {
        try await Scratch.with { directory in
            let path = directory.appending(path: "qa.key").path
            func generate() async throws -> Program.Outcome {
                try await Program.run(["keys", "generate", "--algorithm", option, "--output", path])
            }
            let made = try await generate()
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let key = try SigningKey(pem: text)
            #expect(made.code == 0 && made.output == "\(KeyID.ni(of: key.publicKey))\n")
            #expect(made.errors == "the private key is in \(path), the public one in \(path).pub\n")
            #expect(key.publicKey.algorithm.name == algorithm)
            #expect(try String(contentsOfFile: path + ".pub", encoding: .utf8) == key.publicKey.pem)
            #expect(try Self.mode(of: path) == 0o600)

            let again = try await generate()
            #expect(again.code == 1 && again.errors == "Error: \(path) is there already; keys are not written over\n")
            #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
            // A public key alone is not written over either, and then there is no private one.
            try FileManager.default.removeItem(atPath: path)
            #expect(try await generate().errors.contains("\(path).pub is there already"))
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    private static func mode(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test("Links to elsewhere are not followed")
    func links() async throws {
        try await Scratch.with { directory in
            let (path, elsewhere) = (directory.appending(path: "k").path, directory.appending(path: "elsewhere").path)
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: elsewhere)
            #expect(try await Program.run(["keys", "generate", "--output", path]).code == 1)
            #expect(!FileManager.default.fileExists(atPath: elsewhere))
        }
    }

    @Test("Public and private halves of a key have one id")
    func ids() async throws {
        let (key, privatePEM) = try SigningKey.generate(.p256)
        let id = KeyID.ni(of: key.publicKey)
        for text in [privatePEM, key.publicKey.pem] {
            let named = try await Program.run(["keys", "id", "-", "-o", "name"], input: text)
            #expect(named == .init(code: 0, output: "\(id)\n", errors: ""))
        }
        let table = try await Program.run(["keys", "id", "-"], input: privatePEM)
        #expect(table.output.contains("\(id)  ECDSA_P256_SHA256  standard input\n"))
    }

    /// What RNP has to say of a broken key is kept from standard error, and what the program says is all there.
    @Test(
        "What is no key is refused in one sentence",
        arguments: [
            ("", "expected one -----BEGIN PUBLIC KEY----- block, found 0 PEM blocks"),
            ("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQENBFabcdef\n-----END PGP PUBLIC KEY BLOCK-----\n", "OpenPGP"),
            ("-----BEGIN PGP PRIVATE KEY BLOCK-----\n", "expected OpenPGP public keys, found a private one"),
        ]
    )
    func notKeys(text: String, words: String) async throws {
        let outcome = try await Program.run(["keys", "id", "-"], input: text)
        #expect(outcome.code == 1 && outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("Error: standard input: ") && outcome.errors.contains(words))
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }

    @Test("The keys of an attestor are listed with what they sign")
    func list() async throws {
        let (key, _) = try SigningKey.generate(.ed25519)
        let trust = FakeAttestors([
            "projects/security/attestors/qa": AttestorText.pkix(key.publicKey.pem, signs: "dsse", id: "qa-1"),
            "projects/security/attestors/vuln": AttestorText.pkix(key.publicKey.pem),
        ])
        let one = try await trust.run("keys", "list", "--attestor", "qa", "-p", "security", "-o", "json")
        #expect(
            try JSONValue(parsing: one.output.utf8).elements.first?.compact
                == #"{"id":"qa-1","algorithm":"ED25519","signs":"dsse","attestor":"projects/security/attestors/qa","#
                + #""comment":"the key of QA"}"#
        )
        let all = try await trust.run("keys", "list", "-p", "security", "-o", "name")
        #expect(all.output == "qa-1\n\(KeyID.ni(of: key.publicKey))\n")
        #expect(try await trust.run("keys", "list", "--attestor", "qa").errors.contains("--project"))
        #expect(try await trust.run("keys", "list", "--attestor", "projects/security/attestors/no").code == 1)
    }
}
