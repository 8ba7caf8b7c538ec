import FilterLanguage
import Testing

@Suite struct TimeTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0, 0, "1970-01-01T00:00:00Z"),
        ("2019-04-10T", 1_554_854_400, 0, "2019-04-10T00:00:00Z"),
        ("2019-04-10", 1_554_854_400, 0, "2019-04-10T00:00:00Z"),
        ("2019-04", 1_554_076_800, 0, "2019-04-01T00:00:00Z"),
        ("2019", 1_546_300_800, 0, "2019-01-01T00:00:00Z"),
        ("2019-04-10T12", 1_554_897_600, 0, "2019-04-10T12:00:00Z"),
        ("2019-04-10T12:30", 1_554_899_400, 0, "2019-04-10T12:30:00Z"),
        ("2019-04-10 12:30:15", 1_554_899_415, 0, "2019-04-10T12:30:15Z"),
        ("2019-04-10T12:30:15.5Z", 1_554_899_415, 500_000_000, "2019-04-10T12:30:15.500Z"),
        ("2019-04-10t12:30:15.000000001z", 1_554_899_415, 1, "2019-04-10T12:30:15.000000001Z"),
        ("2019-04-10T12:30:15,000001Z", 1_554_899_415, 1_000, "2019-04-10T12:30:15.000001Z"),
        ("2019-04-10T12:30:15+02:00", 1_554_892_215, 0, "2019-04-10T10:30:15Z"),
        ("2019-04-10T12:30:15-0730", 1_554_926_415, 0, "2019-04-10T20:00:15Z"),
        ("2019-04-10T12+02", 1_554_890_400, 0, "2019-04-10T10:00:00Z"),
        ("2016-12-31T23:59:60Z", 1_483_228_800, 0, "2017-01-01T00:00:00Z"),
        ("2024-02-29", 1_709_164_800, 0, "2024-02-29T00:00:00Z"),
        ("2000-02-29", 951_782_400, 0, "2000-02-29T00:00:00Z"),
        ("1969-12-31T23:59:59.25Z", -1, 250_000_000, "1969-12-31T23:59:59.250Z"),
        ("0001-01-01T00:00:00Z", -62_135_596_800, 0, "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59.999999999Z", 253_402_300_799, 999_999_999, "9999-12-31T23:59:59.999999999Z"),
    ])
    func timestampIsReadAndWritten(text: String, seconds: Int64, nanos: Int32, written: String) {
        let time = FilterTimestamp(rfc3339: text)
        #expect(time == FilterTimestamp(seconds: seconds, nanos: nanos))
        #expect(time?.description == written)
    }

    @Test(arguments: [
        "", "T", "19", "20190", "2019-", "2019-1", "2019-13", "2019-00", "2019-04-", "2019-04-31", "2019-02-29",
        "1900-02-29",
        "2019-04-10X", "2019-04-10T24", "2019-04-10T12:", "2019-04-10T12:60", "2019-04-10T12:30:61",
        "2019-04-10T12:30:15.", "2019-04-10T12:30:15.1234567890Z", "2019-04-10T12:30:15+2", "2019-04-10T12:30:15Zx",
        "2019-04-10T12:30:15+25:00", "0000-01-01", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00",
        "-2019-04-10", "2019-04-10T１２:00", "２０１９",
    ])
    func otherTextIsNotATimestamp(text: String) {
        #expect(FilterTimestamp(rfc3339: text) == nil)
    }

    @Test func calendarAgreesWithCountingDays() {
        var days: Int64 = -719_162
        for year in 1...2400 as ClosedRange<Int64> {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            for (index, length) in lengths.enumerated() {
                let text = FilterTimestamp(seconds: (days + length - 1) * 86_400).description
                #expect(FilterTimestamp(rfc3339: text)?.seconds == (days + length - 1) * 86_400)
                let pieces = text.prefix(10).split(separator: "-").compactMap { Int64($0) }
                #expect(pieces == [year, Int64(index) + 1, length])
                days += length
            }
        }
    }

    @Test(arguments: [
        ("30s", 30, 0, "30s"), ("1.5s", 1, 500_000_000, "1.500s"), ("72h", 259_200, 0, "259200s"),
        ("1h30m", 5_400, 0, "5400s"), ("2d", 172_800, 0, "172800s"), ("250ms", 0, 250_000_000, "0.250s"),
        ("1us", 0, 1_000, "0.000001s"), ("1µs", 0, 1_000, "0.000001s"), ("7ns", 0, 7, "0.000000007s"),
        (".5h", 1_800, 0, "1800s"), ("+5s", 5, 0, "5s"), ("-5s", -5, 0, "-5s"), ("-0.5s", -1, 500_000_000, "-0.500s"),
        ("-1.25s", -2, 750_000_000, "-1.250s"), ("0s", 0, 0, "0s"),
        ("315576000000s", 315_576_000_000, 0, "315576000000s"),
    ])
    func durationIsReadAndWritten(text: String, seconds: Int64, nanos: Int32, written: String) {
        let duration = FilterDuration(text)
        #expect(duration == FilterDuration(seconds: seconds, nanos: nanos))
        #expect(duration?.description == written)
    }

    @Test(arguments: [
        "", "5", "s", "-", "5x", "5 s", "1e3s", ".s", "5.s.", "1.2.3s", "315576000001s", "99999999999999999999999d",
        "0.1ns", "٣s",
    ])
    func otherTextIsNotADuration(text: String) {
        #expect(FilterDuration(text) == nil)
    }

    @Test func partsAreCarried() {
        #expect(FilterDuration(seconds: -1, nanos: -500_000_000) == FilterDuration(seconds: -2, nanos: 500_000_000))
        #expect(FilterTimestamp(seconds: 1, nanos: 1_500_000_000) == FilterTimestamp(seconds: 2, nanos: 500_000_000))
        #expect(FilterDuration(seconds: .min, nanos: -1) == FilterDuration(seconds: .min, nanos: 0))
        #expect(FilterTimestamp(seconds: .max).moved(.plus, by: FilterDuration(seconds: .max)) == nil)
        #expect(FilterTimestamp(seconds: .min).moved(.minus, by: FilterDuration(seconds: 1)) == nil)
    }
}
