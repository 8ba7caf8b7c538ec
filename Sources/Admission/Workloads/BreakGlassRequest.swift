/// The wish that an object be let in whatever the policy says. Whether it is granted is not decided here.
///
/// Kubernetes hands the annotations `*.image-policy.k8s.io/*` to image policies (ImagePolicyWebhook) and leaves their
/// values to them; Binary Authorization reads `alpha.image-policy.k8s.io/break-glass`, and
/// `image-policy.k8s.io/break-glass` as a label. Kritis takes its annotation with any value. So any value is a request,
/// most of all a ticket's number; but who writes `false` asks for nothing.
public struct BreakGlassRequest: Sendable, Equatable {
    /// The name of the annotation or label.
    public let key: String
    /// What its author wrote there, for example `INC-1234 production is down`, or `true`.
    public let reason: String

    public init(key: String, reason: String) {
        self.key = key
        self.reason = reason
    }

    /// The reason as it is recorded: without more of it than a person reads, and empty for a mere `true`.
    public var recordedReason: String { reason.isSame(as: "true") ? "" : reason.cut(after: Self.recordedScalarsMax) }

    /// The request of some metadata; nil if there is none.
    init?(in metadata: ObjectField) throws(AdmissionProblem) {
        let annotations = try metadata.member("annotations").strings()
        let labels = try metadata.member("labels").strings()
        let wishes = annotations.filter { Self.isAnnotation($0.key) } + labels.filter { $0.key.isSame(as: Self.name) }
        guard let wish = wishes.first(where: { !$0.value.isSame(as: "false") }) else { return nil }
        self.init(key: wish.key, reason: wish.value)
    }

    public static func == (left: BreakGlassRequest, right: BreakGlassRequest) -> Bool {
        left.key.isSame(as: right.key) && left.reason.isSame(as: right.reason)
    }

    private static func isAnnotation(_ key: String) -> Bool {
        key.isSame(as: name) || key.isSame(as: kritis) || key.hasSuffix(".\(name)")
    }

    /// Unicode scalars; an annotation may have a quarter of a million.
    private static let recordedScalarsMax = 500
    private static let name = "image-policy.k8s.io/break-glass"
    /// Of all released versions, also of those for deployments and replica sets.
    private static let kritis = "kritis.grafeas.io/breakglass"
}
