/// Secrets, which v1alpha1 does not know.
///
/// | occurrence: v1beta1 | v1 |
/// | --- | --- |
/// | all, `locations.file_location.file_path` included | the same |
/// | – | `locations.file_location.layer_details`, `line_number` |
///
/// Three more kinds have no table, because all of their fields have the same names in v1beta1 and in v1, if not the same
/// numbers: vulnerability assessments, SBOM references and AI skill analyses. v1alpha1 knows none of them.
enum SecretTables {
    static let v1beta1 = [
        MessageTable("FileLocation", "FileLocation", onlyV1: ["layer_details", "line_number"])
    ]
}
