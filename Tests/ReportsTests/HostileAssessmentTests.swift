import GrafeasProto
import MetadataModel
import Testing

@testable import Reports

/// Judgements that are small as documents and would be large, or long in the reading, as notes.
@Suite("Hostile assessments")
struct HostileAssessmentTests {
    private func problem(_ text: String, _ limits: ReportLimits = ReportLimits()) -> ReportProblem? {
        do {
            let report = try Report(parsing: Array(text.utf8), limits: limits)
            var target = ReportTarget(image: AssessmentDocumentTests.image, provider: .init(project: "security"))
            target.limits = limits
            let records = try report.records(for: target)
            Issue.record("taken with \(records.map(\.notes.count)) notes")
            return nil
        } catch {
            return error
        }
    }

    /// - Parameters:
    ///   - groups: `product_groups` as JSON.
    ///   - references: `known_not_affected` as JSON.
    private func csaf(products: Int, groups: String = "[]", references: String, remarks: String = "[]") -> String {
        let names = (0..<products).map {
            #"{"name": "p\#($0)", "product_id": "p\#($0)", "#
                + #""product_identification_helper": {"purl": "pkg:npm/p\#($0)"}}"#
        }
        return #"{"document": {"category": "csaf_vex", "csaf_version": "2.0", "publisher": {"name": "a"}}, "#
            + #""product_tree": {"full_product_names": [\#(names.joined(separator: ","))], "product_groups": \#(groups)}, "#
            + #""vulnerabilities": [{"cve": "CVE-1", "product_status": {"known_not_affected": \#(references)}, "#
            + #""threats": \#(remarks)}]}"#
    }

    private func list(_ count: Int, _ element: (Int) -> String) -> String {
        "[" + (0..<count).map(element).joined(separator: ",") + "]"
    }

    @Test("Remarks that hold for all products are not repeated without end")
    func repeatedRemarks() {
        let remarks = list(10) { _ in #"{"category": "impact", "details": "\#(String(repeating: "x", count: 1000))"}"# }
        let text = csaf(products: 100, references: list(100) { "\"p\($0)\"" }, remarks: remarks)
        var limits = ReportLimits()
        limits.assessmentNotesBytesMax = 500_000
        let found = problem(text, limits)
        #expect(found?.path.hasPrefix("vulnerabilities[0].product_status.known_not_affected[4") == true)
        #expect(found?.description.hasPrefix("at most 500000 bytes of notes") == true, "\(found?.line ?? "")")
    }

    @Test("A product is in so many groups only, and in each of them once")
    func groups() throws {
        func groups(_ count: Int) -> String { list(count) { #"{"group_id": "g\#($0)", "product_ids": ["p0", "p0"]}"# } }
        let found = problem(csaf(products: 1, groups: groups(101), references: #"["p0"]"#))
        #expect(found?.path == "product_tree.product_groups[100].product_ids[0]")
        let remarks = #"[{"category": "impact", "details": "last", "group_ids": ["g99", "unknown"]}]"#
        let references = list(10_000) { _ in "\"p0\"" }
        let text = csaf(products: 1, groups: groups(100), references: references, remarks: remarks)
        let records = try AssessmentDocumentTests.records(text, image: AssessmentDocumentTests.image)
        #expect(records[0].notes.map(\.note.vulnerabilityAssessment.assessment.impacts) == [["last"]])
    }

    private func cycloneDX(affects: Int, members: Int) -> String {
        let others = (0..<members).map { #""x\#($0)": 1, "# }.joined()
        return #"{"bomFormat": "CycloneDX", "metadata": {\#(others)"component": {\#(others)"bom-ref": "main"}}, "#
            + #""vulnerabilities": [{"id": "CVE-1", "analysis": {"state": "resolved"}, "#
            + #""affects": \#(list(affects) { #"{"ref": "pkg:npm/p\#($0)"}"# })}]}"#
    }

    @Test("The main component is looked up once, however long it is")
    func mainComponent() throws {
        let text = cycloneDX(affects: 5000, members: 20_000)
        let records = try AssessmentDocumentTests.records(text, image: AssessmentDocumentTests.image)
        #expect(records[0].notes.count == 5000)
    }

    @Test("Products of one vulnerability are counted before they are all read")
    func products() {
        var limits = ReportLimits()
        limits.assessmentsMax = 3
        let found = problem(cycloneDX(affects: 5, members: 0), limits)
        #expect(found?.path == "vulnerabilities[0].affects[3]")
    }

    @Test("Many subjects behind much else are found without walking there for each")
    func subjects() throws {
        let values = list(200_000) { _ in "1" }
        let digest = String(repeating: "a", count: 64)
        let subjects = list(1000) { #"{"name": "f\#($0)", "digest": {"sha256": "\#(digest)"}}"# }
        let text =
            #"{"x": \#(values), "_type": "https://in-toto.io/Statement/v1", "subject": \#(subjects), "#
            + #""predicateType": "https://slsa.dev/provenance/v1", "predicate": {"runDetails": {"builder": "#
            + #"{"id": "https://builder.example"}}, "buildDefinition": {"buildType": "https://type.example"}}}"#
        let found = problem(text)
        #expect(found?.description.contains("not about") == true, "\(found?.line ?? "")")
    }
}
