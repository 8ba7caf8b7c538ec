/// A note or occurrence on its way into a store or out of it, encoded as the v1 message it is stored as.
public struct StoredRecord: Sendable, Equatable {
    /// The encoded `grafeas.v1.Note` or `grafeas.v1.Occurrence`.
    public var message: [UInt8]
    /// Whether the message is as common encoders write it, so that it can be stored as it came; false means unknown.
    public var isNormal: Bool

    public init(message: [UInt8], isNormal: Bool = false) {
        self.message = message
        self.isNormal = isNormal
    }
}
