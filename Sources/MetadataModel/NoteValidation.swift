public import GrafeasProto

extension Note {
    /// What is wrong with a note that a client sends, every field at fault; empty when it may be stored.
    ///
    /// Structural, as ``Occurrence/problems(_:)`` is. Paths are relative to the note.
    public func problems(_ limits: Limits, hasForeignKind: Bool = false) -> [FieldProblem] {
        var found = FieldProblems()
        for (index, name) in relatedNoteNames.enumerated() {
            found.check("related_note_names[\(index)]") { field throws(MetadataError) in
                _ = try NoteName(parsing: name, field: field)
            }
        }
        switch type {
        case nil where hasForeignKind: break
        case nil:
            found.add(
                "type",
                "one of vulnerability, build, image, package, deployment, discovery, attestation, "
                    + "upgrade, compliance, dsse_attestation, vulnerability_assessment, sbom_reference, secret, "
                    + "ai_skill_analysis is required"
            )
        case .vulnerability(let vulnerability):
            for (index, detail) in vulnerability.details.enumerated() {
                let path = "vulnerability.details[\(index)]"
                if detail.affectedPackage.isEmpty { found.require("\(path).affected_package", "the package's name") }
                if detail.affectedCpeUri.isEmpty {
                    found.require("\(path).affected_cpe_uri", "the CPE URI of the affected distribution")
                }
            }
        case .image(let image):
            if image.resourceURL.isEmpty { found.require("image.resource_url", "the base image's URI") }
        case .package(let package):
            if package.name.isEmpty { found.require("package.name", "the package's name") }
            for (index, distribution) in package.distribution.enumerated() where distribution.cpeUri.isEmpty {
                found.require("package.distribution[\(index)].cpe_uri", "the CPE URI of the distribution")
            }
        case .deployment(let deployment):
            if deployment.resourceUri.isEmpty { found.require("deployment.resource_uri", "what may be deployed") }
        case .discovery(let discovery):
            if discovery.analysisKind == .unspecified {
                found.require("discovery.analysis_kind", "the kind of analysis, VULNERABILITY for a scanner's")
            }
        case .attestation(let attestation):
            if attestation.hasHint, attestation.hint.humanReadableName.isEmpty {
                found.require("attestation.hint.human_readable_name", "the authority's name for people")
            }
        case .dsseAttestation(let attestation):
            if attestation.hasHint, attestation.hint.humanReadableName.isEmpty {
                found.require("dsse_attestation.hint.human_readable_name", "the authority's name for people")
            }
        case .build, .upgrade, .compliance, .vulnerabilityAssessment, .sbomReference, .secret, .aiSkillAnalysis:
            break
        }
        return found.all
    }
}
