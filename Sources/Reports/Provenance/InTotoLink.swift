import GrafeasProto
import MetadataModel

/// in-toto link metadata: what one step of a supply chain took and what it made, signed by who carried it out.
///
/// Grafeas has a kind for it, INTOTO, in v1beta1 only, so its records are JSON of that version.
struct InTotoLink {
    let root: JSONNode

    func statement() throws(ReportProblem) -> ProvenanceStatement {
        let link = try root["signed"]
        let type = try link["_type"].name(bytesMax: root.limits.versionBytesMax) ?? ""
        guard type == "link" else {
            throw try link["_type"].problem("expected \"link\", the record of one step, found \(type.quotedForMessage)")
        }
        let step = try link["name"].requiredName(bytesMax: root.limits.titleBytesMax, "the step's name")
        let text = try root.objectText() ?? ""
        let entry = ProvenanceStatement.Entry(
            note: note(step),
            key: ["intoto", ContentDigest.sha256Digits(text.utf8)],
            place: root.fullPath,
            json: RecordJSON(.v1beta1, JSONText.object([("intoto", try details(link))]))
        )
        return ProvenanceStatement(
            subjects: try products(link["products"]),
            author: "in-toto step \(step)",
            entries: [entry],
            byteCount: text.utf8.count,
            path: try link["products"].fullPath
        )
    }

    private func note(_ step: String) -> ReportNote {
        let description = "Step \(step) of a supply chain"
        let json = JSONText.object([
            ("shortDescription", JSONText.string(description)),
            ("intoto", JSONText.object([("stepName", JSONText.string(step))])),
        ])
        var note = Note()
        note.shortDescription = description
        return ReportNote(id: ProvenanceNoteID.of("intoto", step), note: note, json: RecordJSON(.v1beta1, json))
    }

    /// What the step made, which is what the link is about.
    private func products(_ object: JSONNode) throws(ReportProblem) -> [StatementSubject] {
        let members = try object.members()
        if members.isEmpty { throw object.problem("is empty: a step without products says nothing of any artifact") }
        if members.count > root.limits.subjectsMax {
            throw object.problem("has \(members.count) products; at most \(root.limits.subjectsMax) are taken")
        }
        var subjects: [StatementSubject] = []
        for (name, hashes) in members {
            try hashes.checkName(name, bytesMax: root.limits.subjectNameBytesMax)
            guard let sha256 = try hashes.sha256() else { continue }
            subjects.append(StatementSubject(name: name, sha256: sha256, at: try hashes["sha256"]))
        }
        if subjects.isEmpty { throw object.problem("has no product with a sha256 digest, by which it would be found") }
        return subjects
    }

    // MARK: As JSON of v1beta1

    private func details(_ link: JSONNode) throws(ReportProblem) -> String {
        var command: [String] = []
        for part in try link["command"].array() { command.append(JSONText.string(try part.text() ?? "")) }
        let signed = JSONText.object([
            ("command", JSONText.array(command)), ("materials", try artifacts(link["materials"])),
            ("products", try artifacts(link["products"])), ("byproducts", try values(link["byproducts"])),
            ("environment", try values(link["environment"])),
        ])
        return JSONText.object([("signatures", try signatures()), ("signed", signed)])
    }

    private func signatures() throws(ReportProblem) -> String {
        let array = try root["signatures"]
        let nodes = try array.array()
        if nodes.isEmpty { throw array.problem("has no signature; a link that nobody signed proves nothing") }
        if nodes.count > root.limits.signaturesMax {
            throw array.problem("has \(nodes.count) signatures; at most \(root.limits.signaturesMax) are taken")
        }
        var signatures: [String] = []
        for node in nodes {
            let key = try node["keyid"].requiredName(bytesMax: root.limits.referenceBytesMax, "the key's id")
            guard let text = try node["sig"].text() else { throw try node["sig"].problem("is required: a signature") }
            signatures.append(JSONText.object([("keyid", JSONText.string(key)), ("sig", JSONText.string(text))]))
        }
        return JSONText.array(signatures)
    }

    /// `{"path": {"sha256": "…"}}` as an array of artifacts.
    private func artifacts(_ object: JSONNode) throws(ReportProblem) -> String {
        var artifacts: [String] = []
        for (name, hashes) in try object.members() {
            try hashes.checkName(name, bytesMax: root.limits.subjectNameBytesMax)
            var members = [("resourceUri", JSONText.string(name))]
            if let sha256 = try hashes.sha256() {
                members.append(("hashes", JSONText.object([("sha256", JSONText.string(sha256))])))
            }
            artifacts.append(JSONText.object(members))
        }
        return JSONText.array(artifacts)
    }

    /// What the step printed, or where it ran: texts to Grafeas, so that all else is the JSON that it was.
    private func values(_ object: JSONNode) throws(ReportProblem) -> String {
        var members: [(String, String)] = []
        for (name, value) in try object.members() {
            members.append((name, JSONText.string(value.plainText)))
        }
        return JSONText.object([("customValues", JSONText.object(members))])
    }
}
