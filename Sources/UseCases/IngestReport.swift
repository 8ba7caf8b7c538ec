import GrafeasProto
import MetadataModel
import Reports
public import Storage
import SwiftProtobuf

/// Takes in what another program reports: notes and occurrences that say the same, all or none.
public struct IngestReport: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// - Parameters:
    ///   - parent: where the occurrences go.
    ///   - report: the report as it was written.
    ///   - image: the image that it is about; empty where the report names it.
    ///   - providerProject: where the notes are, by name or id; empty for the project of `parent`.
    ///   - format: the name of the report's format; empty to find it out.
    /// - Returns: what became of it, as an encoded `grafeion.v1.IngestReportResponse`.
    /// - Throws: `invalid` with the report's JSON path at fault; nothing of such a report is stored.
    public func run(
        parent: String,
        report: [UInt8],
        image: String,
        providerProject: String,
        format: String,
        claim: IdempotencyClaim?
    ) async throws -> [UInt8] {
        let parent = try ParentName(parsing: parent, field: "parent")
        let provider = try Self.provider(providerProject, parent)
        let report = try Self.report(report, format: format)
        let target = ReportTarget(image: image.isEmpty ? nil : image, provider: provider)
        let records: [ReportRecords]
        do {
            records = try report.records(for: target)
        } catch {
            throw error.error
        }
        let intake = try services.intake(try await placedOnBases(records), parent: parent, provider: provider)
        let messages = try await services.store.write(
            .takeIn(intake, options: services.createOptions()),
            claim: claim
        )
        var response = try Grafeion_V1_IngestReportResponse(serializedBytes: messages.first ?? [])
        response.format = report.format.rawValue
        response.scanner = records.first?.author ?? ""
        // Several things may be said of one image.
        var seen: Set<ExactText> = []
        response.images = records.map(\.resourceURI).filter { seen.insert(ExactText($0)).inserted }
        return try response.serializedBytes()
    }

    /// The records with the base image of each image that comes with its layers: the known image with the most of its
    /// lowest layers.
    private func placedOnBases(_ records: [ReportRecords]) async throws -> [ReportRecords] {
        var placed = records
        for index in placed.indices {
            guard let base = try await base(of: placed[index]) else { continue }
            placed[index].placeImage(on: base.uri.written, layerCount: base.layerCount)
        }
        return placed
    }

    private func base(of image: ReportRecords) async throws -> (uri: ResourceURI, layerCount: Int)? {
        let own = ResourceURI(image.resourceURI)
        for (index, chain) in image.layerChains.dropLast().enumerated().reversed() {
            let query = ImageQuery(
                conditions: [[.layers(chain)]],
                project: nil,
                before: nil,
                limit: services.limits.pageSizeMax,
                stepsMax: services.limits.scannedRowsMax,
                occurrencesMax: 1,
                bytesMax: services.limits.pageBytesMax
            )
            // Only what was computed from an image's own bytes counts. Of images of the same layers the one that became known
            // first is likely the one that the others were copied from.
            let known = try await services.store.searchImages(query).images.filter { image in
                try image.occurrences.joined().contains { bytes in
                    try Occurrence(serializedBytes: bytes).name.contains("/occurrences/oci~")
                }
            }
            if let base = known.last(where: { $0.uri.digest != own.digest }) { return (base.uri, index + 1) }
        }
        return nil
    }

    /// The project of the notes, by name or id.
    static func provider(_ project: String, _ parent: ParentName) throws(MetadataError) -> ParentName {
        if project.isEmpty { return ParentName(project: parent.project) }
        return ParentName(project: try ProjectName(nameOrID: project, field: "provider_project").id)
    }

    private static func report(_ bytes: [UInt8], format name: String) throws(MetadataError) -> Report {
        var format: ReportFormat?
        if !name.isEmpty {
            format = ReportFormat(rawValue: name)
            guard format != nil else {
                throw .invalid("format", "\(name.quotedForMessage) is none of \(ReportFormat.list)")
            }
        }
        do {
            return try Report(parsing: bytes, format: format)
        } catch {
            throw error.error
        }
    }
}
