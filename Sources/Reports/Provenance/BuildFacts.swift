import GrafeasProto
import MetadataModel
import SwiftProtobuf

/// What the provenance of a build says, whichever its version.
struct BuildFacts: Sendable {
    /// The builder's id or, where it has none, the type of the build.
    let builder: String
    var builderVersion: String?
    /// The id of this run of the build.
    var invocationID: String?
    var startTime: Google_Protobuf_Timestamp?
    var endTime: Google_Protobuf_Timestamp?
    var source: GitSource?
    /// Who started it.
    var creator: String?
    /// What started it, if nobody did.
    var triggerID: String?
    /// Small things worth looking for, by names of our own.
    var options: [String: String] = [:]

    /// - Throws: ``ReportProblem`` when neither the builder nor the type of the build has a name. SLSA wants an id of
    ///   builders, but BuildKit leaves it empty unless it is told one.
    init(builder: JSONNode, buildType: JSONNode) throws(ReportProblem) {
        let id = try builder["id"]
        let type = try buildType.slsaURI()
        guard let name = try id.slsaURI() ?? type else { throw id.problem("is required: who built it") }
        self.builder = name
        add("build_type", type)
    }

    mutating func add(_ option: String, _ value: String?) {
        if let value { options[option] = value }
    }

    /// The note of a builder.
    static func note(of builder: String, version: String?) -> ReportNote {
        var note = Note()
        note.shortDescription = "Builds by \(builder)"
        // Without a version it is still a note of that kind.
        note.build = .with { $0.builderVersion = version ?? "" }
        return ReportNote(id: ProvenanceNoteID.of("build", builder), note: note)
    }

    /// The build in the words that Grafeas had before there was SLSA, which filters know.
    func provenance(of subjects: [StatementSubject], statementSHA256: String) -> Grafeas_V1_BuildProvenance {
        var provenance = Grafeas_V1_BuildProvenance()
        // The id is required, so a build that has none goes by its statement.
        provenance.id = invocationID ?? "sha256:\(statementSHA256)"
        provenance.builderVersion = builderVersion ?? builder
        if let startTime {
            provenance.createTime = startTime
            provenance.startTime = startTime
        }
        if let endTime { provenance.endTime = endTime }
        if let source {
            provenance.sourceProvenance.context.git.url = source.url
            provenance.sourceProvenance.context.git.revisionID = source.revision ?? ""
        }
        provenance.creator = creator ?? ""
        provenance.triggerID = triggerID ?? ""
        provenance.buildOptions = options
        provenance.builtArtifacts = subjects.map(\.artifact)
        // GitHub's runs go by the page that shows their logs.
        if let invocationID, invocationID.hasPrefix("https://") { provenance.logsUri = invocationID }
        return provenance
    }
}

extension StatementSubject {
    fileprivate var artifact: Grafeas_V1_Artifact {
        var artifact = Grafeas_V1_Artifact()
        artifact.checksum = digest
        artifact.id = image.map { "\($0.repository)@\(digest)" } ?? ""
        artifact.names = [name].compactMap(\.self)
        return artifact
    }
}

/// Ids of notes that are named for what something else has named, which is mostly a URL.
enum ProvenanceNoteID {
    /// `build-github.com-actions-runner-3f2a…`: the name without its scheme, what an id may not have as `-`, and the
    /// digest of the name behind it if it is not in there as it is.
    static func of(_ prefix: String, _ name: String) -> String {
        let short = name.hasPrefix("https://") ? String(name.dropFirst(8)) : name
        let plain = String(
            short.unicodeScalars.map { ResourceID.isValid(String($0)) || $0 == "." ? Character($0) : "-" }
        )
        let id = "\(prefix)-\(plain)"
        if plain == name, ResourceID.isValid(id) { return id }
        return "\(id.prefix(87))-\(ContentDigest.sha256Digits(name.utf8).prefix(12))"
    }
}
