import Foundation
import StrictJSON
import TestSupport
import Testing

/// What is taken as JSON, what is not, and how it is written.
@Suite("Strict JSON")
struct JSONReadingTests {
    static let limits = JSONLimits(bytesMax: 1 << 20, depthMax: 64, valuesMax: 10_000)

    private func value(_ text: String, limits: JSONLimits = Self.limits) throws -> JSONValue {
        try JSONValue(parsing: Array(text.utf8), limits: limits)
    }

    private func problem(_ text: String, limits: JSONLimits = Self.limits) -> String {
        problem(Array(text.utf8), limits: limits)
    }

    private func problem(_ bytes: [UInt8], limits: JSONLimits = Self.limits) -> String {
        do {
            return "taken as \(try JSONValue(parsing: bytes, limits: limits))"
        } catch {
            return error.description
        }
    }

    @Test("Every kind of value is read as it is written")
    func kinds() throws {
        let text = #" { "a" : [ null, true , false, -0.5e+3, 12 ,"x" ], "b":{},"c":[] } "#
        let expected: JSONValue = [
            "a": .array([.null, .boolean(true), .boolean(false), .number("-0.5e+3"), .number("12"), .string("x")]),
            "b": [:], "c": .array([]),
        ]
        #expect(try value(text) == expected)
        #expect(try value(text).text == #"{"a":[null,true,false,-0.5e+3,12,"x"],"b":{},"c":[]}"#)
        #expect(try value("7") == .number("7") && value(#""""#) == .string(""))
    }

    @Test("Escapes are what they stand for, and are written where they must be")
    func escapes() throws {
        #expect(
            try value(#""a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00z""#).string == "a\"\\/\u{8}\u{C}\n\r\t\u{E9}\u{1F600}z"
        )
        #expect(JSONValue.string("\u{1}\n\u{7F}\u{2028}\u{2029}é€\"\\").text == #""\u0001\n\u007f\u2028\u2029é€\"\\""#)
    }

    @Test(
        "What is not JSON is refused with its place",
        arguments: [
            ("", "expected a value at byte 0"), ("  ", "expected a value at byte 2"),
            (#"{"a":1,}"#, "expected a member name in double quotes at byte 7"),
            ("[1,]", "expected a value at byte 3 in [1]"), ("[1 2]", #"expected "," or "]" at byte 3"#),
            (#"{"a" 1}"#, #"expected ":" at byte 5"#), (#"{"a":1"#, #"expected "," or "}" at byte 6"#),
            ("{a:1}", "expected a member name in double quotes at byte 1"),
            ("[01]", "expected a value at byte 3 in [0]"),
            ("[1.]", "expected a digit at byte 3 in [0]"), ("[-]", "expected a value at byte 2 in [0]"),
            ("[1e]", "expected a digit at byte 3 in [0]"), ("tru", "expected a value at byte 0"),
            ("truex", "expected the end of the text at byte 4"), ("{} {}", "expected the end of the text at byte 3"),
            ("\"\u{1}\"", "expected an escape in place of the control character at byte 1"),
            (#""\x""#, "expected an escape that JSON knows at byte 1"),
            (#""\u12g4""#, "expected an escape that JSON knows at byte 1"),
            (#""\ud800""#, "expected both halves of a surrogate pair at byte 7"),
            (#""\udc00x""#, "expected both halves of a surrogate pair at byte 7"),
            (#""a"#, "expected the closing quote of a string at byte 2"),
            (#""a\"#, "expected an escape that JSON knows at byte 2"), ("\u{FEFF}{}", "expected a value at byte 0"),
            (#"{"r":{"o":[{},{"n":x}]}}"#, "expected a value at byte 19 in r.o[1].n"),
        ]
    )
    func notJSON(text: String, expected: String) {
        #expect(problem(text) == expected)
    }

    @Test("A member that is there twice is refused, however it is written and however many there are")
    func duplicates() throws {
        let twice = #"the member "a" is there twice in one object"#
        #expect(problem(#"{"x":{"a":1,"b":2,"a":1}}"#) == "\(twice) at byte 18 in x")
        #expect(problem(#"{"a":1,"\u0061":2}"#) == "\(twice) at byte 7")
        let many = (0..<2_000).map { #""m\#($0)":0"# }.joined(separator: ",")
        #expect(try value("{\(many)}").members?.count == 2_000)
        #expect(problem(#"{"a":1,\#(many),"a":2}"#).hasPrefix(twice))
        // Equal to Unicode, not the same bytes.
        #expect(try value("{\"\u{E9}\":1,\"e\u{301}\":2}").members?.count == 2)
        #expect(try value("[\"\u{E9}\"]") != value("[\"e\u{301}\"]"))
    }

    @Test("Bytes that are not UTF-8 are refused, in strings and outside")
    func invalidUTF8() {
        #expect(problem([0x22, 0x61, 0xFF, 0x22]) == "expected UTF-8 text in the string that starts at byte 1")
        #expect(problem([0x22, 0x5C, 0x6E, 0xC3, 0x22]) == "expected UTF-8 text in the string that starts at byte 1")
        // A surrogate and an overlong slash.
        #expect(problem([0x22, 0xED, 0xA0, 0x80, 0x22]).hasPrefix("expected UTF-8"))
        #expect(problem([0x22, 0xC0, 0xAF, 0x22]).hasPrefix("expected UTF-8"))
        #expect(problem([0xFF]) == "expected a value at byte 0")
    }

    @Test("Bounds of bytes, levels and values are kept")
    func bounds() throws {
        let limits = JSONLimits(bytesMax: 20, depthMax: 3, valuesMax: 4)
        #expect(
            problem(String(repeating: " ", count: 21), limits: limits) == "the text has 21 bytes; at most 20 are taken"
        )
        #expect(try value("[[[1]]]", limits: limits).text == "[[[1]]]")
        #expect(problem("[[[[1]]]]", limits: limits) == "nested deeper than 3 levels at byte 3 in [0][0][0]")
        #expect(problem("[1,2,3,4]", limits: limits) == "more than 4 values, the bound, at byte 7 in [3]")
        // Neither the stack nor the message is as deep as the text.
        let deep = String(repeating: #"{"a":"#, count: 10_000)
        #expect(problem(deep).hasSuffix("in a.a.a.a.a.a.a.a.a.a…"))
    }

    @Test("A cut text is refused wherever it is cut, and a damaged one is refused or read again as the same")
    func damagedTexts() throws {
        var generator = SeededGenerator(seed: SeededGenerator.freshSeed("damaged JSON"))
        let text = #"{"a":[1,-2.5e3,true,null,{"b":"x\n\u00e9é"}],"c":{"d":""}}"#
        let good = Array(text.utf8)
        for end in 0..<good.count {
            #expect(throws: JSONProblem.self) { try JSONValue(parsing: Array(good[..<end]), limits: Self.limits) }
        }
        for _ in 0..<5_000 {
            var bytes = good
            for _ in 0...Int.random(in: 0...3, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[place] =
                    Bool.random(using: &generator)
                    ? good[(place * 7 + 3) % good.count] : .random(in: 0...255, using: &generator)
            }
            guard let value = try? JSONValue(parsing: bytes, limits: Self.limits) else { continue }
            #expect(try JSONValue(parsing: value.bytes, limits: Self.limits) == value)
            // The system's reader takes all that this one does.
            #expect(throws: Never.self) {
                try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            }
        }
    }
}
