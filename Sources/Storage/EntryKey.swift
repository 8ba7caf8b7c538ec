/// The key of a stored entry: its create time in microseconds since 1970 and a sequence number within it, which is 0 but
/// for imported entries that share a create time.
///
/// One integer is the primary key, the list order, the page position and the create time. Every index ends in it, so
/// every look-up comes out in list order without sorting.
public struct EntryKey: Sendable, Comparable, Hashable {
    public let rawValue: Int64

    public init(rawValue: Int64) { self.rawValue = rawValue }

    private static let sequenceBits: Int64 = 10

    /// The first key of a microsecond.
    public init(microseconds: Int64, sequence: Int64 = 0) {
        rawValue = microseconds << Self.sequenceBits + sequence
    }

    /// The create time, in microseconds since 1970.
    public var microseconds: Int64 { rawValue >> Self.sequenceBits }

    /// The next key with the same create time, while there is room; only imported entries share one.
    public var successor: EntryKey { EntryKey(rawValue: rawValue + 1) }

    /// The first key of the next microsecond. The entries of a batch are a microsecond apart, so that create times alone
    /// tell their order, also after an export and import.
    public var nextMoment: EntryKey { EntryKey(microseconds: microseconds + 1) }

    /// The first key for a write at `now` that keeps create times growing even if the clock does not.
    public static func first(at now: Int64, after last: EntryKey?) -> EntryKey {
        EntryKey(microseconds: max(now, last.map { $0.microseconds + 1 } ?? now))
    }

    public static func < (left: EntryKey, right: EntryKey) -> Bool { left.rawValue < right.rawValue }
}

extension EntryKey {
    /// The keys of all entries whose create time lies in a range, as raw values.
    public static func range(of microseconds: ClosedRange<Int64>) -> ClosedRange<Int64> {
        EntryKey(microseconds: microseconds.lowerBound)
            .rawValue...(EntryKey(microseconds: microseconds.upperBound).rawValue | (1 << sequenceBits - 1))
    }
}
