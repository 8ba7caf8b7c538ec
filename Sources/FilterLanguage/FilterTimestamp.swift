/// A moment: seconds since 1970-01-01T00:00:00Z and nanoseconds after that second, as in `google.protobuf.Timestamp`.
public struct FilterTimestamp: Sendable, Hashable, Comparable {
    /// Seconds since 1970, negative before.
    public var seconds: Int64
    /// 0 to 999,999,999, counted forward in time also before 1970.
    public var nanos: Int32

    /// A moment; nanoseconds beyond a second are carried into the seconds.
    public init(seconds: Int64, nanos: Int32 = 0) {
        (self.seconds, self.nanos) = Nanoseconds.carry(seconds, nanos)
    }

    /// Earlier is less.
    public static func < (left: FilterTimestamp, right: FilterTimestamp) -> Bool {
        (left.seconds, left.nanos) < (right.seconds, right.nanos)
    }

    /// The moment before or after; nil outside the years 1 to 9999.
    public func moved(_ sign: FilterSign, by duration: FilterDuration) -> FilterTimestamp? {
        let by = sign == .plus ? duration : duration.negated
        let (sum, overflows) = seconds.addingReportingOverflow(by.seconds)
        guard !overflows else { return nil }
        let result = FilterTimestamp(seconds: sum, nanos: nanos + by.nanos)
        return CivilDate.secondsRange.contains(result.seconds) ? result : nil
    }
}

extension FilterTimestamp: CustomStringConvertible {
    /// Reads RFC 3339, and what is left of it when the end is cut off, which means the start of that period:
    /// `2019-04-10T12:30:00.5+02:00`, `2019-04-10T12:30`, `2019-04-10T`, `2019-04-10`, `2019-04`, `2019`.
    /// Without a zone it is UTC. A leap second is the second after it. Nil for everything else.
    public init?(rfc3339 text: String) {
        var reader = TimestampReader(text)
        guard let result = reader.read() else { return nil }
        self = result
    }

    /// RFC 3339 in UTC with as many digits of a second as it takes: 0, 3, 6 or 9.
    public var description: String {
        let day = seconds.flooredQuotient(86_400)
        let second = seconds - day * 86_400
        let (year, month, dayOfMonth) = CivilDate.date(daysSince1970: day)
        return Digits.padded(year, 4) + "-" + Digits.padded(month, 2) + "-" + Digits.padded(dayOfMonth, 2) + "T"
            + Digits.padded(second / 3600, 2) + ":" + Digits.padded(second / 60 % 60, 2) + ":"
            + Digits.padded(second % 60, 2) + Digits.fraction(nanos) + "Z"
    }
}

/// Reads one timestamp from left to right, and may stop after any of its parts.
private struct TimestampReader {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = Substring(text).utf8 }

    mutating func read() -> FilterTimestamp? {
        guard let year = digits(4), year >= 1 else { return nil }
        var month: Int64 = 1
        var day: Int64 = 1
        if take("-") {
            guard let value = digits(2), (1...12).contains(value) else { return nil }
            month = value
            if take("-") {
                guard let value = digits(2), (1...CivilDate.days(inMonth: month, year)).contains(value) else {
                    return nil
                }
                day = value
                return time(of: CivilDate.daysSince1970(year, month, day))
            }
        }
        return rest.isEmpty ? FilterTimestamp(seconds: CivilDate.daysSince1970(year, month, day) * 86_400) : nil
    }

    private mutating func time(of day: Int64) -> FilterTimestamp? {
        let start = day * 86_400
        if rest.isEmpty { return FilterTimestamp(seconds: start) }
        guard take("T") || take("t") || take(" ") else { return nil }
        if rest.isEmpty { return FilterTimestamp(seconds: start) }
        guard let hour = digits(2), hour <= 23 else { return nil }
        var second = start + hour * 3600
        var nanos: Int32 = 0
        if take(":") {
            guard let minute = digits(2), minute <= 59 else { return nil }
            second += minute * 60
            if take(":") {
                // 60 is a leap second: it counts as the first second of the next minute.
                guard let value = digits(2), value <= 60, let fraction = fraction() else { return nil }
                second += value
                nanos = fraction
            }
        }
        guard let zone = zone(), rest.isEmpty, CivilDate.secondsRange.contains(second - zone) else { return nil }
        return FilterTimestamp(seconds: second - zone, nanos: nanos)
    }

    private mutating func fraction() -> Int32? {
        guard take(".") || take(",") else { return 0 }
        var value: Int32 = 0
        var count = 0
        while let digit = digits(1) {
            guard count < 9 else { return nil }
            value = value * 10 + Int32(digit)
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in count..<9 { value *= 10 }
        return value
    }

    /// Seconds east of Greenwich.
    private mutating func zone() -> Int64? {
        if rest.isEmpty || take("Z") || take("z") { return 0 }
        let sign: Int64 = take("+") ? 1 : take("-") ? -1 : 0
        guard sign != 0, let hours = digits(2), hours <= 23 else { return nil }
        if rest.isEmpty { return sign * hours * 3600 }
        _ = take(":")
        guard let minutes = digits(2), minutes <= 59 else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }

    private mutating func digits(_ count: Int) -> Int64? {
        let head = rest.prefix(count)
        guard head.count == count else { return nil }
        var value: Int64 = 0
        for byte in head {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        rest = rest.dropFirst(count)
        return value
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }
}

/// The proleptic Gregorian calendar, by the algorithm of Howard Hinnant's "chrono-compatible low-level date
/// algorithms": years begin in March, so that the leap day is the last day of a year, and 400 years are one era.
enum CivilDate {
    /// 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z.
    static let secondsRange: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let era = marchYear.flooredQuotient(400)
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    static func date(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted.flooredQuotient(146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    static func days(inMonth month: Int64, _ year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// Seconds and the nanoseconds after them.
enum Nanoseconds {
    static let perSecond: Int32 = 1_000_000_000

    /// The same amount with 0 to 999,999,999 nanoseconds; at the ends of the range it stays there.
    static func carry(_ seconds: Int64, _ nanos: Int32) -> (Int64, Int32) {
        if (0..<perSecond).contains(nanos) { return (seconds, nanos) }
        let carried = Int64(nanos).flooredQuotient(Int64(perSecond))
        let (sum, overflows) = seconds.addingReportingOverflow(carried)
        if overflows { return carried < 0 ? (.min, 0) : (.max, perSecond - 1) }
        return (sum, Int32(Int64(nanos) - carried * Int64(perSecond)))
    }
}

/// Digits of times.
enum Digits {
    static func padded(_ value: Int64, _ width: Int) -> String {
        let text = String(value.magnitude)
        return (value < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - text.count)) + text
    }

    /// `.5` as `.500`: a dot and 3, 6 or 9 digits, or nothing.
    static func fraction(_ nanos: Int32) -> String {
        let nanos = Int64(nanos)
        if nanos == 0 { return "" }
        if nanos % 1_000_000 == 0 { return "." + padded(nanos / 1_000_000, 3) }
        if nanos % 1_000 == 0 { return "." + padded(nanos / 1_000, 6) }
        return "." + padded(nanos, 9)
    }
}

extension Int64 {
    /// The quotient rounded down; for a positive divisor.
    func flooredQuotient(_ divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
