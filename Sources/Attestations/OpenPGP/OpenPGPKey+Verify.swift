import CRNP

extension OpenPGPKey {
    /// The content that a message of this key signs: a detached signature over the content beside it, or a signed message
    /// or clear-signed text that has its content within. Armoured or binary.
    ///
    /// - Parameter content: what stands beside the signature; nothing else may then be in it.
    /// - Parameter now: seconds since 1970. A key that is expired or revoked now counts no more, whenever it signed,
    ///   because the time in a signature is what the signer claims.
    func content(
        signedBy message: [UInt8],
        beside content: [UInt8]?,
        now: Int64
    ) throws(AttestationProblem) -> [UInt8] {
        try RNPSession.run(now: now) { session throws(AttestationProblem) in
            try session.importKeys(transferable)
            let verification = try verification(of: message, beside: content, in: session)
            try check(verification, in: session, now)
            if let content, verification.content != content {
                throw AttestationProblem("the OpenPGP message holds another payload than stands beside it")
            }
            return verification.content
        }
    }

    private func verification(
        of message: [UInt8],
        beside content: [UInt8]?,
        in session: borrowing RNPSession
    ) throws(AttestationProblem) -> RNPVerification {
        switch try session.kind(of: message) {
        case "message", "cleartext": return try session.verify(message)
        case "signature":
            guard let content else {
                throw AttestationProblem("the OpenPGP signature is detached, and there is no payload beside it")
            }
            return try session.verify(message, over: content)
        default: throw AttestationProblem("the signature is no OpenPGP message")
        }
    }

    /// Checks that one of the signatures is good and made by this key, or a subkey, as it is now.
    private func check(
        _ verification: RNPVerification,
        in session: borrowing RNPSession,
        _ now: Int64
    ) throws(AttestationProblem) {
        if verification.result == rnp_result_t(RNP_ERROR_WRITE) {
            let bound = "\(AttestationLimits.payloadBytesMax) bytes are taken"
            throw AttestationProblem("the OpenPGP message unpacks to too much; at most \(bound)")
        }
        if verification.result == rnp_result_t(RNP_ERROR_NOT_ENOUGH_DATA) {
            throw AttestationProblem("the OpenPGP message is cut off")
        }
        if verification.signatures.isEmpty {
            throw AttestationProblem("the OpenPGP message has no signature that could be read")
        }
        var problem = AttestationProblem("the OpenPGP message is signed by another key than \(fingerprint)")
        for signature in verification.signatures where signature.fingerprint != "" {
            do {
                return try check(signature, of: verification, in: session, now)
            } catch {
                problem = error
            }
        }
        throw problem
    }

    private func check(
        _ signature: RNPVerification.Signature,
        of verification: RNPVerification,
        in session: borrowing RNPSession,
        _ now: Int64
    ) throws(AttestationProblem) {
        for fingerprint in [signature.fingerprint, fingerprint] {
            guard let key = session.key(fingerprint) else {
                throw AttestationProblem("the OpenPGP key \(fingerprint) cannot be found")
            }
            if key.isRevoked { throw AttestationProblem("the OpenPGP key \(fingerprint) is revoked") }
            if key.isExpired { throw AttestationProblem("the OpenPGP key \(fingerprint) has expired") }
            if !key.isValid {
                throw AttestationProblem("the OpenPGP key \(fingerprint) is not valid: nothing binds it")
            }
        }
        guard session.key(signature.fingerprint)?.maySign == true else {
            throw AttestationProblem("the OpenPGP key \(signature.fingerprint) is not for signing")
        }
        switch signature.status {
        case 0:
            // The signature may be right and what is around it broken.
            guard verification.result == 0 else {
                throw AttestationProblem("the OpenPGP message is broken: \(RNPSession.text(verification.result))")
            }
        case rnp_result_t(RNP_ERROR_SIGNATURE_EXPIRED):
            // RNP's word for a signature of the future too.
            let isOfFuture = signature.created > now + AttestationLimits.clockSkewSeconds
            throw AttestationProblem("the OpenPGP signature \(isOfFuture ? "is dated in the future" : "has expired")")
        default: throw AttestationProblem("the OpenPGP signature does not match the payload")
        }
    }
}
