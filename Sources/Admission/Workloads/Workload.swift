/// An object whose images are to be judged: a pod, or what makes pods.
public struct Workload: Sendable, Equatable {
    public let kind: ObjectKind
    public let namespace: String
    /// Or the beginning of the name that the API server will make (`generateName`).
    public let name: String
    /// Of the object; empty if it has none yet.
    public let uid: String
    public let owners: [Owner]
    /// As whom its pods run, `default` if it names nobody.
    public let serviceAccount: String
    /// Of all its containers, in the order of their lists: init containers, containers, ephemeral containers; then of its
    /// image volumes. Never empty.
    public let images: [ContainerImage]
    /// What it asks for past the policy; nil for most.
    public let breakGlass: BreakGlassRequest?
    /// Whether the request at hand asks for break-glass, and not one before it whose wish is still in the object.
    public let isBreakGlassNew: Bool

    public var wantsBreakGlass: Bool { breakGlass != nil }

    /// The owner that makes it and changes it; nil if a person or a program from outside does.
    public var controller: Owner? { owners.first(where: \.isController) }

    /// Each image once, in the order of ``images``.
    public var distinctImages: [String] {
        var seen: Set<[UInt8]> = []
        return images.map(\.image).filter { seen.insert(Array($0.utf8)).inserted }
    }

    /// `Pod payments/web`, for messages.
    public var title: String { namespace.isEmpty ? "\(kind.kind) \(name)" : "\(kind.kind) \(namespace)/\(name)" }
}

/// An object that another one belongs to (`metadata.ownerReferences`).
public struct Owner: Sendable, Equatable {
    public let apiVersion: String
    public let kind: String
    public let name: String
    public let uid: String
    public let isController: Bool

    public init(apiVersion: String, kind: String, name: String, uid: String, isController: Bool) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.name = name
        self.uid = uid
        self.isController = isController
    }

    init(_ reference: ObjectField) throws(AdmissionProblem) {
        apiVersion = try reference.member("apiVersion").string()
        kind = try reference.member("kind").string()
        name = try reference.member("name").string()
        uid = try reference.member("uid").string()
        isController = try reference.member("controller").boolean()
    }
}

extension Workload {
    init(_ pod: PodSource, replacing old: PodSource?, in review: AdmissionReview) throws(AdmissionProblem) {
        let metadata = pod.metadata
        kind = review.kind
        let namespaces = [review.namespace, try metadata.member("namespace").string()]
        namespace = namespaces.first { !$0.isEmpty } ?? ""
        let names = [
            review.name, try metadata.member("name").string(), try metadata.member("generateName").string(),
        ]
        name = names.first { !$0.isEmpty } ?? ""
        uid = try metadata.member("uid").string()
        var owners: [Owner] = []
        for reference in try metadata.member("ownerReferences").elements() { owners.append(try Owner(reference)) }
        self.owners = owners
        serviceAccount = pod.serviceAccount
        images = pod.images
        breakGlass = pod.breakGlass
        isBreakGlassNew = pod.breakGlass != nil && pod.breakGlass != old?.breakGlass
    }
}
