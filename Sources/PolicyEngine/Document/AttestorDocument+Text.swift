import StrictJSON

/// Attestors of Grafeion's own kind, written.
extension AttestorDocument {
    /// Whether it says something that an attestor of Binary Authorization cannot: what a key signs, that signatures must
    /// name their key, what an OpenPGP key is called.
    public var exceedsBinaryAuthorization: Bool {
        requiresKeyIDs
            || keys.contains { key in
                if case .openPGP(_, .some) = key.key { return true }
                return key.signs != SignedForm.usual
            }
    }

    /// This attestor, with what an earlier one says that Binary Authorization cannot.
    ///
    /// - Parameter identity: what a key is by its bytes, and what it is called; nil for one that cannot be read. A key
    ///   takes over from the one that is the same by both, or else from one that has the same bytes.
    public func keeping(
        _ earlier: AttestorDocument,
        identity: (SigningKey) -> (bytes: String, id: String)?
    ) -> AttestorDocument {
        let known = earlier.keys.compactMap { key in identity(key.key).map { (identity: $0, key: key) } }
        var kept = self
        kept.requiresKeyIDs = earlier.requiresKeyIDs
        kept.keys = keys.map { key in
            guard let own = identity(key.key) else { return key }
            let same = known.filter { $0.identity.bytes == own.bytes }
            guard let match = (same.first { $0.identity.id == own.id } ?? same.first)?.key else { return key }
            var key = key
            key.signs = match.signs
            if case .openPGP(let armoured, nil) = key.key, case .openPGP(_, let id) = match.key {
                key.key = .openPGP(armoured: armoured, id: id)
            }
            return key
        }
        return kept
    }

    /// The text of a document of Grafeion's own kind, in JSON.
    public func text(id: String) -> String {
        var spec: [JSONMember] = []
        if !description.isEmpty { spec.append(JSONMember(name: "description", value: .string(description))) }
        if let note { spec.append(JSONMember(name: "noteReference", value: .string(note))) }
        if requiresKeyIDs { spec.append(JSONMember(name: "requireKeyIds", value: .boolean(true))) }
        spec.append(JSONMember(name: "publicKeys", value: .array(keys.map(\.json))))
        let document: JSONValue = [
            "apiVersion": .string("grafeion.dev/v1"),
            "kind": .string("Attestor"),
            "metadata": ["name": .string(id)],
            "spec": .object(spec),
        ]
        return document.policyText + "\n"
    }
}

extension AttestorDocument.Key {
    fileprivate var json: JSONValue {
        var members: [JSONMember] = []
        func add(_ name: String, _ text: String?) {
            if let text, !text.isEmpty { members.append(JSONMember(name: name, value: .string(text))) }
        }
        switch key {
        case .pkix(let pem, let algorithm, let id):
            add("id", id)
            var parts = [JSONMember(name: "publicKeyPem", value: .string(pem))]
            if let algorithm { parts.append(JSONMember(name: "signatureAlgorithm", value: .string(algorithm))) }
            members.append(JSONMember(name: "pkixPublicKey", value: .object(parts)))
        case .openPGP(let armoured, let id):
            add("id", id)
            add("asciiArmoredPgpPublicKey", armoured)
        }
        add("comment", comment)
        members.append(JSONMember(name: "signs", value: .array(signs.map { .string($0.rawValue) })))
        return .object(members)
    }
}

extension JSONValue {
    /// JSON that is read as a policy's text: an ampersand in a string could be taken for one of YAML's anchors.
    var policyText: String { text.replacing("&", with: "\\u0026") }
}
