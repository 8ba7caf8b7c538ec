import MetadataModel

/// Checks that ask for signatures, and the authorities and keys that they name.
extension PolicyReader {
    private static let authorityFields = [
        "attestors", "attestationAuthenticators", "containerAnalysisAttestationProjects",
    ]

    mutating func simpleSigningCheck(_ node: PolicyNode) -> SimpleSigningAttestationCheck {
        let fields = fields(node, Self.authorityFields)
        let before = problems.count
        let authorities = authorities(fields)
        if authorities.isEmpty, problems.count == before {
            refuse(node, "nobody is named whose attestation counts; give attestors or attestationAuthenticators")
        }
        return SimpleSigningAttestationCheck(authorities: authorities)
    }

    private mutating func authorities(_ fields: PolicyFields) -> [SigningAuthority] {
        let projects = fields["containerAnalysisAttestationProjects"].map { self.projects($0) } ?? []
        var authorities: [SigningAuthority] = []
        for node in list(fields["attestors"]) {
            if let authority = attestor(node, projects: projects) { authorities.append(authority) }
        }
        for node in list(fields["attestationAuthenticators"]) {
            authorities.append(authenticator(node, projects: projects))
        }
        return authorities
    }

    /// An attestor by its name.
    mutating func attestor(_ node: PolicyNode, projects: [String] = []) -> SigningAuthority? {
        guard let name = text(node) else { return nil }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "projects", parts[2] == "attestors",
            ResourceID.isValid(parts[3]), Self.isID(parts[1])
        else {
            refuse(node, "\(name.quotedForMessage) is not an attestor; write projects/PROJECT/attestors/ATTESTOR")
            return nil
        }
        return SigningAuthority(
            id: projects.isEmpty ? name : node.path,
            displayName: String(parts[3]),
            trust: .attestor(name),
            projects: projects
        )
    }

    private mutating func authenticator(_ node: PolicyNode, projects: [String]) -> SigningAuthority {
        let fields = fields(node, ["displayName", "pkixPublicKeySet", "pgpPublicKeySet"])
        var keys: [SigningKey] = []
        if let set = fields["pkixPublicKeySet"] {
            let list = filledList(self.fields(set, ["pkixPublicKeys"]), "pkixPublicKeys")
            keys += list.compactMap { pkixKey($0, isAlgorithmGiven: true) }
        }
        if let set = fields["pgpPublicKeySet"] {
            let list = filledList(self.fields(set, ["pgpPublicKeys"]), "pgpPublicKeys")
            keys += list.compactMap { pgpKey($0) }
        }
        if fields.first(of: "pkixPublicKeySet", "pgpPublicKeySet") == nil {
            refuse(node, "an authenticator has keys; give pkixPublicKeySet or pgpPublicKeySet")
        }
        return SigningAuthority(
            id: node.path,
            displayName: text(fields["displayName"]) ?? node.path,
            trust: .keys(keys, note: nil),
            projects: projects
        )
    }

    mutating func sigstoreCheck(_ node: PolicyNode) -> SigstoreSignatureCheck {
        let fields = fields(node, ["sigstoreAuthorities"])
        let authorities = filledList(fields, "sigstoreAuthorities").map { node in
            let fields = self.fields(node, ["displayName", "publicKeySet"])
            let set = required(fields, "publicKeySet").map { self.fields($0, ["publicKeys"]) }
            let keys = set.map { filledList($0, "publicKeys") } ?? []
            return SigningAuthority(
                id: node.path,
                displayName: text(fields["displayName"]) ?? node.path,
                trust: .sigstore(keys.compactMap { pkixKey($0, isAlgorithmGiven: false) }),
                projects: []
            )
        }
        return SigstoreSignatureCheck(authorities: authorities)
    }

    // MARK: Provenance

    mutating func slsaCheck(_ node: PolicyNode) -> SLSACheck {
        SLSACheck(rules: filledList(fields(node, ["rules"]), "rules").compactMap { slsaRule($0) })
    }

    private mutating func slsaRule(_ node: PolicyNode) -> SLSACheck.Rule? {
        let fields = fields(
            node,
            ["trustedBuilder", "trustedSourceRepoPatterns", "attestationSource"] + Self.authorityFields.dropLast()
        )
        guard let builderNode = required(fields, "trustedBuilder"), let builder = builder(builderNode) else {
            return nil
        }
        var rule = SLSACheck.Rule(builder: builder)
        rule.sourceRepositories = texts(fields["trustedSourceRepoPatterns"]).map { Wildcard(Self.withoutScheme($0)) }
        if let source = fields["attestationSource"] {
            let parts = self.fields(source, ["containerAnalysisAttestationProjects"])
            rule.projects = parts["containerAnalysisAttestationProjects"].map { projects($0) } ?? []
        }
        rule.authorities = authorities(fields)
        return rule
    }

