import MetadataModel
import PolicyEngine
import Storage

/// What the use cases work with that vouch for images: policies made ready, decisions remembered, decisions on their way into
/// the store. Made once, when the server starts.
public struct TrustServices: Sendable {
    public let records: RecordServices
    let policies: PreparedPolicies
    let images: RememberedImages
    let recorder: DecisionRecorder

    /// - Parameters:
    ///   - decisionsKeptSeconds: how long decisions are kept.
    ///   - couldNotRecord: told of decisions that could not be stored, and why.
    public init(
        _ records: RecordServices,
        decisionsKeptSeconds: Int64 = TrustLimits.decisionsKeptSecondsDefault,
        couldNotRecord: @escaping @Sendable (_ count: Int, _ reason: String) -> Void = { _, _ in }
    ) {
        self.records = records
        policies = PreparedPolicies(records)
        images = RememberedImages()
        recorder = DecisionRecorder(
            records,
            keptSeconds: decisionsKeptSeconds,
            couldNotRecord: couldNotRecord
        )
    }

    /// Waits for the decisions that are on their way into the store; to be called before that is closed.
    public func drain() async { await recorder.drain() }
}

/// The bounds on what vouches for images, each with its reason.
public enum TrustLimits {
    /// Ninety days: as long as an audit looks back.
    public static let decisionsKeptSecondsDefault: Int64 = 90 * 24 * 60 * 60
    /// Seconds for which a policy and a decision are good while nothing changes: what depends on the time (the age of a scan,
    /// the end of a key, `now()` in a filter) is judged this much early or late at most.
    static let holdSeconds: Int64 = 10
    /// The same for decisions whose verdicts no time changes. Their words may say how long ago a scan was.
    static let timelessHoldSeconds: Int64 = 60
    /// Images of a request. A pod has a few; a manifest of a whole system some hundred.
    static let imagesMax = 1_000
    /// Manifests of an index that are judged each: registries have some twenty platforms.
    static let manifestsMax = 64
    /// Policies that are kept ready.
    static let preparedPoliciesMax = 1_000
    /// Decisions that are remembered, each of some kilobytes.
    static let rememberedDecisionsMax = 10_000
    /// Bytes of the occurrences of images that are remembered, encoded: some hundred images. In memory they take about
    /// five times as much.
    static let rememberedImageBytesMax = 16 << 20
    /// Decisions that wait to be recorded: a minute of a busy cluster while the disk is full.
    static let waitingDecisionsMax = 20_000
    /// Decisions of one object by which the glass was broken that are looked through.
    static let brokenGlassMax = 20
    /// Occurrences with signatures that are looked at of one image, for each takes a tenth of a millisecond and anybody may
    /// write some.
    static let attestationsMax = 500
    /// Owners of an object that are asked about: a controller is one.
    static let ownersMax = 16
    /// Images of a decision that is remembered: what has more is rare, and large.
    static let rememberedDecisionImagesMax = 64
    /// Bytes of decisions that share a transaction.
    static let recordedBytesMax = 8 << 20
    /// Attestors that one verification asks.
    static let attestorsMax = 100
}
