/// An attestation whose signature verifies and whose payload names the image that was asked about. Only the judgement of
/// an authority makes one, so the type is the proof.
public struct VerifiedAttestation: Sendable {
    /// The image.
    public let digest: ImageDigest
    public let payload: SignedPayload
    /// The exact bytes that were signed as the payload.
    public let payloadBytes: [UInt8]
    /// The ``AttestationKey/id`` of the key.
    public let keyID: String
    /// Where in the occurrence the signature stands.
    public let place: String
}

/// What became of one signature.
public struct SignatureOutcome: Sendable, Equatable {
    /// Whether it counts.
    public enum Result: Sendable, Equatable {
        /// It verifies by the key of this id.
        case verified(keyID: String)
        /// It counts for nothing, for this reason.
        case refused(String)
    }

    /// Where in the occurrence it stands, `attestation.signatures[0]`.
    public let place: String
    /// The key that it names; empty if it names none.
    public let claimedKeyID: String
    public let result: Result
}

/// What an authority's keys say of an occurrence and an image. One signature that verifies suffices; those that do not
/// are listed with their reasons and harm nothing.
public struct AttestationVerdict: Sendable {
    public let authority: String
    public let verified: [VerifiedAttestation]
    public let outcomes: [SignatureOutcome]

    /// Whether the image is attested.
    public var isVerified: Bool { !verified.isEmpty }

    /// In plain words: by which key, or why not.
    public var explanation: String {
        if let first = verified.first { return "attested by \(first.keyID) of \(authority)" }
        if outcomes.isEmpty { return "there is no signature" }
        return outcomes.prefix(3).map { outcome in
            if case .refused(let reason) = outcome.result { "\(outcome.place): \(reason)" } else { outcome.place }
        }.joined(separator: "; ") + (outcomes.count > 3 ? "; and \(outcomes.count - 3) more" : "")
    }

    /// Several verdicts of one authority on one image as one.
    public static func combined(_ verdicts: [AttestationVerdict], authority: String) -> AttestationVerdict {
        AttestationVerdict(
            authority: authority,
            verified: verdicts.flatMap(\.verified),
            outcomes: verdicts.flatMap(\.outcomes)
        )
    }
}
