import Attestations
import GrafeasProto
import MetadataModel
import PolicyEngine

extension PreparedPolicy.Authority {
    /// What there is of the authority's attestations among the occurrences of an image.
    /// - Parameter now: seconds since 1970, for keys that expire.
    func outcome(_ records: ImageRecords, now: Int64) -> AttestationOutcome {
        if let problem { return .failed(problem) }
        let digest: ImageDigest
        do throws(AttestationProblem) {
            digest = try ImageDigest(records.digest)
        } catch {
            // Nobody can have attested it: that is known, and no error that a policy might tolerate.
            return .refused([.init(occurrence: records.digest, reason: error.description)])
        }
        var (verified, refusals): ([(key: String, occurrence: String)], [AttestationOutcome.Refusal]) = ([], [])
        for occurrence in records.occurrences where occurrence.mayAttest && counts(in: occurrence) {
            switch finding(on: occurrence, about: digest, now: now) {
            case .verified(let key): verified.append((key, occurrence.name))
            case .refused(let reason): refusals.append(.init(occurrence: occurrence.name, reason: reason))
            }
        }
        guard let first = verified.first else { return .refused(refusals) }
        return .verified(key: first.key, occurrences: verified.map(\.occurrence))
    }

    private enum Finding {
        case verified(key: String)
        case refused(reason: String)
    }

    private func finding(on occurrence: Occurrence, about digest: ImageDigest, now: Int64) -> Finding {
        // What a builder signs is its provenance, which hangs on a note of the builder's.
        if let note, !occurrence.isBuild, !occurrence.noteName.utf8.elementsEqual(note.text.utf8) {
            return .refused(reason: "it is under \(occurrence.noteName.quotedForMessage), not under \(note.text)")
        }
        let verdict = authority.verdict(on: occurrence, about: digest, now: now)
        if let found = verdict.verified.first { return .verified(key: found.keyID) }
        return .refused(reason: verdict.explanation)
    }

    private func counts(in occurrence: Occurrence) -> Bool {
        projects.isEmpty || projects.contains { occurrence.name.utf8.starts(with: "\($0)/".utf8) }
    }
}

extension Occurrence {
    /// Whether it may carry signatures.
    var mayAttest: Bool {
        switch details {
        case .attestation, .dsseAttestation: true
        default: hasEnvelope
        }
    }

    fileprivate var isBuild: Bool {
        if case .build = details { true } else { false }
    }
}
