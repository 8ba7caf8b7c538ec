/// Discoveries.
///
/// | occurrence: v1beta1 | v1alpha1 | v1 |
/// | --- | --- | --- |
/// | `discovered.continuous_analysis`, `analysis_status`, `analysis_completed`, `analysis_error`, `analysis_status_error`, `sbom_status`, `last_scan_time`, `files`, `last_vulnerability_update_time` | – | the same without `discovered` |
/// | `discovered.last_analysis_time` | – | – |
/// | – | `operation` | – |
/// | – | – | `cpe`, `archive_time`, `vulnerability_attestation` |
///
/// Notes are the same everywhere; `analysis_kind` is a kind and goes by its name.
enum DiscoveryTables {
    static let v1beta1 = [
        MessageTable(
            "discovery.Details",
            "DiscoveryOccurrence",
            inside: "discovered",
            onlyHere: ["last_analysis_time"],
            onlyV1: ["cpe", "archive_time", "vulnerability_attestation"]
        )
    ]

    static let v1alpha1 = [
        MessageTable(
            "Discovery.DiscoveredDetails",
            "DiscoveryOccurrence",
            onlyHere: ["operation"],
            onlyV1: [
                "continuous_analysis", "analysis_status", "analysis_completed", "analysis_error",
                "analysis_status_error", "cpe", "last_scan_time", "archive_time", "sbom_status",
                "vulnerability_attestation", "files", "last_vulnerability_update_time",
            ]
        )
    ]
}
