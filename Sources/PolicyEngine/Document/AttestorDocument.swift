import MetadataModel

/// An attestor as its author wrote it: who it is, under which note its attestations are, and by which keys they count.
///
/// Grafeion's own kind, or an attestor of Binary Authorization.
public struct AttestorDocument: Sendable, Equatable {
    /// The name in its metadata, or its full name; empty where there is none.
    public internal(set) var name = ""
    public internal(set) var description = ""
    /// `projects/P/notes/N`; nil for the note that has the attestor's own id.
    public internal(set) var note: String?
    public internal(set) var keys: [Key] = []
    /// Whether a signature that does not say which key made it counts for nothing.
    public internal(set) var requiresKeyIDs = false

    /// A public key, and what it signs.
    public struct Key: Sendable, Equatable {
        public internal(set) var key: SigningKey
        public internal(set) var comment = ""
        /// Each attestation is judged in one of these forms, by how it travelled.
        public internal(set) var signs: [SignedForm]
    }

    /// The forms in which a key may sign, by the names that documents have for them.
    public enum SignedForm: String, Sendable, CaseIterable {
        case simpleSigning = "simple-signing"
        case dsse
        case rawPayload = "raw-payload"

        /// An envelope's encoding and a simple signing payload cannot be taken for each other, so keys sign both unless
        /// their author says otherwise. A raw payload could be anything: that has to be said.
        static let usual: [SignedForm] = [.simpleSigning, .dsse]
    }

    /// Reads an attestor, in YAML or JSON.
    ///
    /// - Throws: ``InvalidPolicy`` with all that is wrong with it.
    public init(parsing text: String, limits: PolicyLimits = PolicyLimits()) throws(InvalidPolicy) {
        let documents = try PolicyNode.documents(in: text, limits)
        var reader = PolicyReader(limits: limits)
        let attestor = reader.attestor(documents)
        if !reader.problems.isEmpty { throw InvalidPolicy(reader.problems.sorted { $0.isBefore($1) }) }
        self = attestor
    }

    init() {}
}

extension PolicyReader {
    mutating func attestor(_ documents: [PolicyNode]) -> AttestorDocument {
        guard let first = documents.first else { return AttestorDocument() }
        if documents.count > 1 {
            refuse(documents[1], "there is more than one document in the text; an attestor is one")
        }
        if Self.has(first, "apiVersion", "kind") { return grafeionAttestor(first) }
        if Self.has(first, "userOwnedGrafeasNote", "userOwnedDrydockNote") { return binaryAuthorizationAttestor(first) }
        refuse(first, "this is no attestor; it begins with apiVersion: grafeion.dev/v1 and kind: Attestor")
        return AttestorDocument()
    }

    private mutating func grafeionAttestor(_ node: PolicyNode) -> AttestorDocument {
        let fields = fields(node, ["apiVersion", "kind", "metadata", "spec"])
        expect(fields, "apiVersion", "grafeion.dev/v1")
        expect(fields, "kind", "Attestor")
        var attestor = AttestorDocument()
        if let metadata = required(fields, "metadata") {
            attestor.name = text(required(self.fields(metadata, Self.metadataFields), "name")) ?? ""
        }
        guard let spec = required(fields, "spec") else { return attestor }
        let parts = self.fields(spec, ["description", "noteReference", "publicKeys", "requireKeyIds"])
        attestor.description = text(parts["description"]) ?? ""
        attestor.note = parts["noteReference"].flatMap { noteReference($0) }
        attestor.requiresKeyIDs = flag(parts["requireKeyIds"]) ?? false
        attestor.keys = filledList(parts, "publicKeys", max: limits.checksMax).compactMap {
            attestorKey($0, ["signs"])
        }
        return attestor
    }

    /// As `gcloud container binauthz attestors export` writes it. It may have no keys yet.
    private mutating func binaryAuthorizationAttestor(_ node: PolicyNode) -> AttestorDocument {
        let names = ["name", "description", "userOwnedGrafeasNote", "userOwnedDrydockNote", "updateTime", "etag"]
        let fields = fields(node, names)
        var attestor = AttestorDocument()
        attestor.name = text(fields["name"]) ?? ""
        attestor.description = text(fields["description"]) ?? ""
        guard let note = fields.first(of: "userOwnedGrafeasNote", "userOwnedDrydockNote") else { return attestor }
        let parts = self.fields(note, ["noteReference", "publicKeys", "delegationServiceAccountEmail"])
        attestor.note = required(parts, "noteReference").flatMap { noteReference($0) }
        attestor.keys = list(parts["publicKeys"], max: limits.checksMax).compactMap { attestorKey($0, []) }
        return attestor
    }

    private mutating func noteReference(_ node: PolicyNode) -> String? {
        guard let name = text(node) else { return nil }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let isNote = parts.count == 4 && parts[0] == "projects" && parts[2] == "notes"
        guard isNote, Self.isID(parts[1]), Self.isID(parts[3]) else {
            refuse(node, "\(name.quotedForMessage) is not a note; write projects/PROJECT/notes/NOTE")
            return nil
        }
        return name
    }

    private mutating func attestorKey(_ node: PolicyNode, _ more: [String]) -> AttestorDocument.Key? {
        let fields = fields(node, ["id", "comment", "pkixPublicKey", "asciiArmoredPgpPublicKey"] + more)
        let id = text(fields["id"])
        let comment = text(fields["comment"]) ?? ""
        var key: SigningKey?
        switch (fields["pkixPublicKey"], fields["asciiArmoredPgpPublicKey"]) {
        case (let pkix?, nil):
            guard case .pkix(let pem, let algorithm, let ownID)? = pkixKey(pkix, isAlgorithmGiven: nil) else {
                return nil
            }
            key = .pkix(pem: pem, algorithm: algorithm, id: id ?? ownID)
        case (nil, let armoured?):
            key = keyText(armoured, block: "PGP PUBLIC KEY BLOCK").map { .openPGP(armoured: $0, id: id) }
        default: refuse(node, "a key is one of pkixPublicKey and asciiArmoredPgpPublicKey")
        }
        let signs = signedForms(fields["signs"])
        return key.map { AttestorDocument.Key(key: $0, comment: comment, signs: signs) }
    }

    private mutating func signedForms(_ node: PolicyNode?) -> [AttestorDocument.SignedForm] {
        guard let node else { return AttestorDocument.SignedForm.usual }
        let elements = node.scalarText == nil ? list(node) : [node]
        if elements.isEmpty { refuse(node, "name what the key signs, or leave signs out") }
        return elements.compactMap { element in
            let form = text(element).flatMap { AttestorDocument.SignedForm(rawValue: $0) }
            let names = AttestorDocument.SignedForm.allCases.map(\.rawValue).joined(separator: ", ")
            if form == nil { expected("one of \(names)", element) }
            return form
        }
    }
}
