import GrafeasProto
import MetadataModel
import TestSupport
import Testing

@testable import Reports

/// What is wrong with a bill of materials is refused whole, with the path at fault; what may be long has its bounds.
@Suite("Hostile bills of materials")
struct HostileBillTests {
    private func problem(_ text: String, _ limits: ReportLimits = ReportLimits()) -> ReportProblem? {
        do {
            _ = try Report(parsing: Array(text.utf8), limits: limits)
            Issue.record("taken")
            return nil
        } catch {
            return error
        }
    }

    private static let wrong = [
        WrongValue(WrittenBills.syft, #""name": "syft""#, #""name": null"#, "descriptor.name"),
        WrongValue(WrittenBills.syft, "16.0.41", "sixteen", "schema.version"),
        WrongValue(WrittenBills.syft, #""artifacts": ["#, #""artifacts": null, "a": ["#, "artifacts"),
        WrongValue(WrittenBills.syft, #""name": "bash", "version""#, #""version""#, "artifacts[0].name"),
        WrongValue(WrittenBills.syft, #""type": "rpm""#, #""type": 1"#, "artifacts[1].type"),
        WrongValue(
            WrittenBills.syft,
            #""path": "/bin/tool""#,
            #""path": "/bin/\u0000""#,
            "artifacts[2].locations[0].path"
        ),
        WrongValue(WrittenBills.syft, #""arch": "i686""#, #""arch": []"#, "artifacts[1].metadata.arch"),
        WrongValue(WrittenBills.syft, #""licenses": ["Zlib"]"#, #""licenses": [1]"#, "artifacts[1].licenses[0]"),
        WrongValue(
            WrittenBills.syft,
            #""repoDigests": ["registry.example/app@"#,
            #""repoDigests": ["registry.example/app:"#,
            "source.metadata.repoDigests[0]"
        ),
        WrongValue(WrittenBills.spdx23, "SPDX-2.3", "SPDX-2.9", "spdxVersion"),
        WrongValue(WrittenBills.spdx23, #""SPDXID": "SPDXRef-Package-lib", "#, "", "packages[1].SPDXID"),
        WrongValue(WrittenBills.spdx23, #""name": "lib""#, #""name": 5"#, "packages[1].name"),
        WrongValue(WrittenBills.spdx23, "2026-01-02T03:04:05Z", "yesterday", "creationInfo.created"),
        WrongValue(WrittenBills.spdx23, #""relationships": ["#, #""relationships": {}, "r": ["#, "relationships"),
        WrongValue(
            WrittenBills.spdx23,
            #""referenceLocator": "pkg:deb"#,
            #""referenceLocator": 1, "x": "pkg:deb"#,
            "packages[0].externalRefs[1].referenceLocator"
        ),
        WrongValue(WrittenBills.spdx3, #""specVersion": "3.0.1""#, #""specVersion": "4.0""#, "@graph[0].specVersion"),
        WrongValue(WrittenBills.spdx3, #""type": "Tool", "#, "", "@graph[1].type"),
        WrongValue(
            WrittenBills.spdx3,
            #"document", "creationInfo": "_:creation""#,
            #"document", "creationInfo": "_:nothing""#,
            "@graph[2].creationInfo"
        ),
        WrongValue(WrittenBills.spdx3, #""name": "busybox","#, "", "@graph[8].name"),
        WrongValue(WrittenBills.cycloneDX, #""specVersion": "1.5""#, #""specVersion": "2.0""#, "specVersion"),
        WrongValue(
            WrittenBills.cycloneDX,
            #""components": [{"type": "file""#,
            #""components": [1, {"type": "file""#,
            "components[0].components[0].components[0]"
        ),
        WrongValue(
            WrittenBills.cycloneDX,
            #""name": "innermost""#,
            #""n": 1"#,
            "components[0].components[0].components[1].name"
        ),
        WrongValue(WrittenBills.cycloneDX, #""version": "12.4""#, #""version": 12.4"#, "components[3].version"),
        WrongValue(
            WrittenBills.cycloneDX,
            #""licenses": [{"license""#,
            #""licenses": ["MIT", {"license""#,
            "components[0].licenses[0]"
        ),
    ]

    @Test("A wrong value is refused at its path", arguments: wrong)
    func wrongValues(wrong: WrongValue) {
        #expect(wrong.report.contains(wrong.original), "the table is wrong: \(wrong.original)")
        let text = wrong.report.replacing(wrong.original, with: wrong.replacement, maxReplacements: 1)
        let found = problem(text)
        #expect(found?.path == wrong.path, "\(found?.line ?? "")")
    }

    @Test("A bill cut off anywhere is refused", arguments: WrittenBills.all)
    func cutOff(text: String) {
        let bytes = Array(text.utf8)
        for part in 0..<50 {
            let cut = Array(bytes[..<(bytes.count * part / 50)])
            #expect(throws: ReportProblem.self) { try Report(parsing: cut) }
        }
    }

    @Test("Random damage never does more than be refused", arguments: WrittenBills.all)
    func damage(text: String) {
        let bytes = Array(text.utf8)
        var random = SeededGenerator(seed: 20_261_124)
        for _ in 0..<300 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let at = Int.random(in: 0..<damaged.count, using: &random)
                damaged[at] = [0x22, 0x2C, 0x5B, 0x7B, 0x5D, 0x30, 0x5C, 0xFF, 0x00].randomElement(using: &random) ?? 0
            }
            guard let report = try? Report(parsing: damaged),
                let records = try? report.records(for: BillOfMaterialsTests.target)
            else { continue }
            for artifact in records { #expect(throws: Never.self) { try checkValid(artifact) } }
        }
    }

    @Test("Bounds hold: components, places, licences")
    func bounds() throws {
        var limits = ReportLimits()
        limits.componentsMax = 2
        for text in [WrittenBills.syft, WrittenBills.cycloneDX] {
            #expect(problem(text, limits)?.description.contains("more than 2 components") == true)
        }
        limits = ReportLimits()
        limits.locationsMax = 1
        limits.licensesMax = 1
        let bill = try BillOfMaterials(parsing: Array(WrittenBills.syft.utf8), limits: limits)
        #expect(bill.components[0].paths == ["/var/lib/dpkg/status"])
        let license = try #require(bill.components[0].license.message)
        #expect(license.expression == "GPL-3.0-only OR MIT" && license.comments.hasPrefix("and 1 more"))
    }

    @Test("Names that ids cannot hold, and long ones, have notes of their own")
    func noteIDs() {
        func id(_ name: String, _ ecosystem: String, _ purl: String? = nil) -> String {
            var component = BillOfMaterials.Component(place: "", name: name, ecosystem: ecosystem)
            component.purl = purl.flatMap { PackageURL($0) }
            return component.noteID
        }
        let long = String(repeating: "a", count: 1000)
        let ids = [
            id("@a/b", "npm"), id("@a-b", "npm"), id("@a b", "npm"), id(long, "npm"), id(long + "b", "npm"),
            id("caf\u{E9}", "npm"), id("cafe\u{301}", "npm"), id("b-c", "a"), id("c", "a-b"), id("x", ""),
            id("bash", "deb", "pkg:deb/debian/bash"), id("bash", "deb", "pkg:deb/ubuntu/bash"),
        ]
        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { ResourceID.isValid($0) })
        #expect(ids[0].hasPrefix("package-npm-@a-b-") && ids[9].hasPrefix("package-unknown-x-"))
        // However it is spelt and whatever its version, it is one package.
        let same = ["pkg:npm/%40angular/core@1", "pkg:npm/@angular/core@2?a=b", "PKG:npm/%40angular/core#x"]
        #expect(Set(same.map { id("@angular/core", "npm", $0) }).count == 1)
        #expect(PackageURL(same[1])?.versionless == "pkg:npm/%40angular/core")
    }

    @Test(
        "Tools of SPDX are cut into name and version",
        arguments: [
            ("syft-1.33.0", "syft", "1.33.0"), ("syft-v0.42.0-bogus", "syft", "v0.42.0-bogus"), ("trivy", "trivy", nil),
            ("Microsoft.SBOMTool-2.2.7", "microsoft.sbomtool", "2.2.7"), ("cpc-sbom 1.2", "cpc-sbom", "1.2"),
            ("-1", "-1", nil), ("a-", "a-", nil),
        ]
    )
    func spdxTools(text: String, name: String, version: String?) {
        #expect(ScanReport.Scanner(spdxTool: text) == ScanReport.Scanner(name: name, version: version))
    }
}
