import Foundation
import GrafeasProto
import MetadataModel
import SwiftProtobuf
import TestSupport
import Testing

@testable import Reports

/// Provenance that builders really wrote.
@Suite("Real provenance")
struct RealProvenanceTests {
    /// What is in an envelope of `data/intoto`, read with Python.
    struct Envelope: CustomTestStringConvertible, Sendable {
        let file: String
        let payloadSHA256: String
        let subjects: [String: String]
        let builder: String
        let repository: String
        let commit: String
        let entryPoint: String
        let invocation: String
        let creator: String
        let event: String
        let materials: Int
        let signatureSHA256: String

        var testDescription: String { file }

        static let all = [
            Envelope(
                file: "annotated-tag",
                payloadSHA256: "124bb91e02cff06370ba678d415a0566537612ac1b1f30f2b7e682990a0fa4c2",
                subjects: [
                    "artifact1": "482ce8c8f7e867da3a3c05a9aee637703e17470ed1cf882a9e5b405e8f82619d",
                    "artifact2": "89cfc6954e88b2f92a7c2879d9eb085c42f3c7065d012a5066f450dbe59b2c00",
                ],
                builder: "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/"
                    + "generator_generic_slsa3.yml@refs/tags/v1.2.2",
                repository: "https://github.com/asraa/slsa-on-github-test",
                commit: "f24af35a7c714f1b4eeb53afefb57fa11bd5c95c",
                entryPoint: ".github/workflows/slsa-generic.yml",
                invocation: "4069568961-1",
                creator: "asraa",
                event: "push",
                materials: 1,
                signatureSHA256: "d92e162da97b8170b890aabb46526bfbc5d5d1a795b3170884c7c775d626b58f"
            ),
            Envelope(
                file: "binary-linux-amd64-multi-subject-first",
                payloadSHA256: "427ae43318b3b87098490d6a8a6329fb6a1cb5f06e437a1bf0b28cba3436024f",
                subjects: [
                    "artifact1": "482ce8c8f7e867da3a3c05a9aee637703e17470ed1cf882a9e5b405e8f82619d",
                    "artifact2": "89cfc6954e88b2f92a7c2879d9eb085c42f3c7065d012a5066f450dbe59b2c00",
                    "artifact3": "7a5d21a6adac945561d859bd1decfc37b2408788cf3206df3519e281afd31b6e",
                ],
                builder: "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/"
                    + "generator_generic_slsa3.yml@refs/heads/main",
                repository: "https://github.com/slsa-framework/example-package",
                commit: "60a179bd9181657528c7b14243f07511b4f63cf5",
                entryPoint: ".github/workflows/e2e.generic.schedule.main.multi-subjects.slsa3.yml",
                invocation: "4060917406-1",
                creator: "laurentsimon",
                event: "schedule",
                materials: 1,
                signatureSHA256: "02acabc351feb2c6ded61834b4dd6026af746dcd3e53604a455b27dfd71625fb"
            ),
            Envelope(
                file: "binary-linux-amd64-untrusted-builder",
                payloadSHA256: "0ed805261afa2ae8db40da93f795973f597dc796bb0eabf0cc0f5efbed34b135",
                subjects: [
                    "binary-linux-amd64": "b01c4f22b92c57fe1c94ba99b568e8d704bbf544882784b5b8c765fc32e627c4"
                ],
                builder: "https://github.com/asraa/slsa-github-generator/.github/workflows/"
                    + "builder_go_slsa3.yml@refs/tags/v1.4.0",
                repository: "https://github.com/asraa/slsa-on-github-test",
                commit: "d674cb41a5d97a117426ef18c6881b3185f4e33a",
                entryPoint: ".github/workflows/go-builder.yml",
                invocation: "4069396497-1",
                creator: "asraa",
                event: "workflow_dispatch",
                materials: 2,
                signatureSHA256: "13ec79809822e9a3c11c42f32db7f6c374425163dcb78f7f5da5663f4b257915"
            ),
        ]
    }

