import GrafeasProto
import MetadataModel
import TestSupport
import Testing

@testable import Reports

/// Which image is judged, and what is refused.
@Suite("Refused assessments")
struct AssessmentRefusalTests {
    private func problem(_ text: String, image: String? = AssessmentDocumentTests.image) -> ReportProblem? {
        do {
            let records = try AssessmentDocumentTests.records(text, image: image)
            Issue.record("taken as \(records.map(\.resourceURI))")
            return nil
        } catch {
            return error as? ReportProblem
        }
    }

    private func openVEX(_ products: String, _ status: String = "fixed") -> String {
        #"{"@context": "https://openvex.dev/ns/v0.2.0", "author": "a", "statements": [{"vulnerability": "#
            + #"{"name": "CVE-1"}, "products": [\#(products)], "status": "\#(status)"}]}"#
    }

    @Test("Of a document that tells images by digest only what is said of the image given is taken")
    func onlyTheGivenImage() throws {
        let digest = WrittenAssessments.digest
        // Under another name it is the same image.
        let records = try AssessmentDocumentTests.records(
            WrittenAssessments.openVEX,
            image: "mirror.example/web@\(digest)"
        )
        #expect(records.map(\.resourceURI) == ["https://mirror.example/web@\(digest)"])
        #expect(records[0].notes.count == 3)
        let found = problem(WrittenAssessments.openVEX, image: "registry.example/shop/web@\(WrittenReports.layer)")
        #expect(found?.description.contains("about registry.example/shop/api@\(WrittenAssessments.other), ") == true)
        #expect(found?.description.hasSuffix("not about \(WrittenReports.layer)") == true)
        // To a repository without a digest the document's is added.
        let named = try AssessmentDocumentTests.records(
            WrittenAssessments.openVEX,
            image: "registry.example/shop/web:1"
        )
        #expect(named.map(\.resourceURI) == [WrittenAssessments.image])
        #expect(
            problem(WrittenAssessments.openVEX, image: "registry.example/x")?.description.contains("no digest") == true
        )
        #expect(problem(WrittenAssessments.openVEX, image: "a b")?.path == "image")
    }

    @Test(
        "Products that name no image by digest are in the image given, and without one refused",
        arguments: [
            (#"{"@id": "pkg:npm/%40angular/core@1"}"#, "pkg:npm/%40angular/core@1", "@angular/core"),
            (#""pkg:deb/debian/bash""#, "pkg:deb/debian/bash", "bash"),
            (
                #"{"@id": "Unknown Product", "subcomponents": [{"@id": "pkg:golang/example.org/a@v1"}]}"#,
                "pkg:golang/example.org/a@v1", "example.org/a"
            ),
            (
                #"{"@id": "pkg:golang/a/b@v1", "subcomponents": [{"@id": "pkg:golang/c/d@v1"}]}"#, "pkg:golang/c/d@v1",
                "c/d"
            ),
            (#"{"@id": "Unknown Product"}"#, "", ""), (#"{"identifiers": {"cpe23": "cpe:2.3:a:x:y"}}"#, "", ""),
            (#"{"@id": "pkg:oci/web?repository_url=ghcr.io/a/web"}"#, "", ""),
            (#"{"@id": "pkg:docker/web@sha256:\#(String(repeating: "ab", count: 32))"}"#, "", ""),
            (#""registry.example/shop/web:2""#, "", ""),
        ]
    )
    func withoutDigest(product: String, id: String, name: String) throws {
        let records = try AssessmentDocumentTests.records(openVEX(product), image: AssessmentDocumentTests.image)
        #expect(records[0].notes.map(\.note.vulnerabilityAssessment.product.id) == [id])
        #expect(records[0].notes.map(\.note.vulnerabilityAssessment.product.name) == [name])
        let found = problem(openVEX(product), image: nil)
        #expect(found?.description.contains("name the image") == true, "\(found?.line ?? "")")
    }

    @Test(
        "Where an image lies is the repository's URL, which may leave out the name",
        arguments: [
            ("docker.io/library/debian", "debian", "docker.io/library/debian"), ("ghcr.io", "debian", "ghcr.io/debian"),
            ("ghcr.io/debian", "debian", "ghcr.io/debian"), ("ghcr.io/a", "web", "ghcr.io/a/web"),
            ("https://gcr.io/distroless/static/", "static", "gcr.io/distroless/static"),
            ("registry.example:5000/a/Web", "web", "registry.example:5000/a/Web"),
            ("index.docker.io/library/nginx:1", "nginx", "docker.io/library/nginx"),
        ]
    )
    func repositories(url: String, name: String, repository: String) {
        let product = AssessedProduct("pkg:oci/\(name)@\(WrittenAssessments.digest)?repository_url=\(url)")
        #expect(product.image?.uri == "https://\(repository)@\(WrittenAssessments.digest)")
        #expect(product.package == nil)
    }

    @Test("A digest without a repository fits an image given, but names none")
    func digestAlone() throws {
        let text = openVEX(#""pkg:oci/web@\#(WrittenAssessments.digest)""#)
        #expect(try AssessmentDocumentTests.records(text, image: AssessmentDocumentTests.image)[0].notes.count == 1)
        #expect(problem(text, image: nil)?.description.contains("name the image") == true)
        let other = "registry.example/a@\(WrittenAssessments.other)"
        #expect(problem(text, image: other)?.description.contains("about \(WrittenAssessments.digest)") == true)
    }

    @Test("A document that contradicts itself is refused, unless it is a sequence")
    func contradictions() throws {
        let bom =
            #"{"bomFormat": "CycloneDX", "vulnerabilities": [{"id": "CVE-1", "analysis": {"state": "exploitable"}}, "#
            + #"{"id": "CVE-1", "analysis": {"state": "resolved"}}]}"#
        let found = problem(bom)
        #expect(found?.path == "vulnerabilities[1]")
        #expect(found?.description.contains("vulnerabilities[0]") == true)
        #expect(problem(openVEX("").replacing(#"[{"vulnerability""#, with: "[], \"x\": [{\"vulnerability\"")) != nil)
    }

    @Test("A document cut off anywhere is refused", arguments: WrittenAssessments.all)
    func cutOff(text: String) {
        let bytes = Array(text.utf8)
        for part in 0..<50 {
            let cut = Array(bytes[..<(bytes.count * part / 50)])
            #expect(throws: ReportProblem.self) { try Report(parsing: cut) }
        }
    }

    @Test("Random damage never does more than be refused", arguments: WrittenAssessments.all)
    func damage(text: String) {
        let bytes = Array(text.utf8)
        var random = SeededGenerator(seed: SeededGenerator.freshSeed("damaged assessments"))
        for _ in 0..<300 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let at = Int.random(in: 0..<damaged.count, using: &random)
                damaged[at] = [0x22, 0x2C, 0x5B, 0x7B, 0x5D, 0x30, 0x5C, 0xFF, 0x00].randomElement(using: &random) ?? 0
            }
            let text = String(decoding: damaged, as: UTF8.self)
            for image in [nil, AssessmentDocumentTests.image] {
                let records = (try? AssessmentDocumentTests.records(text, image: image)) ?? []
                for entry in records.flatMap(\.notes) { #expect(entry.note.problems(.init()) == []) }
            }
        }
    }

    @Test("Products in each other without end, and more assessments than the bound, are refused")
    func bounds() throws {
        let looped = WrittenAssessments.csaf.replacing(
            #""product_reference": "openshift4/ose-etcd@\#(WrittenAssessments.digest)_amd64""#,
            with: #""product_reference": "4.12:etcd""#
        )
        #expect(problem(looped)?.description.contains("part of itself") == true)
        var limits = ReportLimits()
        limits.assessmentsMax = 2
        let found = #expect(throws: ReportProblem.self) {
            try Report(parsing: Array(WrittenAssessments.csaf.utf8), limits: limits)
        }
        #expect(found?.description.contains("more than 2 assessments") == true)
    }

    @Test("A wrong value is refused at its path", arguments: WrongValue.assessments)
    func wrongValues(wrong: WrongValue) {
        #expect(wrong.report.contains(wrong.original), "the table is wrong: \(wrong.original)")
        let found = problem(wrong.report.replacing(wrong.original, with: wrong.replacement, maxReplacements: 1))
        #expect(found?.path == wrong.path, "\(found?.line ?? "")")
    }
}

extension WrongValue {
    static let assessments = openVEX + csaf + cycloneDXStatements

    private static let openVEX = [
        WrongValue(WrittenAssessments.openVEX, "ns/v0.2.0", "ns/v9", "@context"),
        WrongValue(WrittenAssessments.openVEX, #""author": "Wolfi J Inkinson","#, "", "author"),
        WrongValue(WrittenAssessments.openVEX, #""version": 2"#, #""version": true"#, "version"),
        WrongValue(WrittenAssessments.openVEX, #""under_investigation""#, #""unknown""#, "statements[0].status"),
        WrongValue(WrittenAssessments.openVEX, #""status": "under_investigation""#, #""s": 1"#, "statements[0].status"),
        WrongValue(
            WrittenAssessments.openVEX,
            "vulnerable_code_not_in_execute_path",
            "trust_me",
            "statements[1].justification"
        ),
        WrongValue(
            WrittenAssessments.openVEX,
            #"{"name": "CVE-2023-0001"}"#,
            "{}",
            "statements[0].vulnerability.name"
        ),
        WrongValue(
            WrittenAssessments.openVEX,
            #"{"@id": "busybox"}"#,
            "{}",
            "statements[0].products[0].subcomponents[1]"
        ),
        WrongValue(WrittenAssessments.openVEX, #""2023-01-07T00:00:00Z""#, #""now""#, "statements[2].timestamp"),
        WrongValue(
            WrittenAssessments.openVEX,
            #""aliases": ["#,
            #""aliases": 1, "a": ["#,
            "statements[1].vulnerability.aliases"
        ),
        WrongValue(WrittenAssessments.firstOpenVEX, #""CVE-2022-39046""#, "7", "statements[0].vulnerability"),
    ]

    private static let csaf = [
        WrongValue(WrittenAssessments.csaf, "csaf_vex", "csaf_security_advisory", "document.category"),
        WrongValue(
            WrittenAssessments.csaf,
            #""csaf_version": "2.0""#,
            #""csaf_version": "2.1""#,
            "document.csaf_version"
        ),
        WrongValue(
            WrittenAssessments.csaf,
            #""name": "Red Hat Product Security","#,
            "",
            "document.publisher.name"
        ),
        WrongValue(
            WrittenAssessments.csaf,
            #""fixed": ["4.12:etcd"]"#,
            #""fixed": ["4.12:nothing"]"#,
            "vulnerabilities[0].product_status.fixed[0]"
        ),
        WrongValue(
            WrittenAssessments.csaf,
            #""known_affected""#,
            #""known_unknown""#,
            "vulnerabilities[0].product_status.known_unknown"
        ),
        WrongValue(
            WrittenAssessments.csaf,
            #""component_not_present""#,
            #""trust_me""#,
            "vulnerabilities[0].flags[0].label"
        ),
        WrongValue(
            WrittenAssessments.csaf,
            #""category": "workaround""#,
            #""category": "prayer""#,
            "vulnerabilities[0].remediations[1].category"
        ),
        WrongValue(WrittenAssessments.csaf, #""cve": "CVE-2023-0296""#, #""cve": "a/b""#, "vulnerabilities[0].cve"),
        WrongValue(
            WrittenAssessments.csaf,
            #""product_id": "zlib""#,
            #""product_id": "kernel""#,
            "product_tree.branches[0].branches[2].product.product_id"
        ),
        WrongValue(
            WrittenAssessments.csaf,
            #""product_reference": "zlib""#,
            #""product_reference": "zip""#,
            "product_tree.relationships[2].product_reference"
        ),
    ]

    private static let cycloneDXStatements = [
        WrongValue(WrittenAssessments.cycloneDX, "false_positive", "harmless", "vulnerabilities[0].analysis.state"),
        WrongValue(
            WrittenAssessments.cycloneDX,
            #""state": "false_positive", "#,
            "",
            "vulnerabilities[0].analysis.state"
        ),
        WrongValue(
            WrittenAssessments.cycloneDX,
            "requires_environment",
            "hope",
            "vulnerabilities[0].analysis.justification"
        ),
        WrongValue(
            WrittenAssessments.cycloneDX,
            #""will_not_fix""#,
            #""no""#,
            "vulnerabilities[0].analysis.response[0]"
        ),
        WrongValue(
            WrittenAssessments.cycloneDX,
            #"{"ref": "part"}"#,
            #"{"ref": "p"}"#,
            "vulnerabilities[0].affects[2].ref"
        ),
        WrongValue(
            WrittenAssessments.cycloneDX,
            #"core@1.0"}"#,
            #"core", "versions": [{"version": "1"}]}"#,
            "vulnerabilities[0].affects[1].versions"
        ),
    ]
}
