public import SwiftProtobuf

/// What a policy says of a pod, and why.
public struct Decision: Sendable, Equatable {
    public let policyName: String
    /// Of the policy's content.
    public let policyVersion: String
    /// The check set that was used; nil if none is for the pod.
    public let checkSet: String?
    public let pod: PodIdentity
    public let time: Google_Protobuf_Timestamp
    /// In the order of the pod.
    public let images: [ImageVerdict]
    public let enforcement: Enforcement
    public let onError: PolicyDocument.ErrorAction

    /// The worst verdict of all images.
    public var verdict: Verdict { Verdict.worst(images.map(\.verdict)) }

    /// Whether the pod may run: what is only dry-run never blocks, and what could not be found out does unless the
    /// policy says otherwise.
    public var isAllowed: Bool {
        if enforcement == .dryRun { return true }
        return switch verdict {
        case .conformant, .skipped: true
        case .error: onError == .allow
        case .nonConformant: false
        }
    }

    /// A line for each check that an image does not pass, for a developer who waits for the pod.
    public var complaints: [String] {
        images.flatMap { image in
            image.checks.filter { $0.verdict == .nonConformant || $0.verdict == .error }.map { result in
                "image \(image.image): \(result.displayName): \(result.explanation)"
            }
        }
    }
}
