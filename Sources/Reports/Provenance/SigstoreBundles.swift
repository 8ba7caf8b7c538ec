import MetadataModel

/// A Sigstore bundle (sigstore_bundle.proto as JSON), or GitHub's reply with several of them.
///
/// What a verifier needs beside the envelope, certificates and the log's entries, Grafeas has no place for.
struct SigstoreBundles {
    let root: JSONNode

    func statements() throws(ReportProblem) -> [ProvenanceStatement] {
        let attestations = try root["attestations"]
        guard attestations.isThere else { return [try statement(root)] }
        let nodes = try attestations.array()
        if nodes.isEmpty { throw attestations.problem("is empty: GitHub knows no attestation of the artifact") }
        if nodes.count > root.limits.documentsMax {
            throw attestations.problem("has \(nodes.count) entries; at most \(root.limits.documentsMax) are taken")
        }
        var statements: [ProvenanceStatement] = []
        for node in nodes {
            let bundle = try node["bundle"]
            guard bundle.isThere else {
                throw bundle.problem("is required; gh attestation download fetches bundles that are not in the reply")
            }
            statements.append(try statement(bundle))
        }
        return statements
    }

    private func statement(_ bundle: JSONNode) throws(ReportProblem) -> ProvenanceStatement {
        let mediaType = try bundle["mediaType"].name(bytesMax: root.limits.titleBytesMax) ?? ""
        // Up to 0.2 it ends in +json;version=0.2, from 0.3 on in .v0.3+json.
        guard mediaType.hasPrefix("application/vnd.dev.sigstore.bundle") else {
            let expected = "application/vnd.dev.sigstore.bundle.v0.3+json"
            throw try bundle["mediaType"].problem("expected \(expected), found \(mediaType.quotedForMessage)")
        }
        if try bundle["messageSignature"].isThere {
            let way = "take the bundle of an attestation (cosign attest, actions/attest)"
            throw try bundle["messageSignature"].problem("signs a file, and says nothing of it; \(way)")
        }
        let envelope = try bundle["dsseEnvelope"]
        guard envelope.isThere else { throw envelope.problem("is required: the signed statement") }
        return try SignedEnvelope(envelope).provenanceStatement()
    }
}
