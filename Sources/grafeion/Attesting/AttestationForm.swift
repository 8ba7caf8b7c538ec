import ArgumentParser
import Attestations
import PolicyEngine

/// How an attestation is written down and stored.
enum AttestationForm: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// The image's name and digest, signed as they are: an occurrence of kind ATTESTATION.
    case simpleSigning = "simple-signing"
    /// An in-toto statement in a DSSE envelope: an occurrence of kind DSSE_ATTESTATION.
    case dsse

    /// The form in which a key that signs such things vouches for it; nil if none of them fits.
    ///
    /// A key for raw payloads signs a simple signing payload as it is. It would sign an envelope's payload without its
    /// type, and that is not what DSSE means.
    func signedForm(among forms: [AttestorDocument.SignedForm]) -> SignedForm? {
        switch self {
        case .simpleSigning:
            if forms.contains(.simpleSigning) { return .simpleSigning }
            return forms.contains(.rawPayload) ? .rawPayload : nil
        case .dsse: return forms.contains(.dsse) ? .dsse : nil
        }
    }

    /// `DSSE_ATTESTATION`
    var kindName: String {
        switch self {
        case .simpleSigning: "ATTESTATION"
        case .dsse: "DSSE_ATTESTATION"
        }
    }
}
