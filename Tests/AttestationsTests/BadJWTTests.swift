import Crypto
import Foundation
import StrictJSON
import Testing

@testable import Attestations

/// Tokens that an attacker or an accident may make. Each is refused with its reason.
@Suite("Bad JWTs")
struct BadJWTTests {
    private let key = try! SigningKey.generate(.p256).key

    /// What is said of a token that the key did sign.
    private func word(header: String) throws -> String {
        key.authority().word(on: try WrittenJWT(header: header).signed(by: key))
    }

    private func word(payload: String) throws -> String {
        key.authority().word(on: try WrittenJWT(payload: payload).signed(by: key))
    }

    @Test(
        "No signature at all, in every spelling of none",
        arguments: ["none", "None", "NONE", "nOnE", ""]
    )
    func algorithmNone(name: String) throws {
        let jwt = WrittenJWT(header: #"{"alg":"\#(name)","typ":"JWT"}"#)
        let expected = #"header of the JWT: alg is "\#(name)", not one of ES256, ES384"#
        #expect(key.authority().word(on: jwt.signingInput + ".").hasPrefix(expected))
        #expect(key.authority().word(on: try jwt.signed(by: key)).hasPrefix(expected))
    }

    @Test("A secret that is the public key", arguments: ["HS256", "HS384", "HS512"])
    func sharedSecret(name: String) throws {
        let jwt = WrittenJWT(header: #"{"alg":"\#(name)"}"#)
        for secret in [Array(key.publicKey.pem.utf8), key.publicKey.der] {
            let input = Data(jwt.signingInput.utf8)
            let code = HMAC<SHA256>.authenticationCode(for: input, using: SymmetricKey(data: secret))
            let word = key.authority().word(on: jwt.signingInput + "." + Base64.urlText(code))
            #expect(word.hasPrefix(#"header of the JWT: alg is "\#(name)", not one of"#))
        }
    }

    @Test("An algorithm that is not the key's", arguments: ["ES384", "ES512", "RS256", "PS256", "EdDSA"])
    func otherAlgorithm(name: String) throws {
        let id = KeyID.ni(of: key.publicKey)
        let found = try word(header: #"{"alg":"\#(name)"}"#)
        #expect(found == "the JWT's alg is \(name), and \(id) is a key for ES256")
    }

    @Test(
        "Algorithms in other spellings and of other kinds",
        arguments: ["es256", "ES256 ", "ES256K", "RS384", "Ed448"]
    )
    func unknownAlgorithm(name: String) throws {
        #expect(
            try word(header: #"{"alg":"\#(name)"}"#).hasPrefix(#"header of the JWT: alg is "\#(name)", not one of"#)
        )
    }

    @Test("A key that the token brings itself is no key of the attestor")
    func ownKey() throws {
        let stranger = try SigningKey.generate(.p256).key
        let point = Base64.urlText(stranger.publicKey.der.suffix(64).prefix(32))
        let header =
            #"{"alg":"ES256","jwk":{"kty":"EC","crv":"P-256","x":"\#(point)","y":"\#(point)"},"jku":"https://x"}"#
        let word = key.authority().word(on: try WrittenJWT(header: header).signed(by: stranger))
        #expect(word == "the signature is not one of \(KeyID.ni(of: key.publicKey)) over the JWT")
    }

    @Test("A signature in DER, as for other attestations, in the wrong order, and of nothing")
    func signatureForms() throws {
        let jwt = WrittenJWT()
        func word(_ signature: [UInt8]) -> String {
            key.authority().word(on: jwt.signingInput + "." + Base64.urlText(signature))
        }
        let raw = try jwt.signature(by: key)
        let der = try key.signature(over: Array(jwt.signingInput.utf8))
        let expected = "one of ES256 is r and s, 64 bytes"
        #expect(word(raw) == "verified")
        #expect(word(der) == "the JWT's signature has \(der.count) bytes; \(expected)")
        #expect(word(raw + [0]) == "the JWT's signature has 65 bytes; \(expected)")
        #expect(word(Array(raw.dropLast())) == "the JWT's signature has 63 bytes; \(expected)")
        // Base64 in base64, as some tools store signatures, is none in a token.
        #expect(word(Array(Base64.text(raw).utf8)) == "the JWT's signature has 88 bytes; \(expected)")
        #expect(word(Array(raw[32...] + Array(raw[..<32]))).hasPrefix("the signature is not one of"))
        // CVE-2022-21449: zeros verify with those who do not look.
        #expect(word([UInt8](repeating: 0, count: 64)).hasPrefix("the signature is not one of"))
        #expect(word([]) == "the signature is empty")
    }

    @Test("Base64 with padding, of the other alphabet, with spaces, or with bits that say nothing")
    func encodings() throws {
        let parts = try WrittenJWT().signed(by: key).split(separator: ".").map(String.init)
        #expect(key.authority().word(on: parts.joined(separator: ".")) == "verified")
        func word(_ index: Int, _ change: (String) -> String) -> String {
            var changed = parts
            changed[index] = change(changed[index])
            return key.authority().word(on: changed.joined(separator: "."))
        }
        for (index, name) in ["header", "payload", "signature"].enumerated() {
            let expected = "the JWT's \(name) is not base64url without padding"
            #expect(word(index) { $0 + "=" } == expected)
            #expect(word(index) { $0 + "==" } == expected)
            #expect(word(index) { $0 + "\n" } == expected)
            #expect(word(index) { " " + $0 } == expected)
            #expect(word(index) { "+" + $0.dropFirst() } == expected)
            #expect(word(index) { "/" + $0.dropFirst() } == expected)
            #expect(word(index) { _ in "A" } == expected)
        }
        // 64 bytes are 86 characters; four bits of the last are left over.
        let last = try #require(parts[2].last)
        let twin = try #require(["A": "B", "Q": "R", "g": "h", "w": "x"][last])
        #expect(word(2) { $0.dropLast() + twin } == "the JWT's signature is not base64url without padding")
    }

    @Test("Too few parts and too many", arguments: ["", "a", "a.b", "a.b.c.d", "....", "e30.e30.e30.e30.e30"])
    func parts(token: String) {
        #expect(key.authority().word(on: token).hasPrefix("a JWT has three parts with dots between them"))
    }

    @Test("Duplicate JSON keys in the header and in the payload")
    func duplicates() throws {
        let header = try word(header: #"{"alg":"ES256","alg":"none"}"#)
        #expect(header.contains(#"the member "alg" is there twice in one object"#), "\(header)")
        let escaped = try word(header: #"{"kid":"a","\u006bid":"b","alg":"ES256"}"#)
        #expect(escaped.contains(#"the member "kid" is there twice in one object"#), "\(escaped)")
        let subject = #","sub":"container:digest:\#(Example.other)""#
        let payload = try word(payload: WrittenJWT.claims(more: subject))
        #expect(payload.contains(#"the member "sub" is there twice in one object"#), "\(payload)")
    }

    @Test(
        "Headers that ask for more than is known, or are none",
        arguments: [
            (#"{"alg":"ES256","crit":["exp"],"exp":1}"#, "crit is there, and no such extension is known"),
            (#"{"alg":"ES256","crit":[]}"#, "crit is there, and no such extension is known"),
            (#"{"alg":"ES256","b64":false}"#, "b64 is there, and no such extension is known"),
            (#"{"alg":"ES256","typ":"at+jwt"}"#, #"typ is "at+jwt", not "JWT""#),
            (#"{"alg":"ES256","typ":null}"#, "typ is null, not a string"),
            (#"{"alg":"ES256","kid":""}"#, "kid is empty; name a key, or leave it out"),
            (#"{"alg":"ES256","kid":7}"#, "kid is a number, not a string"),
            (#"{"alg":["ES256"]}"#, "alg is an array, not a string"), (#"{"typ":"JWT"}"#, "alg is missing"),
            (#"["ES256"]"#, "alg is missing"),
        ]
    )
    func headers(header: String, expected: String) throws {
        #expect(try word(header: header) == "header of the JWT: \(expected)")
    }

    @Test("Headers that are no JSON", arguments: ["", "alg", #"{"alg":"ES256"}{}"#, #"{"alg":"ES256""#])
    func headersWithoutForm(header: String) throws {
        #expect(try word(header: header).hasPrefix("the JWT's header is not JSON that can be relied on"))
    }

    @Test(
        "Payloads that are about something else, or about nothing",
        arguments: [
            (#"{"aud":"//binaryauthorization.googleapis.com"}"#, "sub is missing"), ("[]", "sub is missing"),
            (#"{"sub":7}"#, "sub is a number, not a string"),
            (#"{"sub":"alice"}"#, #"sub is "alice", not container:digest:sha256:… of an image"#),
            (
                #"{"sub":"\#(Example.digest)"}"#,
                #"sub is "\#(Example.digest)", not container:digest:sha256:… of an image"#
            ),
            (
                #"{"sub":"container:digest:\#(Example.hex)"}"#,
                #"sub: expected sha256: and 64 digits, found "\#(Example.hex)""#
            ),
            (
                #"{"sub":"container:digest:sha256:\#(Example.hex.uppercased())"}"#,
                #"sub: expected lower-case hexadecimal digits, found "\#(Example.hex.uppercased())""#
            ),
            (WrittenJWT.claims(Example.other), "the JWT is about \(Example.other), not about \(Example.digest)"),
        ]
    )
    func subjects(payload: String, expected: String) throws {
        #expect(try word(payload: payload) == expected)
    }

    @Test(
        "Tokens for somebody else, of another type, or with times that are none",
        arguments: [
            (#""aud":"https://other""#, #"aud is "https://other", not "//binaryauthorization.googleapis.com""#),
            (#""aud":[]"#, #"aud is nobody, not "//binaryauthorization.googleapis.com""#),
            (
                #""aud":["a","//binaryauthorization.googleapis.com/"]"#,
                #"aud is "a", "//binaryauthorization.googleapis.com/", not "//binaryauthorization.googleapis.com""#
            ),
            (#""aud":null"#, "aud has null where a string was expected"),
            (
                #""aud":["//binaryauthorization.googleapis.com",7]"#,
                "aud has a number where a string was expected"
            ),
            (#""attestationType":"vulnerable""#, #"attestationType is "vulnerable", not "claimless""#),
            (#""attestationType":{}"#, "attestationType is an object, not a string"),
            (#""exp":"2100-01-01""#, "exp is a string, not a number of seconds since 1970"),
            (#""exp":null"#, "exp is null, not a number of seconds since 1970"),
            (#""exp":1e999"#, #"exp is "1e999", which is no time in seconds since 1970"#),
            (#""exp":4102444800000"#, #"exp is "4102444800000", which is no time in seconds since 1970"#),
            (#""nbf":-1"#, #"nbf is "-1", which is no time in seconds since 1970"#),
            (#""iat":true"#, "iat is a boolean, not a number of seconds since 1970"),
            (#""exp":1"#, "the JWT has expired: exp is 1, and it is \(Example.now)"),
        ]
    )
    func claims(claim: String, expected: String) throws {
        let payload = #"{"sub":"container:digest:\#(Example.digest)",\#(claim)}"#
        #expect(try word(payload: payload) == expected)
    }

    @Test("The key of somebody else, and one that is none of the attestor's")
    func keyIDs() throws {
        let other = AttestationKey(try SigningKey.generate(.p256).key.publicKey, id: "other", signs: .simpleSigning)
        let own = AttestationKey(key.publicKey, id: "own", signs: .simpleSigning)
        let authority = AttestationAuthority(name: "qa", keys: [own, other])
        func word(_ kid: String) throws -> String {
            authority.word(on: try WrittenJWT(header: #"{"alg":"ES256","kid":"\#(kid)"}"#).signed(by: key))
        }
        #expect(try word("own") == "verified" && word(KeyID.ni(of: key.publicKey)) == "verified")
        #expect(try word("other") == "the signature is not one of other over the JWT")
        #expect(try word("third") == #"the signature names "third", no key of qa"#)
        let unnamed = try WrittenJWT().signed(by: key)
        #expect(authority.word(on: unnamed) == "verified")
        let strict = AttestationAuthority(name: "qa", keys: [own], requiresKeyIDs: true)
        #expect(strict.word(on: unnamed) == "the signature names no key, and qa asks for that")
    }

    @Test("Keys with which no JWT is signed")
    func otherKeys() throws {
        let frame: [UInt8] = [0x30, 0x34, 0x02, 0x01, 0x00, 0x30, 0x0B, 0x06, 0x09] + ObjectIdentifier.mlDSA65
        let der = frame + [0x04, 0x22, 0x80, 0x20] + [UInt8](repeating: 7, count: 32)
        let postQuantum = try SigningKey(pem: PEMBlock(label: "PRIVATE KEY", bytes: der).text)
        let token = try WrittenJWT().signed(by: key)
        let found = postQuantum.authority().word(on: token)
        #expect(found == "\(KeyID.ni(of: postQuantum.publicKey)) is a key for ML_DSA_65, with which no JWT is signed")
    }

    @Test("Huge tokens, and many")
    func bounds() throws {
        let long = String(repeating: "A", count: AttestationLimits.signatureBytesMax)
        #expect(key.authority().word(on: "\(long).e30.AA") == "the JWT has 2097159 bytes; that is too long for one")
        let deep = try word(header: String(repeating: "[", count: 10_000))
        #expect(deep.contains("nested deeper than 8 levels"))
        let wide = try word(header: #"{"alg":"ES256","x":"\#(String(repeating: "x", count: 40_000))"}"#)
        #expect(wide.contains("at most 32768 are taken"))
        let space = String(repeating: " ", count: AttestationLimits.payloadBytesMax)
        #expect(try word(payload: WrittenJWT.claims() + space).contains("at most 1048576 are taken"))
        let good = try WrittenJWT().signed(by: key)
        let many = Example.occurrence(tokens: [String](repeating: "a.b.c", count: 5000) + [good])
        let verdict = key.authority().verdict(on: many)
        #expect(!verdict.isVerified && verdict.reasons.last == "only 100 of 5001 signatures are looked at")
    }

    @Test("A token that is cut off anywhere, or has another byte, counts for nothing")
    func damaged() throws {
        let good = Array(try WrittenJWT().signed(by: key))
        for end in 0..<good.count { #expect(key.authority().word(on: String(good[..<end])) != "verified") }
        for index in good.indices {
            var changed = good
            changed[index] = changed[index] == "Q" ? "R" : "Q"
            #expect(key.authority().word(on: String(changed)) != "verified")
        }
    }
}
