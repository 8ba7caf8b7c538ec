import MessageReflection
import Testing

@Suite("Reading the text format") struct TextReadingTests {
    /// The text as a message of test.EveryKind, in JSON.
    private func read(_ text: String) throws -> String {
        let type = try Types.message("test.EveryKind")
        return string(try type.json(from: try type.wire(fromText: text.bytes)))
    }

    @Test(
        arguments: [
            // Integers in every base, at their bounds
            ("one_int32: 7", #"{"oneInt32":7}"#), ("one_int32:-2147483648", #"{"oneInt32":-2147483648}"#),
            ("one_int32: 0x1F", #"{"oneInt32":31}"#), ("one_int32: 017", #"{"oneInt32":15}"#),
            ("one_int32: - 5", #"{"oneInt32":-5}"#), ("one_int32: 0", "{}"),
            ("one_int64: -9223372036854775808", #"{"oneInt64":"-9223372036854775808"}"#),
            ("one_uint64: 18446744073709551615", #"{"oneUint64":"18446744073709551615"}"#),
            ("one_uint64: 0XFFFFFFFFFFFFFFFF", #"{"oneUint64":"18446744073709551615"}"#),
            ("one_sint32: -3 one_sint64: -4", #"{"oneSint32":-3,"oneSint64":"-4"}"#),
            ("one_fixed32: 4294967295 one_sfixed64: -1", #"{"oneFixed32":4294967295,"oneSfixed64":"-1"}"#),
            ("optional_int32: 0", #"{"optionalInt32":0}"#),
            // Floating point
            ("one_double: 1.5", #"{"oneDouble":1.5}"#), ("one_double: .5e1", #"{"oneDouble":5}"#),
            ("one_double: 1.", #"{"oneDouble":1}"#), ("one_double: 10f", #"{"oneDouble":10}"#),
            ("one_float: 1.5F", #"{"oneFloat":1.5}"#), ("one_double: 1e+06", #"{"oneDouble":1000000}"#),
            ("one_double: inf", #"{"oneDouble":"Infinity"}"#), ("one_double: -Infinity", #"{"oneDouble":"-Infinity"}"#),
            ("one_double: nan", #"{"oneDouble":"NaN"}"#), ("one_double: -nan", #"{"oneDouble":"NaN"}"#),
            ("one_float: 1e99", #"{"oneFloat":"Infinity"}"#),
            ("one_double: 123456789012345678901234567890", #"{"oneDouble":1.2345678901234568e+29}"#),
            // Booleans and enums
            ("one_bool: true", #"{"oneBool":true}"#), ("one_bool: t", #"{"oneBool":true}"#),
            ("one_bool: 1", #"{"oneBool":true}"#), ("optional_bool: False", #"{"optionalBool":false}"#),
            ("optional_bool: f", #"{"optionalBool":false}"#), ("optional_bool: 0x0", #"{"optionalBool":false}"#),
            ("one_enum: FIRST", #"{"oneEnum":"FIRST"}"#), ("one_enum: ALSO_FIRST", #"{"oneEnum":"FIRST"}"#),
            ("one_enum: 5", #"{"oneEnum":"FIRST"}"#), ("one_enum: -1", #"{"oneEnum":"MINUS"}"#),
            ("one_enum: 77", #"{"oneEnum":77}"#),
            // Strings
            (#"one_string: "a" "b"  'c"d'"#, #"{"oneString":"abc\"d"}"#),
            (#"one_string: "\n\r\t\\\'\"\?\a""#, #"{"oneString":"\n\r\t\\'\"?\u0007"}"#),
            (#"one_string: "\303\251\xe6\xBC\xa2\0011""#, #"{"oneString":"é漢\u00011"}"#),
            (#"one_string: "\u00e9\U0001F600\uD83D\uDE00""#, #"{"oneString":"é😀😀"}"#),
            (#"one_bytes: "\377\x00" "\u00e9""#, #"{"oneBytes":"/wDDqQ=="}"#),
            ("one_string: 'é # no comment'", #"{"oneString":"é # no comment"}"#),
            (#"optional_string: """#, #"{"optionalString":""}"#),
            // Messages, lists and maps
            ("one_message { one_int32: 1 }", #"{"oneMessage":{"oneInt32":1}}"#),
            ("one_message: < one_int32: 1 >", #"{"oneMessage":{"oneInt32":1}}"#),
            ("one_message {}", #"{"oneMessage":{}}"#),
            ("many_int32: 1 many_int32: 2", #"{"manyInt32":[1,2]}"#),
            ("many_int32: [1, 2] many_int32: 3 many_int32: []", #"{"manyInt32":[1,2,3]}"#),
            ("many_message [{ one_int32: 1 }, < >] many_message {}", #"{"manyMessage":[{"oneInt32":1},{},{}]}"#),
            (#"many_string: ["a" "b", 'c']"#, #"{"manyString":["ab","c"]}"#),
            (
                #"map_to_int32 { key: "a" value: 1 } map_to_int32 { value: 2 key: "b" }"#,
                #"{"mapToInt32":{"a":1,"b":2}}"#
            ),
            (#"map_to_int32 { key: "a" value: 1 } map_to_int32 { key: "a" value: 2 }"#, #"{"mapToInt32":{"a":2}}"#),
            (#"map_to_message: [{ key: "a" }, {}]"#, #"{"mapToMessage":{"":{},"a":{}}}"#),
            (#"map_from_bool { key: true value: "x" }"#, #"{"mapFromBool":{"true":"x"}}"#),
            ("choice_bool: false", #"{"choiceBool":false}"#),
            // What stands between
            ("", "{}"), (" \t\r\n\u{B}\u{C}# nothing", "{}"),
            ("one_int32: 1, one_int64: 2; one_bool: true", #"{"oneInt32":1,"oneInt64":"2","oneBool":true}"#),
            ("one_int64:1one_int32 :2", nil), ("#a\none_int32#b\n:#c\n1#d", #"{"oneInt32":1}"#),
            ("one_string:\"a\"one_bool:t", #"{"oneString":"a","oneBool":true}"#),
        ] as [(String, String?)]
    )
    func aTextIsTheMessageThatItSays(text: String, json: String?) throws {
        guard let json else {
            _ = #expect(throws: TextProblem.self) { try read(text) }
            return
        }
        // Members come in the order of field numbers, which these texts do not keep.
        #expect(try members(read(text)) == members(json), "\(text)")
    }

    private func members(_ json: String) throws -> [UInt8] {
        try Types.message("test.EveryKind").wire(fromJSON: json.bytes)
    }

    @Test func whatGoWritesIsRead() throws {
        let text = """
            name:  "projects/p/occurrences/o"
            resource:  {
              uri:  "https://example.com/image@sha256:1"
            }
            note_name: "projects/p/notes/CVE-2019-1"
            kind:  VULNERABILITY
            create_time: <
              seconds: 1577836800
              nanos: 500000000
            >
            vulnerability:  {
              severity:  HIGH  cvss_score:7.5
              package_issue: <
                affected_location: <
                  cpe_uri: "cpe:/o:debian:debian_linux:8"
                  package: "icu"
                  version: <
                    epoch: -1
                    name: "52.1"
                    kind: NORMAL
                  >
                >
              >
              short_description: "line\\nbreak \\"quoted\\" \\342\\202\\254"
            }
            """
        let type = try Types.message("grafeas.v1beta1.Occurrence")
        let json = #"""
            {"name":"projects/p/occurrences/o","resource":{"uri":"https://example.com/image@sha256:1"},
             "noteName":"projects/p/notes/CVE-2019-1","kind":"VULNERABILITY","createTime":"2020-01-01T00:00:00.500Z",
             "vulnerability":{"severity":"HIGH","cvssScore":7.5,"packageIssue":[{"affectedLocation":{
              "cpeUri":"cpe:/o:debian:debian_linux:8","package":"icu",
              "version":{"epoch":-1,"name":"52.1","kind":"NORMAL"}}}],
             "shortDescription":"line\nbreak \"quoted\" €"}}
            """#
        #expect(try type.wire(fromText: text.bytes) == type.wire(fromJSON: json.bytes))
    }

    @Test func anAnyIsReadByItsTypeOrByItsBytes() throws {
        let type = try Types.message("google.protobuf.Any")
        let expanded = "[type.googleapis.com/grafeas.v1.Hash] { value: \"\\001\" type: \"sha256\" }"
        let json = #"{"@type":"type.googleapis.com/grafeas.v1.Hash","type":"sha256","value":"AQ=="}"#
        #expect(try type.wire(fromText: expanded.bytes) == type.wire(fromJSON: json.bytes))
        let bytes = #"type_url: "type.googleapis.com/grafeas.v1.Hash" value: "\n\006sha256\022\001\001""#
        #expect(try type.wire(fromText: bytes.bytes) == type.wire(fromJSON: json.bytes))
        let nested = "[ type.googleapis.com / google.protobuf.Any ]: <[a.b/google.protobuf.Duration] <seconds: 3>>"
        let nestedJSON = """
            {"@type":"type.googleapis.com/google.protobuf.Any",
             "value":{"@type":"a.b/google.protobuf.Duration","value":"3s"}}
            """
        #expect(try type.wire(fromText: nested.bytes) == type.wire(fromJSON: nestedJSON.bytes))
    }

    // MARK: Faults

    @Test(arguments: [
        (
            "one_int32: 2147483648",
            "one_int32: expected an integer from -2147483648 to 2147483647, found \"2147483648\" (line 1, column 12)"
        ),
        ("one_uint32: -1", "one_uint32: expected an integer from 0 to 4294967295, found \"-1\" (line 1, column 13)"),
        (
            "one_int32: 08",
            "one_int32: expected an integer from -2147483648 to 2147483647, found \"08\" (line 1, column 12)"
        ),
        (
            "one_int32: 1.0",
            "one_int32: expected an integer from -2147483648 to 2147483647, found \"1.0\" (line 1, column 12)"
        ),
        ("one_double: 0x10", "one_double: expected a number, found \"0x10\" (line 1, column 13)"),
        ("one_bool: yes", "one_bool: expected true or false, found \"yes\" (line 1, column 11)"),
        ("one_enum: THIRD", "one_enum: expected a name or number of test.Choice, found \"THIRD\" (line 1, column 11)"),
        (
            "one_enum: \"FIRST\"",
            "one_enum: expected a name or number of test.Choice, found a string (line 1, column 11)"
        ),
        ("one_string: x", "one_string: expected a quoted string, found \"x\" (line 1, column 13)"),
        ("one_string \"x\"", "one_string: expected \":\", found a string (line 1, column 12)"),
        ("\n  one_string: \"abc", "one_string: the string is not closed (line 2, column 15)"),
        (
            "one_string: \"é\n\"",
            "one_string: a string goes on behind its line; write \\n for a line break (line 1, column 15)"
        ),
        (#"one_string: "\q""#, "one_string: there is no such escape in a string (line 1, column 14)"),
        (#"one_string: "\400""#, "one_string: an octal escape is at most \\377 (line 1, column 14)"),
        (#"one_string: "\xg""#, "one_string: \\x wants a hexadecimal digit (line 1, column 14)"),
        (#"one_string: "\ud83d""#, "one_string: the escape is no Unicode character (line 1, column 14)"),
        (#"one_string: "\U00110000""#, "one_string: the escape is no Unicode character (line 1, column 14)"),
        (#"one_string: "\xff""#, "one_string: the string is not valid UTF-8 (line 1, column 13)"),
        ("one_string: \"\\", "one_string: the string is not closed (line 1, column 14)"),
        ("one_int32: 1 one_int32: 2", "one_int32: the field is given twice (line 1, column 14)"),
        (
            "one_int32: [1]",
            "one_int32: expected an integer from -2147483648 to 2147483647, found \"[\" (line 1, column 12)"
        ),
        (
            "choice_bool: t\nchoice_int32: 1",
            "choice_int32: only one of \"choice_bool\" and \"choice_int32\" can be set (line 2, column 1)"
        ),
        (
            "oneInt32: 1",
            "\"oneInt32\" is not a field of test.EveryKind; did you mean \"one_int32\"? (line 1, column 1)"
        ),
        (
            "one_message { one_strin: 'x' }",
            "one_message: \"one_strin\" is not a field of test.EveryKind; did you mean \"one_string\"? (line 1, column 15)"
        ),
        (
            "many_message { } many_message { many_int32: [1, x] }",
            "many_message[1].many_int32[1]: expected an integer from -2147483648 to 2147483647, found \"x\" (line 1, column 49)"
        ),
        (
            "many_int32: [1,]",
            "many_int32[1]: expected an integer from -2147483648 to 2147483647, found \"]\" (line 1, column 16)"
        ),
        ("many_int32: [1 2]", "many_int32: expected \",\" or \"]\", found \"2\" (line 1, column 16)"),
        ("many_int32 [1]", "many_int32: expected \":\", found \"[\" (line 1, column 12)"),
        (
            "one_message { one_int32: 1",
            "one_message: expected a field or \"}\", found the end of the text (line 1, column 27)"
        ),
        ("one_message { >", "one_message: expected the name of a field, found \">\" (line 1, column 15)"),
        ("one_message: 1", "one_message: expected a message in {} or <>, found \"1\" (line 1, column 14)"),
        ("} one_int32: 1", "expected the name of a field, found \"}\" (line 1, column 1)"),
        ("one_int32: 1,, one_int64: 2", "expected the name of a field, found \",\" (line 1, column 14)"),
        (
            "12: 3",
            "a field is given by its number, 12; whoever wrote it did not know its name either (line 1, column 1)"
        ),
        (
            "[test.extension]: 1",
            "the extension [test.extension] is not known; extensions are not read (line 1, column 1)"
        ),
        ("[a.b/c.D] {}", "only a google.protobuf.Any is given by its type, not a test.EveryKind (line 1, column 1)"),
        ("[a.b", "the \"[\" is not closed (line 1, column 1)"),
    ])
    func aFaultIsToldWithItsPlaceAndField(text: String, message: String) throws {
        let problem = #expect(throws: TextProblem.self) { try read(text) }
        #expect(problem?.description == message)
    }

    @Test(arguments: [
        (
            "[a.b/test.Nothing] {}",
            "the type a.b/test.Nothing is not known; it can be given as type_url and value (line 1, column 1)"
        ),
        (
            "[a.b/grafeas.v1.Hash] { typ: '' }",
            "[a.b/grafeas.v1.Hash]: \"typ\" is not a field of grafeas.v1.Hash; did you mean \"type\"? (line 1, column 25)"
        ),
        (
            "type_url: 'x' [a.b/grafeas.v1.Hash] {}",
            "an Any that is given by its type has no other fields (line 1, column 15)"
        ),
        (
            "[a.b/grafeas.v1.Hash] {} type_url: 'x'",
            "type_url: an Any that is given by its type has no other fields (line 1, column 26)"
        ),
    ])
    func aFaultInAnAnyIsToldToo(text: String, message: String) throws {
        let type = try Types.message("google.protobuf.Any")
        let problem = #expect(throws: TextProblem.self) { try type.wire(fromText: text.bytes) }
        #expect(problem?.description == message)
    }

    @Test func deepNestingIsRefusedWithoutOverflow() throws {
        let deep = String(repeating: "one_message {", count: 100_000)
        let problem = #expect(throws: TextProblem.self) { try read(deep) }
        #expect(problem?.message == "the message is nested more than 100 levels deep")
        let fits = String(repeating: "one_message{", count: 99) + String(repeating: "}", count: 99)
        let type = try Types.message("test.EveryKind")
        try type.check(try type.wire(fromText: fits.bytes))
        let any = String(repeating: "[a/google.protobuf.Any]{", count: 100_000)
        let anyType = try Types.message("google.protobuf.Any")
        _ = #expect(throws: TextProblem.self) { try anyType.wire(fromText: any.bytes) }
    }

    @Test func aLargeTextTakesTimeInProportion() throws {
        let many = String(repeating: "many_message { one_string: 'abc' one_int32: 7 }\n", count: 20_000)
        let type = try Types.message("test.EveryKind")
        let time = try ContinuousClock().measure { _ = try type.wire(fromText: many.bytes) }
        #expect(time < .seconds(10))
    }
}
