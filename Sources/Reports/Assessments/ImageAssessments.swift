import GrafeasProto
import MetadataModel
import SwiftProtobuf

/// What a document says of one image, each vulnerability and package once.
struct ImageAssessments {
    let uri: String
    private var drafts: [Draft] = []
    private var positions: [String: Int] = [:]

    private struct Draft {
        let id: String
        var statement: AssessmentDocument.Statement
        let package: AssessedPackage?
    }

    init(uri: String) { self.uri = uri }

    /// - Throws: ``ReportProblem`` when the document has said otherwise of the same before, and is no sequence.
    mutating func add(
        _ statement: AssessmentDocument.Statement,
        _ package: AssessedPackage?,
        of document: AssessmentDocument
    ) throws(ReportProblem) {
        let subject = package?.purl ?? package?.name ?? ""
        let id = Self.noteID([document.author.name ?? "", uri, statement.vulnerabilityID, subject])
        guard let position = positions[id] else {
            positions[id] = drafts.count
            drafts.append(Draft(id: id, statement: statement, package: package))
            return
        }
        let earlier = drafts[position].statement
        if document.isSequence {
            drafts[position].statement = statement
        } else if earlier.state != statement.state {
            let what = "\(statement.vulnerabilityID) in \(subject.isEmpty ? "the image" : subject.quotedForMessage)"
            let other = "the document says otherwise of it at \(earlier.place)"
            let way = "keep what holds for the image"
            throw ReportProblem(path: statement.place, description: "judges \(what), and \(other); \(way)")
        }
    }

    /// The wider a note's subject the earlier it comes: of records made together the last is the newest, and the newest
    /// that fits is applied.
    func notes(of document: AssessmentDocument, _ limits: ReportLimits) -> [ReportNote] {
        let ranked = drafts.enumerated().map { (narrowness: $1.package?.narrowness ?? 0, index: $0, draft: $1) }
        return ranked.sorted { ($0.narrowness, $0.index) < ($1.narrowness, $1.index) }.map { entry in
            let note = document.note(on: entry.draft.statement, entry.draft.package, imageURI: uri, limits)
            return ReportNote(id: entry.draft.id, note: note)
        }
    }

    /// 128 bits of a digest: a newer document of the same author finds its own notes, and nobody else's.
    private static func noteID(_ parts: [String]) -> String { "vex-" + ContentDigest.digits(of: parts) }
}

extension AssessmentDocument {
    /// The note that says what a statement says of an image, or of a package in it.
    fileprivate func note(
        on statement: Statement,
        _ package: AssessedPackage?,
        imageURI: String,
        _ limits: ReportLimits
    ) -> Note {
        var message = Grafeas_V1_VulnerabilityAssessmentNote()
        message.title = title ?? ""
        message.languageCode = language ?? ""
        message.publisher.name = author.name ?? ""
        message.publisher.publisherNamespace = author.namespace ?? ""
        message.publisher.issuingAuthority = author.authority ?? ""
        message.product.genericUri = imageURI
        message.product.id = package?.purl ?? ""
        message.product.name = package?.name ?? ""
        message.assessment = statement.message(limits)
        var note = Note()
        let subject = package.map { " in \($0.purl ?? $0.name)" } ?? ""
        let judgement = "\(statement.vulnerabilityID): \(statement.state.words)\(subject)"
        note.shortDescription = judgement.cut(bytesMax: limits.titleBytesMax)
        message.shortDescription = note.shortDescription
        note.longDescription = origin(of: statement)
        note.vulnerabilityAssessment = message
        return note
    }

    /// Which document the note is from, which no field is for.
    private func origin(of statement: Statement) -> String {
        var parts = ["From \(id ?? "a \(format.rawValue) document")"]
        if let version { parts.append("version \(version)") }
        if let time = statement.time ?? time, let text = try? time.jsonString() {
            parts.append(text.filter { $0 != "\"" })
        }
        return parts.joined(separator: ", ")
    }
}

extension AssessmentDocument.Statement {
    fileprivate func message(_ limits: ReportLimits) -> Grafeas_V1_VulnerabilityAssessmentNote.Assessment {
        var message = Grafeas_V1_VulnerabilityAssessmentNote.Assessment()
        message.vulnerabilityID = vulnerabilityID
        // Scans file vulnerabilities under the CVE where there is one: with both ids either is found.
        let cves = Set(aliases.filter(\.isCVE))
        if !vulnerabilityID.isCVE, let cve = cves.first, cves.count == 1 { message.cve = cve }
        message.shortDescription = title ?? ""
        message.relatedUris = urls.usable(limits).prefix(limits.occurrenceURLsMax).map {
            Grafeas_V1_RelatedUrl(url: $0)
        }
        message.state = state
        message.impacts = impacts
        if justification != .unspecified { message.justification.justificationType = justification }
        if let details { message.justification.details = details }
        message.remediations = remediations
        return message
    }
}

extension AssessmentState {
    /// For people.
    fileprivate var words: String {
        switch self {
        case .affected: "affected"
        case .notAffected: "not affected"
        case .fixed: "fixed"
        case .underInvestigation: "under investigation"
        case .unspecified, .UNRECOGNIZED: "not judged"
        }
    }
}
