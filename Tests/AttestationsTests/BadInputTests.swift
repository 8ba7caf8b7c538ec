import Foundation
import GrafeasProto
import StrictJSON
import Testing

@testable import Attestations

/// What an attacker or an accident may put into an attestation. Each is refused with its reason.
@Suite("Bad input of attestations")
struct BadInputTests {
    private let key = try! SigningKey.generate(.p256).key

    /// The verdict on a payload that the key did sign.
    private func verdict(onSigned payload: [UInt8], form: SignedForm = .simpleSigning) throws -> AttestationVerdict {
        let signature = try key.signature(over: payload)
        return key.authority(form).verdict(on: Example.occurrence(payload, [signature]))
    }

    private func payload(digest: String, type: String = SimpleSigningPayload.Kind.atomic.rawValue) -> String {
        #"{"critical":{"identity":{"docker-reference":"r"},"image":{"docker-manifest-digest":"\#(digest)"},"#
            + #""type":"\#(type)"},"optional":{"creator":"x"}}"#
    }

    @Test("All three spellings of the type are simple signing", arguments: SimpleSigningPayload.Kind.allCases)
    func spellings(kind: SimpleSigningPayload.Kind) throws {
        let text = payload(digest: Example.digest.description, type: kind.rawValue)
        #expect(try verdict(onSigned: Array(text.utf8)).isVerified)
        let written = SimpleSigningPayload(reference: "a\"b\\c\u{1}é", digest: Example.digest, kind: kind)
        #expect(try SimpleSigningPayload(JSONValue(payload: written.bytes)) == written)
    }

    @Test("Another type is refused")
    func unknownType() throws {
        let text = payload(digest: Example.digest.description, type: "Atomic container signature")
        #expect(try verdict(onSigned: Array(text.utf8)).reasons[0].hasPrefix("critical.type is"))
    }

    @Test("Huge payloads")
    func hugePayloads() throws {
        let padding = String(repeating: " ", count: AttestationLimits.payloadBytesMax)
        let text = payload(digest: Example.digest.description) + padding
        #expect(try verdict(onSigned: Array(text.utf8)).reasons[0].contains("at most 1048576 are taken"))
        let deep = String(repeating: "[", count: 100_000)
        #expect(try verdict(onSigned: Array(deep.utf8)).reasons[0].contains("deeper than 64 levels"))
    }

    @Test(
        "Duplicate JSON keys",
        arguments: ["critical", "image", "docker-manifest-digest", "d\\u006fcker-manifest-digest"]
    )
    func duplicateKeys(name: String) throws {
        let good = payload(digest: Example.digest.description)
        let plain = name.replacingOccurrences(of: "\\u006f", with: "o")
        let doubled = good.replacingOccurrences(of: "\"\(plain)\":", with: "\"\(name)\":{},\"\(plain)\":")
        let reasons = try verdict(onSigned: Array(doubled.utf8)).reasons
        #expect(reasons.count == 1 && reasons[0].contains("the member \"\(plain)\" is there twice in one object"))
    }

    @Test("A digest in the wrong case or algorithm")
    func digestSpelling() throws {
        let hex = Example.hex
        for wrong in [
            "sha256:\(hex.uppercased())", "SHA256:\(hex)", "sha512:\(hex)\(hex)", hex, "sha256:\(hex)0",
            "sha256:\(hex.dropLast())",
            "sha256: \(hex)", "sha256:\(hex)\\n", "",
        ] {
            let reasons = try verdict(onSigned: Array(payload(digest: wrong).utf8)).reasons
            #expect(reasons[0].hasPrefix("critical.image.docker-manifest-digest: expected"), "\(wrong): \(reasons)")
        }
        let statement = String(decoding: try Example.statement(), as: UTF8.self)
        let upper = statement.replacingOccurrences(of: hex, with: hex.uppercased())
        let verdict = key.authority(.dsse).verdict(on: Example.occurrence(try key.envelope(of: Array(upper.utf8))))
        #expect(verdict.reasons == ["the statement writes the digest in upper case; a SHA-256 is in lower case"])
    }

