/// An amount of time. Unlike in `google.protobuf.Duration` the nanoseconds are never negative: -0.5 s is -1 s and
/// 500,000,000 ns, so that amounts compare by seconds, then nanoseconds.
public struct FilterDuration: Sendable, Hashable, Comparable {
    /// Whole seconds, rounded down.
    public var seconds: Int64
    /// 0 to 999,999,999, added to the seconds.
    public var nanos: Int32

    /// A duration; takes the protobuf form, with nanoseconds of the seconds' sign, as well.
    public init(seconds: Int64, nanos: Int32 = 0) {
        (self.seconds, self.nanos) = Nanoseconds.carry(seconds, nanos)
    }

    /// Shorter is less; negative is less than zero.
    public static func < (left: FilterDuration, right: FilterDuration) -> Bool {
        (left.seconds, left.nanos) < (right.seconds, right.nanos)
    }

    /// The same amount into the other direction.
    var negated: FilterDuration {
        FilterDuration(seconds: seconds == .min ? .max : -seconds, nanos: -nanos)
    }

    /// The bound of protobuf: about 10,000 years.
    private static let secondsMax: Int64 = 315_576_000_000
}

extension FilterDuration: CustomStringConvertible {
    /// Reads numbers with units, `30s`, `1.5h`, `1h30m`, `-5m`; units are d (24 h), h, m, s, ms, us, µs and ns.
    /// Nil for everything else, for parts below a nanosecond and for more than 10,000 years.
    public init?(_ text: String) {
        var rest = Substring(text)
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest.removeFirst() }
        guard !rest.isEmpty else { return nil }
        // Counted in nanoseconds of 128 bits: the bound keeps the sum far from overflow.
        var nanoseconds: Int128 = 0
        while !rest.isEmpty {
            guard let part = Self.part(&rest) else { return nil }
            nanoseconds += part
            guard nanoseconds <= Int128(Self.secondsMax) * 1_000_000_000 else { return nil }
        }
        if isNegative { nanoseconds = -nanoseconds }
        let (seconds, nanos) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        self.init(seconds: Int64(seconds), nanos: Int32(nanos))
    }

    /// Nanoseconds of one number with its unit.
    private static func part(_ rest: inout Substring) -> Int128? {
        let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        rest = rest.dropFirst(number.count)
        let unit = rest.prefix { $0.isLetter }
        rest = rest.dropFirst(unit.count)
        guard let nanosecondsPerUnit = units[String(unit)] else { return nil }
        let pieces = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard !number.isEmpty, number != ".", let first = pieces.first, first.count <= 21 else { return nil }
        guard let whole = first.isEmpty ? 0 : Int128(first) else { return nil }
        guard pieces.count == 2, !pieces[1].isEmpty else { return whole * nanosecondsPerUnit }
        guard pieces[1].count <= 15, let fraction = Int128(pieces[1]) else { return nil }
        let scale = (0..<pieces[1].count).reduce(into: Int128(1)) { scale, _ in scale *= 10 }
        let (quotient, remainder) = (fraction * nanosecondsPerUnit).quotientAndRemainder(dividingBy: scale)
        return remainder == 0 ? whole * nanosecondsPerUnit + quotient : nil
    }

    private static let units: [String: Int128] = [
        "ns": 1, "us": 1_000, "µs": 1_000, "μs": 1_000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000,
        "h": 3_600_000_000_000, "d": 86_400_000_000_000,
    ]

    /// Seconds, as protobuf's JSON writes them: `90s`, `-0.500s`.
    public var description: String {
        guard seconds < 0, nanos > 0 else { return "\(seconds)\(Digits.fraction(nanos))s" }
        let (whole, fraction) = (-(seconds + 1), Nanoseconds.perSecond - nanos)
        return "-\(whole)\(Digits.fraction(fraction))s"
    }
}
