/// Why a review cannot be carried out, in words for whoever set up the webhook or wrote the object.
public struct AdmissionProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was expected, what was found, and what to do where that helps.
    public let description: String
    /// How the API server knows its request again; nil if that could not be read. Then there is nobody to answer, and the
    /// door says no to the call itself.
    public let envelope: ReviewEnvelope?

    init(_ description: String, envelope: ReviewEnvelope? = nil) {
        self.description = description
        self.envelope = envelope
    }

    /// The problem as one of a review that can be answered.
    func inside(_ envelope: ReviewEnvelope) -> AdmissionProblem {
        AdmissionProblem(description, envelope: envelope)
    }

    /// The denial that says so: what cannot be read must not run.
    public var answer: AdmissionAnswer { .denied(description, code: 400) }
}

/// What an answer repeats of its request (`admission.k8s.io`): an API server drops one that it does not know again.
public struct ReviewEnvelope: Sendable, Equatable {
    /// `admission.k8s.io/v1` or `admission.k8s.io/v1beta1`.
    public let apiVersion: String
    /// Of the request, not of the object.
    public let uid: String

    public init(apiVersion: String, uid: String) {
        self.apiVersion = apiVersion
        self.uid = uid
    }

    static let versions = ["admission.k8s.io/v1", "admission.k8s.io/v1beta1"]
}
