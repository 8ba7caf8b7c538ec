import GrafeasProto
import MetadataModel
import SwiftProtobuf
import Testing

@testable import Reports

extension BillOfMaterials {
    /// The bill that a document holds.
    init(parsing bytes: [UInt8], format: ReportFormat? = nil, limits: ReportLimits = ReportLimits())
        throws(ReportProblem)
    {
        for content in try Report(parsing: bytes, format: format, limits: limits).contents {
            if case .packages(let bill) = content {
                self = bill
                return
            }
        }
        throw ReportProblem(path: "", description: "the document holds no bill of materials")
    }
}

/// Checks everything that the store would, and that notes belong to everybody.
func checkValid(_ records: ReportRecords) throws {
    #expect(Set(records.notes.map(\.id)).count == records.notes.count)
    #expect(Set(records.occurrences.map(\.key)).count == records.occurrences.count)
    for entry in records.notes {
        #expect(ResourceID.isValid(entry.id))
        #expect(entry.note.problems(Limits()) == [])
    }
    #expect(records.notes.map(\.note.kindOfType).dropFirst().allSatisfy { $0 == .package })
    #expect(records.notes.first?.note.kindOfType == .sbomReference)
    #expect(records.occurrences.first?.key == ["sbom"] && records.replacesEarlier)
    for entry in records.occurrences.dropFirst() {
        #expect(entry.occurrence.problems(Limits()) == [] && entry.occurrence.kindOfDetails == .package)
        #expect(entry.occurrence.resourceUri == records.resourceURI)
        let id = try NoteName(parsing: entry.occurrence.noteName, field: "note_name").id
        let note = try #require(records.notes.first { $0.id == id }?.note)
        #expect(note.package.name == entry.occurrence.package.name)
        #expect(note.package.packageType == entry.occurrence.package.packageType)
        #expect(!note.package.hasVersion && !entry.occurrence.package.location.isEmpty)
    }
}

/// Every format of bills of materials, member by member.
@Suite("Bills of materials")
struct BillOfMaterialsTests {
    static let image = RealReportTests.image
    static let target = ReportTarget(image: image, provider: RealReportTests.provider)

    private func bill(_ text: String) throws -> BillOfMaterials { try BillOfMaterials(parsing: Array(text.utf8)) }

    private func records(_ text: String) throws -> ReportRecords {
        try bill(text).records(for: ReportTarget(provider: RealReportTests.provider))
    }

    private func packages(_ records: ReportRecords) -> [Grafeas_V1_PackageOccurrence] {
        records.occurrences.dropFirst().map(\.occurrence.package)
    }

    @Test("Every format is told from its content, and its records may be stored", arguments: WrittenBills.all)
    func formatsAreDetected(text: String) throws {
        let bytes = Array(text.utf8)
        let bill = try bill(text)
        #expect(try BillOfMaterials(parsing: bytes, format: bill.format) == bill)
        for other in ReportFormat.allCases where other != bill.format {
            #expect(throws: ReportProblem.self) { try Report(parsing: bytes, format: other) }
        }
        let target = ReportTarget(
            image: "registry.example/app@\(WrittenReports.digest)",
            provider: Self.target.provider
        )
        try checkValid(bill.records(for: target))
    }

    @Test("Syft")
    func syft() throws {
        let bill = try bill(WrittenBills.syft)
        #expect(bill.formatVersion == "16.0.41" && bill.tool.text == "syft 1.33.0" && bill.documentID == nil)
        let records = try records(WrittenBills.syft)
        #expect(records.source == "sbom.syft" && records.author == "syft 1.33.0")
        #expect(records.resourceURI == "https://registry.example/app@\(WrittenReports.digest)")
        let packages = packages(records)
        #expect(packages.map(\.name) == ["bash", "zlib", "tool"])
        #expect(packages.map(\.packageType) == ["OS", "OS", "BINARY"])
        #expect(packages.map(\.architecture) == [.x64, .x86, .unspecified])
        #expect(packages.map(\.license.expression) == ["(GPL-3.0-only OR MIT) AND sha256:abc", "Zlib", ""])
        let debian = "cpe:/o:debian:debian_linux:12"
        #expect(packages.map(\.cpeUri) == [debian, debian, ""])
        #expect(packages[0].location.map(\.path) == ["/var/lib/dpkg/status", "/usr/share/doc/bash/copyright"])
        #expect(packages[0].location.allSatisfy { $0.cpeUri == debian && $0.version.name == "5.2.15" })
        #expect(packages[0].version.revision == "2+b7" && packages[0].version.fullName == "5.2.15-2+b7")
        #expect(packages[1].version.epoch == 1 && packages[1].location.map(\.path) == [""])
        #expect(!packages[2].hasVersion && packages[2].location.map(\.path) == ["/bin/tool"])
        #expect(records.occurrences[1].key == ["OS", "bash", "5.2.15-2+b7", "amd64", "/var/lib/dpkg/status"])
    }

