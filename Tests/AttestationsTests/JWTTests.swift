import Crypto
import Foundation
import GrafeasProto
import StrictJSON
import Testing

@testable import Attestations

/// How Python makes a key and signs `data` with it, for one algorithm of JWTs.
struct PythonToken: Sendable, CustomTestStringConvertible {
    /// In the header.
    let name: String
    let algorithm: SignatureAlgorithm
    /// Python that yields a key.
    let key: String
    /// Python that yields the signature.
    let signature: String

    var testDescription: String { name }

    static let all: [PythonToken] = {
        func curve(_ name: String, _ algorithm: SignatureAlgorithm, _ bits: Int, hash: Int) -> PythonToken {
            PythonToken(
                name: name,
                algorithm: algorithm,
                key: "ec.generate_private_key(ec.SECP\(bits)R1())",
                signature: "rs(key.sign(data, ec.ECDSA(hashes.SHA\(hash)())), \((bits + 7) / 8))"
            )
        }
        func rsa(_ name: String, _ algorithm: SignatureAlgorithm, _ padding: String, hash: Int) -> PythonToken {
            PythonToken(
                name: name,
                algorithm: algorithm,
                key: "rsa.generate_private_key(65537, 2048)",
                signature: "key.sign(data, padding.\(padding), hashes.SHA\(hash)())"
            )
        }
        func pss(_ hash: Int) -> String { "PSS(mgf=padding.MGF1(hashes.SHA\(hash)()), salt_length=\(hash / 8))" }
        return [
            curve("ES256", .ecdsaP256, 256, hash: 256), curve("ES384", .ecdsaP384, 384, hash: 384),
            curve("ES512", .ecdsaP521, 521, hash: 512),
            rsa("RS256", .rsaPKCS1(bits: 2048, .sha256), "PKCS1v15()", hash: 256),
            rsa("RS512", .rsaPKCS1(bits: 2048, .sha512), "PKCS1v15()", hash: 512),
            rsa("PS256", .rsaPSS(bits: 2048, .sha256), pss(256), hash: 256),
            rsa("PS512", .rsaPSS(bits: 2048, .sha512), pss(512), hash: 512),
            PythonToken(
                name: "EdDSA",
                algorithm: .ed25519,
                key: "ed25519.Ed25519PrivateKey.generate()",
                signature: "key.sign(data)"
            ),
        ]
    }()

    /// Makes a key and signs the file `claims` with it, by the words of the specifications and nobody's JWT library.
    var program: String {
        """
        import base64, json
        from cryptography.hazmat.primitives import hashes, serialization as s
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
        def text(data): return base64.urlsafe_b64encode(data).rstrip(b"=")
        def rs(der, size): return b"".join(n.to_bytes(size, "big") for n in utils.decode_dss_signature(der))
        key = \(key)
        header = json.dumps({"typ": "JWT", "alg": "\(name)"}).encode()
        data = text(header) + b"." + text(open("claims", "rb").read())
        open("token", "wb").write(data + b"." + text(\(signature)))
        public = key.public_key().public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo)
        open("public.pem", "wb").write(public)
        """
    }
}

/// Tokens of other people's tools, and what a token counts for.
@Suite("JWTs")
struct JWTTests {
    private let key = try! SigningKey.generate(.p256).key

    @Test(
        "Python's token verifies with the key declared for its algorithm, and nothing near it does",
        .enabled(if: Workbench.hasPythonCryptography),
        arguments: PythonToken.all
    )
    func algorithms(_ example: PythonToken) throws {
        let bench = try Workbench()
        try bench.write("claims", Array(WrittenJWT.claims().utf8))
        try bench.run("python3", "-c", example.program)
        let (token, pem) = (try bench.text("token"), try bench.text("public.pem"))
        #expect(JWTAlgorithm(example.algorithm)?.rawValue == example.name)
        let publicKey = try PKIXPublicKey(pem: pem, algorithm: example.algorithm)
        let authority = AttestationAuthority(name: "qa", keys: [AttestationKey(publicKey, signs: .simpleSigning)])
        #expect(authority.word(on: token) == "verified")

        let parts = token.split(separator: ".").map(String.init)
        var signature = try #require(Base64.bytes(ofURLText: Array(parts[2].utf8)))
        for changed in [signature + [0], [0] + signature, Array(signature.dropLast())] {
            #expect(authority.word(on: "\(parts[0]).\(parts[1]).\(Base64.urlText(changed))") != "verified")
        }
        signature[signature.count / 2] ^= 1
        let forged = "\(parts[0]).\(parts[1]).\(Base64.urlText(signature))"
        #expect(authority.word(on: forged) == "the signature is not one of \(KeyID.ni(of: publicKey)) over the JWT")
    }

