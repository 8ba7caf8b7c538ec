import FilterLanguage

/// A small relative of the Grafeas messages: every type of field once, and a message that contains itself.
enum TestSchema {
    static let severity = FilterEnum(
        name: "Severity",
        values: [("SEVERITY_UNSPECIFIED", 0), ("MINIMAL", 1), ("LOW", 2), ("MEDIUM", 3), ("HIGH", 4), ("CRITICAL", 5)]
    )
    static let kind = FilterEnum(
        name: "NoteKind",
        values: [
            ("NOTE_KIND_UNSPECIFIED", 0), ("VULNERABILITY", 1), ("BUILD", 2), ("IMAGE", 3), ("PACKAGE", 4),
            ("DEPLOYMENT", 5), ("DISCOVERY", 6), ("ATTESTATION", 7),
        ],
        aliases: ["PACKAGE_VULNERABILITY": 1, "ATTESTATION_AUTHORITY": 7, "PACKAGE_MANAGER": 4, "BUILD_DETAILS": 2]
    )

    static let messages: [MessageID: [FilterField]] = [
        "Occurrence": [
            FilterField(name: "name", number: 1, type: .string),
            FilterField(name: "resource_uri", number: 2, type: .string, normalisation: .stripScheme),
            FilterField(name: "note_name", number: 3, type: .string),
            FilterField(name: "kind", number: 4, type: .enumeration(kind)),
            FilterField(name: "remediation", number: 5, type: .string),
            FilterField(name: "create_time", number: 6, type: .timestamp),
            FilterField(name: "update_time", number: 7, type: .timestamp),
            FilterField(name: "vulnerability", number: 8, type: .message("Vulnerability")),
            FilterField(name: "build", number: 9, type: .message("Build")),
            FilterField(name: "attestation", number: 10, type: .message("Attestation")),
        ],
        "Vulnerability": [
            FilterField(name: "type", number: 1, type: .string),
            FilterField(name: "severity", number: 2, type: .enumeration(severity)),
            FilterField(name: "cvss_score", number: 3, type: .double),
            FilterField(name: "package_issue", number: 4, type: .message("PackageIssue"), isRepeated: true),
            FilterField(name: "effective_severity", number: 8, type: .enumeration(severity)),
            FilterField(name: "fix_available", number: 9, type: .bool),
        ],
        "PackageIssue": [
            FilterField(name: "affected_package", number: 2, type: .string),
            FilterField(name: "fix_available", number: 7, type: .bool),
            FilterField(name: "epoch", number: 8, type: .integer),
            FilterField(name: "inner", number: 9, type: .message("PackageIssue")),
        ],
        "Build": [
            FilterField(name: "provenance", number: 1, type: .message("Provenance")),
            FilterField(name: "took", number: 2, type: .duration),
            FilterField(name: "parameters", number: 3, type: .dynamic),
        ],
        "Provenance": [
            FilterField(name: "id", number: 1, type: .string),
            FilterField(name: "built_artifacts", number: 3, type: .message("Artifact"), isRepeated: true),
            FilterField(name: "build_options", number: 12, type: .map(value: .string)),
            FilterField(name: "file_hashes", number: 13, type: .map(value: .message("Artifact"))),
        ],
        "Artifact": [
            FilterField(name: "id", number: 2, type: .string),
            FilterField(name: "names", number: 4, type: .string, isRepeated: true),
        ],
        "Attestation": [FilterField(name: "serialized_payload", number: 1, type: .bytes)],
    ]

    static let aliases: [String: FilterAlias] = [
        "resourceUrl": .path("resource_uri"),
        "resource.uri": .path("resource_uri"),
        "noteProjectId": .virtual(VirtualField(name: "noteProjectId", type: .string)),
        "noteId": .virtual(VirtualField(name: "noteId", type: .string)),
        "digest": .virtual(VirtualField(name: "digest", type: .string)),
        "dependencyPackageName": .virtual(VirtualField(name: "packageName", type: .string, isRepeated: true)),
        "severity": .path("vulnerability.severity"),
        "vulnerability_details": .path("vulnerability"),
    ]

    static let occurrence = FilterSchema(
        root: "Occurrence",
        field: { name, message in
            messages[message]?.first { field in
                if case .field(name, _) = field.step { true } else { false }
            }
        },
        fieldNames: { message in
            (messages[message] ?? []).compactMap { field in
                if case .field(let name, _) = field.step { name } else { nil }
            }
        },
        aliases: aliases
    )

    /// 2024-05-10T12:00:00Z
    static let now = FilterTimestamp(seconds: 1_715_342_400)

    /// The checked filter of a text that is not empty.
    static func check(_ text: String) throws(FilterError) -> CheckedFilter {
        try CheckedFilter.parse(text, schema: occurrence, now: now) ?? .everything
    }

    /// The error of a text, as a person sees it; empty if there is none.
    static func error(_ text: String) -> String {
        do throws(FilterError) {
            _ = try check(text)
            return ""
        } catch {
            return error.oneLine
        }
    }
}
