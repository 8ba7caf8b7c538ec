import MetadataModel
import Yams

/// Project policies of Binary Authorization: a default rule, and rules for clusters, namespaces, service accounts and
/// Istio's identities, which go before it from the particular to the general.
extension PolicyReader {
    private static let ruleMaps = [
        "istioServiceIdentityAdmissionRules", "kubernetesServiceAccountAdmissionRules",
        "kubernetesNamespaceAdmissionRules", "clusterAdmissionRules",
    ]

    mutating func projectPolicy(_ node: PolicyNode) -> PolicyDocument {
        let fields = fields(
            node,
            [
                "name", "description", "globalPolicyEvaluationMode", "admissionWhitelistPatterns",
                "defaultAdmissionRule", "updateTime", "etag",
            ] + Self.ruleMaps
        )
        var policy = PolicyDocument()
        policy.isProjectPolicy = true
        policy.name = text(fields["name"]) ?? ""
        if let description = fields["description"] { _ = anyText(description, bytesMax: limits.textBytesMax) }
        globalMode(fields["globalPolicyEvaluationMode"])
        policy.imageAllowlist = list(fields["admissionWhitelistPatterns"], max: limits.patternsMax)
            .compactMap { whitelistPattern($0) }
        for name in Self.ruleMaps {
            for (key, rule) in entries(fields[name]) {
                let scope = scope(key, in: name, rule)
                policy.checkSets.append(checkSet(rule, name: key, scope))
            }
        }
        if let rule = required(fields, "defaultAdmissionRule") {
            policy.checkSets.append(checkSet(rule, name: "defaultAdmissionRule", nil))
        }
        return policy
    }

    private mutating func globalMode(_ node: PolicyNode?) {
        let isOn = choice(
            node,
            ["ENABLE": true, "DISABLE": false, "GLOBAL_POLICY_EVALUATION_MODE_UNSPECIFIED": false]
        )
        if let node, isOn == true {
            remark(node, "Google's own list of system images is not known here; put what is needed on the allowlist")
        }
    }

    /// `{namePattern: gcr.io/project/*}`
    mutating func whitelistPattern(_ node: PolicyNode) -> ImagePattern? {
        required(fields(node, ["namePattern"]), "namePattern").flatMap { pattern($0) }
    }

    /// The members of a mapping whose keys are names that people choose.
    private mutating func entries(_ node: PolicyNode?) -> [(key: String, node: PolicyNode)] {
        guard let node else { return [] }
        guard case .mapping(let mapping) = node.node else {
            expected("rules by name", node)
            return []
        }
        guard mapping.count <= limits.checkSetsMax else {
            refuse(node, "there are \(mapping.count) rules; \(limits.checkSetsMax) are the most")
            return []
        }
        return mapping.compactMap { key, value in
            let keyNode = PolicyNode(node: key, path: node.path)
            return text(keyNode).map { ($0, node.member($0, value)) }
        }
    }

    private mutating func scope(_ key: String, in field: String, _ node: PolicyNode) -> CheckSet.Scope? {
        switch field {
        case "kubernetesNamespaceAdmissionRules": return namespace(key, node)
        case "kubernetesServiceAccountAdmissionRules": return serviceAccount(key, node)
        case "clusterAdmissionRules": return .cluster(key)
        default:
            let identity = key.hasPrefix("spiffe://") ? key : "spiffe://" + key
            if !identity.contains("/ns/") || !identity.contains("/sa/") {
                refuse(node, "\(key.quotedForMessage) is not an identity; write domain/ns/NAMESPACE/sa/NAME")
            }
            return .istioServiceIdentity(identity)
        }
    }

    private enum Mode { case allow, attestation, deny }

    private mutating func checkSet(_ node: PolicyNode, name: String, _ scope: CheckSet.Scope?) -> CheckSet {
        let fields = fields(node, ["evaluationMode", "requireAttestationsBy", "enforcementMode"])
        var set = CheckSet(displayName: name, scope: scope, place: node.place)
        set.enforcement =
            choice(
                required(fields, "enforcementMode"),
                ["ENFORCED_BLOCK_AND_AUDIT_LOG": .enforce, "DRYRUN_AUDIT_LOG_ONLY": .dryRun]
            ) ?? .enforce
        let mode: Mode? = choice(
            required(fields, "evaluationMode"),
            ["ALWAYS_ALLOW": .allow, "REQUIRE_ATTESTATION": .attestation, "ALWAYS_DENY": .deny]
        )
        let attestors = list(fields["requireAttestationsBy"], max: limits.checksMax)
        switch mode {
        case .deny?: set.checks = [Check(displayName: "ALWAYS_DENY", rule: AlwaysDenyCheck(), place: node.place)]
        case .attestation?: set.checks = attestors.compactMap { attestationBy($0) }
        case .allow?: set.allowsAll = true
        case nil: break
        }
        if mode == .attestation, attestors.isEmpty, let field = fields["evaluationMode"] {
            refuse(field, "REQUIRE_ATTESTATION wants attestors in requireAttestationsBy")
        }
        if mode != .attestation, mode != nil, !attestors.isEmpty, let field = fields["requireAttestationsBy"] {
            refuse(field, "attestors are taken with evaluationMode REQUIRE_ATTESTATION only")
        }
        return set
    }

    /// All attestors of a rule are asked for, so each has a check of its own.
    private mutating func attestationBy(_ node: PolicyNode) -> Check? {
        attestor(node).map { authority in
            Check(
                displayName: "attestation by \(authority.displayName)",
                rule: SimpleSigningAttestationCheck(authorities: [authority]),
                place: node.place
            )
        }
    }
}
