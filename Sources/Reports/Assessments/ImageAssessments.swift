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

    /// The notes, the wider their subject the earlier.
    /// - Parameter bytesLeft: bytes that notes of this document may still have.
    func notes(
        of document: AssessmentDocument,
        _ limits: ReportLimits,
        _ bytesLeft: inout Int
    ) throws(ReportProblem) -> [ReportNote] {
        let ranked = drafts.enumerated().map { (narrowness: $1.package?.narrowness ?? 0, index: $0, draft: $1) }
        var notes: [ReportNote] = []
        for entry in ranked.sorted(by: { ($0.narrowness, $0.index) < ($1.narrowness, $1.index) }) {
            let statement = entry.draft.statement
            let note = document.note(on: statement, entry.draft.package, imageURI: uri, limits)
            bytesLeft -= (try? note.serializedBytes() as [UInt8])?.count ?? 0
            if bytesLeft < 0 {
                let bound = "at most \(limits.assessmentNotesBytesMax) bytes of notes are taken of one document"
                let way = "name the products that its remarks are about, or divide it"
                throw ReportProblem(path: statement.place, description: "\(bound); \(way)")
            }
            notes.append(ReportNote(id: entry.draft.id, note: note))
        }
        return notes
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
        note.longDescription = AssessmentOrigin(of: statement, in: self).text
        note.vulnerabilityAssessment = message
        return note
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
