import Attestations
import MetadataModel
import PolicyEngine

/// A stored attestor that can judge signatures.
struct AttestorAuthority: Sendable {
    let name: DocumentName
    /// Where its attestations hang.
    let note: NoteName
    let authority: AttestationAuthority
    /// Why it cannot judge: one of its keys cannot be read.
    let problem: String?

    init(_ name: DocumentName, _ document: AttestorDocument) {
        self.name = name
        note = document.noteName(for: name)
        do throws(AttestationProblem) {
            var keys: [AttestationKey] = []
            for key in document.keys { keys += try key.key.attestationKeys(signing: key.signs) }
            authority = AttestationAuthority(name: name.text, keys: keys, requiresKeyIDs: document.requiresKeyIDs)
            problem = nil
        } catch {
            authority = AttestationAuthority(name: name.text, keys: [])
            problem = error.description
        }
    }
}

extension AttestorDocument {
    /// The note on which attestations hang: the one that has the attestor's own id, if it names none.
    func noteName(for name: DocumentName) -> NoteName {
        let own = NoteName(parent: ParentName(project: name.collection.project.id), id: name.id)
        return note.flatMap { try? NoteName(parsing: $0, field: "noteReference") } ?? own
    }
}

extension PolicyEngine.SigningKey {
    /// The key, once for each form in which it may have signed.
    func attestationKeys(signing forms: [AttestorDocument.SignedForm]) throws(AttestationProblem) -> [AttestationKey] {
        var keys: [AttestationKey] = []
        for form in forms.compactMap({ SignedForm(rawValue: $0.rawValue) }) {
            switch self {
            case .pkix(let pem, let algorithm, let id):
                let algorithm = try SignatureAlgorithm.named(algorithm ?? "")
                keys.append(AttestationKey(try PKIXPublicKey(pem: pem, algorithm: algorithm), id: id, signs: form))
            case .openPGP(let armoured, let id):
                // An id names one key; of several, each has the one that follows from it.
                let all = try OpenPGPKey.all(in: armoured)
                keys += all.map { AttestationKey($0, id: all.count == 1 ? id : nil, signs: form) }
            }
        }
        return keys
    }
}

extension SigningAuthority.Trust {
    /// The keys that a policy brings itself, and what they may have signed.
    func attestationKeys() throws(AttestationProblem) -> [AttestationKey] {
        let (own, forms): ([PolicyEngine.SigningKey], [AttestorDocument.SignedForm]) =
            switch self {
            case .attestor: ([], [])
            case .keys(let keys, _): (keys, [.simpleSigning, .dsse])
            // What cosign signs is a simple signing payload.
            case .sigstore(let keys): (keys, [.simpleSigning])
            }
        var keys: [AttestationKey] = []
        for key in own { keys += try key.attestationKeys(signing: forms) }
        return keys
    }

    /// What is wrong with the keys that a policy brings itself.
    var keyProblem: String? {
        do throws(AttestationProblem) {
            _ = try attestationKeys()
            return nil
        } catch {
            return error.description
        }
    }
}
