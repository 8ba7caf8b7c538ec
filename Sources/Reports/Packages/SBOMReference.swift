import GrafeasProto
import MetadataModel

/// That a bill of materials of an image exists: which document it is, and by its digest exactly that one.
extension BillOfMaterials {
    /// The records of the document as such, to which those of its packages are added.
    /// - Throws: ``ReportProblem`` when the document and `target` speak of different images, or neither names one by
    ///   digest.
    func reference(for target: ReportTarget) throws(ReportProblem) -> ReportRecords {
        let uri = try image.uri(given: target.image)
        let note = referenceNote
        var occurrence = Occurrence()
        occurrence.resourceUri = uri
        occurrence.noteName = NoteName(parent: target.provider, id: note.id).text
        occurrence.sbomReference.payloadType = "application/vnd.in-toto+json"
        occurrence.sbomReference.payload = statement(about: ResourceURI(uri))
        return ReportRecords(
            source: "sbom.\(tool.name)",
            author: tool.text,
            replacesEarlier: true,
            resourceURI: uri,
            notes: [note],
            occurrences: [ReportOccurrence(key: ["sbom"], occurrence: occurrence, place: "")]
        )
    }

    /// The note of the format, `sbom-spdx-2.3`.
    private var referenceNote: ReportNote {
        var note = Note()
        note.shortDescription = "Software bills of materials: \(format.rawValue) \(formatVersion ?? "")".trimmed
        note.sbomReference.format = format.rawValue
        note.sbomReference.version = formatVersion ?? ""
        let id = ["sbom", format.rawValue] + [formatVersion].compactMap(\.self)
        return ReportNote(id: id.joined(separator: "-"), note: note)
    }

    /// An in-toto statement (version 0.1, as hosted Container Analysis writes it) whose predicate refers to the
    /// document.
    private func statement(about image: ResourceURI) -> Grafeas_V1_SbomReferenceIntotoPayload {
        var statement = Grafeas_V1_SbomReferenceIntotoPayload()
        statement.type = "https://in-toto.io/Statement/v0.1"
        statement.predicateType = "https://bcid.corp.google.com/reference/v0.1"
        let parts = image.canonical.split(separator: "@", maxSplits: 1).map(String.init)
        let digest = parts.last?.split(separator: ":", maxSplits: 1).map(String.init) ?? []
        var subject = Grafeas_V1_Subject()
        subject.name = parts.first ?? ""
        if let algorithm = digest.first, let value = digest.last { subject.digest = [algorithm: value] }
        statement.subject = [subject]
        statement.predicate.referrerID = tool.text
        statement.predicate.location = documentID ?? ""
        statement.predicate.mimeType = mimeType
        statement.predicate.digest = ["sha256": documentDigest]
        return statement
    }

    private var mimeType: String {
        switch format {
        case .spdx: "application/spdx+json"
        case .syft: "application/vnd.syft+json"
        default: "application/vnd.cyclonedx+json"
        }
    }
}
