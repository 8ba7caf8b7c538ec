import Testing

@testable import grafeion

@Suite("JSON")
struct JSONTests {
    @Test(arguments: [
        #"{"b":1,"a":[true,false,null,{}],"n":-12.50e+3,"big":123456789012345678901234567890}"#,
        #"["é","\"\\\n\t","",{"x":{"y":[[]]}}]"#,
        #""text""#, "0", "-0.5", "1E5",
    ])
    func compactTextIsWrittenAsItWasRead(text: String) throws {
        #expect(try JSONValue(parsing: text.utf8).compact == text)
    }

    @Test func ofSeveralDocumentsTheSecondIsNamed() throws {
        let problem = #expect(throws: DocumentError.self) { try JSONValue(yaml: "a: 1\n---\nb: 2\n") }
        #expect(problem?.description == "line 2: another document begins here; give one at a time")
    }

    @Test func escapesAreResolved() throws {
        let value = try JSONValue(parsing: #""A\u00e9\ud83d\ude00\/\b""#.utf8)
        #expect(value == .string("Aé😀/\u{8}"))
    }

    @Test func prettyTextHasOneMemberALine() throws {
        let value = try JSONValue(parsing: #"{"a":[1,{"b":2}],"c":[],"d":{}}"#.utf8)
        #expect(
            value.pretty() == """
                {
                  "a": [
                    1,
                    {
                      "b": 2
                    }
                  ],
                  "c": [],
                  "d": {}
                }
                """
        )
    }

    @Test(arguments: [
        ("", "line 1, column 1: expected a value"),
        ("{\"a\" 1}", "line 1, column 6: expected \":\" after the name \"a\""),
        ("[1 2]", "line 1, column 4: expected \",\" or \"]\""),
        ("{\n  \"a\": tru\n}", "line 2, column 8: expected a value"),
        ("[01]", "line 1, column 2: expected a value"),
        ("[1.]", "line 1, column 2: expected a value"),
        ("\"abc", "line 1, column 5: expected a closing quotation mark"),
        ("{} {}", "line 1, column 4: expected the end of the text"),
        (#""\ud800x""#, "line 1, column 8: expected the second half of a surrogate pair"),
        (#""\q""#, "line 1, column 3: expected one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX"),
    ])
    func faultsAreNamedByTheirPlace(text: String, message: String) {
        #expect {
            try JSONValue(parsing: text.utf8)
        } throws: {
            "\($0)" == message
        }
        #expect(throws: JSONSyntaxError.self) {
            var scanner = JSONScanner(Array(text.utf8)[...])
            try scanner.skipValue()
            try scanner.finish()
        }
    }

    @Test func deepNestingIsRefused() {
        let text = String(repeating: "[", count: 100_000)
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: text.utf8) }
    }

    @Test func linesKeepEverythingButWhiteSpaceBetweenTokens() {
        let text = "{\n  \"a b\" : \"c \\\" d\" ,\t\"e\": [1, 2.50]\n}"
        #expect(String(decoding: JSONLine.minified(text.utf8), as: UTF8.self) == #"{"a b":"c \" d","e":[1,2.50]}"#)
    }

    @Test func pagesAreTakenApartWithoutReadingTheEntries() throws {
        let reply = #"{"occurrences": [{"name":"a", "n": 1.0}, {"name":"b"}], "other": {}, "nextPageToken": "t"}"#
        let page = try Listing.page(in: Array(reply.utf8), collection: "occurrences")
        #expect(
            page.entries.map { String(decoding: $0, as: UTF8.self) } == [#"{"name":"a", "n": 1.0}"#, #"{"name":"b"}"#]
        )
        #expect(page.nextToken == "t")
    }
}

@Suite("YAML")
struct YAMLTests {
    @Test func documentsAreReadAsJSONOrYAML() throws {
        let yaml = """
            # a note
            shortDescription: overflow
            vulnerability:
              severity: HIGH
              cvssScore: 7.5
              details:
                - affectedPackage: openssl
                  isObsolete: false
                  version: "1.10"
            createTime: 2026-01-02T03:04:05Z
            """
        let json = """
            {"shortDescription":"overflow","vulnerability":{"severity":"HIGH","cvssScore":7.5,"details":\
            [{"affectedPackage":"openssl","isObsolete":false,"version":"1.10"}]},"createTime":"2026-01-02T03:04:05Z"}
            """
        #expect(try JSONValue(document: Array(yaml.utf8)).compact == json)
        #expect(try JSONValue(document: Array(json.utf8)).compact == json)
    }

    @Test func writtenYAMLReadsBackTheSame() throws {
        let text =
            #"{"a":"1.10","b":["true","x: y","- z","","null"],"c":{"d":7,"e":1.5,"f":null,"g":true},"h":"two\nlines"}"#
        let value = try JSONValue(parsing: text.utf8)
        #expect(try JSONValue(yaml: value.yamlText()) == value)
        #expect(try JSONValue(parsing: #"{"b":"text","a":["1",2]}"#.utf8).yamlText() == "b: text\na:\n- '1'\n- 2\n")
    }

    @Test func aSlipInJSONIsToldInTermsOfJSON() {
        #expect(throws: DocumentError(text: "not JSON: line 1, column 6: expected \":\" after the name \"a\"")) {
            try JSONValue(document: Array(#"{"a" "b"}"#.utf8))
        }
        #expect(throws: DocumentError(text: "expected an object with fields such as \"name: value\"")) {
            try JSONValue(document: Array("just words".utf8))
        }
    }
}
