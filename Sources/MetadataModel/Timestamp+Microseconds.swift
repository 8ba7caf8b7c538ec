public import SwiftProtobuf

extension Google_Protobuf_Timestamp {
    /// The time so many microseconds after 1970, or before it.
    public init(microseconds: Int64) {
        let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        self.init(seconds: rest < 0 ? seconds - 1 : seconds, nanos: Int32((rest + (rest < 0 ? 1_000_000 : 0)) * 1000))
    }
}
