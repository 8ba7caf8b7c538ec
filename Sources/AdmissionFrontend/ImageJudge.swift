public import GrafeasProto
public import UseCases

/// Who judges the images of a review: this process, or a server elsewhere.
public protocol ImageJudge: Sendable {
    /// Judges images, and records the decision if the request says so.
    func decide(_ request: Grafeion_V1_CheckImagesRequest) async throws -> Grafeion_V1_Decision

    /// The decision that ``decide(_:)`` would come to, recorded as that would, if there is nothing to wait for; nil if there is,
    /// and nothing was recorded then.
    func remembered(_ request: Grafeion_V1_CheckImagesRequest) -> Grafeion_V1_Decision?
}

extension ImageJudge {
    public func remembered(_ request: Grafeion_V1_CheckImagesRequest) -> Grafeion_V1_Decision? { nil }
}

/// Judges in this process.
public struct LocalJudge: ImageJudge {
    private let check: CheckImages

    public init(_ services: TrustServices) { check = CheckImages(services) }

    public func decide(_ request: Grafeion_V1_CheckImagesRequest) async throws -> Grafeion_V1_Decision {
        try await check.run(request, recording: .soon)
    }

    public func remembered(_ request: Grafeion_V1_CheckImagesRequest) -> Grafeion_V1_Decision? {
        check.remembered(request)
    }
}
