public import GrafeasProto

extension Occurrence {
    /// What is wrong with an occurrence that a client sends, every field at fault; empty when it may be stored.
    ///
    /// Structural: what the published comments mark as required and every known client sends. Paths are relative to the
    /// occurrence. Output-only fields are not looked at.
    /// - Parameter hasForeignKind: whether it has a detail that v1 does not know.
    public func problems(_ limits: Limits, hasForeignKind: Bool = false) -> [FieldProblem] {
        var found = FieldProblems()
        checkResource(&found, limits)
        if noteName.isEmpty {
            found.add("note_name", "is required: the note this hangs on, projects/{project}/notes/{note}")
        } else {
            found.check("note_name") { field throws(MetadataError) in _ = try NoteName(parsing: noteName, field: field)
            }
        }
        if !hasForeignKind { checkDetails(&found) }
        checkPackages(&found, limits)
        return found.all
    }

    private func checkResource(_ found: inout FieldProblems, _ limits: Limits) {
        let bytes = resourceUri.utf8
        if bytes.isEmpty {
            found.add(
                "resource_uri",
                "is required: the artifact's URI, for an image https://registry/repository@sha256:…"
            )
        } else if bytes.count > limits.resourceURIBytesMax {
            found.add("resource_uri", "has \(bytes.count) bytes; at most \(limits.resourceURIBytesMax) are taken")
        } else if bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            found.add("resource_uri", "contains a control character: \(resourceUri.quotedForMessage)")
        }
    }

    private func checkPackages(_ found: inout FieldProblems, _ limits: Limits) {
        let issues = vulnerability.packageIssue
        if issues.count > limits.packageIssuesMax {
            let text = "has \(issues.count) entries; at most \(limits.packageIssuesMax) are taken"
            found.add("vulnerability.package_issue", text)
        }
        let names =
            issues.enumerated().map {
                ("vulnerability.package_issue[\($0.offset)].affected_package", $0.element.affectedPackage)
            }
            + [("package.name", package.name), ("upgrade.package", upgrade.package)]
        for (path, name) in names where name.utf8.count > limits.packageNameBytesMax {
            found.add(path, "has \(name.utf8.count) bytes; at most \(limits.packageNameBytesMax) are taken")
        }
    }

    private func checkDetails(_ found: inout FieldProblems) {
        switch details {
        case nil:
            found.add(
                "details",
                "one of vulnerability, build, image, package, deployment, discovery, attestation, "
                    + "upgrade, compliance, dsse_attestation, sbom_reference, secret, ai_skill_analysis is required"
            )
        case .vulnerability(let vulnerability):
            for (index, issue) in vulnerability.packageIssue.enumerated() where issue.affectedPackage.isEmpty {
                found.require("vulnerability.package_issue[\(index)].affected_package", "the package's name")
            }
        case .build(let build):
            if build.hasProvenance, build.provenance.id.isEmpty {
                found.require("build.provenance.id", "the build's identifier")
            }
        case .deployment(let deployment):
            if !deployment.hasDeployTime {
                found.require("deployment.deploy_time", "when the deployment began")
            }
        case .attestation(let attestation):
            if attestation.serializedPayload.isEmpty, attestation.signatures.isEmpty, attestation.jwts.isEmpty {
                found.require("attestation", "a serialized_payload with signatures, or jwts")
            }
        case .secret(let secret):
            if secret.kind == .unspecified { found.require("secret.kind", "which kind of secret was found") }
        case .image, .package, .discovery, .upgrade, .compliance, .dsseAttestation, .sbomReference, .aiSkillAnalysis:
            break
        }
    }
}
