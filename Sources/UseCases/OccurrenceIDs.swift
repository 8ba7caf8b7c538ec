import Synchronization

/// Makes occurrence ids: UUIDs of version 7 (RFC 9562), each greater than the one before, so that ids of one batch sort
/// as its entries do and inserts stay local in the index.
public final class OccurrenceIDs: Sendable {
    private let now: @Sendable () -> Int64
    /// Milliseconds in the upper bits, a 12-bit fraction below: the first 60 bits of the last id.
    private let last = Mutex<UInt64>(0)

    /// - Parameter now: microseconds since 1970.
    public init(now: @escaping @Sendable () -> Int64) { self.now = now }

    /// An id greater than every one before it.
    public func next() -> String {
        let stamp = stamp()
        let random = UInt64.random(in: 0...UInt64.max)
        let high = (stamp >> 12) << 16 | 0x7000 | (stamp & 0xFFF)
        let low = random & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return Self.text(high, low)
    }

    /// The time as milliseconds and fraction (RFC 9562, section 6.2, method 3), moved on where the clock stands still.
    private func stamp() -> UInt64 {
        let microseconds = UInt64(max(0, now()))
        let (milliseconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1000)
        let stamp = milliseconds << 12 | rest * 4096 / 1000
        return last.withLock { last in
            last = max(stamp, last + 1)
            return last
        }
    }

    private static func text(_ high: UInt64, _ low: UInt64) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for index in 0..<32 {
            if index == 8 || index == 12 || index == 16 || index == 20 { text.append(UInt8(ascii: "-")) }
            let half = index < 16 ? high : low
            text.append(digits[Int(half >> UInt64(60 - 4 * (index % 16)) & 0xF)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
