import StrictJSON

extension AttestationKey {
    /// The attestation that the signature makes of the content, if this key made it and the payload names the image.
    func verified(
        _ signature: Attestation.Signature,
        of content: Attestation.Content,
        about digest: ImageDigest,
        now: Int64
    ) throws(AttestationProblem) -> VerifiedAttestation {
        let bytes = try payload(of: content, signedBy: signature.bytes, now: now)
        let payload = try signedPayload(bytes, of: content, now: now)
        try payload.check(names: digest)
        return VerifiedAttestation(
            digest: digest,
            payload: payload,
            payloadBytes: bytes,
            keyID: id,
            place: signature.place
        )
    }

    /// Reads the payload as what the key has signed. Before the signature verifies nobody should.
    private func signedPayload(
        _ bytes: [UInt8],
        of content: Attestation.Content,
        now: Int64
    ) throws(AttestationProblem) -> SignedPayload {
        guard case .jwt = content else {
            return try SignedPayload(bytes, signedAs: signs, mediaType: content.mediaType)
        }
        let claims = try JWTClaims(JSONValue(payload: bytes))
        try claims.check(at: now)
        return .jwt(claims)
    }

    /// The payload over which the signature verifies.
    private func payload(
        of content: Attestation.Content,
        signedBy signature: [UInt8],
        now: Int64
    ) throws(AttestationProblem) -> [UInt8] {
        let message = try content.message(signedAs: signs)
        if case .jwt(let jwt) = content { return try payload(of: jwt) }
        switch material {
        case .pkix(let key):
            guard let message, let payload = content.payload else {
                throw AttestationProblem("there is no payload beside the signature")
            }
            try verify(signature) { candidate throws(AttestationProblem) in
                if !key.isValid(candidate, over: message) {
                    throw AttestationProblem("the signature is not one of \(id) over the payload")
                }
            }
            return payload
        case .openPGP(let key):
            let signed = try verify(signature) { candidate throws(AttestationProblem) in
                try key.content(signedBy: candidate, beside: message, now: now)
            }
            return content.payload ?? signed
        }
    }

    /// Tries the bytes as they are and then, for tools that store text, what they are in base64.
    private func verify<Result>(
        _ signature: [UInt8],
        _ check: ([UInt8]) throws(AttestationProblem) -> Result
    ) throws(AttestationProblem) -> Result {
        do {
            return try check(signature)
        } catch {
            guard let decoded = Base64.bytes(of: signature), let result = try? check(decoded) else { throw error }
            return result
        }
    }
}

extension Attestation.Content {
    /// The payload, where it stands beside the signature, or in one token with it.
    var payload: [UInt8]? {
        switch self {
        case .payload(let payload), .envelope(_, let payload): payload
        case .jwt(let jwt): jwt.payload
        case .enclosed, .unreadable: nil
        }
    }

    /// The payload's type, where the content says it.
    var mediaType: String? {
        if case .envelope(let type, _) = self { type } else { nil }
    }

    /// Whether a key of this form may have signed it.
    func fits(_ form: SignedForm) -> Bool {
        switch (self, form) {
        case (.unreadable, _): false
        case (.jwt, _): form == .simpleSigning
        case (_, .rawPayload): true
        case (.envelope, .dsse): true
        case (.envelope, .simpleSigning), (_, .dsse): false
        case (_, .simpleSigning): true
        }
    }

    /// The bytes that a key of this form must have signed; nil if they are in the signature.
    func message(signedAs form: SignedForm) throws(AttestationProblem) -> [UInt8]? {
        if let payload, payload.count > AttestationLimits.payloadBytesMax {
            let bound = "at most \(AttestationLimits.payloadBytesMax) are taken"
            throw AttestationProblem("the payload has \(payload.count) bytes; \(bound)")
        }
        switch (self, form) {
        case (.unreadable(let problem), _): throw problem
        case (.jwt(let jwt), .simpleSigning): return jwt.signingInput
        case (.jwt, .dsse): throw AttestationProblem("the key signs DSSE envelopes, and this is a JWT")
        case (.jwt, .rawPayload): throw AttestationProblem("the key signs raw payloads, and this is a JWT")
        case (.envelope(let type, let payload), .dsse):
            return DSSE.preAuthenticationEncoding(type: type, payload: payload)
        case (_, .dsse): throw AttestationProblem("the key signs DSSE envelopes, and this payload is in none")
        case (.envelope, .simpleSigning):
            throw AttestationProblem(
                "the key signs simple signing payloads as they are, and this one is in an envelope"
            )
        case (_, .simpleSigning), (_, .rawPayload): return payload
        }
    }
}
