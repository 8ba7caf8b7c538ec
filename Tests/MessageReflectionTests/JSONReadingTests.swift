import GrafeasProto
import MessageReflection
import SwiftProtobuf
import Testing

@Suite struct JSONReadingTests {
    @Test func bothSpellingsOfNamesAreRead() throws {
        let type = try Types.v1("Note")
        let expected = #"{"shortDescription":"s","relatedUrl":[{"url":"u"}]}"#
        #expect(try roundTrip(#"{"short_description":"s","related_url":[{"url":"u"}]}"#, as: type) == expected)
        #expect(try roundTrip(expected, as: type) == expected)
    }

    @Test func unknownMembersAreSkippedButMustBeJSON() throws {
        let type = try Types.v1("Note")
        #expect(try roundTrip(#"{"x":[1,{"y":null}],"name":"n","z":{"a":{}}}"#, as: type) == #"{"name":"n"}"#)
        #expect(problems(#"{"x":[1,]}"#, as: type).map(\.isSyntax) == [true])
        #expect(
            problems(#"{"x":{"a":1,"a":2}}"#, as: type).map(\.message) == [
                #"the name "a" is given twice in one object"#
            ]
        )
    }

    @Test func fieldsAreWrittenInOrderWhateverTheTexts() throws {
        let type = try Types.v1("Occurrence")
        let a = try type.wire(fromJSON: #"{"vulnerability":{"severity":"HIGH","type":"t"},"name":"n"}"#.bytes)
        let b = try type.wire(fromJSON: #"{"name":"n","vulnerability":{"type":"t","severity":"HIGH"}}"#.bytes)
        let message = Grafeas_V1_Occurrence.with {
            $0.name = "n"
            $0.vulnerability.type = "t"
            $0.vulnerability.severity = .high
        }
        let theirs: [UInt8] = try message.serializedBytes()
        #expect(a == b && a == theirs)
    }

    @Test func enumsAreLenient() throws {
        let type = try Types.v1("Note")
        #expect(try roundTrip(#"{"kind":"BUILD"}"#, as: type) == #"{"kind":"BUILD"}"#)
        #expect(try roundTrip(#"{"kind":"NO_SUCH_KIND"}"#, as: type) == "{}")
        #expect(try roundTrip(#"{"kind":3.0}"#, as: type) == #"{"kind":"IMAGE"}"#)
        #expect(try roundTrip(#"{"kind":777}"#, as: type) == #"{"kind":777}"#)
        #expect(try roundTrip(#"{"kind":null}"#, as: type) == "{}")
        let every = try Types.message("test.EveryKind")
        let json = #"{"manyEnum":["NO_SUCH","ALSO_FIRST",-1],"spreadEnum":["NO_SUCH"],"mapToEnum":{"a":"NO_SUCH"}}"#
        let expected = #"{"spreadEnum":["NONE"],"mapToEnum":{"a":"NONE"},"manyEnum":["NONE","FIRST","MINUS"]}"#
        #expect(try roundTrip(json, as: every) == expected)
    }

    @Test func mapKeysAreTextOfTheirKind() throws {
        let every = try Types.message("test.EveryKind")
        for json in [
            #"{"mapFromBool":{"true":"x","false":"y"}}"#, #"{"mapFromInt32":{"-5":"x"}}"#,
            #"{"mapFromUint64":{"18446744073709551615":"x"}}"#, #"{"mapFromSint64":{"-9223372036854775808":"x"}}"#,
        ] {
            #expect(try roundTrip(json, as: every) == json)
        }
        #expect(problems(#"{"mapFromBool":{"1":"x"}}"#, as: every).map(\.path) == [#"mapFromBool["1"]"#])
        #expect(problems(#"{"mapFromInt32":{"x":"x"}}"#, as: every).map(\.found) == [#""x""#])
    }

    @Test func presenceIsKeptWhereThereIsAny() throws {
        let every = try Types.message("test.EveryKind")
        #expect(try roundTrip(#"{"oneInt32":0,"optionalInt32":0}"#, as: every) == #"{"optionalInt32":0}"#)
        #expect(try roundTrip(#"{"choiceString":""}"#, as: every) == #"{"choiceString":""}"#)
    }

    @Test(arguments: [
        ("1000", 1000), ("1e3", 1000), ("1.0", 1), ("\"12\"", 12), ("-0", 0), ("10.50e1", 105),
        ("2147483647", 2_147_483_647),
        ("-2147483648", -2_147_483_648), ("100000000000e-9", 100), ("\"1e2\"", 100), ("0e999999999999", 0),
    ])
    func integersAreReadHoweverTheyAreWritten(text: String, value: Int32) throws {
        let wire = try Types.message("google.protobuf.Int32Value").wire(fromJSON: text.bytes)
        #expect(try Google_Protobuf_Int32Value(serializedBytes: wire).value == value)
    }

    @Test(arguments: [
        "1.5", "2147483648", "-2147483649", "1e10", "\"\"", "\" 1\"", "\"0x1\"", "true", "{}", "[1]", "1e400", "1e-1",
    ])
    func otherNumbersAreNoInt32(text: String) throws {
        let found = problems(text, as: try Types.message("google.protobuf.Int32Value"))
        #expect(found.map(\.expected) == ["an integer from -2147483648 to 2147483647"])
    }

    @Test func wideIntegersAreExact() throws {
        let signed = try Types.message("google.protobuf.Int64Value")
        let unsigned = try Types.message("google.protobuf.UInt64Value")
        #expect(try roundTrip("9007199254740993", as: signed) == #""9007199254740993""#)
        #expect(try roundTrip("\"-9223372036854775808\"", as: signed) == #""-9223372036854775808""#)
        #expect(try roundTrip("18446744073709551615", as: unsigned) == #""18446744073709551615""#)
        #expect(try roundTrip("1844674407370955161500e-2", as: unsigned) == #""18446744073709551615""#)
        #expect(problems("18446744073709551616", as: unsigned).count == 1)
        #expect(problems("-9223372036854775809", as: signed).count == 1)
        #expect(problems("-1", as: unsigned).count == 1)
    }

    @Test func floatingPointIsReadAsSwiftProtobufDoes() throws {
        let double = try Types.message("google.protobuf.DoubleValue")
        let float = try Types.message("google.protobuf.FloatValue")
        #expect(try roundTrip("0.1", as: double) == "0.1")
        #expect(try roundTrip("\"NaN\"", as: double) == "\"NaN\"")
        #expect(try roundTrip("\"-Infinity\"", as: float) == "\"-Infinity\"")
        #expect(try roundTrip("\"1.5\"", as: float) == "1.5")
        #expect(try roundTrip("3.4028235e38", as: float) == "3.4028235e+38")
        #expect(problems("1e39", as: float).count == 1 && problems("1e309", as: double).count == 1)
        #expect(problems("NaN", as: double).map(\.isSyntax) == [true])
    }

    @Test(arguments: [
        ("\"+/+/\"", "+/+/"), ("\"-_-_\"", "+/+/"), ("\"YQ==\"", "YQ=="), ("\"YQ\"", "YQ=="), ("\"YWI=\"", "YWI="),
        ("\"\"", ""),
    ])
    func bytesAreReadInEitherAlphabet(text: String, expected: String) throws {
        let value = try Types.message("google.protobuf.BytesValue")
        #expect(try roundTrip(text, as: value) == "\"\(expected)\"")
    }

    @Test(arguments: ["\"Y\"", "\"YQ=\"", "\"Y Q=\"", "\"YQ===\"", "\"é\"", "1", "\"=\"", "\"YWI==\""])
    func otherTextIsNoBase64(text: String) throws {
        #expect(problems(text, as: try Types.message("google.protobuf.BytesValue")).map(\.expected) == ["base64 text"])
    }

    @Test func timesAreReadWithOffsetsAndFractions() throws {
        let type = try Types.message("google.protobuf.Timestamp")
        #expect(
            try roundTrip(#""2024-02-29T23:59:59.123456789+01:30""#, as: type) == #""2024-02-29T22:29:59.123456789Z""#
        )
        #expect(try roundTrip(#""1969-12-31T23:59:59.5Z""#, as: type) == #""1969-12-31T23:59:59.500Z""#)
        #expect(try roundTrip(#""0001-01-01T00:00:00Z""#, as: type) == #""0001-01-01T00:00:00Z""#)
        for text in [
            "2023-02-29T00:00:00Z", "2024-01-01", "2024-01-01T00:00:00", "2024-01-01T24:00:00Z", "x", "",
            "2024-01-01T00:00:00.1234567890Z", "2024-01-01T00:00:00.Z", "0001-01-01T00:00:00+01:00",
            "10000-01-01T00:00:00Z",
        ] {
            #expect(problems("\"\(text)\"", as: type).count == 1, "\(text)")
        }
        let duration = try Types.message("google.protobuf.Duration")
        #expect(try roundTrip(#""-1.5s""#, as: duration) == #""-1.500s""#)
        #expect(try roundTrip(#""-0.000000001s""#, as: duration) == #""-0.000000001s""#)
        for text in ["1", "s", "1.s", "315576000001s", "1m", "--1s"] {
            #expect(problems("\"\(text)\"", as: duration).count == 1, "\(text)")
        }
    }

    @Test func masksAreReadInEitherSpelling() throws {
        let type = try Types.message("google.protobuf.FieldMask")
        #expect(try roundTrip(#""noteName,a.bCd""#, as: type) == #""noteName,a.bCd""#)
        #expect(try roundTrip(#""note_name""#, as: type) == #""noteName""#)
        #expect(try roundTrip(#""*""#, as: type) == #""*""#)
        #expect(try roundTrip(#""""#, as: type) == #""""#)
        #expect(problems(#""a,,b""#, as: type).count == 1)
        for unsayable in ["note_Name", "note__name", "note_", "note_1"] {
            #expect(problems("\"\(unsayable)\"", as: type).count == 1, "\(unsayable)")
        }
    }

    @Test func freeFormJSONComesBackAsItCame() throws {
        let type = try Types.message("google.protobuf.Struct")
        let json = #"{"a":null,"b":[1.0,"x",true,{"c":{}},[]],"é\n":-0.5}"#
        #expect(try roundTrip(json, as: type) == json)
        #expect(problems(#"{"a":1e999}"#, as: type).map(\.path) == [#"["a"]"#])
    }

    @Test func escapesAreResolved() throws {
        let type = try Types.message("google.protobuf.StringValue")
        let wire = try type.wire(fromJSON: #""\u0041\n\"\\\/\b\f\r\t\u00e9\ud83d\ude00\u0000""#.bytes)
        #expect(try Google_Protobuf_StringValue(serializedBytes: wire).value == "A\n\"\\/\u{8}\u{C}\r\t\u{E9}😀\u{0}")
        for text in [
            #""\ud83d""#, #""\ude00""#, #""\ud83dx""#, #""\ud83d\u0041""#, #""\u12G4""#, #""\x""#, "\"a\nb\"", "\"abc",
            #""\"#,
        ] {
            #expect(problems(text, as: type).map(\.isSyntax) == [true], "\(text)")
        }
    }

    @Test(arguments: [
        "", "{", "}", "[", "{]", "{,}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}", "{\"a\":01}",
        "{\"a\":.5}",
        "{\"a\":+1}", "{\"a\":1.}", "{\"a\":1e}", "{\"a\":tru}", "{\"a\":nulll}", "{} x", "{}{}", "{\"a\":1 \"b\":2}",
        "{\"a\":-}",
        "{\"a\":[1 2]}", "{\"a\":[,1]}", "{\"a\":\"\u{1}\"}", "{\"a\":NaN}", "{\"a\" 1}", "// x\n{}", "{\"a\":1}]",
    ])
    func whatIsNotJSONIsRefused(text: String) throws {
        #expect(problems(text, as: try Types.v1("Note")).map(\.isSyntax) == [true])
    }

    @Test func syntaxErrorsSayWhere() throws {
        let found = problems("{\n  \"é\": 1,\n  \"name\" \"x\"\n}", as: try Types.v1("Note"))
        #expect(found.map(\.description) == [#"expected ":", found "x" (line 3, column 10)"#])
        #expect(found.first?.place.offset == 22)
    }

    @Test func badUTF8IsRefusedAndABOMIsNot() throws {
        let type = try Types.v1("Note")
        for bad: [UInt8] in [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82]] {
            let error = #expect(throws: JSONProblems.self) {
                try type.wire(fromJSON: "{\"name\":\"".bytes + bad + "\"}".bytes)
            }
            #expect(error?.problems.first?.message == "the text is not valid UTF-8")
        }
        #expect(try type.wire(fromJSON: [0xEF, 0xBB, 0xBF] + "{}".bytes).isEmpty)
    }

    @Test func deepNestingIsRefusedWithoutOverflow() throws {
        for open in ["[", "{\"a\":", "{\"x\":["] {
            let text = "{\"z\":" + String(repeating: open, count: 100_000)
            let found = problems(text, as: try Types.v1("Note"))
            #expect(found.map(\.message) == ["the JSON is nested more than 100 levels deep"])
        }
        let value = try Types.message("google.protobuf.Value")
        #expect(
            problems(String(repeating: "[", count: 100_000), as: value).first?.message.contains("levels deep") == true
        )
        // What is read must be readable by everyone, so messages count too: two to a level here.
        let fits = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        try value.check(try value.wire(fromJSON: fits.bytes))
        _ = try Google_Protobuf_Value(serializedBytes: try value.wire(fromJSON: fits.bytes))
    }

    @Test func allWrongValuesAreToldWithTheirPaths() throws {
        let json = """
            {"name":5,"vulnerability":{"cvssScore":"high","packageIssue":[{"affectedVersion":{"epoch":"one"}},7],
             "fixAvailable":"yes"},"createTime":{},"envelope":[]}
            """
        let found = problems(json, as: try Types.v1("Occurrence"), at: "occurrence")
        #expect(
            found.map(\.path) == [
                "occurrence.name", "occurrence.vulnerability.cvssScore",
                "occurrence.vulnerability.packageIssue[0].affectedVersion.epoch",
                "occurrence.vulnerability.packageIssue[1]", "occurrence.vulnerability.fixAvailable",
                "occurrence.createTime",
                "occurrence.envelope",
            ]
        )
        #expect(found[2].protoPath == "occurrence.vulnerability.package_issue[0].affected_version.epoch")
        #expect(
            found[2].description == "occurrence.vulnerability.packageIssue[0].affectedVersion.epoch: "
                + "expected an integer from -2147483648 to 2147483647, found \"one\""
        )
        #expect(found[2].place.line == 1)
    }

    @Test func longValuesAreShortenedAndProblemsBounded() throws {
        let type = try Types.v1("Note")
        let long = problems("{\"kind\":true,\"expirationTime\":\"\(String(repeating: "x", count: 500))\"}", as: type)
        #expect(long.map(\.found) == ["true", "\"\(String(repeating: "x", count: 40))…\""])
        let many = problems("{\"relatedNoteNames\":[\((0..<100).map { "\($0)" }.joined(separator: ","))]}", as: type)
        #expect(many.count == JSONProblems.countMax)
    }

    @Test func nullIsAbsentButNoElement() throws {
        let type = try Types.v1("Note")
        #expect(try roundTrip(#"{"name":null,"relatedUrl":null,"vulnerability":null,"kind":null}"#, as: type) == "{}")
        #expect(problems(#"{"relatedUrl":[null]}"#, as: type).map(\.path) == ["relatedUrl[0]"])
        #expect(
            problems(#"{"notes":{"a":null}}"#, as: try Types.v1("BatchCreateNotesRequest")).map(\.path) == [
                #"notes["a"]"#
            ]
        )
        #expect(problems("null", as: type).count == 1)
    }

    @Test func twoMembersOfAOneofAreRefused() throws {
        let found = problems(#"{"vulnerability":{},"image":{}}"#, as: try Types.v1("Occurrence"))
        #expect(found.map(\.message) == [#"only one of "vulnerability" and "image" can be set"#])
        #expect(
            try roundTrip(#"{"vulnerability":{},"image":null}"#, as: try Types.v1("Occurrence"))
                == #"{"vulnerability":{}}"#
        )
    }

    @Test func aNameTwiceIsRefused() throws {
        let type = try Types.v1("Note")
        #expect(problems(#"{"name":"a","name":"b"}"#, as: type).first?.message.contains("given twice") == true)
        #expect(problems(#"{"name":"a","n\u0061me":"b"}"#, as: type).first?.message.contains("given twice") == true)
        let both = problems(#"{"shortDescription":"a","short_description":"b"}"#, as: type)
        #expect(both.map(\.message) == [#""shortDescription" and "short_description" are the same field"#])
        let members = (0..<500).map { "\"k\($0)\":1" }.joined(separator: ",")
        let object = try Types.message("google.protobuf.Struct")
        #expect(problems("{\(members)}", as: object).isEmpty)
        #expect(problems("{\(members),\"k250\":2}", as: object).map(\.isSyntax) == [true])
    }

    @Test func emptyListsAndDefaultsAreLeftOut() throws {
        let json = #"{"name":"","kind":"NOTE_KIND_UNSPECIFIED","relatedUrl":[],"relatedNoteNames":[]}"#
        #expect(try Types.v1("Note").wire(fromJSON: json.bytes).isEmpty)
    }
}