    @Test("SPDX 2.3 as Syft writes it: the image is described, its digest known, its repository not")
    func spdx23() throws {
        let bill = try bill(WrittenBills.spdx23)
        #expect(bill.formatVersion == "2.3" && bill.tool.text == "syft 1.33.0")
        #expect(bill.documentID == "https://anchore.com/syft/image/app-1" && bill.createTime?.seconds == 1_767_323_045)
        #expect(bill.image.reference == "registry.example/app" && bill.image.digests == [WrittenReports.digest])
        let problem = #expect(throws: ReportProblem.self) { try records(WrittenBills.spdx23) }
        #expect(problem?.path == "packages[2]")
        #expect(problem?.description.contains("name the image as registry/repository@sha256:…") == true)
        let other = #expect(throws: ReportProblem.self) { try bill.records(for: Self.target) }
        #expect(other?.description.contains("is about \(WrittenReports.digest), not about") == true)
        let bash = bill.components[0]
        #expect(bill.components.map(\.name) == ["bash", "lib"])
        #expect(bash.ecosystem == "deb" && bash.paths == ["/var/lib/dpkg/status"] && bash.architecture == "amd64")
        #expect(bash.license.message?.expression == "GPL-3.0-only AND LicenseRef-x")
        #expect(bill.components[1].version == nil && bill.components[1].license.message?.expression == "MIT")
        #expect(bill.components[1].paths == ["lib.tgz"] && bill.components[1].ecosystem == "")
    }

    @Test("SPDX 2.2 as Trivy wrote it: neither the image nor its system nor lock files are packages")
    func spdx22() throws {
        let bill = try bill(WrittenBills.spdx22)
        #expect(bill.tool.text == "trivy" && bill.formatVersion == "2.2")
        #expect(bill.distribution == ScanReport.Distribution(family: "debian", version: "10.1"))
        #expect(bill.image.configDigest == WrittenReports.other && bill.image.tags == ["debian:10"])
        let records = try records(WrittenBills.spdx22)
        #expect(records.resourceURI == "https://docker.io/library/debian@\(WrittenReports.digest)")
        #expect(packages(records).map(\.name) == ["bash"])
        #expect(packages(records).map(\.cpeUri) == ["cpe:/o:debian:debian_linux:10"])
    }

    @Test("SPDX 3.0: elements by their ids, licences by relationships")
    func spdx3() throws {
        let bill = try bill(WrittenBills.spdx3)
        #expect(bill.format == .spdx && bill.formatVersion == "3.0.1" && bill.tool.text == "bom-maker v2.1")
        #expect(bill.documentID == "https://example.org/document" && bill.createTime?.seconds == 1_767_323_045)
        let records = try records(WrittenBills.spdx3)
        #expect(records.resourceURI == "https://registry.example/app@\(WrittenReports.digest)")
        #expect(records.notes.first?.id == "sbom-spdx-3.0.1" && records.source == "sbom.bom-maker")
        let package = try #require(packages(records).first)
        #expect(packages(records).count == 1 && package.name == "busybox" && package.architecture == .x64)
        #expect(package.license.expression == "(GPL-2.0-only OR BSD-3-Clause) AND MIT")
        #expect(package.version.revision == "r2" && package.cpeUri == "cpe:/o:alpinelinux:alpine_linux:3.20")
    }

