import ArgumentParser
import Foundation
import Testing

@testable import grafeion

@Suite("Admission setup")
struct AdmissionSetupTests {
    @Test func openSSLAcceptsTheCertificateForEachNameAndNoOther() async throws {
        try await Scratch.with { scratch in
            let openssl = OpenSSL(directory: scratch)
            let made = try await setUp(in: scratch, "--service", "gate", "--namespace", "security")
            try made.write(with: openssl)
            let verify = "verify -x509_strict -purpose sslserver -CAfile ca.pem"
            for name in ["gate.security.svc", "gate.security.svc.cluster.local", "gate.security"] {
                try openssl.run("\(verify) -verify_hostname \(name) server.pem")
            }
            for name in ["gate.grafeion.svc", "gate", "gate.security.svc.example"] {
                try openssl.run("\(verify) -verify_hostname \(name) server.pem", expecting: 2)
            }
            try openssl.run("verify -x509_strict -purpose sslclient -CAfile ca.pem server.pem", expecting: 2)
            #expect(try openssl.run("pkey -in server.key -pubout") == openssl.run("x509 -in server.pem -noout -pubkey"))
            let server = try openssl.run("x509 -in server.pem -noout -text")
            #expect(server.contains("CA:FALSE") && server.contains("NIST CURVE: P-256"))
            let authority = try openssl.run("x509 -in ca.pem -noout -text")
            #expect(authority.contains("CA:TRUE, pathlen:0") && authority.contains("Certificate Sign"))
        }
    }

    @Test func certificatesAreGoodForTheDaysAskedFor() async throws {
        try await Scratch.with { scratch in
            let openssl = OpenSSL(directory: scratch)
            try await setUp(in: scratch, "--days", "10").write(with: openssl)
            for file in ["server.pem", "ca.pem"] {
                try openssl.run("x509 -in \(file) -noout -checkend \(9 * 86_400)")
                try openssl.run("x509 -in \(file) -noout -checkend \(11 * 86_400)", expecting: 1)
            }
        }
    }

