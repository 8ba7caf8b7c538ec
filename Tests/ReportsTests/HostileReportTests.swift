import TestSupport
import Testing

@testable import Reports

/// What is malformed, cut off, of another kind or too large is refused whole, with the path at fault.
@Suite("Hostile reports")
struct HostileReportTests {
    /// The problem of a report, which must have one.
    private func problem(_ text: String, _ limits: ReportLimits = ReportLimits()) -> ReportProblem? {
        do {
            let report = try ScanReport(parsing: Array(text.utf8), limits: limits)
            Issue.record("taken as \(report.format) with \(report.findings.count) findings")
            return nil
        } catch {
            return error
        }
    }

    @Test("A report cut off anywhere is refused", arguments: WrittenReports.all)
    func cutOff(text: String) {
        let bytes = Array(text.utf8)
        for part in 0..<50 {
            let cut = Array(bytes[..<(bytes.count * part / 50)])
            #expect(throws: ReportProblem.self) { try ScanReport(parsing: cut) }
        }
    }

    @Test(
        "A real report cut off anywhere is refused, and says where it ends",
        arguments: RealReport.trivy + RealReport.grype
    )
    func realCutOff(report: RealReport) throws {
        let bytes = try RealReports.bytes(report.path)
        for part in 1..<50 {
            let cut = Array(bytes[..<(bytes.count * part / 50)])
            let found = #expect(throws: ReportProblem.self) { try ScanReport(parsing: cut) }
            #expect(found?.description.hasPrefix("line ") == true)
        }
    }

    @Test("Where the text ends is said by path")
    func cutOffPath() {
        let found = problem(#"{"SchemaVersion": 2, "Results": [{"Vulnerabilities": [{}, {"PkgName": "ba"#)
        #expect(found?.path == "Results[0].Vulnerabilities[1].PkgName")
        #expect(
            found?.description
                == "line 1, column 74: the text ends where the closing quote of a string was expected; it is cut off"
        )
    }

