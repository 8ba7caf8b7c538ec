import Testing

@testable import Attestations

/// How OpenSSL makes a key and signs, for one algorithm.
struct OpenSSLCase: Sendable, CustomTestStringConvertible {
    let algorithm: SignatureAlgorithm
    let generate: [String]
    /// Options of `openssl dgst`; nil for algorithms that hash themselves.
    let digest: [String]?

    var testDescription: String { algorithm.name }

    static let all: [OpenSSLCase] = {
        func curve(_ algorithm: SignatureAlgorithm, _ name: String, _ hash: String) -> OpenSSLCase {
            OpenSSLCase(
                algorithm: algorithm,
                generate: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:\(name)"],
                digest: [hash]
            )
        }
        var all = [
            curve(.ecdsaP256, "P-256", "-sha256"), curve(.ecdsaP384, "P-384", "-sha384"),
            curve(.ecdsaP521, "P-521", "-sha512"),
            OpenSSLCase(algorithm: .ed25519, generate: ["-algorithm", "ED25519"], digest: nil),
        ]
        for (bits, hash) in [
            (2048, SignatureAlgorithm.Hash.sha256), (2048, .sha512), (3072, .sha256), (4096, .sha256), (4096, .sha512),
        ] {
            let generate = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:\(bits)"]
            let option = "-\(hash.rawValue.lowercased())"
            all.append(OpenSSLCase(algorithm: .rsaPKCS1(bits: bits, hash), generate: generate, digest: [option]))
            let pss = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"]
            all.append(OpenSSLCase(algorithm: .rsaPSS(bits: bits, hash), generate: generate, digest: [option] + pss))
        }
        return all
    }()
}

@Suite("Signatures of OpenSSL, and ours held against it")
struct OpenSSLTests {
    @Test(
        "OpenSSL's signature verifies, over this payload alone; ours verifies with OpenSSL",
        arguments: OpenSSLCase.all
    )
    func bothWays(_ example: OpenSSLCase) throws {
        let bench = try Workbench()
        try bench.run("openssl", ["genpkey", "-out", "key.pem"] + example.generate)
        try bench.run("openssl", "pkey", "-in", "key.pem", "-pubout", "-out", "public.pem")
        try bench.write("payload", Example.payload.bytes)

        let key = try SigningKey(pem: bench.text("key.pem"), algorithm: example.algorithm)
        #expect(try bench.text("public.pem") == key.publicKey.pem)
        let authority = key.authority()

        let theirs = try sign(bench, example)
        let verdict = authority.verdict(on: Example.occurrence(Example.payload.bytes, [theirs]))
        #expect(verdict.isVerified, "\(verdict.explanation)")
        #expect(verdict.verified.first?.payload == .simpleSigning(Example.payload))

        // White space changes nothing of what a reader sees, and everything of what was signed.
        let changed = authority.verdict(on: Example.occurrence(Example.payload.bytes + [0x0A], [theirs]))
        #expect(changed.reasons == ["the signature is not one of \(KeyID.ni(of: key.publicKey)) over the payload"])
        #expect(!authority.verdict(on: Example.occurrence(Example.payload.bytes, [theirs + [0]])).isVerified)

        try bench.write("signature", key.signature(over: Example.payload.bytes))
        if let digest = example.digest {
            let options = digest + ["-verify", "public.pem", "-signature", "signature", "payload"]
            try bench.run("openssl", ["dgst"] + options)
        } else {
            let files = ["-inkey", "public.pem", "-in", "payload", "-sigfile", "signature"]
            try bench.run("openssl", ["pkeyutl", "-verify", "-pubin", "-rawin"] + files)
        }
    }

    private func sign(_ bench: Workbench, _ example: OpenSSLCase) throws -> [UInt8] {
        if let digest = example.digest {
            try bench.run("openssl", ["dgst"] + digest + ["-sign", "key.pem", "-out", "theirs", "payload"])
        } else {
            try bench.run(
                "openssl",
                "pkeyutl",
                "-sign",
                "-inkey",
                "key.pem",
                "-rawin",
                "-in",
                "payload",
                "-out",
                "theirs"
            )
        }
        return try bench.bytes("theirs")
    }

    @Test("Private keys in SEC 1 and PKCS #1 are read", arguments: ["ec", "rsa"])
    func olderPrivateKeys(kind: String) throws {
        let bench = try Workbench()
        if kind == "ec" {
            // With the block of parameters that OpenSSL puts in front.
            try bench.run("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-out", "key.pem")
        } else {
            try bench.run("openssl", "genrsa", "-traditional", "-out", "key.pem", "2048")
        }
        let key = try SigningKey(pem: bench.text("key.pem"))
        let shown = try bench.run("openssl", "pkey", "-in", "key.pem", "-pubout")
        #expect(String(decoding: shown, as: UTF8.self) == key.publicKey.pem)
    }

    @Test("A key for RSA-PSS alone needs its algorithm named, and verifies")
    func keysForPSSAlone() throws {
        let bench = try Workbench()
        let options = ["-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"]
        try bench.run("openssl", ["genpkey", "-out", "key.pem"] + options)
        let pem = String(decoding: try bench.run("openssl", "pkey", "-in", "key.pem", "-pubout"), as: UTF8.self)
        #expect(throws: AttestationProblem.self) { try PKIXPublicKey(pem: pem) }
        #expect(throws: AttestationProblem.self) {
            try PKIXPublicKey(pem: pem, algorithm: .rsaPKCS1(bits: 2048, .sha256))
        }
        try bench.write("payload", Example.payload.bytes)
        let pss = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"]
        try bench.run("openssl", ["dgst", "-sha256"] + pss + ["-sign", "key.pem", "-out", "signature", "payload"])
        let key = try PKIXPublicKey(pem: pem, algorithm: .rsaPSS(bits: 2048, .sha256))
        #expect(key.isValid(try bench.bytes("signature"), over: Example.payload.bytes))
    }
}
