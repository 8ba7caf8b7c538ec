import GrafeasProto
import MetadataModel
import SwiftProtobuf
import Testing

@testable import Reports

/// What each format says of vulnerabilities, as notes.
@Suite("Assessments of each format")
struct AssessmentDocumentTests {
    static let image = WrittenAssessments.image
    private static let provider = ParentName(project: "security")

    static func records(_ text: String, image: String? = nil) throws -> [ReportRecords] {
        let report = try Report(parsing: Array(text.utf8))
        return try report.records(for: ReportTarget(image: image, provider: provider))
    }

    private func notes(_ text: String, image: String? = nil) throws -> [Grafeas_V1_VulnerabilityAssessmentNote] {
        let records = try Self.records(text, image: image)
        #expect(records.count == 1)
        return records[0].notes.map(\.note.vulnerabilityAssessment)
    }

    @Test("Every format is told from its content, and its notes may be stored", arguments: WrittenAssessments.all)
    func formatsAreDetected(text: String) throws {
        let format = try ReportFormat.detect(Array(text.utf8))
        for other in ReportFormat.allCases where other != format {
            #expect(throws: ReportProblem.self) { try Report(parsing: Array(text.utf8), format: other) }
        }
        let records = try Self.records(text, image: "registry.example/shop/web@\(WrittenAssessments.digest)")
        #expect(records.count == 1 && records[0].resourceURI == Self.image)
        #expect(!records[0].replacesEarlier && records[0].occurrences.isEmpty && records[0].source == "vex")
        for entry in records[0].notes {
            #expect(ResourceID.isValid(entry.id) && entry.id.hasPrefix("vex-") && entry.id.utf8.count == 36)
            #expect(entry.note.problems(Limits()) == [] && entry.note.kindOfType == .vulnerabilityAssessment)
            #expect(entry.note.vulnerabilityAssessment.product.genericUri == Self.image)
        }
        #expect(Set(records[0].notes.map(\.id)).count == records[0].notes.count)
    }

    @Test(
        "The published CycloneDX examples",
        arguments: [
            ("affected", Grafeas_V1_VulnerabilityAssessmentNote.Assessment.State.affected, 2), ("fixed", .fixed, 0),
            ("not_affected", .notAffected, 1), ("under_investigation", .underInvestigation, 0),
        ]
    )
    func realFiles(name: String, state: AssessmentState, remediations: Int) throws {
        let path = "vex/cyclonedx-case1-\(name).json"
        let text = String(decoding: try RealReports.bytes(path), as: UTF8.self)
        let object = try RealReports.object(path)
        let analysis = (object["vulnerabilities"] as? [[String: Any]])?.first?["analysis"] as? [String: Any]
        let note = try #require(notes(text, image: Self.image).first)
        #expect(note.assessment.vulnerabilityID == "CVE-2021-44228" && note.assessment.state == state)
        #expect(note.assessment.impacts == [analysis?["detail"] as? String ?? ""])
        #expect(note.assessment.remediations.count == remediations)
        #expect(note.product.id.isEmpty && note.product.name.isEmpty)
        let isNotPresent = note.assessment.justification.justificationType == .vulnerableCodeNotPresent
        #expect(isNotPresent == (name == "not_affected"))
        #expect(note.assessment.relatedUris.map(\.url) == ["https://nvd.nist.gov/vuln/detail/CVE-2021-44228"])
        #expect(throws: ReportProblem.self) { try Self.records(text) }
    }

    @Test("OpenVEX: each image and subcomponent is a note, and the latest statement counts")
    func openVEX() throws {
        let records = try Self.records(WrittenAssessments.openVEX)
        #expect(records.map(\.author) == ["Wolfi J Inkinson", "Wolfi J Inkinson"])
        let other = "https://registry.example/shop/api@\(WrittenAssessments.other)"
        #expect(Set(records.map(\.resourceURI)) == [Self.image, other])
        let notes = try #require(records.first { $0.resourceURI == Self.image }).notes
        let messages = notes.map(\.note.vulnerabilityAssessment)
        #expect(messages.map(\.product.id) == ["", "", "pkg:deb/debian/bash@5.0-4?arch=amd64"])
        #expect(messages.map(\.product.name) == ["", "busybox", "bash"], "the narrowest is the last")
        let whole = messages[0]
        #expect(whole.assessment.vulnerabilityID == "GHSA-aaaa-bbbb-cccc" && whole.assessment.cve == "CVE-2023-0002")
        #expect(whole.assessment.state == .notAffected, "the earlier statement stands behind the later one")
        #expect(whole.assessment.justification.justificationType == .vulnerableCodeNotInExecutePath)
        #expect(whole.assessment.justification.details == "read the code")
        #expect(whole.assessment.impacts == ["never called"] && whole.assessment.remediations.isEmpty)
        #expect(whole.assessment.relatedUris.count == 2 && whole.publisher.name == "Wolfi J Inkinson")
        #expect(notes[0].note.shortDescription == "GHSA-aaaa-bbbb-cccc: not affected")
        #expect(notes[0].note.longDescription.contains("vex-84822c4e5028c, version 2, 2023-01-09T00:02:03Z"))
        #expect(messages[1].assessment.state == .underInvestigation)
        #expect(records.last { $0.resourceURI == other }?.notes.count == 1)
    }