    @Test("A key of RSA verifies tokens of the algorithm declared for it and of no other")
    func declaredAlgorithms() throws {
        let bench = try Workbench()
        try bench.run("openssl", "genrsa", "-out", "key.pem", "2048")
        let pem = try bench.text("key.pem")
        let hashes = SignatureAlgorithm.Hash.allCases
        let all = hashes.map { SignatureAlgorithm.rsaPKCS1(bits: 2048, $0) } + hashes.map { .rsaPSS(bits: 2048, $0) }
        for signing in all {
            let signer = try SigningKey(pem: pem, algorithm: signing)
            let name = try #require(JWTAlgorithm(signing)).rawValue
            for declared in all {
                let authority = try SigningKey(pem: pem, algorithm: declared).authority()
                let (id, expected) = (authority.keys[0].id, try #require(JWTAlgorithm(declared)).rawValue)
                let honest = "the JWT's alg is \(name), and \(id) is a key for \(expected)"
                #expect(try authority.word(on: token(name, signer)) == (declared == signing ? "verified" : honest))
                let mislabelled = "the signature is not one of \(id) over the JWT"
                #expect(
                    try authority.word(on: token(expected, signer)) == (declared == signing ? "verified" : mislabelled)
                )
            }
        }
    }

    /// A token whose header says that it is of an algorithm.
    private func token(_ algorithm: String, _ key: SigningKey) throws -> String {
        let input = WrittenJWT(header: #"{"alg":"\#(algorithm)"}"#).signingInput
        return try input + "." + Base64.urlText(key.signature(over: Array(input.utf8)))
    }

    @Test("The example of RFC 7515, appendix A.3")
    func exampleOfECDSA() throws {
        let x = try #require(Base64.bytes(ofURLText: Array("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU".utf8)))
        let y = try #require(Base64.bytes(ofURLText: Array("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0".utf8)))
        let der = try P256.Signing.PublicKey(rawRepresentation: x + y).derRepresentation
        let token =
            "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290"
            + "Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
        let key = AttestationKey(try PKIXPublicKey(der: Array(der)), signs: .simpleSigning)
        let payload = try key.payload(of: CompactJWT(Array(token.utf8)))
        #expect(String(decoding: payload, as: UTF8.self).hasPrefix(#"{"iss":"joe","#))
        let word = AttestationAuthority(name: "qa", keys: [key]).word(on: token)
        #expect(word == "sub is missing")
    }

    @Test("The example of RFC 8037, appendix A.4")
    func exampleOfEdDSA() throws {
        let x = try #require(Base64.bytes(ofURLText: Array("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".utf8)))
        let der: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00] + x
        let token =
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
            + "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
        let key = AttestationKey(try PKIXPublicKey(der: der), signs: .simpleSigning)
        let payload = try key.payload(of: CompactJWT(Array(token.utf8)))
        #expect(String(decoding: payload, as: UTF8.self) == "Example of Ed25519 signing")
    }

