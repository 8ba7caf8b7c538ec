public import MetadataModel

/// Everything that a policy is told of an image. It is gathered before; judging it needs nothing else.
public struct Evidence: Sendable {
    /// The name as the pod has it.
    public var image: String
    /// What is known of the image by its digest; nil if there is none: the image is not pinned.
    public var metadata: ImageMetadata?
    /// Why the digest that its tag stands for could not be found out.
    public var unresolved: String?
    /// If the image is an index, what is known of its manifests for each platform: all of them.
    public var manifests: [ImageMetadata]

    public init(
        image: String,
        metadata: ImageMetadata?,
        manifests: [ImageMetadata] = [],
        unresolved: String? = nil
    ) {
        self.image = image
        self.metadata = metadata
        self.unresolved = unresolved
        self.manifests = manifests
    }
}

/// What is known of one digest.
public struct ImageMetadata: Sendable {
    /// `sha256:…`
    public var digest: String
    /// Those whose resource has another digest do not count.
    public var occurrences: [Occurrence]
    /// What a verifier found of each of ``CompiledPolicy/authorities``, by its id.
    public var attestations: [String: AttestationOutcome]
    /// Why there is no more: the store could not be asked.
    public var failure: String?
    /// Why there is more than anybody judges. It is no failure, which a policy may let pass: whoever may write could make it.
    public var excess: String?

    public init(
        digest: String,
        occurrences: [Occurrence] = [],
        attestations: [String: AttestationOutcome] = [:],
        failure: String? = nil,
        excess: String? = nil
    ) {
        self.digest = digest
        self.occurrences = occurrences
        self.attestations = attestations
        self.failure = failure
        self.excess = excess
    }
}

/// Who a pod is, as far as scopes ask.
public struct PodIdentity: Sendable, Equatable {
    public var namespace: String
    public var serviceAccount: String
    /// `location.name`, for project policies.
    public var cluster: String?
    /// `spiffe://domain/ns/namespace/sa/name`, for project policies.
    public var istioServiceIdentity: String?

    /// - Parameter serviceAccount: `default` is who a pod is that names none.
    public init(
        namespace: String,
        serviceAccount: String = "default",
        cluster: String? = nil,
        istioServiceIdentity: String? = nil
    ) {
        self.namespace = namespace
        self.serviceAccount = serviceAccount
        self.cluster = cluster
        self.istioServiceIdentity = istioServiceIdentity
    }
}
