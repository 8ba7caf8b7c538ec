public import StrictJSON

/// Every bound on admission reviews, in one place and each with its reason.
public struct AdmissionLimits: Sendable {
    /// Bytes of a review: what an API server takes as a request itself. Objects are smaller, since etcd takes half of that.
    public var reviewBytesMax = 3 << 20
    /// Values in a review's JSON: `managedFields` has one in twelve bytes, and each takes up to
    /// a hundred bytes of memory.
    public var valuesMax = 300_000
    /// Levels of arrays and objects; real reviews have two dozen.
    public var depthMax = 100
    /// Bytes of a review's uid, which has 36.
    public var uidBytesMax = 256
    /// Containers of an object that is judged, of all kinds, and its image volumes: real ones have a dozen, and each may cost a look-up.
    public var containersMax = 256

    public init() {}

    /// The bounds of the text.
    public var json: JSONLimits { JSONLimits(bytesMax: reviewBytesMax, depthMax: depthMax, valuesMax: valuesMax) }
}
