import GrafeasProto
import MetadataModel

/// A file of statements on how artifacts were made, signed or not.
struct ProvenanceReport: Sendable {
    let statements: [ProvenanceStatement]

    /// Reads the documents of a file, all of one format.
    init(_ roots: [JSONNode], as format: ReportFormat) throws(ReportProblem) {
        var statements: [ProvenanceStatement] = []
        for root in roots {
            switch format {
            case .sigstore: statements += try SigstoreBundles(root: root).statements()
            case .gcloud: statements += try CloudBuildReport(root: root).statements()
            case .dsse: statements.append(try SignedEnvelope(root).provenanceStatement())
            default:
                let isStatement = try root["predicateType"].isThere
                statements.append(
                    isStatement ? try InTotoStatement.unsigned(root) : try InTotoLink(root: root).statement()
                )
            }
        }
        self.statements = statements
    }

    /// What the statements say of the artifact that is asked for, or of each that they are about.
    ///
    /// Provenance stays: another build of the same artifact does not make the earlier one untrue.
    /// - Throws: ``ReportProblem`` when no statement is about the image of `target`, or it cannot be told which is
    ///   meant.
    func records(for target: ReportTarget) throws(ReportProblem) -> [ReportRecords] {
        let given = try target.image.flatMap { $0.isEmpty ? nil : $0 }.map { image throws(ReportProblem) in
            try StatementSubject.choice(of: image, among: statements.flatMap(\.subjects))
        }
        var records: [ReportRecords] = []
        var positions: [[ExactText]: Int] = [:]
        // The same statement twice in a file, or the same subject twice in a statement, is one record.
        var keys: Set<[ExactText]> = []
        var bytes = 0
        for statement in statements {
            for uri in try statement.resources(given) {
                bytes += statement.byteCount
                if bytes > target.limits.statementCopiesBytesMax { throw statement.tooManyCopies(target.limits) }
                var said = statement.records(of: uri, provider: target.provider)
                said.occurrences.removeAll { !keys.insert(([uri] + $0.key).map { ExactText($0) }).inserted }
                // What one author says of one artifact goes together.
                if let position = positions[[ExactText(uri), ExactText(said.author)]] {
                    records[position].add(said)
                } else {
                    positions[[ExactText(uri), ExactText(said.author)]] = records.count
                    records.append(said)
                }
            }
        }
        return records
    }
}

extension ReportRecords {
    /// Adds what the same author says of the same artifact; notes that are there already are not added again.
    fileprivate mutating func add(_ other: ReportRecords) {
        let ids = Set(notes.map(\.id))
        notes += other.notes.filter { !ids.contains($0.id) }
        occurrences += other.occurrences
    }
}

/// A statement that is read, but not yet said of one of the artifacts that it is about.
struct ProvenanceStatement: Sendable {
    /// The artifacts that it is about, at least one.
    let subjects: [StatementSubject]
    /// Who says it.
    let author: String
    let entries: [Entry]
    /// Bytes of the text it was read from: what it takes to store it once, more or less.
    let byteCount: Int
    /// Where in the file its subjects stand.
    let path: String

    /// A note, and the occurrence on it.
    struct Entry: Sendable {
        let note: ReportNote
        let key: [String]
        /// The occurrence without its resource and its note.
        var occurrence = Occurrence()
        /// Where in the file it stands.
        let place: String
        var json: RecordJSON?
    }

    /// The URIs of the artifacts that are meant, which may be none of these.
    fileprivate func resources(_ given: (uri: String, sha256: String)?) throws(ReportProblem) -> [String] {
        if let given { return subjects.contains { $0.sha256 == given.sha256 } ? [given.uri] : [] }
        var uris: [String] = []
        for subject in subjects { uris.append(try subject.uri()) }
        return uris
    }

    fileprivate func records(of uri: String, provider: ParentName) -> ReportRecords {
        let occurrences = entries.map { entry in
            var occurrence = entry.occurrence
            occurrence.resourceUri = uri
            occurrence.noteName = NoteName(parent: provider, id: entry.note.id).text
            return ReportOccurrence(key: entry.key, occurrence: occurrence, place: entry.place, json: entry.json)
        }
        return ReportRecords(
            source: "provenance",
            author: author,
            replacesEarlier: false,
            resourceURI: uri,
            notes: entries.map(\.note),
            occurrences: occurrences
        )
    }

    fileprivate func tooManyCopies(_ limits: ReportLimits) -> ReportProblem {
        let bound = "at most \(limits.statementCopiesBytesMax) bytes are taken"
        let what = "is about so many artifacts that its copies for each are too large (\(bound)); name one as the image"
        return ReportProblem(path: path, description: what)
    }
}
