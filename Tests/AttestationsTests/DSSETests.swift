import Crypto
import Foundation
import GrafeasProto
import Testing

@testable import Attestations

@Suite("DSSE")
struct DSSETests {
    @Test("The published vector's encoding")
    func publishedEncoding() {
        let bytes = DSSE.preAuthenticationEncoding(
            type: "http://example.com/HelloWorld",
            payload: Array("hello world".utf8)
        )
        #expect(String(decoding: bytes, as: UTF8.self) == "DSSEv1 29 http://example.com/HelloWorld 11 hello world")
    }

    /// Of the DSSE protocol, version 1.0. Its signature is r and s side by side; ours are DER.
    @Test("The published vector's signature verifies")
    func publishedSignature() throws {
        let envelope = try DSSE.envelope(
            json: Array(
                #"""
                {"payload": "aGVsbG8gd29ybGQ=", "payloadType": "http://example.com/HelloWorld", "signatures": [{"sig":
                 "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="}]}
                """#.utf8
            )
        )
        // X and Y of the vector, in hexadecimal.
        let point =
            [0x04] + Self.bytes("67cd390f77aa359cb08c2235f652270493a9ed832b0abcc01f70954c0390d238")
            + Self.bytes("0c782bd54e269125a44f4433aff1432ce94e12bca73aa67ac80cea12608ddf74")
        let key = try PKIXPublicKey(der: Array(P256.Signing.PublicKey(x963Representation: point).derRepresentation))
        let message = DSSE.preAuthenticationEncoding(type: envelope.payloadType, payload: Array(envelope.payload))
        let raw = try #require(envelope.signatures.first).sig
        let signature = Array(try P256.Signing.ECDSASignature(rawRepresentation: raw).derRepresentation)
        #expect(key.isValid(signature, over: message))
        #expect(!key.isValid(Array(raw), over: message), "r and s side by side are not what is taken")
    }

    private static func bytes(_ hex: String) -> [UInt8] {
        stride(from: 0, to: 64, by: 2).map { UInt8(hex.dropFirst($0).prefix(2), radix: 16)! }
    }

    @Test("A signed statement verifies as DSSE and in no other form", arguments: SigningKey.NewKind.allCases)
    func signedStatement(kind: SigningKey.NewKind) throws {
        let key = try SigningKey.generate(kind).key
        let occurrence = Example.occurrence(try key.envelope(of: Example.statement()))
        let verdict = key.authority(.dsse, requiresKeyIDs: true).verdict(on: occurrence)
        #expect(verdict.isVerified, "\(verdict.explanation)")
        guard case .statement(let statement)? = verdict.verified.first?.payload else {
            Issue.record("no statement")
            return
        }
        #expect(statement.predicateType == "https://example.com/tested/v1")
        #expect(statement.subjects == [.init(name: "registry.example/shop/cart", sha256: Example.hex)])
        #expect(!key.authority(.rawPayload).verdict(on: occurrence).isVerified)
        #expect(!key.authority(.simpleSigning).verdict(on: occurrence).isVerified)
    }

    @Test("The payload type is signed too, and one that nobody knows is refused")
    func payloadTypes() throws {
        let key = try SigningKey.generate(.p256).key
        var envelope = try key.envelope(of: Example.statement())
        envelope.payloadType = DSSE.simpleSigning
        #expect(key.authority(.dsse).verdict(on: Example.occurrence(envelope)).reasons[0].contains("not one of"))
        let message = DSSE.preAuthenticationEncoding(type: "text/plain", payload: try Example.statement())
        envelope = DSSE.envelope(
            type: "text/plain",
            payload: try Example.statement(),
            signature: try key.signature(over: message),
            keyID: ""
        )
        #expect(key.authority(.dsse).verdict(on: Example.occurrence(envelope)).reasons[0].contains("text/plain"))
    }

    @Test("Both alphabets of base64 are read, and text that is not base64 is refused")
    func base64() {
        #expect(Base64.bytes(of: Array("-_-_".utf8)) == Base64.bytes(of: Array("+/+/".utf8)))
        #expect(Base64.bytes(of: Array(" aGk=\n".utf8)) == Array("hi".utf8))
        #expect(Base64.bytes(of: Array("aGk".utf8)) == Array("hi".utf8))
        for text in ["a", "aGk==", "aGl=", "aG k=", "a=Gk", "===="] {
            #expect(Base64.bytes(of: Array(text.utf8)) == nil, "\(text)")
        }
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            #expect(Base64.text(bytes) == Data(bytes).base64EncodedString())
            #expect(Base64.bytes(of: Array(Base64.urlText(bytes).utf8)) == bytes)
        }
    }
}
