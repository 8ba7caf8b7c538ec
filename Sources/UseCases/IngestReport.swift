import Crypto
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
        let intake = try services.intake(records, parent: parent, provider: provider)
        let messages = try await services.store.write(
            .takeIn(intake, options: services.createOptions()),
            claim: claim
        )
        var response = try Grafeion_V1_IngestReportResponse(serializedBytes: messages.first ?? [])
        response.format = report.format.rawValue
        response.scanner = records.first?.author ?? ""
        response.images = records.map { ResourceURI($0.resourceURI).written }
        return try response.serializedBytes()
    }

    private static func provider(_ project: String, _ parent: ParentName) throws(MetadataError) -> ParentName {
        if project.isEmpty { return ParentName(project: parent.project) }
        let name = project.hasPrefix("projects/") ? project : "projects/\(project)"
        return ParentName(project: try ProjectName(parsing: name, field: "provider_project").id)
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

extension RecordServices {
    /// The drafts of a report's notes and occurrences, in the order of the report.
    fileprivate func intake(_ records: [ReportRecords], parent: ParentName, provider: ParentName) throws -> Intake {
        var notes: [NoteDraft] = []
        var noteIDs: Set<String> = []
        var artifacts: [Intake.Artifact] = []
        for artifact in records {
            for entry in artifact.notes where noteIDs.insert(entry.id).inserted {
                notes.append(try draft(.of(entry.note), id: entry.id, in: provider, idField: "", field: entry.id))
            }
            let resource = ResourceURI(artifact.resourceURI)
            let ids = ReportedIDs(source: artifact.source, resource: resource)
            let occurrences = try artifact.occurrences.map { entry in
                let name = OccurrenceName(parent: parent, id: ids.id(of: entry.key))
                return try draft(.of(entry.occurrence), name: name, field: entry.place)
            }
            artifacts.append(
                Intake.Artifact(
                    resource: resource,
                    parent: parent,
                    occurrences: occurrences,
                    replacedIDPrefix: artifact.replacesEarlier ? ids.prefix : nil
                )
            )
        }
        return Intake(notes: notes, artifacts: artifacts)
    }
}

/// Ids of reported occurrences, made of what they say: so the same thing said again has the same name.
private struct ReportedIDs {
    /// The source, and a character that no source's name has here.
    let prefix: String
    private let resource: String

    init(source: String, resource: ResourceURI) {
        let allowed = "abcdefghijklmnopqrstuvwxyz0123456789.-"
        prefix = String(source.lowercased().prefix(32).map { allowed.contains($0) ? $0 : "-" }) + "~"
        self.resource = resource.canonical
    }

    /// 128 bits of a digest: what is said of all images of all times will not meet.
    func id(of key: [String]) -> String {
        var hash = SHA256()
        for part in [resource] + key {
            // With its length before it, so that parts cannot run into each other.
            hash.update(data: Array("\(part.utf8.count):\(part)".utf8))
        }
        let digits = hash.finalize().prefix(16).map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }
        return prefix + digits.joined()
    }
}

extension StoredRecord {
    fileprivate static func of(_ message: some SwiftProtobuf.Message) throws -> StoredRecord {
        StoredRecord(message: try message.serializedBytes(), isNormal: true)
    }
}
