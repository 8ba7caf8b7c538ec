import GrafeasProto
import MetadataModel
import Testing

@testable import Reports

/// Bills of materials that tools really wrote, with numbers counted from the files by other means.
@Suite("Real bills of materials")
struct RealBillTests {
    struct RealBill: CustomTestStringConvertible, Sendable {
        let path: String
        let packages: Int
        let packageType: String
        /// The first tool, or SPDX itself where only people are named.
        let source: String
        let format: String
        let digest: String
        var testDescription: String { path }
    }

    static let all = [
        RealBill(
            path: "cyclonedx/dropwizard-1.3.15.json",
            packages: 167,
            packageType: "MAVEN",
            source: "sbom.cyclonedx maven plugin",
            format: "sbom-cyclonedx-1.2",
            digest: "e0eb128b9d081444e76d5b71089f94db16d889e37a77ca869e2645a70eb29f4b"
        ),
        RealBill(
            path: "cyclonedx/laravel-7.12.0.json",
            packages: 62,
            packageType: "COMPOSER",
            source: "sbom.cyclonedx-php-composer",
            format: "sbom-cyclonedx-1.4",
            digest: "d9e5c41e5981a211badac349076e6a9348332578df24df44a985c9f7ed385715"
        ),
        RealBill(
            path: "spdx/hello-source-2.3.json",
            packages: 1,
            packageType: "",
            source: "sbom.spdx",
            format: "sbom-spdx-2.3",
            digest: "548f9b6cd390aa792c7aaac49679428c8258f04c91b977437628860a6c42a7ca"
        ),
    ]

    @Test("A bill gives a note and an occurrence for each package", arguments: all)
    func counts(real: RealBill) throws {
        let report = try Report(parsing: RealReports.bytes(real.path))
        let records = try #require(report.records(for: BillOfMaterialsTests.target).first)
        try checkValid(records)
        #expect(records.notes.count == 1 + real.packages && records.occurrences.count == 1 + real.packages)
        #expect(records.source == real.source && records.notes[0].id == real.format)
        let payload = records.occurrences[0].occurrence.sbomReference.payload
        #expect(payload.predicate.digest == ["sha256": real.digest])
        #expect(records.occurrences.dropFirst().allSatisfy { $0.occurrence.package.packageType == real.packageType })
        #expect(throws: ReportProblem.self) {
            try report.records(for: ReportTarget(provider: RealReportTests.provider))
        }
    }

    @Test("What CycloneDX says of each component is in its record", arguments: all.prefix(2))
    func componentsAreFoundAgain(real: RealBill) throws {
        let records = try #require(
            Report(parsing: RealReports.bytes(real.path)).records(for: BillOfMaterialsTests.target).first
        )
        let components = try #require(RealReports.object(real.path)["components"] as? [[String: Any]])
        for (index, component) in components.enumerated() {
            let occurrence = records.occurrences[index + 1]
            let package = occurrence.occurrence.package
            #expect(occurrence.place == "components[\(index)]")
            #expect(package.version.fullName == component["version"] as? String)
            let group = try #require(component["group"] as? String)
            let name = try #require(component["name"] as? String)
            #expect(package.name == group + (real.packageType == "MAVEN" ? ":" : "/") + name)
            let texts = (component["licenses"] as? [[String: Any]] ?? []).compactMap { choice in
                let license = choice["license"] as? [String: Any]
                return (choice["expression"] ?? license?["id"] ?? license?["name"]) as? String
            }
            #expect(package.license.expression == texts.joined(separator: " AND "))
            let note = records.notes[index + 1].note.package
            let purl = try #require(component["purl"] as? String)
            #expect(purl.hasPrefix("\(note.url)@"))
        }
    }

    @Test("SPDX: what a document describes and is no image is a package of the image that it is put to")
    func hello() throws {
        let records = try #require(
            Report(parsing: RealReports.bytes("spdx/hello-source-2.3.json")).records(for: BillOfMaterialsTests.target)
                .first
        )
        let package = records.occurrences[1].occurrence.package
        #expect(package.name == "hello" && package.license.expression == "MIT" && !package.hasVersion)
        #expect(records.notes[1].id.hasPrefix("package-unknown-hello-"))
        let payload = records.occurrences[0].occurrence.sbomReference.payload
        #expect(payload.predicate.location == "https://github.com/spdx/spdx-examples/example10/spdx")
    }

    @Test("A real bill cut off anywhere is refused, and says where it ends", arguments: all)
    func cutOff(real: RealBill) throws {
        let bytes = try RealReports.bytes(real.path)
        for part in 1..<50 {
            let cut = Array(bytes[..<(bytes.count * part / 50)])
            let found = #expect(throws: ReportProblem.self) { try Report(parsing: cut) }
            #expect(found?.description.hasPrefix("line ") == true)
        }
    }
}
