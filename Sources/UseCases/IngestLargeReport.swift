import Dispatch
import GrafeasProto
import MetadataModel
import Reports
public import Storage
import SwiftProtobuf

/// The bytes of a document that is too large to be kept, from first to last, in pieces of any size; each call reads it anew.
public typealias ByteSource = @Sendable (_ feed: (UnsafeRawBufferPointer) throws -> Void) throws -> Void

/// Takes in a bill of materials (CycloneDX) of hundreds of megabytes: read twice, once to check all of it and once to store
/// it, a component at a time.
///
/// What it says becomes the same records as with ``IngestReport``, in one transaction. Other writes wait until it is done.
public struct IngestLargeReport: Sendable {
    let services: RecordServices
    /// One document is checked at a time: each keeps a processor busy.
    private let checks = DispatchQueue(label: "dev.grafeion.large-reports")

    public init(_ services: RecordServices) { self.services = services }

    /// - Parameters:
    ///   - source: the document.
    ///   - claim: makes the claim of the call's idempotency key from the document's digest.
    /// - Returns: what became of it, as an encoded `grafeion.v1.IngestReportResponse`.
    /// - Throws: `invalid` with the JSON path at fault, as for small documents; also for documents of other formats.
    public func run(
        parent: String,
        source: @escaping ByteSource,
        image: String,
        providerProject: String,
        format: String,
        claim: @Sendable (_ digest: String) throws -> IdempotencyClaim?
    ) async throws -> [UInt8] {
        let parent = try ParentName(parsing: parent, field: "parent")
        let provider = try IngestReport.provider(providerProject, parent)
        try Self.check(format)
        let packages = try await stream(source)
        let target = ReportTarget(image: image.isEmpty ? nil : image, provider: provider)
        let reference: ReportRecords
        do {
            reference = try packages.reference(for: target)
        } catch {
            throw error.error
        }
        let intake = try services.intake(reference, of: packages, target, parent: parent)
        let messages = try await services.store.write(
            .takeIn(intake, options: services.createOptions()),
            claim: claim(packages.digest)
        )
        var response = try Grafeion_V1_IngestReportResponse(serializedBytes: messages.first ?? [])
        response.format = ReportFormat.cycloneDX.rawValue
        response.scanner = reference.author
        response.images = [reference.resourceURI]
        return try response.serializedBytes()
    }

    private static func check(_ format: String) throws(MetadataError) {
        guard format.isEmpty || format == ReportFormat.cycloneDX.rawValue else {
            throw .invalid(
                "format",
                "a document of this size must be \(ReportFormat.cycloneDX.rawValue), not \(format.quotedForMessage)"
            )
        }
    }

    /// The document, checked as a whole.
    private func stream(_ source: @escaping ByteSource) async throws -> PackageStream {
        let packages: PackageStream
        do {
            packages = try await withCheckedThrowingContinuation {
                (answer: CheckedContinuation<PackageStream, any Error>) in
                checks.async { answer.resume(with: Result { try PackageStream(source: source) }) }
            }
        } catch let problem as ReportProblem {
            throw problem.error
        }
        guard !packages.hasVulnerabilities else {
            let text =
                "a document of this size is taken for its components only; send its vulnerabilities in one of their own"
            throw MetadataError.invalid("vulnerabilities", text)
        }
        return packages
    }
}

extension RecordServices {
    /// The document as such, and its packages as they are read.
    fileprivate func intake(
        _ reference: ReportRecords,
        of packages: PackageStream,
        _ target: ReportTarget,
        parent: ParentName
    ) throws -> Intake {
        var intake = try intake([reference], parent: parent, provider: target.provider)
        let ids = ReportedIDs(source: reference.source, resource: ResourceURI(reference.resourceURI))
        intake.artifacts[0].more = { take in
            do {
                try packages.packages(for: target) { note, occurrence in
                    try take(draft(note, in: target.provider), draft(occurrence, in: parent, ids))
                }
            } catch let problem as ReportProblem {
                throw problem.error
            }
        }
        return intake
    }
}
