public import GrafeasProto
public import MetadataModel

extension AttestationAuthority {
    /// Judges what an occurrence claims of an image.
    ///
    /// The occurrence must be about the image, a signature must verify by a key of the authority over the exact payload,
    /// the payload must name the image, and what stands beside the payload must not contradict it.
    /// - Parameter now: seconds since 1970, for keys and tokens that expire.
    public func verdict(on occurrence: Occurrence, about digest: ImageDigest, now: Int64) -> AttestationVerdict {
        let copies = UnsignedCopy.all(in: occurrence)
        let resource = ResourceURI(occurrence.resourceUri).digest
        return verdict(on: Attestation.all(in: occurrence), about: digest, now: now) {
            payload throws(AttestationProblem) in
            if let resource, resource != digest.description {
                throw AttestationProblem("the occurrence is about \(resource.quotedForMessage), not about \(digest)")
            }
            for copy in copies { try copy.check(against: payload) }
        }
    }

    /// Judges claims that came without an occurrence.
    public func verdict(on attestations: [Attestation], about digest: ImageDigest, now: Int64) -> AttestationVerdict {
        verdict(on: attestations, about: digest, now: now) { _ in }
    }

    private func verdict(
        on attestations: [Attestation],
        about digest: ImageDigest,
        now: Int64,
        check: (SignedPayload) throws(AttestationProblem) -> Void
    ) -> AttestationVerdict {
        var verified: [VerifiedAttestation] = []
        var outcomes: [SignatureOutcome] = []
        var triesLeft = AttestationLimits.triesMax
        let signatures = attestations.flatMap { attestation in attestation.signatures.map { (attestation, $0) } }
        for (attestation, signature) in signatures.prefix(AttestationLimits.signaturesMax) {
            let result: SignatureOutcome.Result
            do throws(AttestationProblem) {
                let keys = try keys(for: signature, of: attestation)
                triesLeft -= keys.count
                if triesLeft < 0 { throw AttestationProblem("too many signatures and keys to try them all") }
                let found = try first(of: keys, verifying: signature, of: attestation, about: digest, now: now)
                try check(found.payload)
                verified.append(found)
                result = .verified(keyID: found.keyID)
            } catch {
                result = .refused(error.description)
            }
            let outcome = SignatureOutcome(place: signature.place, claimedKeyID: signature.keyID, result: result)
            outcomes.append(outcome)
        }
        if let (_, next) = signatures.dropFirst(AttestationLimits.signaturesMax).first {
            let reason = "only \(AttestationLimits.signaturesMax) of \(signatures.count) signatures are looked at"
            outcomes.append(SignatureOutcome(place: next.place, claimedKeyID: next.keyID, result: .refused(reason)))
        }
        return AttestationVerdict(authority: name, verified: verified, outcomes: outcomes)
    }

    /// The keys to try. A name is a hint that narrows them, never proof of anything.
    private func keys(
        for signature: Attestation.Signature,
        of attestation: Attestation
    ) throws(AttestationProblem) -> [AttestationKey] {
        if case .unreadable(let problem) = attestation.content { throw problem }
        if signature.bytes.isEmpty { throw AttestationProblem("the signature is empty") }
        if signature.bytes.count > AttestationLimits.signatureBytesMax {
            throw AttestationProblem("the signature has \(signature.bytes.count) bytes; that is too long for one")
        }
        if keys.isEmpty { throw AttestationProblem("\(name) has no keys") }
        if signature.keyID.isEmpty {
            if requiresKeyIDs { throw AttestationProblem("the signature names no key, and \(name) asks for that") }
            return Self.fitting(keys, attestation.content)
        }
        let named = keys.filter { $0.isNamed(signature.keyID) }
        if named.isEmpty {
            throw AttestationProblem("the signature names \(signature.keyID.quotedForMessage), no key of \(name)")
        }
        return Self.fitting(named, attestation.content)
    }

    /// Those of the keys that sign what travels so; if none does, all of them, to say why not.
    private static func fitting(_ keys: [AttestationKey], _ content: Attestation.Content) -> [AttestationKey] {
        let fitting = keys.filter { content.fits($0.signs) }
        return fitting.isEmpty ? keys : fitting
    }

    private func first(
        of keys: [AttestationKey],
        verifying signature: Attestation.Signature,
        of attestation: Attestation,
        about digest: ImageDigest,
        now: Int64
    ) throws(AttestationProblem) -> VerifiedAttestation {
        var problems: [AttestationProblem] = []
        for key in keys {
            do {
                return try key.verified(signature, of: attestation.content, about: digest, now: now)
            } catch {
                if !problems.contains(error) { problems.append(error) }
            }
        }
        if problems.count == 1 { throw problems[0] }
        let shown = problems.prefix(3).map(\.description).joined(separator: "; ")
        throw AttestationProblem("no key of \(name) verifies it: \(shown)\(problems.count > 3 ? "; …" : "")")
    }
}
