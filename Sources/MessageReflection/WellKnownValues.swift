/// The content of a `Timestamp` or `Duration`.
struct SecondsAndNanos: Equatable {
    var seconds: Int64 = 0
    var nanos: Int32 = 0

    init(seconds: Int64, nanos: Int32) {
        self.seconds = seconds
        self.nanos = nanos
    }

    init(_ wire: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(wire)
        while let field = try reader.next() {
            if field.number == 1, field.type == .varint { seconds = Int64(bitPattern: field.value) }
            if field.number == 2, field.type == .varint { nanos = Int32(truncatingIfNeeded: field.value) }
        }
    }

    /// Years 1 to 9999, nanoseconds counting forward.
    var isTimestamp: Bool {
        (-62_135_596_800...253_402_300_799).contains(seconds) && (0...999_999_999).contains(nanos)
    }

    /// At most 10,000 years either way, seconds and nanoseconds of one sign.
    var isDuration: Bool {
        (-315_576_000_000...315_576_000_000).contains(seconds) && (-999_999_999...999_999_999).contains(nanos)
            && (seconds == 0 || nanos == 0 || (seconds < 0) == (nanos < 0))
    }

    static let timestampError = WireError(
        .unrepresentable("the timestamp is outside the years 0001 to 9999 or has nanoseconds outside 0 to 999999999"),
        offset: 0
    )
    static let durationError = WireError(
        .unrepresentable("the duration is beyond 10000 years, or its seconds and nanoseconds differ in sign"),
        offset: 0
    )

    func write(to writer: inout WireWriter) {
        if seconds != 0 { writer.field(1, varint: UInt64(bitPattern: seconds)) }
        if nanos != 0 { writer.field(2, varint: UInt64(bitPattern: Int64(nanos))) }
    }
}

// MARK: - Text to time

extension SecondsAndNanos {
    /// RFC 3339 (`2024-02-29T23:59:60.5+01:00` without the leap second), with `Z` or an offset and up to nine digits.
    init?(timestamp text: UnsafeRawBufferPointer) {
        var scan = DigitScanner(text)
        guard let year = scan.digits(4), scan.skip("-"), let month = scan.digits(2), scan.skip("-"),
            let day = scan.digits(2), scan.skip("T") || scan.skip("t"),
            let hour = scan.digits(2), scan.skip(":"), let minute = scan.digits(2), scan.skip(":"),
            let second = scan.digits(2), let nanos = scan.fraction(), let offset = scan.offset(), scan.isAtEnd,
            year >= 1, (1...12).contains(month), day >= 1, day <= CivilDate.days(inMonth: month, of: year),
            hour <= 23, minute <= 59, second <= 59
        else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSince1970
        self.init(seconds: days * 86400 + Int64(hour * 3600 + minute * 60 + second) - Int64(offset), nanos: nanos)
        guard isTimestamp else { return nil }
    }

    /// `-1.000340012s`, with up to nine digits.
    init?(duration text: UnsafeRawBufferPointer) {
        var scan = DigitScanner(text)
        let isNegative = scan.skip("-")
        guard let seconds = scan.number(), let nanos = scan.fraction(), scan.skip("s"), scan.isAtEnd else { return nil }
        self.init(seconds: isNegative ? -seconds : seconds, nanos: isNegative ? -nanos : nanos)
        guard isDuration else { return nil }
    }
}

private struct DigitScanner {
    private let text: UnsafeRawBufferPointer
    private var position = 0

    init(_ text: UnsafeRawBufferPointer) {
        self.text = text
    }

    var isAtEnd: Bool { position == text.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < text.count, UInt32(text[position]) == character.value else { return false }
        position += 1
        return true
    }

    private mutating func digit() -> Int? {
        guard position < text.count, (0x30...0x39).contains(text[position]) else { return nil }
        position += 1
        return Int(text[position - 1]) - 0x30
    }

    /// Exactly `count` digits.
    mutating func digits(_ count: Int) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// One to fifteen digits.
    mutating func number() -> Int64? {
        let start = position
        var value: Int64 = 0
        while let digit = digit() {
            guard position - start <= 15 else { return nil }
            value = value * 10 + Int64(digit)
        }
        return position > start ? value : nil
    }

    /// Nothing, or a point and one to nine digits, as nanoseconds.
    mutating func fraction() -> Int32? {
        guard skip(".") else { return 0 }
        var (value, count) = (0, 0)
        while let digit = digit() {
            count += 1
            guard count <= 9 else { return nil }
            value = value * 10 + digit
        }
        guard count > 0 else { return nil }
        for _ in count..<9 { value *= 10 }
        return Int32(value)
    }

    /// `Z`, or hours and minutes east, as seconds.
    mutating func offset() -> Int? {
        if skip("Z") || skip("z") { return 0 }
        let isWest = skip("-")
        guard isWest || skip("+"), let hours = digits(2), skip(":"), let minutes = digits(2), hours <= 23, minutes <= 59
        else { return nil }
        return (isWest ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
}

/// A day of the proleptic Gregorian calendar; Howard Hinnant's days_from_civil and its inverse.
struct CivilDate {
    var year: Int
    var month: Int
    var day: Int

    init(year: Int, month: Int, day: Int) {
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// Eras of 400 years that begin on 1 March, so that the leap day comes last.
    init(daysSince1970 days: Int64) {
        let shifted = days + 719_468
        let era = (shifted - modulo(shifted, 146_097)) / 146_097
        let dayOfEra = Int(modulo(shifted, 146_097))
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + Int(era) * 400 + (month <= 2 ? 1 : 0)
    }

    var daysSince1970: Int64 {
        let shiftedYear = Int64(month <= 2 ? year - 1 : year)
        let era = (shiftedYear - modulo(shiftedYear, 400)) / 400
        let yearOfEra = modulo(shiftedYear, 400)
        let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// The remainder that is never negative.
func modulo(_ value: Int64, _ divisor: Int64) -> Int64 {
    let remainder = value % divisor
    return remainder < 0 ? remainder + divisor : remainder
}

// MARK: - Field masks in JSON

/// A mask's path in camelCase, or nil if it could not be told apart from another one on the way back.
func maskPathInJSON(_ path: UnsafeRawBufferPointer) -> [UInt8]? {
    var result: [UInt8] = []
    var raise = false
    for byte in path {
        switch byte {
        case UInt8(ascii: "_") where !raise: raise = true
        case UInt8(ascii: "a")...UInt8(ascii: "z"):
            result.append(raise ? byte - 32 : byte)
            raise = false
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "*"):
            guard !raise else { return nil }
            result.append(byte)
        default: return nil
        }
    }
    return raise ? nil : result
}

func maskPathError(_ path: WireField) -> WireError {
    WireError(.unrepresentable("the field mask's path \"\(path.text)\" is not in lower_snake_case"), offset: 0)
}

/// The paths of a mask's JSON text, in snake_case; names that already are in it stay. Nil if a path is empty, is not made of
/// letters, digits, `_`, `.` and `*`, or is one that JSON could not say again, as `note_Name` is.
func maskPaths(fromJSON text: UnsafeRawBufferPointer) -> [[UInt8]]? {
    guard !text.isEmpty else { return [] }
    var paths: [[UInt8]] = []
    for part in text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
        var path: [UInt8] = []
        for byte in part {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"):
                path.append(UInt8(ascii: "_"))
                path.append(byte + 32)
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "*"):
                path.append(byte)
            default: return nil
            }
        }
        guard !path.isEmpty, path.withUnsafeBytes(maskPathInJSON) != nil else { return nil }
        paths.append(path)
    }
    return paths
}