    @Test("An attestation of another digest")
    func otherDigest() throws {
        let payload = SimpleSigningPayload(reference: "registry.example/shop/cart", digest: Example.other)
        let reasons = try verdict(onSigned: payload.bytes).reasons
        #expect(reasons == ["the payload is about \(Example.other), not about \(Example.digest)"])
        let envelope = try key.envelope(of: Example.statement(Example.other))
        let verdict = key.authority(.dsse).verdict(on: Example.occurrence(envelope))
        #expect(verdict.reasons[0].contains("not about \(Example.digest)"))
    }

    @Test("A genuine attestation that was stored for another image")
    func otherResource() throws {
        let signature = try key.signature(over: Example.payload.bytes)
        let uri = "registry.example/shop/cart@\(Example.other)"
        let verdict = key.authority().verdict(on: Example.occurrence(Example.payload.bytes, [signature], uri: uri))
        #expect(verdict.reasons[0].hasPrefix("the occurrence is about"))
    }

    @Test("Trailing bytes in ECDSA signatures, within and behind, and r and s side by side")
    func trailingBytesInSignatures() throws {
        let bytes = Example.payload.bytes
        let good = try key.signature(over: bytes)
        var within = good + [0x05, 0x00]
        within[1] += 2
        var long = good
        long.insert(0x81, at: 1)
        let raw = [UInt8](repeating: 1, count: 64)
        for wrong in [good + [0], good + good, [0] + good, within, long, raw, Array(good.dropLast())] {
            let verdict = key.authority().verdict(on: Example.occurrence(bytes, [wrong]))
            #expect(!verdict.isVerified)
        }
        #expect(key.authority().verdict(on: Example.occurrence(bytes, [good])).isVerified)
    }

    @Test("Garbage beside a good signature harms nothing, and each has its outcome")
    func garbageBesideGood() throws {
        let bytes = Example.payload.bytes
        let garbage: [[UInt8]] = [[], [0], Array("{".utf8), Array("-----BEGIN PGP MESSAGE-----".utf8)]
        let good = try key.signature(over: bytes)
        let verdict = key.authority().verdict(on: Example.occurrence(bytes, garbage + [good] + garbage))
        #expect(verdict.verified.map(\.place) == ["attestation.signatures[4]"])
        #expect(verdict.outcomes.count == 9)
        #expect(verdict.reasons.count == 8)
    }

    @Test("Thousands of signatures and keys end the work")
    func manySignatures() throws {
        let keys = try (0..<60).map { _ in
            AttestationKey(try SigningKey.generate(.ed25519).key.publicKey, signs: .simpleSigning)
        }
        let authority = AttestationAuthority(name: "many", keys: keys)
        let signatures = [[UInt8]](repeating: [UInt8](repeating: 7, count: 64), count: 5000)
        let verdict = authority.verdict(on: Example.occurrence(Example.payload.bytes, signatures))
        #expect(verdict.outcomes.count == AttestationLimits.signaturesMax + 1)
        #expect(verdict.reasons.dropLast().last?.hasPrefix("too many") == true)
        #expect(verdict.reasons.last == "only 100 of 5000 signatures are looked at")
    }

    @Test("Text that is cut off or changed at random is refused and stops nothing")
    func damagedPayloads() throws {
        let good = Array(payload(digest: Example.digest.description).utf8)
        for end in 0..<good.count {
            #expect(throws: AttestationProblem.self) { try JSONValue(payload: Array(good[..<end])) }
        }
        for (index, text) in [
            "{\"a\":1,}", "[1,]", "[01]", "[1.]", "[-]", "[1e]", "\"\u{1}\"", "\"\\x\"", "\"\\ud800\"", "tru", "{} {}",
            "{a:1}", "[\"\\u12g4\"]", "\u{FEFF}{}", "",
        ].enumerated() {
            #expect(throws: AttestationProblem.self, "\(index)") { try JSONValue(payload: Array(text.utf8)) }
        }
        #expect(throws: AttestationProblem.self) { try JSONValue(payload: [0x22, 0xFF, 0x22]) }
    }
}
