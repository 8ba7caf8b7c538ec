import Testing

@testable import Attestations

@Suite("Signatures of Python's cryptography, and ours held against it")
struct PythonTests {
    /// Makes a key, signs the payload, and writes both halves and the signature.
    private static func signing(_ make: String, _ sign: String) -> String {
        """
        from cryptography.hazmat.primitives import hashes, serialization as s
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
        data = open("payload", "rb").read()
        \(make)
        open("signature", "wb").write(\(sign))
        pem = s.Encoding.PEM
        open("key.pem", "wb").write(key.private_bytes(pem, s.PrivateFormat.PKCS8, s.NoEncryption()))
        open("public.pem", "wb").write(key.public_key().public_bytes(pem, s.PublicFormat.SubjectPublicKeyInfo))
        """
    }

    private static let pss = "padding.PSS(mgf=padding.MGF1(hashes.SHA512()), salt_length=64), hashes.SHA512()"

    @Test(
        "Python's signatures verify with us and ours with Python",
        .enabled(if: Workbench.hasPythonCryptography),
        arguments: [
            ("key = ec.generate_private_key(ec.SECP384R1())", "ec.ECDSA(hashes.SHA384())", "ECDSA_P384_SHA384"),
            ("key = rsa.generate_private_key(65537, 4096)", pss, "RSA_PSS_4096_SHA512"),
            ("key = rsa.generate_private_key(65537, 2048)", "padding.PKCS1v15(), hashes.SHA256()", ""),
            ("key = ed25519.Ed25519PrivateKey.generate()", "", "ED25519"),
        ]
    )
    func bothWays(make: String, options: String, algorithm: String) throws {
        try check(make, options, algorithm)
    }

    @Test("The same for ML-DSA-65", .enabled(if: Workbench.hasPythonMLDSA))
    func postQuantum() throws {
        let make = """
            from cryptography.hazmat.primitives.asymmetric import mldsa
            key = mldsa.MLDSA65PrivateKey.generate()
            """
        try check(make, "", "ML_DSA_65")
    }

    private func check(_ make: String, _ options: String, _ algorithm: String) throws {
        let bench = try Workbench()
        let rest = options.isEmpty ? "" : ", \(options)"
        try bench.write("payload", Example.payload.bytes)
        try bench.run("python3", "-c", Self.signing(make, "key.sign(data\(rest))"))
        let key = try SigningKey(pem: bench.text("key.pem"), algorithm: SignatureAlgorithm.named(algorithm))
        #expect(
            try key.publicKey.der
                == PKIXPublicKey(pem: bench.text("public.pem"), algorithm: key.publicKey.algorithm).der
        )
        let occurrence = Example.occurrence(Example.payload.bytes, [try bench.bytes("signature")])
        let verdict = key.authority().verdict(on: occurrence)
        #expect(verdict.isVerified, "\(verdict.explanation)")

        try bench.write("ours", key.signature(over: Example.payload.bytes))
        let verify = """
            from cryptography.hazmat.primitives import hashes, serialization as s
            from cryptography.hazmat.primitives.asymmetric import ec, padding
            key = s.load_pem_public_key(open("public.pem", "rb").read())
            key.verify(open("ours", "rb").read(), open("payload", "rb").read()\(rest))
            """
        try bench.run("python3", "-c", verify)
    }
}
