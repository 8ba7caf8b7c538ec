import GrafeasProto
import MetadataModel
import SwiftProtobuf

/// An in-toto Statement (v0.1 and v1): a predicate of a named type on artifacts.
struct InTotoStatement: Sendable {
    let type: String
    let predicateType: String
    let subjects: [StatementSubject]
    /// The subjects as they stand, those included that have no SHA-256.
    let subjectMessages: [Grafeas_V1_Subject]
    /// What the predicate says, if it is SLSA provenance.
    let build: SLSABuild?
    /// The SHA-256 of its bytes: the same statement read again has the same.
    let sha256: String
    let byteCount: Int
    /// Where in the file the subjects stand.
    let path: String

    /// Reads a statement, of which `bytes` is the text.
    init(_ root: JSONNode, bytes: some Collection<UInt8>) throws(ReportProblem) {
        type = try root["_type"].requiredName(bytesMax: root.limits.versionBytesMax, "the version of the statement")
        guard Self.types.contains(type) else {
            let known = Self.types.joined(separator: " or ")
            throw try root["_type"].problem("expected \(known), found \(type.quotedForMessage)")
        }
        predicateType = try root["predicateType"].requiredName(
            bytesMax: root.limits.urlBytesMax,
            "what the predicate is about"
        )
        let subject = try root["subject"]
        subjects = try StatementSubject.all(subject)
        subjectMessages = try Self.messages(subject)
        path = subject.fullPath
        build = try SLSABuild(root["predicate"], type: predicateType)
        sha256 = ContentDigest.sha256Digits(bytes)
        byteCount = bytes.count
    }

    private static let types = ["https://in-toto.io/Statement/v0.1", "https://in-toto.io/Statement/v1"]

    private static func messages(_ array: JSONNode) throws(ReportProblem) -> [Grafeas_V1_Subject] {
        var messages: [Grafeas_V1_Subject] = []
        for node in try array.array() {
            var message = Grafeas_V1_Subject()
            message.name = try node["name"].name(bytesMax: array.limits.subjectNameBytesMax) ?? ""
            message.digest = try node["digest"].digestSet()
            messages.append(message)
        }
        return messages
    }

    /// A statement that nobody signed. Of those only builds are taken: all else that such a statement may say is kept
    /// in its envelope.
    static func unsigned(_ root: JSONNode) throws(ReportProblem) -> ProvenanceStatement {
        let statement = try InTotoStatement(root, bytes: Array((try root.objectText() ?? "").utf8))
        guard let build = statement.build else {
            let known = SLSABuild.predicateTypes.joined(separator: ", ")
            let found = statement.predicateType.quotedForMessage
            let way = "a signed statement of another type is taken as its envelope (dsse)"
            throw try root["predicateType"].problem("expected one of \(known), found \(found); \(way)")
        }
        return ProvenanceStatement(
            subjects: statement.subjects,
            author: build.facts.builder,
            entries: [statement.entry(of: build, place: root.fullPath)],
            byteCount: statement.byteCount,
            path: statement.path
        )
    }

    // MARK: As records

    /// The BUILD occurrence.
    func entry(of build: SLSABuild, place: String) -> ProvenanceStatement.Entry {
        var occurrence = Occurrence()
        occurrence.build.provenance = build.facts.provenance(of: subjects, statementSHA256: sha256)
        if case .v1(let predicate) = build.predicate {
            occurrence.build.inTotoSlsaProvenanceV1.type = type
            occurrence.build.inTotoSlsaProvenanceV1.subject = subjectMessages
            occurrence.build.inTotoSlsaProvenanceV1.predicateType = predicateType
            occurrence.build.inTotoSlsaProvenanceV1.predicate = predicate
        } else {
            occurrence.build.intotoStatement = message
        }
        return ProvenanceStatement.Entry(
            note: BuildFacts.note(of: build.facts.builder, version: build.facts.builderVersion),
            key: ["build", sha256],
            occurrence: occurrence,
            place: place
        )
    }

    /// As far as Grafeas can say it: the predicate only of the versions before 1.
    var message: Grafeas_V1_InTotoStatement {
        var message = Grafeas_V1_InTotoStatement()
        message.type = type
        message.subject = subjectMessages
        message.predicateType = predicateType
        switch build?.predicate {
        case .zeroOne(let predicate): message.slsaProvenance = predicate
        case .zeroTwo(let predicate): message.slsaProvenanceZeroTwo = predicate
        case .v1, nil: break
        }
        return message
    }
}
