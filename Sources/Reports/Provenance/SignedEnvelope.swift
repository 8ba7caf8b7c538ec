import GrafeasProto
import MetadataModel
import SwiftProtobuf

/// An envelope (DSSE 1.0) around an in-toto statement. Whether its signatures are genuine is not asked here.
struct SignedEnvelope {
    let message: Grafeas_V1_Envelope
    let statement: InTotoStatement
    /// Where in the file it stands.
    let place: String

    init(_ node: JSONNode) throws(ReportProblem) {
        var message = Grafeas_V1_Envelope()
        message.payloadType = try Self.payloadType(node)
        let payload = try node["payload"]
        guard let bytes = try payload.bytes() else { throw payload.problem("is required: the signed statement") }
        message.payload = bytes.value
        message.signatures = try Self.signatures(node["signatures"])
        let text = Array(bytes.value)
        let document = try JSONDocument(text, limits: node.limits, origin: JSONOrigin(container: payload.fullPath))
        self.message = message
        statement = try InTotoStatement(document.root, bytes: text)
        place = node.fullPath
    }

    private static func payloadType(_ node: JSONNode) throws(ReportProblem) -> String {
        let type = try node["payloadType"].name(bytesMax: node.limits.titleBytesMax) ?? ""
        let expected = "application/vnd.in-toto+json"
        guard type == expected else {
            throw try node["payloadType"].problem("expected \(expected), found \(type.quotedForMessage)")
        }
        return type
    }

    private static func signatures(_ array: JSONNode) throws(ReportProblem) -> [Grafeas_V1_EnvelopeSignature] {
        let nodes = try array.array()
        if nodes.isEmpty {
            throw array.problem("has no signature; an unsigned statement is taken as it is, without an envelope")
        }
        if nodes.count > array.limits.signaturesMax {
            throw array.problem("has \(nodes.count) signatures; at most \(array.limits.signaturesMax) are taken")
        }
        var signatures: [Grafeas_V1_EnvelopeSignature] = []
        for node in nodes {
            var signature = Grafeas_V1_EnvelopeSignature()
            guard let bytes = try node["sig"].bytes() else { throw try node["sig"].problem("is required: a signature") }
            signature.sig = bytes.value
            signature.keyid = try node["keyid"].name(bytesMax: node.limits.referenceBytesMax) ?? ""
            signatures.append(signature)
        }
        return signatures
    }

    /// What tells it from others: the statement, and who signed it.
    var digests: [String] { [statement.sha256] + message.signatures.map { ContentDigest.sha256Digits($0.sig) } }

    // MARK: As records

    /// The build if it is one, and the envelope in any case: it says more than Grafeas has fields for.
    func provenanceStatement() -> ProvenanceStatement {
        let build = statement.build.map { statement.entry(of: $0, place: place) }
        return ProvenanceStatement(
            subjects: statement.subjects,
            author: statement.build?.facts.builder ?? statement.predicateType,
            entries: [build, attestation].compactMap(\.self),
            byteCount: statement.byteCount,
            path: statement.path
        )
    }

    private var attestation: ProvenanceStatement.Entry {
        let type = statement.predicateType
        var note = Note()
        note.shortDescription = "Attestations of \(type)"
        note.dsseAttestation.hint.humanReadableName = type
        var occurrence = Occurrence()
        occurrence.dsseAttestation.envelope = message
        occurrence.dsseAttestation.statement = statement.message
        return ProvenanceStatement.Entry(
            note: ReportNote(id: ProvenanceNoteID.of("dsse", type), note: note),
            key: ["dsse"] + digests,
            occurrence: occurrence,
            place: place
        )
    }
}
