import Crypto
import GrafeasProto
import MetadataModel
import Reports
public import Storage
import SwiftProtobuf

/// Takes in a scanner's report: what it says replaces what the same scanner said of the same image before.
public struct IngestReport: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// - Parameters:
    ///   - parent: where the occurrences go.
    ///   - report: the report as the scanner wrote it.
    ///   - image: the image that was scanned; empty where the report names it.
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
        let scan = try Self.scan(report, format: format)
        let replacement = try services.replacement(scan, image: image, parent: parent, provider: provider)
        let messages = try await services.store.write(
            .replaceScan(replacement, options: services.createOptions()),
            claim: claim
        )
        var response = try Grafeion_V1_IngestReportResponse(serializedBytes: messages.first ?? [])
        response.format = scan.format.rawValue
        response.scanner = scan.scanner.text
        response.image = replacement.resource.written
        return try response.serializedBytes()
    }

    private static func provider(_ project: String, _ parent: ParentName) throws(MetadataError) -> ParentName {
        if project.isEmpty { return ParentName(project: parent.project) }
        let name = project.hasPrefix("projects/") ? project : "projects/\(project)"
        return ParentName(project: try ProjectName(parsing: name, field: "provider_project").id)
    }

    private static func scan(_ report: [UInt8], format name: String) throws(MetadataError) -> ScanReport {
        var format: ReportFormat?
        if !name.isEmpty {
            format = ReportFormat(rawValue: name)
            guard format != nil else {
                throw .invalid("format", "\(name.quotedForMessage) is none of \(ReportFormat.list)")
            }
        }
        do {
            return try ScanReport(parsing: report, format: format)
        } catch {
            throw error.error
        }
    }
}

extension RecordServices {
    /// The drafts of a report's notes and occurrences. Notes come first in the order of the report; the discovery, which says
    /// that there was a scan, is the first of the occurrences.
    fileprivate func replacement(
        _ scan: ScanReport,
        image: String,
        parent: ParentName,
        provider: ParentName
    ) throws -> ScanReplacement {
        let uri: String
        let records: ReportRecords
        do {
            uri = try scan.image.uri(given: image.isEmpty ? nil : image)
            records = try scan.records(resourceURI: uri, provider: provider)
        } catch {
            throw error.error
        }
        let ids = ScanIDs(scanner: scan.scanner.name, resource: ResourceURI(uri))
        let notes = try ([records.discoveryNote] + records.notes).map { entry in
            try draft(.of(entry.note), id: entry.id, in: provider, idField: "", field: entry.id)
        }
        let discovery = OccurrenceName(parent: parent, id: ids.discovery)
        var occurrences = [try draft(.of(records.discovery), name: discovery, field: "")]
        for entry in records.occurrences {
            let name = OccurrenceName(parent: parent, id: ids.id(of: entry.key))
            occurrences.append(try draft(.of(entry.occurrence), name: name, field: entry.place))
        }
        return ScanReplacement(
            notes: notes,
            occurrences: occurrences,
            parent: parent,
            resource: ResourceURI(uri),
            idPrefix: ids.prefix
        )
    }
}

/// Ids of a scan's occurrences, made of what they say: so a finding has the same name in every scan.
private struct ScanIDs {
    /// The scanner, and a character that no scanner's name has here.
    let prefix: String
    private let resource: String

    init(scanner: String, resource: ResourceURI) {
        let allowed = "abcdefghijklmnopqrstuvwxyz0123456789.-"
        prefix = String(scanner.lowercased().prefix(32).map { allowed.contains($0) ? $0 : "-" }) + "~"
        self.resource = resource.canonical
    }

    var discovery: String { id(of: ["discovery"]) }

    func id(of key: FindingKey) -> String {
        id(of: [key.noteID, key.package, key.version, key.packageType, key.path])
    }

    /// 128 bits of a digest: findings of all images of all times will not meet.
    private func id(of parts: [String]) -> String {
        var hash = SHA256()
        for part in [resource] + parts {
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