    @Test("An envelope is a build and an attestation of each of its subjects", arguments: Envelope.all)
    func envelopes(expected: Envelope) throws {
        let path = "intoto/\(expected.file).intoto.jsonl"
        let records = try provenance(RealReports.bytes(path))
        #expect(try ReportFormat.detect(RealReports.bytes(path)) == .dsse)
        #expect(records.map(\.resourceURI).sorted() == expected.subjects.map { "file://sha256:\($1):\($0)" }.sorted())
        for record in records {
            #expect(record.author == expected.builder)
            #expect(record.notes.map(\.note.kindOfType) == [.build, .dsseAttestation])
            #expect(
                record.occurrences.map(\.key) == [
                    ["build", expected.payloadSHA256], ["dsse", expected.payloadSHA256, expected.signatureSHA256],
                ]
            )
            try checkBuild(record.occurrences[0].occurrence.build, expected)
            let dsse = record.occurrences[1].occurrence.dsseAttestation
            let object = try RealReports.object(path)
            #expect(dsse.envelope.payload == Data(base64Encoded: try #require(object["payload"] as? String)))
            #expect(dsse.envelope.payloadType == "application/vnd.in-toto+json")
            #expect(dsse.envelope.signatures.count == 1)
            #expect(dsse.statement == record.occurrences[0].occurrence.build.intotoStatement)
        }
    }

    private func checkBuild(_ build: Grafeas_V1_BuildOccurrence, _ expected: Envelope) throws {
        let provenance = build.provenance
        #expect(provenance.id == expected.invocation && provenance.creator == expected.creator)
        #expect(provenance.sourceProvenance.context.git.url == expected.repository)
        #expect(provenance.sourceProvenance.context.git.revisionID == expected.commit)
        #expect(provenance.buildOptions["entry_point"] == expected.entryPoint)
        #expect(provenance.buildOptions["event"] == expected.event)
        #expect(!provenance.hasStartTime && !provenance.hasEndTime, "these builders do not say when")
        let artifacts = provenance.builtArtifacts.map { [$0.names[0], $0.checksum] }.sorted { $0[0] < $1[0] }
        #expect(artifacts == expected.subjects.map { [$0, "sha256:\($1)"] }.sorted { $0[0] < $1[0] })
        let statement = build.intotoStatement
        #expect(statement.type == "https://in-toto.io/Statement/v0.1")
        let predicate = statement.slsaProvenanceZeroTwo
        #expect(predicate.builder.id == expected.builder && predicate.materials.count == expected.materials)
        #expect(predicate.invocation.environment.fields["github_actor"]?.stringValue == expected.creator)
        #expect(predicate.metadata.completeness.parameters && !predicate.metadata.completeness.materials)
    }

    @Test("One of several subjects is taken by its digest alone")
    func oneOfSeveral() throws {
        let expected = Envelope.all[1]
        let digest = "sha256:" + (expected.subjects["artifact2"] ?? "")
        let bytes = try RealReports.bytes("intoto/\(expected.file).intoto.jsonl")
        let records = try provenance(bytes, image: "registry.example/app@\(digest)")
        #expect(records.map(\.resourceURI) == ["https://registry.example/app@\(digest)"])
        #expect(throws: ReportProblem.self) { try provenance(bytes, image: "registry.example/app") }
        #expect(throws: ReportProblem.self) { try provenance(bytes, image: RealReportTests.image) }
    }

    @Test("An envelope cut off anywhere is refused", arguments: Envelope.all)
    func cutOff(expected: Envelope) throws {
        let bytes = try RealReports.bytes("intoto/\(expected.file).intoto.jsonl")
        for part in 0..<50 {
            let cut = Array(bytes[..<(bytes.count * part / 50)])
            #expect(throws: ReportProblem.self) { try provenance(cut) }
        }
    }
}
