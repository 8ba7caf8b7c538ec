import Foundation
import GrafeasProto
import MetadataModel
import TestSupport
import Testing

@testable import Reports

/// What Google Cloud Build says of an image: one genuine document, and many that somebody tampered with.
@Suite("Provenance of Google Cloud Build")
struct CloudBuildTests {
    private static let digest = "sha256:1a033b002f89ed2b8ea733162497fb70f1a4049a7f8602d6a33682b4ad9921fd"
    private static let image =
        "us-west2-docker.pkg.dev/gosst-scare-sandbox/quickstart-docker-repo/quickstart-image"
    private static let occurrence = "provenance_summary.provenance[0]"

    private static func bytes(_ name: String) throws -> [UInt8] {
        try RealReports.bytes("gcb/provenance/gcloud-container-\(name).json")
    }

    /// Signatures are not verified here, so those of a wrong key or without one are taken, to be verified later.
    @Test(
        "Documents that agree with themselves on what was built and by whom are taken",
        arguments: [
            ("github", 1), ("empty-keyid", 1), ("no-keyid", 1), ("invalid-keyid", 1), ("empty-signature-region", 1),
            ("invalid-signature-region", 1), ("mismatch-text-steps", 1), ("multiple-invalid-signatures", 1),
            ("multiple-signatures-2ndvalid", 1), ("multiple-signatures-3rdvalid", 1),
            // Of three occurrences the three or two are the same.
            ("multiple-invalid-provenance", 1), ("multiple-provenance-2ndvalid", 2),
            ("multiple-provenance-3rdvalid", 2),
        ]
    )
    func taken(name: String, occurrences: Int) throws {
        let records = try provenance(Self.bytes(name))
        let record = try #require(records.first)
        #expect(records.count == 1 && record.occurrences.count == occurrences)
        #expect(record.resourceURI == "https://\(Self.image)@\(Self.digest)")
        #expect(record.author == "https://cloudbuild.googleapis.com/GoogleHostedWorker@v0.2")
        let note = try #require(record.notes.first)
        #expect(note.id.hasPrefix("build-cloudbuild.googleapis.com-GoogleHostedWorker@v0.2-"))
        #expect(record.notes.count == 1 && note.note.kindOfType == .build)
        let list = try RealReports.object("gcb/provenance/gcloud-container-\(name).json")["provenance_summary"]
        let originals = try #require((list as? [String: Any])?["provenance"] as? [[String: Any]])
        for entry in record.occurrences {
            #expect(entry.json?.version == .v1 && entry.occurrence.details == nil)
            let kept = try JSONSerialization.jsonObject(with: Data(#require(entry.json).text.utf8))
            #expect(originals.contains { NSDictionary(dictionary: $0).isEqual(kept) }, "kept as it is")
        }
    }

    @Test(
        "Documents that contradict themselves are refused, with the path at fault",
        arguments: [
            ("empty-signature", "\(occurrence).envelope.signatures[0].sig"),
            ("invalid-signature-encoding", "\(occurrence).envelope.signatures[0].sig"),
            ("mismatch-metadata-kind", "\(occurrence).kind"),
            ("mismatch-metadata-urisha256", "\(occurrence).resourceUri"),
            ("mismatch-payload-builderid", "\(occurrence).envelope.payload: subject[0].digest.sha256"),
            ("mismatch-payload-digest", "\(occurrence).envelope.payload: subject[0].digest.sha256"),
            ("mismatch-summary-digest", "image_summary.digest"),
            ("mismatch-text-digest", "\(occurrence).build.intotoStatement.subject[0].digest.sha256"),
            // Not JSON: a member is missing where a comma says that there is one.
            ("no-signature", "\(occurrence).envelope.signatures[0].keyid"),
        ]
    )
    func refused(name: String, path: String) throws {
        let bytes = try Self.bytes(name)
        let found = #expect(throws: ReportProblem.self) { try provenance(bytes) }
        #expect(found?.path == path, "\(found?.line ?? "")")
    }

    @Test("Every file is in one of the tables")
    func everyFile() throws {
        #expect(try RealReports.files("gcb/provenance", suffix: ".json").count == 13 + 9)
    }

    @Test(
        "Other builders in the copy than in the signed statement, and what is not there, are refused",
        arguments: [
            (
                #""id": "https://cloudbuild.googleapis.com/GoogleHostedWorker@v0.2""#,
                #""id": "https://other.example""#,
                "\(occurrence).build.intotoStatement"
            ),
            (
                #""fully_qualified_digest": ""#, #""fully_qualified_digest": "@"#,
                "image_summary.fully_qualified_digest"
            ),
            (#""resourceUri""#, #""resource""#, "\(occurrence).resourceUri"),
            (#""provenance": ["#, #""provenance": [], "others": ["#, "provenance_summary.provenance"),
            (#""payloadType": "application"#, #""payloadType": "text"#, "\(occurrence).envelope.payloadType"),
        ]
    )
    func wrong(original: String, replacement: String, path: String) throws {
        let text = String(decoding: try Self.bytes("github"), as: UTF8.self)
        #expect(text.contains(original))
        let found = provenanceProblem(text.replacing(original, with: replacement, maxReplacements: 1))
        #expect(found?.path == path, "\(found?.line ?? "")")
    }

    @Test("A document cut off anywhere is refused, and random damage never does more than that")
    func damage() throws {
        let bytes = try Self.bytes("github")
        var random = SeededGenerator(seed: 20_260_203)
        for part in 0..<100 {
            let cut = Array(bytes[..<((bytes.count - 2) * part / 100)])
            #expect(throws: ReportProblem.self) { try provenance(cut) }
            var damaged = bytes
            let at = Int.random(in: 0..<damaged.count, using: &random)
            damaged[at] = [0x22, 0x2C, 0x7B, 0x5D, 0x30, 0x0A, 0xFF].randomElement(using: &random) ?? 0
            _ = try? provenance(damaged)
        }
    }

    @Test("An image given must be the one described")
    func imageGiven() throws {
        let bytes = try Self.bytes("github")
        #expect(try provenance(bytes, image: Self.image).first?.resourceURI == "https://\(Self.image)@\(Self.digest)")
        let mirror = "registry.example/mirror@\(Self.digest)"
        #expect(try provenance(bytes, image: mirror).first?.resourceURI == "https://" + mirror)
        #expect(throws: ReportProblem.self) { try provenance(bytes, image: RealReportTests.image) }
    }
}