    @Test func privateKeysAreTheirOwnersAlone() async throws {
        try await Scratch.with { scratch in
            let kept = scratch.appending(path: "kept.pem").path
            _ = try await setUp(in: scratch, "--keep-ca", kept)
            #expect(try mode(scratch.appending(path: "out/admission-tls.yaml").path) == 0o600)
            #expect(try mode(kept) == 0o600)
            // The second one, renewed, takes the place of a file that was opened up.
            let secret = scratch.appending(path: "out/admission-tls.yaml").path
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: secret)
            _ = try await setUp(in: scratch, "--ca", kept, "--force")
            #expect(try mode(secret) == 0o600)
            let files = try FileManager.default.contentsOfDirectory(atPath: scratch.appending(path: "out").path)
            #expect(files.sorted() == ["admission-tls.yaml", "admission-webhook.yaml"])
        }
    }

    @Test func theAuthoritysKeyIsNowhereUnlessItIsKept() async throws {
        try await Scratch.with { scratch in
            let outcome = try await Program.run(["admission", "setup", "--output", "-"])
            #expect(outcome.code == 0, "\(outcome.errors)")
            let documents = outcome.output.components(separatedBy: "---\n")
            try #require(documents.count == 2)
            let made = try Made(secret: documents[0], configuration: documents[1])
            #expect(made.keyPEM.components(separatedBy: "PRIVATE KEY-----").count == 3)
            try made.write(with: OpenSSL(directory: scratch))
            try OpenSSL(directory: scratch).run("verify -CAfile ca.pem server.pem")
        }
    }

    @Test func renewingWithAKeptAuthorityChangesTheSecretOnly() async throws {
        try await Scratch.with { scratch in
            let openssl = OpenSSL(directory: scratch)
            let kept = scratch.appending(path: "kept.pem").path
            let first = try await setUp(in: scratch, "--keep-ca", kept)
            let second = try await setUp(in: scratch, "--ca", kept, "--force")
            #expect(first.configuration == second.configuration)
            #expect(first.keyPEM != second.keyPEM && first.certificatePEM != second.certificatePEM)
            try second.write(with: openssl)
            try openssl.run("verify -x509_strict -CAfile ca.pem server.pem")
            // It outlives many certificates.
            try openssl.run("x509 -in ca.pem -noout -checkend \(3600 * 86_400)")
            let again = try await Program.run(setup(scratch, "--keep-ca", kept, "--force"))
            #expect(again.code == 1 && again.errors.contains("kept.pem is there already"))
        }
    }

    @Test(
        "An authority of another kind signs",
        arguments: ["ec -pkeyopt ec_paramgen_curve:P-384", "rsa:2048", "ed25519"]
    )
    func foreignAuthority(key: String) async throws {
        try await Scratch.with { scratch in
            let openssl = OpenSSL(directory: scratch)
            try openssl.makeAuthority("own", key: key)
            let files = ["own.pem", "own.key"].map { scratch.appending(path: $0).path }.joined(separator: ",")
            let made = try await setUp(in: scratch, "--ca", files)
            try made.write(with: openssl)
            try openssl.run("verify -x509_strict -purpose sslserver -CAfile own.pem server.pem")
            // It ends with the authority, which has thirty days and not a year.
            try openssl.run("x509 -in server.pem -noout -checkend \(31 * 86_400)", expecting: 1)
        }
    }

    @Test func anAuthorityThatCannotSignIsRefusedInWords() async throws {
        try await Scratch.with { scratch in
            let openssl = OpenSSL(directory: scratch)
            try openssl.makeAuthority("one")
            try openssl.makeAuthority("two")
            try openssl.makeAuthority("server", extensions: "-addext basicConstraints=critical,CA:FALSE")
            try openssl.makeAuthority("reader", extensions: "-addext keyUsage=critical,cRLSign")
            try openssl.run("pkey -in one.key -aes256 -passout pass:x -out locked.key")
            try openssl.write("nothing", to: "empty.pem")
            let refused = [
                ("one.pem,two.key", "is not the one of its certificate"), ("one.pem", "has no private key"),
                ("one.key", "has no certificate"), ("server.pem,server.key", "is not one of an authority"),
                ("reader.pem,reader.key", "may not sign others"), ("one.pem,locked.key", "must not be encrypted"),
                ("empty.pem", "has no certificate"), ("gone.pem", "is not there"),
                ("one.pem,one.key,two.pem", "takes FILE or CERT,KEY"),
            ]
            for (files, reason) in refused {
                let paths = files.split(separator: ",").map { scratch.appending(path: String($0)).path }
                let outcome = try await Program.run(setup(scratch, "--ca", paths.joined(separator: ",")))
                #expect(outcome.code == 1 && outcome.errors.contains(reason), "\(files): \(outcome.errors)")
                #expect(!FileManager.default.fileExists(atPath: scratch.appending(path: "out").path))
            }
        }
    }

    @Test func anAuthorityWhoseTimeIsOverIsRefused() throws {
        let begin = Date(timeIntervalSince1970: 1_800_000_000)
        let pem = try CertificateAuthority(now: begin, days: 10).pem
        _ = try CertificateAuthority(pem: pem, now: begin + 9 * 86_400)
        for seconds in [11.0 * 86_400, -2.0 * 86_400] {
            #expect {
                try CertificateAuthority(pem: pem, now: begin + seconds)
            } throws: {
                "\($0)".contains("good from 2027-01-15T07:00:00Z to 2027-01-25T08:00:00Z, which is not now")
            }
        }
    }

    @Test func filesThatAreThereStay() async throws {
        try await Scratch.with { scratch in
            let first = try await setUp(in: scratch)
            let kept = scratch.appending(path: "kept.pem").path
            let outcome = try await Program.run(setup(scratch, "--keep-ca", kept))
            #expect(outcome.code == 1 && outcome.errors.contains("admission-tls.yaml is there already"))
            #expect(try Made(directory: scratch.appending(path: "out")) == first)
            #expect(!FileManager.default.fileExists(atPath: kept))
        }
    }

    @Test(arguments: [
        ["--days", "0"], ["--days", "3651"], ["--timeout", "0"], ["--timeout", "31"], ["--failure-policy", "fail"],
        ["--service", "1a"], ["--namespace", "a.b"], ["--exclude-namespace", "*"], ["--ca", "a", "--keep-ca", "b"],
        ["--keep-ca", "-"],
    ])
    func whatMakesNoSenseIsRefused(_ arguments: [String]) {
        #expect {
            try Grafeion.parseAsRoot(["admission", "setup", "--output", "out"] + arguments)
        } throws: {
            Grafeion.exitCode(for: $0) == .validationFailure
        }
    }

    @Test func theCommandsOfItsDocumentAreParsed() throws {
        let commands = try DocumentationTests.page("kubernetes.md").split(separator: "\n")
            .filter { $0.hasPrefix("grafeion admission setup") }
        #expect(commands.count >= 4)
        for command in commands {
            let words = command.prefix { $0 != "|" }.split(separator: " ").dropFirst().map(String.init)
            #expect(throws: Never.self, "\(command)") { try Grafeion.parseAsRoot(words) }
        }
    }

    private func setup(_ scratch: URL, _ arguments: String...) -> [String] {
        ["admission", "setup", "--output", scratch.appending(path: "out").path] + arguments
    }

    private func setUp(in scratch: URL, _ arguments: String...) async throws -> Made {
        let outcome = try await Program.run(setup(scratch) + arguments)
        try #require(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.isEmpty && outcome.errors.contains("good until"))
        return try Made(directory: scratch.appending(path: "out"))
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}

/// What a setup made.
private struct Made: Equatable {
    let secret: String
    let configuration: String
    let certificatePEM: String
    let keyPEM: String
    let authorityPEM: String

    init(directory: URL) throws {
        try self.init(
            secret: String(contentsOf: directory.appending(path: "admission-tls.yaml"), encoding: .utf8),
            configuration: String(contentsOf: directory.appending(path: "admission-webhook.yaml"), encoding: .utf8)
        )
    }

    init(secret: String, configuration: String) throws {
        self.secret = secret
        self.configuration = configuration
        let data = try YAMLTree(secret)["data"]
        certificatePEM = try #require(data["tls.crt"].decoded)
        keyPEM = try #require(data["tls.key"].decoded)
        authorityPEM = try #require(data["ca.crt"].decoded)
        let bundle = try YAMLTree(configuration)["webhooks"][0]["clientConfig"]["caBundle"].decoded
        #expect(bundle == authorityPEM)
    }

    /// As `server.pem`, `server.key` and `ca.pem`.
    func write(with openssl: OpenSSL) throws {
        try openssl.write(certificatePEM, to: "server.pem")
        try openssl.write(keyPEM, to: "server.key")
        try openssl.write(authorityPEM, to: "ca.pem")
    }
}
