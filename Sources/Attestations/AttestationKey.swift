/// What a key of an authority signs. It belongs to the key's configuration: a signature is judged in this form and in no
/// other, because bytes that were signed to mean one thing must not be read as another.
public enum SignedForm: String, Sendable, CaseIterable {
    /// DSSE's encoding of payload type and payload.
    case dsse
    /// A simple signing payload, its bytes as they are; or a JWT about an image. The two cannot be taken for each other, nor
    /// for DSSE's encoding: a simple signing payload is a JSON object with braces, DSSE's encoding begins with its name and
    /// has spaces, and what is signed of a JWT is letters, digits, `-` and `_` around one dot.
    case simpleSigning = "simple-signing"
    /// The payload's bytes as they are, whichever it is: simple signing, an in-toto statement (Google Cloud Build's older
    /// keys sign what is in the envelope, not the envelope), or the image's name and digest alone. No JWT: what such a key
    /// signs is loose enough without.
    case rawPayload = "raw-payload"
}

/// A public key of an authority: what it is called, what it signs, and the key.
public struct AttestationKey: Sendable {
    /// Its name in verdicts.
    public let id: String
    public let signs: SignedForm
    let material: Material

    enum Material: Sendable {
        case pkix(PKIXPublicKey)
        case openPGP(OpenPGPKey)
    }

    /// - Parameter id: the name that signatures call it by; nil for the one that follows from the key (``KeyID``).
    public init(_ key: PKIXPublicKey, id: String? = nil, signs: SignedForm) {
        self.id = id ?? KeyID.ni(of: key)
        self.signs = signs
        material = .pkix(key)
    }

    public init(_ key: OpenPGPKey, id: String? = nil, signs: SignedForm) {
        self.id = id ?? KeyID.openPGP(fingerprint: key.fingerprint)
        self.signs = signs
        material = .openPGP(key)
    }

    /// Whether what it has signed may cease to count without anything being changed: OpenPGP's keys say when they end.
    public var mayExpire: Bool { if case .openPGP = material { true } else { false } }

    /// Whether a signature that names a key means this one: by its configured name or the one that follows from the key,
    /// of OpenPGP keys also by a subkey.
    func isNamed(_ name: String) -> Bool {
        if name.utf8.elementsEqual(id.utf8) { return true }
        switch material {
        case .pkix(let key): return name.utf8.elementsEqual(KeyID.ni(of: key).utf8)
        case .openPGP(let key):
            guard let digits = KeyID.openPGPDigits(name) else { return false }
            return ([key.fingerprint] + key.subkeyFingerprints).contains { $0.hasSuffix(digits) }
        }
    }
}

/// Who may attest: the keys of an attestor, any one of which suffices.
public struct AttestationAuthority: Sendable {
    /// `projects/{project}/attestors/{attestor}` or another name, for messages.
    public let name: String
    public let keys: [AttestationKey]
    /// Whether a signature that does not say whose it is counts for nothing. If not, it is tried with every key.
    public let requiresKeyIDs: Bool

    public init(name: String, keys: [AttestationKey], requiresKeyIDs: Bool = false) {
        self.name = name
        self.keys = keys
        self.requiresKeyIDs = requiresKeyIDs
    }
}