    @Test("CycloneDX: parts of parts count, files and lock files do not, one package twice is one")
    func cycloneDX() throws {
        let bill = try bill(WrittenBills.cycloneDX)
        #expect(bill.formatVersion == "1.5" && bill.tool.text == "syft 1.33.0")
        #expect(
            bill.components.map(\.place) == [
                "metadata.component.components[0]", "components[0]", "components[0].components[0]",
                "components[0].components[0].components[1]", "components[1]", "components[4]",
            ]
        )
        let records = try bill.records(
            for: ReportTarget(image: "registry.example/app@\(WrittenReports.digest)", provider: Self.target.provider)
        )
        let packages = packages(records)
        #expect(packages.map(\.name) == ["base", "@angular/core", "org.example/inner", "innermost", "bash"])
        #expect(
            packages[1].location.map(\.path) == ["/app/a/package.json", "/app/b/package.json", "/app/c/package.json"]
        )
        #expect(packages[1].license.expression == "MIT AND (Apache-2.0 OR BSD-3-Clause)")
        #expect(packages[1].license.comments == "and 1 more, given as text or beyond the bound")
        #expect(packages[3].version.fullName == "3" && packages[3].packageType == "RUBYGEMS")
        #expect(packages[4].license.expression == "GPL-3.0-only" && packages[4].architecture == .unspecified)
        #expect(records.occurrences.last?.key == ["OS", "bash", "5.2.15-2+b7", "arm64", ""])
    }

    @Test("A CycloneDX document may hold a scan, a bill of materials, or both")
    func contentsOfCycloneDX() throws {
        let both = try Report(parsing: Array(WrittenReports.cycloneDX.utf8))
            .records(for: ReportTarget(provider: Self.target.provider))
        #expect(both.map(\.source) == ["trivy", "sbom.trivy"])
        #expect(Set(both.map(\.resourceURI)).count == 1)
        #expect(packages(both[1]).map(\.name) == ["bash", "org.example:inner"])
        let clean = #"{"bomFormat": "CycloneDX", "components": [], "vulnerabilities": []}"#
        #expect(try Report(parsing: Array(clean.utf8)).records(for: Self.target).map(\.occurrences.count) == [1, 1])
        let scan = #"{"bomFormat": "CycloneDX", "vulnerabilities": []}"#
        #expect(try Report(parsing: Array(scan.utf8)).records(for: Self.target).map(\.source) == ["cyclonedx"])
        let bill = #"{"bomFormat": "CycloneDX", "specVersion": "1.4", "components": []}"#
        let records = try #require(Report(parsing: Array(bill.utf8)).records(for: Self.target).first)
        #expect(records.source == "sbom.cyclonedx" && records.notes.map(\.id) == ["sbom-cyclonedx-1.4"])
        #expect(records.occurrences.count == 1, "an image with nothing in it has its bill too")
    }

    @Test("The reference says which document it is, of which image, by digests")
    func reference() throws {
        let bill = try bill(WrittenBills.spdx22)
        let records = try records(WrittenBills.spdx22)
        let reference = try #require(records.occurrences.first).occurrence.sbomReference
        #expect(reference.payloadType == "application/vnd.in-toto+json" && reference.signatures.isEmpty)
        let subject = try #require(reference.payload.subject.first)
        #expect(subject.name == "docker.io/library/debian")
        #expect(subject.digest == ["sha256": String(WrittenReports.digest.dropFirst(7))])
        let predicate = reference.payload.predicate
        #expect(predicate.location == "http://aquasecurity.github.io/trivy/container_image/debian:10-1")
        #expect(predicate.mimeType == "application/spdx+json" && predicate.referrerID == "trivy")
        #expect(predicate.digest == ["sha256": bill.documentDigest])
        let note = try #require(records.notes.first).note
        #expect(note.sbomReference.format == "spdx" && note.sbomReference.version == "2.2")
        let mimeTypes = try [WrittenBills.syft, WrittenBills.cycloneDX].map {
            try self.bill($0).reference(
                for: ReportTarget(
                    image: "registry.example/app@\(WrittenReports.digest)",
                    provider: Self.target.provider
                )
            ).occurrences[0].occurrence.sbomReference.payload.predicate.mimeType
        }
        #expect(mimeTypes == ["application/vnd.syft+json", "application/vnd.cyclonedx+json"])
    }
}
