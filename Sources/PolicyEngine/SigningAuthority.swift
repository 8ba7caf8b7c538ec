/// Somebody whose signature a check asks for. A verifier finds out what each of them signed, and says so as an
/// ``AttestationOutcome``.
public struct SigningAuthority: Sendable, Hashable {
    /// The same for everything that asks for the same: the attestor's name, or where in the policy the keys stand.
    public let id: String
    /// What people call it.
    public let displayName: String
    public let trust: Trust
    /// The projects whose attestations count, `projects/security`; none for those of the attestor's own note, or of any
    /// project.
    public let projects: [String]

    /// Where its keys are.
    public enum Trust: Sendable, Hashable {
        /// An attestor that is stored, `projects/P/attestors/A`.
        case attestor(String)
        /// Keys in the policy, for simple signing and DSSE. Attestations count under the note only, if there is one.
        case keys([SigningKey], note: String?)
        /// Keys in the policy, for signatures of Sigstore's cosign.
        case sigstore([SigningKey])
    }
}

/// A public key as it is written in a policy. Whether it can be read is for the verifier to find out.
public enum SigningKey: Sendable, Hashable {
    /// A subject public key info in PEM.
    /// - Parameters:
    ///   - algorithm: by the name that Binary Authorization has for it, `ECDSA_P256_SHA256`; nil where the key tells.
    case pkix(pem: String, algorithm: String?, id: String?)
    /// An OpenPGP certificate in ASCII armour.
    case openPGP(armoured: String, id: String?)
}

/// What a verifier found of one ``SigningAuthority`` and one image.
public enum AttestationOutcome: Sendable, Equatable {
    /// A signature by one of its keys over a payload that names the image's digest.
    /// - Parameters:
    ///   - key: the id of the key, for people.
    ///   - occurrences: the names of those that carry such signatures.
    case verified(key: String, occurrences: [String])
    /// None; and for each that was tried why it does not count.
    case refused([Refusal])
    /// It could not be found out: the attestor is gone, a key cannot be read, the store is down.
    case failed(String)

    /// Why an attestation does not count.
    public struct Refusal: Sendable, Equatable {
        public let occurrence: String
        public let reason: String

        public init(occurrence: String, reason: String) {
            self.occurrence = occurrence
            self.reason = reason
        }
    }
}
