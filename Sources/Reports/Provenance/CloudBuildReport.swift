import GrafeasProto
import MetadataModel

/// What Google's registry knows of the builds of an image, as `gcloud` prints it: the image, and occurrences of hosted
/// Grafeas, which are kept as they are.
///
/// An occurrence says everything twice, in the signed envelope and in fields beside it. Who trusts it must hold the
/// signature against what it looks at. Here a document is refused only if it contradicts itself on what was built or by
/// whom, because that decides where it is filed.
struct CloudBuildReport {
    let root: JSONNode

    func statements() throws(ReportProblem) -> [ProvenanceStatement] {
        let image = try image()
        let list = try root["provenance_summary"]["provenance"]
        let nodes = try list.array()
        if nodes.isEmpty { throw list.problem("is empty: nothing is known of how the image was built") }
        if nodes.count > root.limits.documentsMax {
            throw list.problem("has \(nodes.count) occurrences; at most \(root.limits.documentsMax) are taken")
        }
        var statements: [ProvenanceStatement] = []
        for node in nodes { statements.append(try statement(node, of: image)) }
        return statements
    }

    private func image() throws(ReportProblem) -> StatementSubject {
        let node = try root["image_summary"]["fully_qualified_digest"]
        let text = try node.requiredName(bytesMax: root.limits.referenceBytesMax, "registry/repository@sha256:…")
        guard let image = ImageReference(text), let digest = image.digest, digest.hasPrefix("sha256:") else {
            throw node.problem("expected registry/repository@sha256:…, found \(text.quotedForMessage)")
        }
        let short = try root["image_summary"]["digest"]
        if let other = try short.digest()?.lowercased(), other != digest {
            throw short.problem("is \(other), but fully_qualified_digest names \(digest)")
        }
        return StatementSubject(name: image.repository, sha256: String(digest.dropFirst(7)), at: node)
    }

    private func statement(_ node: JSONNode, of image: StatementSubject) throws(ReportProblem) -> ProvenanceStatement {
        let kind = try node["kind"]
        let kindName = try kind.name(bytesMax: root.limits.versionBytesMax) ?? ""
        guard kindName == "BUILD" else { throw kind.problem("expected BUILD, found \(kindName.quotedForMessage)") }
        let resource = try node["resourceUri"]
        let uri = try resource.requiredName(bytesMax: root.limits.referenceBytesMax, "the image that was built")
        guard let built = ImageReference(uri), "https://\(built.pinned ?? "")" == (try image.uri()) else {
            throw resource.problem("is \(uri.quotedForMessage), but this describes \(try image.uri())")
        }
        let signed = try envelope(node["envelope"])
        let copies = try UnsignedCopy.all(of: node["build"])
        try checkAgreement(copies, with: signed?.statement, about: image)
        guard
            let builder = signed?.statement.build?.facts.builder ?? copies.first(where: { $0.builder != nil })?.builder
        else { throw try node["build"].problem("does not say who built the image") }
        let text = try node.objectText() ?? ""
        let entry = ProvenanceStatement.Entry(
            note: BuildFacts.note(of: builder, version: nil),
            key: ["build"] + (signed?.digests ?? [ContentDigest.sha256Digits(text.utf8)]),
            place: node.fullPath,
            json: RecordJSON(.v1, text)
        )
        return ProvenanceStatement(
            subjects: [image],
            author: builder,
            entries: [entry],
            byteCount: text.utf8.count,
            path: node.fullPath
        )
    }

    private func envelope(_ node: JSONNode) throws(ReportProblem) -> SignedEnvelope? {
        node.isThere ? try SignedEnvelope(node) : nil
    }

    private func checkAgreement(
        _ copies: [UnsignedCopy],
        with signed: InTotoStatement?,
        about image: StatementSubject
    ) throws(ReportProblem) {
        for subjects in ([signed?.subjects].compactMap(\.self) + copies.map(\.subjects))
        where !subjects.contains(where: { $0.sha256 == image.sha256 }) {
            let found = Set(subjects.map(\.digest)).sorted().prefix(5).joined(separator: ", ")
            throw ReportProblem(
                path: subjects.first?.path ?? "",
                description: "the statement is about \(found), not about the image \(image.digest)"
            )
        }
        guard let signed else { return }
        for copy in copies {
            if Set(copy.subjects.map(\.sha256)) != Set(signed.subjects.map(\.sha256)) {
                throw copy.node.problem("names other artifacts than the signed statement in the envelope")
            }
            if let builder = copy.builder, let known = signed.build?.facts.builder, builder != known {
                let what = "names \(builder.quotedForMessage) as the builder, the signed statement names \(known)"
                throw copy.node.problem(what)
            }
        }
    }
}

/// The statement in the fields of a BUILD occurrence.
private struct UnsignedCopy {
    /// The statement.
    let node: JSONNode
    let subjects: [StatementSubject]
    let builder: String?

    static func all(of build: JSONNode) throws(ReportProblem) -> [UnsignedCopy] {
        var copies: [UnsignedCopy] = []
        for node in [try build["intotoStatement"], try build["inTotoSlsaProvenanceV1"]] where node.isThere {
            let builders = [
                try node["slsaProvenance"]["builder"]["id"], try node["slsaProvenanceZeroTwo"]["builder"]["id"],
                try node["provenance"]["builderConfig"]["id"], try node["predicate"]["runDetails"]["builder"]["id"],
            ]
            let builder = try builders.first(where: \.isThere)?.slsaURI()
            copies.append(
                UnsignedCopy(node: node, subjects: try StatementSubject.all(node["subject"]), builder: builder)
            )
        }
        return copies
    }
}
