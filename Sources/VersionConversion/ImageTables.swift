/// Images.
///
/// | occurrence: v1beta1 | v1alpha1 | v1 |
/// | --- | --- | --- |
/// | `derived_image.fingerprint`, `distance`, `layer_info`, `base_resource_url` | the same without `derived_image` | the same as v1alpha1 |
/// | `layer_info.directive`, an enum | the same | a text, the name of the enum's value |
///
/// Notes are the same everywhere.
enum ImageTables {
    static let v1beta1 = [MessageTable("image.Details", "ImageOccurrence", inside: "derived_image")]
    static let v1alpha1: [MessageTable] = []
}
