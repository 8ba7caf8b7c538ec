public import GrafeasProto

/// A note or occurrence as a store keeps it, whatever version of the API it was written in.
public struct StoredRecord: Sendable, Equatable {
    /// The encoded `grafeas.v1.Note` or `grafeas.v1.Occurrence`.
    public var message: [UInt8]
    /// What other versions say and v1 cannot; opaque, and empty when v1 says it all.
    public var kept: [UInt8]
    /// The number that stands for the kind of a record whose kind v1 does not know (``Kind/foreignOffset``). The v1 message has
    /// no detail then, and its kind is unspecified; an update that would have both is refused.
    public var foreignKind: Int?
    /// Whether the message is as common encoders write it, so that it can be stored as it came; false means unknown.
    public var isNormal: Bool

    /// The record's kind, of which v1 knows what its detail says.
    public func kind(ofDetail kind: Kind) -> Kind { foreignKind.flatMap(Kind.init(rawValue:)) ?? kind }

    /// All bytes that are stored of it.
    public var byteCount: Int { message.count + kept.count }

    public init(message: [UInt8], kept: [UInt8] = [], foreignKind: Int? = nil, isNormal: Bool = false) {
        self.message = message
        self.kept = kept
        self.foreignKind = foreignKind
        self.isNormal = isNormal
    }
}