    @Test("A token counts with its place, its key and its payload; what stands beside it plays no part")
    func verified() throws {
        let id = KeyID.ni(of: key.publicKey)
        let good = try WrittenJWT(header: #"{"alg":"ES256","typ":"jwt","kid":"\#(id)"}"#).signed(by: key)
        var occurrence = Example.occurrence(tokens: ["a.b.c", good])
        occurrence.attestation.serializedPayload = Data("anything".utf8)
        let verdict = key.authority(requiresKeyIDs: true).verdict(on: occurrence)
        let found = try #require(verdict.verified.first)
        #expect(verdict.verified.count == 1 && found.place == "attestation.jwts[1]" && found.keyID == id)
        #expect(found.payloadBytes == Array(WrittenJWT.claims().utf8))
        #expect(found.payload == .jwt(try JWTClaims(JSONValue(payload: found.payloadBytes))))
        #expect(verdict.outcomes.map(\.claimedKeyID) == ["", id])
        #expect(verdict.reasons == ["the JWT's header is not base64url without padding"])
    }

    @Test("A token and signatures beside it are judged each for itself")
    func besideSignatures() throws {
        var occurrence = Example.occurrence(Example.payload.bytes, [try key.signature(over: Example.payload.bytes)])
        occurrence.attestation.jwts = Example.occurrence(tokens: [try WrittenJWT().signed(by: key)]).attestation.jwts
        let verdict = key.authority().verdict(on: occurrence)
        #expect(verdict.verified.map(\.place) == ["attestation.signatures[0]", "attestation.jwts[0]"])
    }

    @Test("The occurrence must be about the image too")
    func resource() throws {
        var occurrence = Example.occurrence(tokens: [try WrittenJWT().signed(by: key)])
        occurrence.resourceUri = "https://registry.example/shop/cart@\(Example.other)"
        let reason = key.authority().verdict(on: occurrence).reasons.first
        #expect(reason == #"the occurrence is about "\#(Example.other)", not about \#(Example.digest)"#)
    }

    @Test("Only keys for simple signing sign tokens")
    func forms() throws {
        let token = try WrittenJWT().signed(by: key)
        #expect(key.authority(.dsse).word(on: token) == "the key signs DSSE envelopes, and this is a JWT")
        #expect(key.authority(.rawPayload).word(on: token) == "the key signs raw payloads, and this is a JWT")
        // A key that is there in every form is tried in the one that fits.
        let keys = SignedForm.allCases.map { AttestationKey(key.publicKey, signs: $0) }
        #expect(AttestationAuthority(name: "qa", keys: keys).word(on: token) == "verified")
    }

    @Test("What is signed of a token is no payload in any other form, nor the other way round")
    func confusion() throws {
        let jwt = WrittenJWT()
        let input = Array(jwt.signingInput.utf8)
        let asPayload = Example.occurrence(input, [try key.signature(over: input)])
        for form in [SignedForm.simpleSigning, .rawPayload] {
            #expect(!key.authority(form).verdict(on: asPayload).isVerified)
        }
        let raw = try P256.Signing.ECDSASignature(derRepresentation: key.signature(over: Example.payload.bytes))
        let signature = Base64.urlText(raw.rawRepresentation)
        let asToken = "\(String(decoding: Example.payload.bytes, as: UTF8.self)).\(signature)"
        #expect(key.authority().word(on: asToken) != "verified")
    }

    @Test(
        "Times are honoured, give or take five minutes",
        arguments: [
            ("exp", 1, "verified"), ("exp", -299, "verified"), ("exp", -300, "the JWT has expired: exp is"),
            ("nbf", -1, "verified"), ("nbf", 300, "verified"), ("nbf", 301, "the JWT does not count yet: nbf is"),
            ("iat", -1_000_000, "verified"), ("iat", 300, "verified"),
            ("iat", 301, "the JWT was issued in the future: iat is"),
        ] as [(String, Int64, String)]
    )
    func times(claim: String, offset: Int64, expected: String) throws {
        for fraction in ["", ".0", "e0"] {
            let more = #","\#(claim)":\#(Example.now + offset)\#(fraction)"#
            let token = try WrittenJWT(payload: WrittenJWT.claims(more: more)).signed(by: key)
            #expect(key.authority().word(on: token).hasPrefix(expected), "\(more)")
        }
    }

    @Test("Audience and type may be missing, and the audience may be one of several")
    func optionalClaims() throws {
        let subject = #""sub":"container:digest:\#(Example.digest)""#
        for payload in [
            "{\(subject)}", #"{\#(subject),"aud":["https://other","//binaryauthorization.googleapis.com"]}"#,
            #"{"iss":"ci","jti":"1",\#(subject),"attestation":""}"#,
        ] {
            let token = try WrittenJWT(header: #"{"alg":"ES256"}"#, payload: payload).signed(by: key)
            #expect(key.authority().word(on: token) == "verified", "\(payload)")
        }
    }
}
