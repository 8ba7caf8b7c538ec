import GrafeasProto
import MetadataModel

/// One of several authorities has signed, by simple signing or DSSE, that the image is what it should be.
struct SimpleSigningAttestationCheck: ImageCheck {
    static let field = "simpleSigningAttestationCheck"

    var authorities: [SigningAuthority]

    /// Which signatures count was found out before.
    var dependsOnTime: Bool { false }

    func answer(_ subject: Subject, _ context: CheckContext) -> Answer {
        subject.signature(by: authorities, thing: "attestation", context.limits)
    }
}

/// One of several authorities has signed the image with Sigstore's cosign.
struct SigstoreSignatureCheck: ImageCheck {
    static let field = "sigstoreSignatureCheck"

    var authorities: [SigningAuthority]

    /// Which signatures count was found out before.
    var dependsOnTime: Bool { false }

    func answer(_ subject: Subject, _ context: CheckContext) -> Answer {
        subject.signature(by: authorities, thing: "Sigstore signature", context.limits)
    }
}

extension Subject {
    /// Any one valid signature suffices, and what lies beside it does not matter. Without one it counts what was not
    /// found out: the valid one may be there.
    fileprivate func signature(by authorities: [SigningAuthority], thing: String, _ limits: PolicyLimits) -> Answer {
        var (reasons, failures): ([String], [String]) = ([], [])
        for authority in authorities {
            let name = authority.displayName.quotedForMessage
            switch attestations[authority.id] {
            case .verified(let key, let names)?:
                // What a builder signs says how the image was built, not that somebody approves of it.
                let occurrences = names.filter { name in !builds.contains { $0.occurrence.name == name } }
                guard names.isEmpty || !occurrences.isEmpty else {
                    reasons.append("\(name) has signed its provenance only")
                    continue
                }
                let what = "\(thing) by \(name) verified with key \(key.quotedForMessage)"
                return Answer(.satisfied, what, occurrences)
            case .refused(let refusals)?:
                reasons += refusals.map { "\($0.occurrence) by \(name): \($0.reason)" }
            case .failed(let reason)?: failures.append("\(name): \(reason)")
            case nil: failures.append("\(name): nobody looked for its signatures")
            }
        }
        let names = authorities.map { $0.displayName.quotedForMessage }
            .named(authorities.count, max: limits.namedFindingsMax)
        if !failures.isEmpty {
            let why = failures.named(failures.count, max: limits.namedFindingsMax)
            return Answer(.failed, "whether there is a valid \(thing) by \(names) could not be found out: \(why)")
        }
        let tried = reasons.isEmpty ? "" : "; not valid: " + reasons.named(reasons.count, max: limits.namedFindingsMax)
        return Answer(.missing, "no valid \(thing) by \(names)\(tried); have the image attested")
    }
}