    private static func withoutScheme(_ text: String) -> String {
        text.firstRange(of: "://").map { String(text[$0.upperBound...]) } ?? text
    }

    private mutating func builder(_ node: PolicyNode) -> TrustedBuilder? {
        guard let text = text(node) else { return nil }
        if text == TrustedBuilder.googleCloudBuild.text { return .googleCloudBuild }
        guard text.contains("://"), !text.hasPrefix("*") else {
            let way = "write GOOGLE_CLOUD_BUILD, or the builder's id as its provenance has it, https://…"
            refuse(node, "\(text.quotedForMessage) is not a builder; \(way)")
            return nil
        }
        return TrustedBuilder(id: text)
    }

    // MARK: Keys

    /// By the names that Binary Authorization has for them, several for some, and one that it does not take.
    static let algorithms: [String] = [
        "RSA_PSS_2048_SHA256", "RSA_SIGN_PSS_2048_SHA256", "RSA_PSS_3072_SHA256", "RSA_SIGN_PSS_3072_SHA256",
        "RSA_PSS_4096_SHA256", "RSA_SIGN_PSS_4096_SHA256", "RSA_PSS_4096_SHA512", "RSA_SIGN_PSS_4096_SHA512",
        "RSA_SIGN_PKCS1_2048_SHA256", "RSA_SIGN_PKCS1_3072_SHA256", "RSA_SIGN_PKCS1_4096_SHA256",
        "RSA_SIGN_PKCS1_4096_SHA512", "ECDSA_P256_SHA256", "EC_SIGN_P256_SHA256", "ECDSA_P384_SHA384",
        "EC_SIGN_P384_SHA384", "ECDSA_P521_SHA512", "EC_SIGN_P521_SHA512", "ML_DSA_65", "ED25519",
    ]

    /// - Parameter isAlgorithmGiven: whether the algorithm must be there, or must not; nil if it may.
    mutating func pkixKey(_ node: PolicyNode, isAlgorithmGiven: Bool?) -> SigningKey? {
        let names = isAlgorithmGiven == false ? ["publicKeyPem"] : ["publicKeyPem", "signatureAlgorithm", "keyId"]
        let fields = fields(node, names)
        let pem = keyText(required(fields, "publicKeyPem"), block: "PUBLIC KEY")
        let algorithm =
            isAlgorithmGiven == true ? required(fields, "signatureAlgorithm") : fields["signatureAlgorithm"]
        if let algorithm, !Self.algorithms.contains(where: { $0 == algorithm.scalarText }) {
            expected("one of \(Self.algorithms.joined(separator: ", "))", algorithm)
        }
        let id = text(fields["keyId"])
        return pem.map { .pkix(pem: $0, algorithm: algorithm?.scalarText, id: id) }
    }

    mutating func pgpKey(_ node: PolicyNode) -> SigningKey? {
        let fields = fields(node, ["asciiArmoredPgpPublicKey", "keyId"])
        let id = text(fields["keyId"])
        let key = keyText(required(fields, "asciiArmoredPgpPublicKey"), block: "PGP PUBLIC KEY BLOCK")
        return key.map { .openPGP(armoured: $0, id: id) }
    }

    /// A key in its frame of dashes. A private key is refused by it too.
    mutating func keyText(_ node: PolicyNode?, block: String) -> String? {
        guard let node, let text = anyText(node, bytesMax: limits.keyBytesMax) else { return nil }
        guard text.contains("-----BEGIN \(block)-----"), text.contains("-----END \(block)-----") else {
            refuse(node, "expected a public key between -----BEGIN \(block)----- and -----END \(block)-----")
            return nil
        }
        return text
    }

    // MARK: Projects

    mutating func projects(_ node: PolicyNode) -> [String] {
        list(node).compactMap { entry in
            guard let text = text(entry) else { return nil }
            guard text.hasPrefix("projects/"), Self.isID(text.dropFirst(9)) else {
                refuse(entry, "\(text.quotedForMessage) is not a project; write projects/PROJECT")
                return nil
            }
            return text
        }
    }

    static func isID(_ text: Substring) -> Bool { ResourceID.isValid(text) }
}
