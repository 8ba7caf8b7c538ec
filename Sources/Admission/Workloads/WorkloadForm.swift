/// Where the pod is in an object of a kind that starts pods.
enum WorkloadForm: Sendable {
    /// The object is one.
    case pod
    /// `spec.template`.
    case template
    /// `spec.jobTemplate.spec.template`.
    case jobTemplate

    /// Nil for a kind that starts no pods of its own; a kind of another group that has the same name is one.
    ///
    /// - Throws: for a version of a workload that is not known. To let it pass would leave a way around every policy.
    init?(_ kind: ObjectKind) throws(AdmissionProblem) {
        let rows = Self.table.filter { $0.group == kind.group && $0.kind == kind.kind }
        guard let row = rows.first else { return nil }
        guard row.versions.contains(kind.version) else {
            let known = row.versions.joined(separator: ", ")
            let remedy = "name one of them in the webhook's rules, and the API server converts to it"
            throw AdmissionProblem("\(kind) is of a version that is not known (known are \(known)); \(remedy)")
        }
        self = row.form
    }

    private typealias Row = (group: String, kind: String, versions: [String], form: WorkloadForm)

    private static let table: [Row] = [
        ("", "Pod", ["v1"], .pod),
        ("", "ReplicationController", ["v1"], .template),
        ("apps", "Deployment", ["v1", "v1beta2", "v1beta1"], .template),
        ("apps", "ReplicaSet", ["v1", "v1beta2"], .template),
        ("apps", "StatefulSet", ["v1", "v1beta2", "v1beta1"], .template),
        ("apps", "DaemonSet", ["v1", "v1beta2"], .template),
        ("extensions", "Deployment", ["v1beta1"], .template),
        ("extensions", "ReplicaSet", ["v1beta1"], .template),
        ("extensions", "DaemonSet", ["v1beta1"], .template),
        ("batch", "Job", ["v1"], .template),
        ("batch", "CronJob", ["v1", "v1beta1", "v2alpha1"], .jobTemplate),
    ]
}
