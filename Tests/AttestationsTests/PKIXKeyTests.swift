import Crypto
import Foundation
import Testing

@testable import Attestations

@Suite("PKIX keys")
struct PKIXKeyTests {
    @Test("Both names of an algorithm are one, and an unspecified one is left open")
    func algorithmNames() throws {
        let names = ["RSA_PSS_2048_SHA256", "RSA_SIGN_PSS_2048_SHA256"]
        #expect(Set(try names.map { try SignatureAlgorithm.named($0) }) == [.rsaPSS(bits: 2048, .sha256)])
        #expect(try SignatureAlgorithm.named("EC_SIGN_P384_SHA384")?.name == "ECDSA_P384_SHA384")
        #expect(try SignatureAlgorithm.named("SIGNATURE_ALGORITHM_UNSPECIFIED") == nil)
        #expect(throws: AttestationProblem.self) { try SignatureAlgorithm.named("RSA_SIGN_PKCS1_1024_SHA1") }
    }

    @Test("The id of a key is the digest of its SubjectPublicKeyInfo, as OpenSSL computes it")
    func niKeyID() throws {
        let bench = try Workbench()
        let key = try SigningKey.generate(.p256).key.publicKey
        try bench.write("key.pem", Array(key.pem.utf8))
        try bench.run("openssl", "pkey", "-pubin", "-in", "key.pem", "-outform", "DER", "-out", "key.der")
        let digest = try bench.run("openssl", "dgst", "-sha256", "-binary", "key.der")
        let text = Data(digest).base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
        #expect(KeyID.ni(of: key) == "ni:///sha-256;\(text)")
    }

    @Test("A key that is declared another kind is refused")
    func declaredOtherwise() throws {
        let pem = try SigningKey.generate(.p256).key.publicKey.pem
        let problem = #expect(throws: AttestationProblem.self) { try PKIXPublicKey(pem: pem, algorithm: .ecdsaP384) }
        #expect(problem?.description == "the key is declared ECDSA_P384_SHA384 but is one for ECDSA_P256_SHA256")
    }

    @Test("Bytes behind a key are refused")
    func trailingBytes() throws {
        let der = try SigningKey.generate(.ed25519).key.publicKey.der
        #expect(throws: AttestationProblem.self) { try PKIXPublicKey(der: der + [0]) }
    }

    @Test("What is no key, or cut off, says so", arguments: 0..<40)
    func damagedKeys(step: Int) throws {
        let der = try SigningKey.generate(.p256).key.publicKey.der
        #expect(throws: AttestationProblem.self) { try PKIXPublicKey(der: Array(der.prefix(der.count * step / 40))) }
    }

    @Test("Certificates, private keys, several keys and small or strange keys are refused with what to do")
    func wrongKeys() throws {
        let bench = try Workbench()
        func refusal(_ pem: String) -> String {
            do {
                _ = try PKIXPublicKey(pem: pem)
                return "taken"
            } catch { return error.description }
        }
        let made = try SigningKey.generate(.p256)
        #expect(refusal(made.privatePEM).contains("openssl pkey"))
        #expect(refusal(made.key.publicKey.pem + made.key.publicKey.pem).contains("found 2 PEM blocks"))
        #expect(refusal("no key").contains("found 0 PEM blocks"))
        #expect(refusal(String(made.key.publicKey.pem.dropLast(30))).contains("cut off"))
        try bench.run("openssl", "genrsa", "-out", "small.pem", "1024")
        let small = try bench.run("openssl", "pkey", "-in", "small.pem", "-pubout")
        #expect(refusal(String(decoding: small, as: UTF8.self)).contains("has 1024 bits"))
        try bench.run("openssl", "ecparam", "-name", "secp224r1", "-genkey", "-noout", "-out", "curve.pem")
        let curve = try bench.run("openssl", "pkey", "-in", "curve.pem", "-pubout")
        #expect(refusal(String(decoding: curve, as: UTF8.self)).contains("curve"))
    }

    @Test("The made keys are read by OpenSSL, and an encrypted key is refused with what to do")
    func madeKeys() throws {
        let bench = try Workbench()
        for kind in SigningKey.NewKind.allCases {
            let made = try SigningKey.generate(kind)
            try bench.write("key.pem", Array(made.privatePEM.utf8))
            let shown = try bench.run("openssl", "pkey", "-in", "key.pem", "-pubout")
            #expect(String(decoding: shown, as: UTF8.self) == made.key.publicKey.pem)
            #expect(try SigningKey(pem: made.privatePEM).publicKey.der == made.key.publicKey.der)
        }
        try bench.run(
            "openssl",
            "pkcs8",
            "-topk8",
            "-in",
            "key.pem",
            "-out",
            "locked.pem",
            "-passout",
            "pass:x"
        )
        let locked = try bench.text("locked.pem")
        let problem = #expect(throws: AttestationProblem.self) { try SigningKey(pem: locked) }
        #expect(problem?.description.contains("encrypted") == true)
    }
}
