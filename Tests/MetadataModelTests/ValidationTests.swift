import GrafeasProto
import MetadataModel
import SwiftProtobuf
import Testing

/// Validation finds every fault at once, and finds none in what real clients send.
struct ValidationTests {
    @Test func everyFaultIsListed() {
        let occurrence = Occurrence.with {
            $0.noteName = "notes/x"
            $0.vulnerability.packageIssue = [
                .with { $0.affectedPackage = "a" }, Grafeas_V1_VulnerabilityOccurrence.PackageIssue(),
            ]
        }
        #expect(
            occurrence.problems(Limits()).map(\.field) == [
                "resource_uri", "note_name", "vulnerability.package_issue[1].affected_package",
            ]
        )
        #expect(Occurrence().problems(Limits()).map(\.field) == ["resource_uri", "note_name", "details"])
        #expect(Note().problems(Limits()).map(\.field) == ["type"])
    }

    @Test func whatClientsLeaveOutIsNoFault() {
        let vulnerability = Occurrence.with {
            $0.resourceUri = "https://r/a"
            $0.noteName = "projects/p/notes/n"
            $0.vulnerability.packageIssue = [.with { $0.affectedPackage = "openssl" }]
        }
        #expect(vulnerability.problems(Limits()).isEmpty)
        let deployment = Occurrence.with {
            $0.resourceUri = "r/a"
            $0.noteName = "projects/p/notes/n"
            $0.deployment.deployTime.seconds = 1
        }
        #expect(deployment.problems(Limits()).isEmpty)
        let hint = Note.with { $0.attestation.hint.humanReadableName = "qa" }
        #expect(hint.problems(Limits()).isEmpty)
    }

    @Test func resourcesAreBounded() {
        let long = Occurrence.with { $0.resourceUri = String(repeating: "x", count: 2049) }
        #expect(long.problems(Limits()).first?.description == "has 2049 bytes; at most 2048 are taken")
        let control = Occurrence.with { $0.resourceUri = "a\u{0}b" }
        #expect(control.problems(Limits()).first?.description == #"contains a control character: "a\u{0}b""#)
    }

    @Test func kindsFollowTheirDetail() {
        #expect(Occurrence.with { $0.secret.kind = .unknown }.kindOfDetails == .secret)
        #expect(Note.with { $0.vulnerabilityAssessment.title = "x" }.kindOfType == .vulnerabilityAssessment)
        #expect(Kind.discovery.mayHang(onNoteOf: .vulnerability))
        #expect(Kind.dsseAttestation.mayHang(onNoteOf: .attestation))
        #expect(!Kind.attestation.mayHang(onNoteOf: .dsseAttestation))
        #expect(!Kind.build.mayHang(onNoteOf: .discovery))
    }
}