    @Test("Random damage never does more than be refused", arguments: WrittenReports.all)
    func damage(text: String) {
        let bytes = Array(text.utf8)
        var random = SeededGenerator(seed: 20_260_124)
        for _ in 0..<300 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let at = Int.random(in: 0..<damaged.count, using: &random)
                damaged[at] = [0x22, 0x2C, 0x5B, 0x7B, 0x5D, 0x30, 0x5C, 0xFF, 0x00].randomElement(using: &random) ?? 0
            }
            guard let report = try? ScanReport(parsing: damaged) else { continue }
            if let records = try? RealReportTests.records(report) {
                #expect(throws: Never.self) { try checkValid(records, image: RealReportTests.image) }
            }
        }
    }

    @Test(
        "What is no report is told what it is",
        arguments: [
            ("", "is empty"), ("   ", "is empty"), ("hello", "expected a value"), ("[]", "a report is a JSON object"),
            ("{} {}", "the end of the text"), ("{\"a\": 1,}", "a value after the comma"), ("{a: 1}", "double quotes"),
            ("{\"a\": 01}", "expected a value"), ("{\"a\": NaN}", "expected a value"),
            ("{\"a\": \"\u{1}\"}", "control character"), (#"{"a": "\x"}"#, "escape"), (#"{"a": "\ud800"}"#, "escape"),
            (#"{"a": 1, "\u0061": 2}"#, "given twice"), ("{}", "none of the reports known here"),
            (#"{"document": {}, "product_tree": {}}"#, "a CSAF document without vulnerabilities"),
            (#"{"_type": "x", "subject": []}"#, "an in-toto statement without predicateType"),
            (#"{"image_summary": {}}"#, "--show-provenance"),
            (#"{"SPDXID": "SPDXRef-DOCUMENT", "packages": []}"#, "without spdxVersion"),
            (#"{"bomFormat": "CycloneDX"}"#, "neither components nor vulnerabilities"),
            (#"{"artifacts": [], "artifactRelationships": []}"#, "a Syft SBOM without descriptor"),
            (#"{"@context": "https://schema.org", "@graph": []}"#, "not that of SPDX 3"),
            (#"{"apiVersion": "v1", "kind": "Pod"}"#, "a Kubernetes object"),
        ]
    )
    func otherThings(text: String, expected: String) {
        let found = problem(text)
        #expect(found?.description.contains(expected) == true, "\(found?.line ?? "")")
    }

    @Test(
        "Files of other kinds are refused",
        arguments: [
            "osv/GO-2020-0001.json", "kubernetes/pod-create.json",
        ]
    )
    func foreignFiles(path: String) throws {
        let bytes = try RealReports.bytes(path)
        let found = #expect(throws: ReportProblem.self) { try ScanReport(parsing: bytes) }
        #expect(found?.path == "")
        #expect(found?.description.hasPrefix("this is ") == true)
    }

    @Test("Text that is not UTF-8 is refused")
    func notUTF8() {
        #expect(throws: ReportProblem.self) { try ScanReport(parsing: [0x7B, 0xFF, 0x7D]) }
        let utf16 = Array("{}".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        #expect(throws: ReportProblem.self) { try ScanReport(parsing: [0xFF, 0xFE] + utf16) }
    }

    @Test("A byte order mark in front is passed over")
    func byteOrderMark() throws {
        #expect(try ScanReport(parsing: [0xEF, 0xBB, 0xBF] + Array(WrittenReports.trivy.utf8)).findings.count == 1)
    }

    @Test("Bounds hold: bytes, values, depth, findings")
    func bounds() {
        var limits = ReportLimits()
        limits.reportBytesMax = 100
        #expect(problem(WrittenReports.trivy, limits)?.description.contains("at most 100 are taken") == true)
        limits = ReportLimits()
        limits.valuesMax = 20
        #expect(problem(WrittenReports.trivy, limits)?.description.contains("more than 20 values") == true)
        limits = ReportLimits()
        limits.findingsMax = 1
        #expect(problem(WrittenReports.osvScanner, limits)?.description.contains("more than 1 findings") == true)
        let depths = [100_000: "100 levels", 101: "100 levels"]
        for (depth, expected) in depths {
            let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            #expect(problem(nested)?.description.contains(expected) == true)
            let objects = String(repeating: "{\"a\":", count: depth)
            #expect(problem(objects)?.description.contains(expected) == true)
        }
    }

    @Test("Documents of a file are counted, and blank lines only numbered")
    func lines() throws {
        let blanks = String(repeating: "\n", count: 300_000)
        let line = #"{"payloadType": "application/vnd.in-toto+json", "payload": 1}"#
        let found = problem(blanks + line + blanks + line)
        #expect(found?.path == "line 300001: payload", "\(found?.line ?? "")")
        #expect(problem(blanks)?.description.contains("is empty") == true)
        var limits = ReportLimits()
        limits.documentsMax = 2
        let many = problem(line + "\n\n" + line + "\n" + line + "\n" + line, limits)
        #expect(many?.description == "at most 2 documents of a file are taken; line 4 is one more")
    }

    @Test("Long texts are cut, long names refused")
    func longTexts() throws {
        let long = String(repeating: "ü", count: 20_000)
        let text = WrittenReports.trivy.replacing("\"description\"", with: "\"\(long)\"")
        let description = try #require(ScanReport(parsing: Array(text.utf8)).findings.first?.description)
        #expect(description.utf8.count <= ReportLimits().descriptionBytesMax && description.hasSuffix("ü…"))
        let name = problem(WrittenReports.trivy.replacing("\"bash\"", with: "\"\(long)\""))
        #expect(name?.path == "Results[0].Vulnerabilities[0].PkgName")
        let control = problem(WrittenReports.trivy.replacing("\"bash\"", with: #""ba\u0000sh""#))
        #expect(control?.line.contains("control character") == true)
    }

    @Test("A wrong value is refused at its path", arguments: WrongValue.all)
    func wrongValues(wrong: WrongValue) {
        #expect(wrong.report.contains(wrong.original), "the table is wrong: \(wrong.original)")
        let found = problem(wrong.report.replacing(wrong.original, with: wrong.replacement, maxReplacements: 1))
        #expect(found?.path == wrong.path, "\(found?.line ?? "")")
    }
}