    @Test("OpenVEX of the first drafts: names are strings, and a statement may leave the product to what it comes with")
    func firstOpenVEX() throws {
        let image = "https://ghcr.io/puerco/miniprow@\(WrittenAssessments.digest)"
        let notes = try notes(WrittenAssessments.firstOpenVEX, image: image)
        #expect(notes.map(\.assessment.vulnerabilityID) == ["CVE-2022-0001", "CVE-2022-39046"])
        #expect(notes.map(\.product.id) == ["", "pkg:apk/wolfi/glibc@2.36-r1"])
        let found = #expect(throws: ReportProblem.self) { try Self.records(WrittenAssessments.firstOpenVEX) }
        #expect(found?.path == "statements[1]")
    }

    @Test("CSAF: products as parts of images, remarks by product and by group")
    func csaf() throws {
        let records = try #require(Self.records(WrittenAssessments.csaf).first)
        #expect(records.resourceURI == "https://registry.redhat.io/openshift4/ose-etcd@\(WrittenAssessments.digest)")
        let notes = records.notes.map(\.note.vulnerabilityAssessment)
        #expect(notes.map(\.assessment.state) == [.fixed, .notAffected, .notAffected])
        #expect(notes.map(\.product.name) == ["", "kernel", "zlib"])
        #expect(notes.map(\.product.id) == ["", "pkg:rpm/redhat/kernel?arch=src", ""])
        let justifications = notes.map(\.assessment.justification.justificationType)
        #expect(justifications == [.unspecified, .componentNotPresent, .vulnerableCodeNotPresent])
        #expect(
            notes.map(\.assessment.impacts) == [["Moderate"]]
                + Array(repeating: ["not built in", "Moderate"], count: 2)
        )
        #expect(notes[0].assessment.remediations.map(\.remediationType) == [.vendorFix])
        #expect(notes[0].assessment.remediations.map(\.remediationUri.url.isEmpty) == [false])
        #expect(notes[1].assessment.remediations.isEmpty)
        #expect(notes[0].publisher.publisherNamespace == "https://www.redhat.com")
        #expect(!notes[0].publisher.issuingAuthority.isEmpty && notes[0].languageCode == "en")
        #expect(notes[0].title == "etcd: denial of service" && notes[0].assessment.shortDescription == notes[0].title)
    }

    @Test("CycloneDX: the main component is the image, packages and parts of it are within")
    func cycloneDX() throws {
        let notes = try notes(WrittenAssessments.cycloneDX, image: Self.image)
        #expect(notes.map(\.product.id) == ["", "", "", "pkg:npm/%40angular/core@1.0"])
        #expect(notes.map(\.product.name) == ["", "", "part", "@angular/core"])
        #expect(notes.map(\.assessment.state) == [.notAffected, .fixed, .notAffected, .notAffected])
        let first = notes[0].assessment
        #expect(first.vulnerabilityID == "GHSA-aaaa-bbbb-cccc" && first.cve == "CVE-2024-0001")
        #expect(first.justification.justificationType == .vulnerableCodeCannotBeControlledByAdversary)
        #expect(first.remediations.map(\.remediationType) == [.noFixPlanned, .vendorFix, .mitigation, .workaround])
        #expect(notes[0].publisher.name == "Security team" && first.impacts == ["not ours"])
    }

    @Test("The words of OpenVEX and CycloneDX each have their meaning")
    func words() throws {
        let states: [(String, String, AssessmentState)] = [
            ("affected", "exploitable", .affected), ("fixed", "resolved", .fixed),
            ("under_investigation", "in_triage", .underInvestigation), ("not_affected", "not_affected", .notAffected),
        ]
        for (open, cyclone, state) in states {
            let text =
                #"{"@context": "https://openvex.dev/ns/v0.0.1", "author": "a", "statements": "#
                + #"[{"vulnerability": "CVE-1", "status": "\#(open)"}]}"#
            #expect(try notes(text, image: Self.image).map(\.assessment.state) == [state])
            let bom =
                #"{"bomFormat": "CycloneDX", "vulnerabilities": "#
                + #"[{"id": "CVE-1", "analysis": {"state": "\#(cyclone)"}}]}"#
            #expect(try notes(bom, image: Self.image).map(\.assessment.state) == [state])
            #expect(try Self.records(bom, image: Self.image).map(\.author) == ["an unnamed author"])
        }
    }

    @Test("The same assessment has the same id again, whoever else says it has another")
    func idsAreStable() throws {
        let text = WrittenAssessments.cycloneDX
        let ids = try Self.records(text, image: Self.image)[0].notes.map(\.id)
        let newer = text.replacing("\"version\": 3", with: "\"version\": 4").replacing(
            "false_positive",
            with: "resolved"
        )
        #expect(try Self.records(newer, image: Self.image)[0].notes.map(\.id) == ids)
        let foreign = text.replacing("Security team", with: "Others")
        #expect(try Set(Self.records(foreign, image: Self.image)[0].notes.map(\.id)).isDisjoint(with: ids))
    }
}
