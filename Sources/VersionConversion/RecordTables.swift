import MessageReflection

/// Occurrences and notes themselves: what is common to all kinds, and which detail is which.
///
/// | occurrence: v1beta1 | v1alpha1 | v1 |
/// | --- | --- | --- |
/// | `name`, `remediation`, `create_time`, `update_time` | the same | the same |
/// | `note_name` | `note_name`, also with `providers/` before the project | `note_name` |
/// | `resource.uri` | `resource_url` | `resource_uri` |
/// | `resource.name`, `resource.content_hash` | – | – |
/// | `kind`, by name | `kind`, by the names below | `kind` |
/// | `envelope` | – | `envelope` |
/// | – | `operation_name` | – |
/// | `vulnerability` | `vulnerability_details` | `vulnerability` |
/// | `build` | `build_details` | `build` |
/// | `derived_image` | `derived_image_details` | `image` |
/// | `installation` | `installation_details` | `package` |
/// | `deployment` | `deployment_details` | `deployment` |
/// | `discovered` | `discovered_details` | `discovery` |
/// | `attestation` | `attestation_details` | `attestation` |
/// | `sbom_reference`, `secret`, `ai_skill_analysis` | – | the same |
/// | `intoto`, `sbom`, `spdx_package`, `spdx_file`, `spdx_relationship` | – | – |
/// | – | – | `upgrade`, `compliance`, `dsse_attestation` |
///
/// | note: v1beta1 | v1alpha1 | v1 |
/// | --- | --- | --- |
/// | names, descriptions, times, `related_url` | the same | the same |
/// | `related_note_names` | – | `related_note_names` |
/// | – | `operation_name` | – |
/// | `vulnerability` | `vulnerability_type` | `vulnerability` |
/// | `build` | `build_type` | `build` |
/// | `base_image` | `base_image` | `image` |
/// | `package` | `package` | `package` |
/// | `deployable` | `deployable` | `deployment` |
/// | `discovery` | `discovery` | `discovery` |
/// | `attestation_authority` | `attestation_authority` | `attestation` |
/// | `vulnerability_assessment`, `sbom_reference`, `secret`, `ai_skill_analysis` | – | the same |
/// | `intoto`, `sbom`, `spdx_package`, `spdx_file`, `spdx_relationship` | – | – |
/// | – | – | `upgrade`, `compliance`, `dsse_attestation` |
///
/// A detail that the other side does not know leaves a record without detail there; what it says is kept. Kinds never go by
/// number: 8 is UPGRADE in v1, INTOTO in v1beta1 and an attestation in v1alpha1.
enum RecordTables {
    static let v1beta1 = [
        MessageTable(
            "Occurrence",
            "Occurrence",
            [
                .same("resource.uri", "resource_uri"),
                .same("derived_image", "image"),
                .same("installation", "package"),
                .same("discovered", "discovery"),
            ],
            onlyHere: ["resource.name", "resource.content_hash"] + Array(foreignDetails.keys),
            onlyV1: onlyV1Details
        ),
        MessageTable(
            "Note",
            "Note",
            [
                .same("base_image", "image"),
                .same("deployable", "deployment"),
                .same("attestation_authority", "attestation"),
            ],
            onlyHere: Array(foreignDetails.keys),
            onlyV1: onlyV1Details
        ),
    ]

    static let v1alpha1 = [
        MessageTable(
            "Occurrence",
            "Occurrence",
            [
                .same("resource_url", "resource_uri"),
                .rewritten(
                    "note_name",
                    "note_name",
                    toV1: { name throws(WireError) in projectNoteName(name) },
                    fromV1: { name throws(WireError) in [UInt8](name) }
                ),
                .same("vulnerability_details", "vulnerability"),
                .same("build_details", "build"),
                .same("derived_image_details", "image"),
                .same("installation_details", "package"),
                .same("deployment_details", "deployment"),
                .same("discovered_details", "discovery"),
                .same("attestation_details", "attestation"),
            ],
            onlyHere: ["operation_name"],
            onlyV1: onlyV1Details + ["sbom_reference", "secret", "ai_skill_analysis", "envelope"]
        ),
        MessageTable(
            "Note",
            "Note",
            [
                .same("vulnerability_type", "vulnerability"),
                .same("build_type", "build"),
                .same("base_image", "image"),
                .same("deployable", "deployment"),
                .same("attestation_authority", "attestation"),
            ],
            onlyHere: ["operation_name"],
            onlyV1: onlyV1Details + [
                "vulnerability_assessment", "sbom_reference", "secret", "ai_skill_analysis", "related_note_names",
            ]
        ),
    ]

    /// `providers/{provider}/notes/{note}`, as v1alpha1 also names notes, is `projects/{provider}/notes/{note}`.
    private static func projectNoteName(_ name: UnsafeRawBufferPointer) -> [UInt8] {
        let provider = Array("providers/".utf8)
        guard name.starts(with: provider) else { return [UInt8](name) }
        return Array("projects/".utf8) + name.dropFirst(provider.count)
    }

    static let v1alpha1Enums = [
        EnumTable(
            "Note.Kind",
            "NoteKind",
            renamed: [
                ("PACKAGE_VULNERABILITY", "VULNERABILITY"), ("BUILD_DETAILS", "BUILD"), ("IMAGE_BASIS", "IMAGE"),
                ("PACKAGE_MANAGER", "PACKAGE"), ("DEPLOYABLE", "DEPLOYMENT"), ("ATTESTATION_AUTHORITY", "ATTESTATION"),
            ]
        )
    ]

    /// The details of v1beta1 that v1 has no kind for, with the names of their kinds.
    static let foreignDetails = [
        "intoto": "INTOTO", "sbom": "SBOM", "spdx_package": "SPDX_PACKAGE", "spdx_file": "SPDX_FILE",
        "spdx_relationship": "SPDX_RELATIONSHIP",
    ]

    private static let onlyV1Details = ["upgrade", "compliance", "dsse_attestation"]

    /// What says which thing an element is, so that what is kept of one is never shown on another in its place.
    private static let identities: [APIVersion: [(element: String, path: String)]] = [
        .v1: [
            ("VulnerabilityOccurrence.PackageIssue", "affected_package"),
            ("VulnerabilityNote.Detail", "affected_package"),
        ],
        .v1beta1: [
            ("vulnerability.PackageIssue", "affected_location.package"),
            ("vulnerability.Vulnerability.Detail", "package"),
        ],
        .v1alpha1: [
            ("VulnerabilityType.PackageIssue", "affected_location.package"), ("VulnerabilityType.Detail", "package"),
        ],
    ]

    /// The identities of a version's elements and of v1's.
    static func identities(_ version: APIVersion, _ types: TypeRegistry) throws(TableError) -> ElementIdentities {
        var found = ElementIdentities()
        for version in Set([version, .v1]) {
            for (element, path) in identities[version] ?? [] {
                guard let type = types.message("\(version.package).\(element)"), found.add(path, of: type) else {
                    throw TableError("\(version) has no \(element).\(path)")
                }
            }
        }
        return found
    }
}
