import MetadataModel
import Yams

/// Kritis' documents: each policy becomes a check set for its namespace; authorities are keys for those that name them.
extension PolicyReader {
    mutating func kritisPolicy(_ documents: [PolicyNode]) -> PolicyDocument {
        var policy = PolicyDocument()
        var authorities: [String: SigningAuthority] = [:]
        let isAuthority = { (node: PolicyNode) in Self.text(node, "kind") == "AttestationAuthority" }
        for document in documents where isAuthority(document) {
            guard let (name, authority) = kritisAuthority(document) else { continue }
            if authorities.updateValue(authority, forKey: name) != nil {
                refuse(document, "there are two authorities with the name \(name.quotedForMessage)")
            }
        }
        for document in documents where !isAuthority(document) {
            guard let (name, set) = kritisCheckSet(document, authorities) else { continue }
            if policy.checkSets.contains(where: { $0.scope == set.scope }) {
                refuse(document, "there are two policies for one namespace; give each in a file of its own")
            }
            if policy.name.isEmpty { policy.name = name }
            policy.checkSets.append(set)
        }
        // What is for all namespaces comes last, or nothing would come after it.
        policy.checkSets = policy.checkSets.filter { $0.scope != nil } + policy.checkSets.filter { $0.scope == nil }
        if policy.checkSets.isEmpty, let first = documents.first, problems.isEmpty {
            refuse(first, "there is no policy beside the authorities")
        }
        return policy
    }

    private mutating func kritisCheckSet(
        _ node: PolicyNode,
        _ authorities: [String: SigningAuthority]
    ) -> (name: String, set: CheckSet)? {
        guard let (name, scope, spec) = kritisHead(node), let spec else { return nil }
        var set = CheckSet(displayName: name, scope: scope, place: node.place)
        switch Self.text(node, "kind") {
        case "ImageSecurityPolicy": imageSecurity(spec, &set)
        case "GenericAttestationPolicy": genericAttestation(spec, &set, authorities)
        case "VulnzSigningPolicy": vulnzSigning(spec, &set)
        default:
            let kinds = "ImageSecurityPolicy, GenericAttestationPolicy, VulnzSigningPolicy, AttestationAuthority"
            refuse(node, "kind must be one of \(kinds)")
        }
        return (name, set)
    }

    private mutating func kritisHead(_ node: PolicyNode) -> (name: String, scope: CheckSet.Scope?, spec: PolicyNode?)? {
        let fields = fields(node, ["apiVersion", "kind", "metadata", "spec", "status"])
        expect(fields, "apiVersion", "kritis.grafeas.io/v1beta1")
        guard let metadata = required(fields, "metadata") else { return nil }
        let parts = self.fields(metadata, Self.metadataFields)
        var scope: CheckSet.Scope?
        if let entry = parts["namespace"], let text = text(entry) { scope = namespace(text, entry) }
        return (text(required(parts, "name")) ?? "", scope, required(fields, "spec"))
    }

    // MARK: Policies

    private mutating func imageSecurity(_ spec: PolicyNode, _ set: inout CheckSet) {
        let fields = fields(
            spec,
            [
                "imageWhitelist", "imageAllowlist", "packageVulnerabilityRequirements", "packageVulnerabilityPolicy",
                "attestationAuthorityName", "attestationAuthorityNames", "builtProjectIDs", "privateKeySecretName",
            ]
        )
        set.imageAllowlist = patterns(one(fields, "imageWhitelist", "imageAllowlist"))
        let requirements = one(fields, "packageVulnerabilityRequirements", "packageVulnerabilityPolicy")
        if let check = requirements.map({ kritisVulnerabilities($0) }) { set.checks.append(check) }
        if let projects = fields["builtProjectIDs"], let check = builtIn(projects) { set.checks.append(check) }
        for name in ["attestationAuthorityName", "attestationAuthorityNames", "privateKeySecretName"] {
            if let node = fields[name] {
                remark(node, "images are judged each time; an attestation does not take the place of that here")
            }
        }
    }

    /// The images were built in one of some projects.
    private mutating func builtIn(_ node: PolicyNode) -> Check? {
        let ids = texts(node)
        for id in ids where !ResourceID.isValid(id) {
            refuse(node, "\(id.quotedForMessage) is not the id of a project")
        }
        if ids.isEmpty { return nil }
        let projects = ids.map { "build.provenance.project_id=\"\($0)\"" }.joined(separator: " OR ")
        let rule = OccurrenceCheck(.require, filter: "kind=\"BUILD\" AND (\(projects))")
        return Check(displayName: "builtProjectIDs", rule: rule, place: node.place)
    }

    private mutating func vulnzSigning(_ spec: PolicyNode, _ set: inout CheckSet) {
        let fields = fields(
            spec,
            [
                "project", "noteName", "noteReference", "imageVulnerabilityRequirements",
                "packageVulnerabilityRequirements", "packageVulnerabilityPolicy",
            ]
        )
        let requirements = fields.first(
            of: "imageVulnerabilityRequirements",
            "packageVulnerabilityRequirements",
            "packageVulnerabilityPolicy"
        )
        guard let requirements else {
            refuse(spec, "imageVulnerabilityRequirements is missing")
            return
        }
        set.checks = [kritisVulnerabilities(requirements)]
    }

