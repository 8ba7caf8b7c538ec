import Foundation
import GrafeasProto
import MetadataModel
import SwiftProtobuf
import TestSupport
import StrictJSON
import Testing

@testable import Attestations

/// What hosted Grafeas returned of one image, genuine and tampered with, judged with Google's keys.
@Suite("Provenance of Google Cloud Build")
struct GoogleProvenanceTests {
    private static let digest = "sha256:1a033b002f89ed2b8ea733162497fb70f1a4049a7f8602d6a33682b4ad9921fd"
    private static let globalKey =
        "projects/verified-builder/locations/global/keyRings/attestor/cryptoKeys/builtByGCB/cryptoKeyVersions/1"

    @Test(
        "The genuine one verifies, and those of which a later signature or occurrence is genuine",
        arguments: [
            "github", "multiple-signatures-2ndvalid", "multiple-signatures-3rdvalid", "multiple-provenance-2ndvalid",
            "multiple-provenance-3rdvalid",
        ]
    )
    func genuine(name: String) throws {
        let verdict = try verdict(on: name)
        #expect(verdict.verified.count == 1, "\(verdict.explanation)")
        #expect(verdict.verified.first?.keyID == Self.globalKey)
        #expect(verdict.outcomes.count == (name == "github" ? 1 : 3))
        guard case .statement(let statement)? = verdict.verified.first?.payload else {
            Issue.record("no statement")
            return
        }
        #expect(statement.builder == "https://cloudbuild.googleapis.com/GoogleHostedWorker@v0.2")
        let commit = "fbbb98765e85ad464302dc5977968104d36e455e"
        #expect(statement.materials == ["https://github.com/laurentsimon/gcb-tests/commit/\(commit)"])
    }

    @Test(
        "Those that are tampered with are refused for what was done to them",
        arguments: [
            ("mismatch-payload-builderid", "over the payload"), ("mismatch-payload-digest", "over the payload"),
            ("multiple-invalid-signatures", "over the payload"), ("multiple-invalid-provenance", "over the payload"),
            ("empty-signature", "the signature is empty"), ("invalid-signature-encoding", "over the payload"),
            ("empty-keyid", "names no key"),
            ("no-keyid", "names no key"),
            ("invalid-keyid", "global/invalid-field/keyRings"), ("empty-signature-region", "locations//keyRings"),
            ("invalid-signature-region", "locations/invalid-region/keyRings"),
            ("mismatch-metadata-urisha256", "the occurrence is about \"sha256:"),
            ("mismatch-text-digest", "build.intoto_statement says another subject.[0].digest.sha256"),
            (
                "mismatch-text-steps",
                "build.intoto_statement says another predicate.recipe.arguments.steps.[0].args.[2]"
            ),
        ]
    )
    func tampered(name: String, reason: String) throws {
        let verdict = try verdict(on: name)
        #expect(!verdict.isVerified)
        #expect(!verdict.reasons.isEmpty)
        for found in verdict.reasons { #expect(found.contains(reason), "\(name): \(found)") }
    }

    @Test("One whose summary asks for another digest is not about that")
    func mismatchSummaryDigest() throws {
        let document = try document("mismatch-summary-digest")
        let summary = try #require((document["image_summary"] as? [String: Any])?["digest"] as? String)
        let verdict = try verdict(on: "mismatch-summary-digest", about: ImageDigest(summary))
        #expect(verdict.reasons == ["the statement is about \"\(Self.digest)\", not about \(summary)"])
    }

    @Test("One of no kind is no occurrence, and one that is no JSON says where")
    func unreadable() throws {
        #expect(throws: (any Error).self) { try occurrences("mismatch-metadata-kind") }
        let bytes = try [UInt8](Data(contentsOf: file("no-signature")))
        let problem = #expect(throws: AttestationProblem.self) { try JSONValue(payload: bytes) }
        #expect(problem?.description.contains("expected a member name in double quotes") == true)
    }

    @Test("A key that signs envelopes does not verify what signed the payload alone")
    func noFallback() throws {
        let key = try key("global", id: Self.globalKey, signs: .dsse)
        let authority = AttestationAuthority(name: "google", keys: [key])
        for occurrence in try occurrences("github") {
            let verdict = authority.verdict(on: occurrence, about: try ImageDigest(Self.digest), now: Example.now)
            #expect(!verdict.isVerified)
        }
    }

    @Test("Envelopes signed by a certificate of somebody else have no key here")
    func keylessEnvelopes() throws {
        let folder = try Surroundings.shared().appending(path: "data/intoto")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(files.count == 3)
        for file in files {
            let bytes = try [UInt8](Data(contentsOf: folder.appending(path: file)))
            let attestations = Attestation.all(in: try DSSE.envelope(json: bytes))
            let authority = try google()
            let verdict = authority.verdict(on: attestations, about: Example.digest, now: Example.now)
            #expect(verdict.reasons.count == 1)
            #expect(verdict.reasons.first?.contains("names no key") == true, "\(verdict.explanation)")
            let anyKey = AttestationAuthority(name: "google", keys: authority.keys)
            let tried = anyKey.verdict(on: attestations, about: Example.digest, now: Example.now)
            #expect(tried.reasons.first?.hasPrefix("no key of google verifies it") == true, "\(tried.explanation)")
        }
    }

    // MARK: Google's keys and files

    private func verdict(on name: String, about digest: ImageDigest? = nil) throws -> AttestationVerdict {
        let google = try google()
        let digest = try digest ?? ImageDigest(Self.digest)
        let verdicts = try occurrences(name).map { google.verdict(on: $0, about: digest, now: Example.now) }
        return .combined(verdicts, authority: google.name)
    }

    private func google() throws -> AttestationAuthority {
        let folder = try Surroundings.shared().appending(path: "data/gcb/keys")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).map { String($0.dropLast(4)) }
        #expect(names.count == 22)
        let keys = try names.sorted().map { name in
            if name.hasPrefix("global-pae") { return try key(name, id: name, signs: .dsse) }
            let id = Self.globalKey.replacingOccurrences(of: "global", with: name)
            return try key(name, id: id, signs: .rawPayload)
        }
        return AttestationAuthority(name: "google", keys: keys, requiresKeyIDs: true)
    }

    private func key(_ name: String, id: String, signs: SignedForm) throws -> AttestationKey {
        let file = try Surroundings.shared().appending(path: "data/gcb/keys/\(name).key")
        let pem = try String(contentsOf: file, encoding: .utf8)
        return AttestationKey(try PKIXPublicKey(pem: pem, algorithm: .ecdsaP256), id: id, signs: signs)
    }

    private func document(_ name: String) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: file(name)))
        return try #require(object as? [String: Any])
    }

    private func file(_ name: String) throws -> URL {
        try Surroundings.shared().appending(path: "data/gcb/provenance/gcloud-container-\(name).json")
    }

    private func occurrences(_ name: String) throws -> [Occurrence] {
        let summary = try #require(try document(name)["provenance_summary"] as? [String: Any])
        return try #require(summary["provenance"] as? [Any]).map {
            try Occurrence(jsonUTF8Bytes: [UInt8](JSONSerialization.data(withJSONObject: $0)))
        }
    }
}
