/// Packages, and the versions that vulnerabilities name too.
///
/// | occurrence: v1beta1 | v1alpha1 | v1 |
/// | --- | --- | --- |
/// | `installation.name`, `location` | `name`, `location` | the same |
/// | `installation.package_type`, `cpe_uri`, `architecture`, `license`, `version` | – | the same |
///
/// | note: v1beta1 | v1alpha1 | v1 |
/// | --- | --- | --- |
/// | `name`, `distribution` | the same | the same |
/// | the rest | – | the same |
///
/// | version: v1beta1 | v1alpha1 | v1 |
/// | --- | --- | --- |
/// | `epoch`, `name`, `revision` | the same | the same |
/// | `inclusive` | – | `inclusive` |
/// | `kind` | `kind`, whose zero is NORMAL | `kind`, whose zero is unspecified |
/// | – | – | `full_name` |
enum PackageTables {
    static let v1beta1 = [
        MessageTable("package.Details", "PackageOccurrence", inside: "installation"),
        MessageTable("package.Version", "Version", onlyV1: ["full_name"]),
    ]

    static let v1alpha1 = [
        MessageTable(
            "PackageManager.InstallationDetails",
            "PackageOccurrence",
            onlyV1: ["package_type", "cpe_uri", "architecture", "license", "version"]
        ),
        MessageTable(
            "PackageManager.Package",
            "PackageNote",
            onlyV1: [
                "package_type", "cpe_uri", "architecture", "version", "maintainer", "url", "description", "license",
                "digest",
            ]
        ),
        MessageTable("VulnerabilityType.Version", "Version", onlyV1: ["inclusive", "full_name"]),
    ]
}