    /// A policy asks for an attestation by all authorities that it names.
    private mutating func genericAttestation(
        _ spec: PolicyNode,
        _ set: inout CheckSet,
        _ authorities: [String: SigningAuthority]
    ) {
        let fields = fields(
            spec,
            ["admissionWhitelistPatterns", "admissionAllowlistPatterns", "attestationAuthorityNames"]
        )
        let patterns = one(fields, "admissionWhitelistPatterns", "admissionAllowlistPatterns")
        set.imageAllowlist = list(patterns, max: limits.patternsMax).compactMap { whitelistPattern($0) }
        for node in filledList(fields, "attestationAuthorityNames", max: limits.checksMax) {
            guard let name = text(node) else { continue }
            guard let authority = authorities[name] else {
                refuse(node, "there is no AttestationAuthority \(name.quotedForMessage) in the text; add its document")
                continue
            }
            let rule = SimpleSigningAttestationCheck(authorities: [authority])
            set.checks.append(Check(displayName: "attestation by \(name)", rule: rule, place: node.place))
        }
    }

    /// Without a bound Kritis tolerates everything.
    private mutating func kritisVulnerabilities(_ node: PolicyNode) -> Check {
        let fields = fields(
            node,
            [
                "maximumSeverity", "maximumFixableSeverity", "maximumFixUnavailableSeverity",
                "maximumFixNotAvailableSeverity", "maximumUnfixableSeverity", "whitelistCVEs", "allowlistCVEs",
            ]
        )
        let fixable = one(fields, "maximumSeverity", "maximumFixableSeverity")
        let unfixable = one(
            fields,
            "maximumFixUnavailableSeverity",
            "maximumFixNotAvailableSeverity",
            "maximumUnfixableSeverity"
        )
        let rule = VulnerabilityCheck(
            maximumFixableSeverity: kritisBound(fixable),
            maximumUnfixableSeverity: kritisBound(unfixable),
            allowedCVEs: vulnerabilityIDs(one(fields, "whitelistCVEs", "allowlistCVEs"))
        )
        return Check(displayName: "vulnerabilities", rule: rule, place: node.place)
    }

    private mutating func kritisBound(_ node: PolicyNode?) -> SeverityBound {
        if let node, node.scalarText == "BLOCKALL" { return .blockAll }
        if let node, node.scalarText == "ALLOWALL" { return .allowAll }
        return choice(node, SeverityBound.names) ?? .allowAll
    }

    /// A field that has several spellings, of which only one is to be there.
    private mutating func one(_ fields: PolicyFields, _ names: String...) -> PolicyNode? {
        let found = names.compactMap { fields[$0] }
        if found.count > 1 { refuse(found[1], "\(names.joined(separator: " and ")) are one field; keep one") }
        return found.first
    }

    // MARK: Authorities

    private mutating func kritisAuthority(_ node: PolicyNode) -> (name: String, authority: SigningAuthority)? {
        guard let (name, _, spec) = kritisHead(node), let spec else { return nil }
        let fields = fields(
            spec,
            [
                "noteReference", "publicKeys", "publicKeyData", "publicKeyId", "policyType", "privateKeySecretName",
            ]
        )
        var keys = list(fields["publicKeys"]).compactMap { kritisKey($0) }
        if let data = fields["publicKeyData"], let text = anyText(data, bytesMax: limits.keyBytesMax) {
            if let armoured = Self.decoded(text) {
                keys.append(.openPGP(armoured: armoured, id: self.text(fields["publicKeyId"])))
            } else {
                refuse(data, "expected the base64 of a public key in ASCII armour")
            }
        }
        if keys.isEmpty, problems.isEmpty { refuse(spec, "the authority has no key; give publicKeys") }
        let authority = SigningAuthority(
            id: "AttestationAuthority \(name)",
            displayName: name,
            trust: .keys(keys, note: text(fields["noteReference"])),
            projects: []
        )
        return (name, authority)
    }

    private mutating func kritisKey(_ node: PolicyNode) -> SigningKey? {
        let fields = fields(node, ["keyId", "keyType", "asciiArmoredPgpPublicKey", "pkixPublicKey"])
        let isPGP: Bool? = choice(
            required(fields, "keyType"),
            ["PGP": true, "PGP_KEY": true, "PKIX": false, "PKIX_KEY": false]
        )
        let id = text(fields["keyId"])
        if isPGP == true {
            // Kritis takes the armour itself and its base64.
            guard let entry = required(fields, "asciiArmoredPgpPublicKey"),
                let text = anyText(entry, bytesMax: limits.keyBytesMax)
            else { return nil }
            if let armoured = Self.decoded(text) { return .openPGP(armoured: armoured, id: id) }
            return keyText(entry, block: "PGP PUBLIC KEY BLOCK").map { .openPGP(armoured: $0, id: id) }
        }
        guard isPGP == false, let entry = required(fields, "pkixPublicKey") else { return nil }
        guard case .pkix(let pem, let algorithm, _)? = pkixKey(entry, isAlgorithmGiven: true) else { return nil }
        return .pkix(pem: pem, algorithm: algorithm, id: id)
    }

    /// An armoured key behind base64, as Kubernetes has it; nil if it is not that.
    private static func decoded(_ base64: String) -> String? {
        var (bytes, bits, count): ([UInt8], UInt32, Int) = ([], 0, 0)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        let values = Dictionary(uniqueKeysWithValues: alphabet.enumerated().map { ($0.element, UInt32($0.offset)) })
        for byte in base64.utf8 where byte != UInt8(ascii: "=") && byte > UInt8(ascii: " ") {
            guard let value = values[byte] else { return nil }
            (bits, count) = (bits << 6 | value, count + 6)
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self), text.contains("-----BEGIN PGP PUBLIC KEY BLOCK-----")
        else { return nil }
        return text
    }
}
