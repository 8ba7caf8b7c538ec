import Foundation
import GrafeasProto
import SwiftProtobuf
import Testing

@testable import Attestations

/// The forms in which clients store attestations.
@Suite("Attestations as clients store them")
struct RecordFormTests {
    private let key = try! SigningKey.generate(.p256).key

    @Test("What we sign verifies, by the key's own id or a given one")
    func ours() throws {
        for id in [nil, "projects/p/keys/1"] as [String?] {
            var occurrence = Example.occurrence([], [])
            occurrence.attestation = try key.attestation(of: Example.payload, keyID: id)
            let known = AttestationKey(key.publicKey, id: id, signs: .simpleSigning)
            let authority = AttestationAuthority(name: "qa", keys: [known], requiresKeyIDs: true)
            let verdict = authority.verdict(on: occurrence)
            #expect(verdict.isVerified, "\(verdict.explanation)")
            #expect(verdict.verified.first?.keyID == id ?? KeyID.ni(of: key.publicKey))
        }
    }

    @Test("A signature that is stored as base64 text verifies, in either alphabet")
    func base64Text() throws {
        let signature = try key.signature(over: Example.payload.bytes)
        for text in [Base64.text(signature), Base64.urlText(signature), Base64.text(signature) + "\n"] {
            let occurrence = Example.occurrence(Example.payload.bytes, [Array(text.utf8)])
            #expect(key.authority().verdict(on: occurrence).isVerified)
        }
    }

    @Test("Tekton Chains stores the payload in an attestation and in an envelope, and both are looked at")
    func chainsSimpleSigning() throws {
        let signature = try key.signature(over: Example.payload.bytes)
        var occurrence = Example.occurrence(Example.payload.bytes, [Array(Base64.text(signature).utf8)])
        occurrence.envelope = DSSE.envelope(
            type: DSSE.simpleSigning,
            payload: Example.payload.bytes,
            signature: Array(Base64.text(signature).utf8),
            keyID: ""
        )
        let verdict = key.authority().verdict(on: occurrence)
        #expect(verdict.verified.map(\.place) == ["attestation.signatures[0]"])
        #expect(verdict.reasons.count == 1)
        #expect(key.authority(.rawPayload).verdict(on: occurrence).verified.count == 2)
    }

    @Test("A whole envelope in place of a signature is judged as one")
    func nestedEnvelope() throws {
        let statement = try Example.statement()
        let inner = try key.envelope(of: statement)
        let text =
            #"{"payloadType":"\#(inner.payloadType)","payload":"\#(Base64.text(inner.payload))","#
            + #""signatures":[{"keyid":"","sig":"\#(Base64.text(try #require(inner.signatures.first).sig))"}]}"#
        var occurrence = Example.occurrence([], [])
        occurrence.build = .init()
        occurrence.envelope = DSSE.envelope(payload: Array("{}".utf8), signature: Array(text.utf8), keyID: "kms")
        let verdict = key.authority(.dsse).verdict(on: occurrence)
        #expect(verdict.verified.map(\.place) == ["envelope.signatures[0].signatures[0]"], "\(verdict.explanation)")
        #expect(verdict.verified.first?.payloadBytes == statement)
    }

    @Test("What stands beside an envelope must not contradict it")
    func copyBesideEnvelope() throws {
        var occurrence = Example.occurrence(try key.envelope(of: Example.statement()))
        occurrence.dsseAttestation.statement.type = "https://in-toto.io/Statement/v1"
        #expect(key.authority(.dsse).verdict(on: occurrence).isVerified)
        var subject = Grafeas_V1_Subject()
        subject.name = "registry.example/shop/cart"
        subject.digest = ["sha256": Example.other.hex]
        occurrence.dsseAttestation.statement.subject = [subject]
        let reasons = key.authority(.dsse).verdict(on: occurrence).reasons
        #expect(
            reasons == ["dsse_attestation.statement says another subject.[0].digest.sha256 than the signed statement"]
        )
    }

    @Test("A copy may say less, in protobuf's spelling, and a build must not stand beside another kind of payload")
    func copiesInOtherWords() throws {
        let text = """
            {"_type":"https://in-toto.io/Statement/v0.1","subject":[{"name":"cart","digest":{"sha256":"\(Example.hex)"}}],
            "predicateType":"https://slsa.dev/provenance/v0.1","predicate":{"builder":{"id":"https://ci.example"},
            "recipe":{"type":"t","definedInMaterial":0,"entryPoint":"make"},"more":[1,2],
            "metadata":{"buildStartedOn":"2026-01-01T00:00:00.120Z","buildFinishedOn":"2026-01-01T00:00:01.0Z"}}}
            """
        let envelope = try key.envelope(of: Array(text.utf8))
        var occurrence = Example.occurrence([], [])
        occurrence.build.intotoStatement = try .init(
            jsonString: text.replacingOccurrences(of: #""predicate":"#, with: #""slsaProvenance":"#)
                .replacingOccurrences(of: #","more":[1,2]"#, with: "")
        )
        occurrence.envelope = envelope
        let authority = key.authority(.dsse)
        #expect(authority.verdict(on: occurrence).isVerified, "\(authority.verdict(on: occurrence).explanation)")
        var other = occurrence
        other.build.intotoStatement.slsaProvenance.builder.id = "https://ci.example/"
        #expect(authority.verdict(on: other).reasons[0].contains("predicate.builder.id"))
        other = occurrence
        other.build.intotoStatement.slsaProvenance.metadata.buildStartedOn.nanos += 1
        #expect(authority.verdict(on: other).reasons[0].contains("predicate.metadata.buildStartedOn"))

        let message = DSSE.preAuthenticationEncoding(type: DSSE.simpleSigning, payload: Example.payload.bytes)
        occurrence.envelope = DSSE.envelope(
            type: DSSE.simpleSigning,
            payload: Example.payload.bytes,
            signature: try key.signature(over: message),
            keyID: ""
        )
        let reasons = authority.verdict(on: occurrence).reasons
        #expect(reasons == ["build.intoto_statement is a statement, and what was signed is none"])
    }

    @Test("Occurrences without signatures verify nothing")
    func others() throws {
        let occurrence = Example.occurrence(Example.payload.bytes, [])
        #expect(key.authority().verdict(on: occurrence).explanation == "there is no signature")
    }

    @Test("A key id narrows the keys to try and proves nothing")
    func keyIDs() throws {
        let stranger = try SigningKey.generate(.p256).key
        let id = KeyID.ni(of: key.publicKey)
        let forged = Example.occurrence(
            Example.payload.bytes,
            [try stranger.signature(over: Example.payload.bytes)],
            keyID: id
        )
        #expect(key.authority().verdict(on: forged).reasons == ["the signature is not one of \(id) over the payload"])
        let good = try key.signature(over: Example.payload.bytes)
        let misnamed = Example.occurrence(Example.payload.bytes, [good], keyID: "ni:///sha-256;other")
        #expect(key.authority().verdict(on: misnamed).reasons[0].contains("no key of qa"))
        let unnamed = Example.occurrence(Example.payload.bytes, [good])
        #expect(key.authority().verdict(on: unnamed).isVerified)
        #expect(key.authority(requiresKeyIDs: true).verdict(on: unnamed).reasons[0].contains("names no key"))
    }
}
