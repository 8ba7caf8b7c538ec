/// Deployments.
///
/// | occurrence: v1beta1 | v1alpha1 | v1 |
/// | --- | --- | --- |
/// | all, inside `deployment` | all | all |
///
/// Notes are the same everywhere.
enum DeploymentTables {
    static let v1beta1 = [MessageTable("deployment.Details", "DeploymentOccurrence", inside: "deployment")]
    static let v1alpha1: [MessageTable] = []
}
