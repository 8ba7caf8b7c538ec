import FilterLanguage
import Testing

@Suite struct GrammarTests {
    /// Text, canonical text.
    @Test(arguments: [
        // Conjunctions and disjunctions
        ("a", "a"),
        ("a b", "a AND b"),
        ("a AND b", "a AND b"),
        ("a b AND c d", "a AND b AND c AND d"),
        ("a AND b OR c", "a AND (b OR c)"),
        ("a OR b AND c", "(a OR b) AND c"),
        ("a OR b c OR d", "(a OR b) AND (c OR d)"),
        ("(a AND b) OR c", "(a AND b) OR c"),
        ("a AND (b AND (c d))", "a AND b AND c AND d"),
        ("a OR (b OR c)", "a OR b OR c"),
        ("((a))", "a"),
        ("\t a\n\r\n b ", "a AND b"),
        ("a\u{A0}b", "a AND b"),
        // Negation
        ("NOT a", "NOT a"),
        ("-a", "NOT a"),
        ("!a", "NOT a"),
        ("! a", "NOT a"),
        ("NOT (a OR b)", "NOT (a OR b)"),
        ("-(a b)", "NOT (a AND b)"),
        ("NOT(a)", "NOT a"),
        ("NOT NOT a", "NOT NOT a"),
        ("-\"a b\"", "NOT \"a b\""),
        ("NOT a OR b", "NOT a OR b"),
        ("a -b", "a AND NOT b"),
        ("a-b", "a-b"),
        ("-a=1", "NOT a = 1"),
        // Keywords only in capitals, and not behind a dot
        ("and", "and"),
        ("a or b", "a AND or AND b"),
        ("a.AND:b", "a.AND:b"),
        ("a.b.OR = 1", "a.b.OR = 1"),
        // Operators
        ("a=b", "a = b"),
        ("a = b", "a = b"),
        ("a==b", "a = b"),
        ("a!=b", "a != b"),
        ("a<b a<=b a>b a>=b", "a < b AND a <= b AND a > b AND a >= b"),
        ("a : b", "a:b"),
        ("a:*", "a:*"),
        ("a=-5", "a = -5"),
        ("a = 1.5e-3", "a = 1.5e-3"),
        ("a = gcr.io/p/i", "a = gcr.io/p/i"),
        ("a = .5", "a = .5"),
        ("a=b AND c=d", "a = b AND c = d"),
        ("a=(b OR c)", "a = (b OR c)"),
        ("a=((b))", "a = b"),
        ("a=(b.c OR -5 OR \"x\")", "a = (b.c OR -5 OR \"x\")"),
        ("a=(NOT b)", "a = (NOT b)"),
        // Paths
        ("a.b.c = d", "a.b.c = d"),
        ("a[\"k\"].b = d", "a[\"k\"].b = d"),
        ("a[k.l] = d", "a[k.l] = d"),
        ("a.\"k l\" = d", "a.\"k l\" = d"),
        ("gcr.io/project", "gcr.io/project"),
        // Strings
        ("'a'", "\"a\""),
        (#""a\"b""#, #""a\"b""#),
        (#"'it\'s "x"'"#, #""it's \"x\"""#),
        (#""\x41\101\u00e9\ud83d\ude00\n\t\r\\""#, #""AAé😀\n\t\r\\""#),
        ("\"日本語\" größe=ß", "\"日本語\" AND größe = ß"),
        ("\"a\nb\"", #""a\nb""#),
        ("\"AND\"", "\"AND\""),
        // Calls
        ("has_prefix(a.b, \"c\")", "has_prefix(a.b, \"c\")"),
        ("a.startsWith('b')", "a.startsWith(\"b\")"),
        ("f()", "f()"),
        ("f(a, b.c, \"d\")", "f(a, b.c, \"d\")"),
        ("a.nestedFilter(b == 'c' && d)", "a.nestedFilter(b = \"c\" AND d)"),
        ("a > now() - duration(\"72h\")", "a > now() - duration(\"72h\")"),
        ("a > now()-duration(72h)", "a > now() - duration(72h)"),
        ("a > now() -duration(72h)", "a > now() - duration(72h)"),
        ("a > now() -b", "a > now() AND NOT b"),
        ("a > now() + duration(1h) - duration(5m) b", "a > now() + duration(1h) - duration(5m) AND b"),
        // The spellings of CEL
        ("a == 'b' && c == 'd' || !e", "a = \"b\" AND (c = \"d\" OR NOT e)"),
        ("a&&b||c", "a AND (b OR c)"),
        ("!(a == 'b')", "NOT a = \"b\""),
    ])
    func textHasOneReading(text: String, canonical: String) throws {
        let expression = try #require(try FilterExpression.parse(text))
        #expect(expression.description == canonical)
        #expect(try FilterExpression.parse(canonical) == expression)
    }

    @Test(arguments: ["", " ", "\n\t ", "\u{A0}"])
    func emptyFilterIsNoCondition(text: String) throws {
        #expect(try FilterExpression.parse(text) == nil)
    }

    /// Text, error.
    @Test(arguments: [
        ("a AND", "filter, column 6: a condition is missing after AND"),
        ("a OR OR b", "filter, column 6: a condition is missing after OR"),
        ("AND a", "filter, column 1: a condition is missing before AND"),
        ("NOT", "filter, column 4: a condition is missing after NOT"),
        ("a &&", "filter, column 5: a condition is missing after &&"),
        ("a & b", "filter, column 3: \"&\" means nothing alone; write AND (or &&), or put the text in quotes"),
        ("a | b", "filter, column 3: \"|\" means nothing alone; write OR (or ||), or put the text in quotes"),
        ("a =", "filter, column 4: a value is missing after \"=\""),
        ("a >= )", "filter, column 6: a value is missing after \">=\""),
        ("= a", "filter, column 1: a field is missing before \"=\""),
        ("a = AND", "filter, column 5: AND is a keyword; as a value it goes in quotes"),
        (
            "a = b = c",
            "filter, column 7: a comparison ends here; join two of them with AND, or put the value in quotes"
        ),
        ("a=https://x", "filter, column 8: a value that holds \":\" goes in quotes"),
        ("createTime>2019-04-10T12:00:00Z", "filter, column 25: a value that holds \":\" goes in quotes"),
        ("(a", "filter, column 1: this \"(\" is not closed"),
        ("a AND (b OR (c)", "filter, column 7: this \"(\" is not closed"),
        ("a)", "filter, column 2: this \")\" closes nothing, or nothing stands before it"),
        ("()", "filter, column 2: this \")\" closes nothing, or nothing stands before it"),
        (
            "(a = b) = c",
            "filter, column 9: what stands in parentheses cannot be compared; name one field on the left"
        ),
        ("a=(b=c)", "filter, column 5: only values stand in the parentheses after an operator"),
        ("a=((b)=c)", "filter, column 7: only values stand in the parentheses after an operator"),
        ("a=\"b\"c=\"d\"", "filter, column 6: a space, AND or OR is missing before \"c\""),
        ("\"a", "filter, column 1: this string is not closed; add \" at its end"),
        ("a = 'b", "filter, column 5: this string is not closed; add ' at its end"),
        ("\"a\\", "filter, column 1: this string is not closed; add \" at its end"),
        (
            "\"ab\\q\"",
            #"filter, column 4: this is not an escape; the escapes are \" \' \\ \n \r \t \xHH \ooo \uHHHH"#
        ),
        (#""\x4""#, "filter, column 2: this escape has 2 hexadecimal digits"),
        (#""\u12g4""#, "filter, column 2: this escape has 4 hexadecimal digits"),
        (#""\19""#, #"filter, column 2: an octal escape has three digits, as in \101"#),
        (
            #""\ud83d""#,
            #"filter, column 2: half of a surrogate pair is not a character; write both, as in \ud83d\ude00"#
        ),
        (#""\x00""#, "filter, column 2: the character NUL is not allowed in a filter; no stored text has it"),
        ("\"a\0b\"", "filter, column 3: the character NUL is not allowed in a filter; no stored text has it"),
        ("a\0", "filter, column 2: the control character U+0000 is not allowed in a filter"),
        ("a\u{1B}[1m", "filter, column 2: the control character U+001B is not allowed in a filter"),
        ("a = “b”", "filter, column 5: “ is not a quotation mark of the filter language; use \" or '"),
        (
            "a =~ \"b.*\"",
            "filter, column 4: \"~\" is not an operator; for parts of a text write \"part*\", \"*part\" or "
                + "has_prefix(field, \"part\")"
        ),
        ("a <> b", "filter, column 4: a value is missing after \"<\""),
        ("a - b", "filter, column 3: \"-\" stands directly before what it negates; to search for it, put it in quotes"),
        ("-AND", "filter, column 2: a name is missing behind the sign; put a keyword in quotes to mean its text"),
        ("a = - b", "filter, column 5: a value is missing; \"-\" as a value goes in quotes"),
        ("a. = b", "filter, column 4: the name of a field is missing after \".\""),
        (".a = b", "filter, column 1: \".\" stands directly behind a field, and only there"),
        ("a[] = b", "filter, column 3: a key is missing after \"[\", as in labels[\"env\"]"),
        ("a[b = c", "filter, column 5: \"]\" is missing before \"=\""),
        ("a[b", "filter, column 2: this \"[\" is not closed"),
        ("f(a", "filter, column 2: this \"(\" is not closed"),
        ("f(a,)", "filter, column 5: an argument is missing"),
        ("f(,a)", "filter, column 3: an argument is missing"),
        ("a, b", "filter, column 2: \",\" is not expected here; put the text in quotes"),
        ("a = now() - b", "filter, column 13: a duration such as duration(\"72h\") goes here"),
        ("\"f\"(a)", "filter, column 4: a space, AND or OR is missing before \"(\""),
        ("a = \"1\" AND\n b AND )", "filter, line 2, column 8: a condition is missing after AND"),
        (
            "größe = 日本 = c",
            "filter, column 12: a comparison ends here; join two of them with AND, or put the value in quotes"
        ),
    ])
    func errorNamesPlaceAndWayOut(text: String, message: String) {
        let error = #expect(throws: FilterError.self) { try FilterExpression.parse(text) }
        #expect(error?.oneLine == message)
    }

    @Test func caretStandsUnderTheColumn() throws {
        let error = #expect(throws: FilterError.self) {
            try FilterExpression.parse("kind = \"BUILD\"\nAND a = \"x\" = 3")
        }
        #expect(error?.line == 2)
        #expect(error?.column == 13)
        #expect(error?.caretDescription == "AND a = \"x\" = 3\n            ^")
        let hostile = #expect(throws: FilterError.self) { try FilterExpression.parse("a\t= \u{1B}]") }
        #expect(hostile?.caretDescription == "a =  ]\n    ^")
        let long = #expect(throws: FilterError.self) {
            try FilterExpression.parse("\(String(repeating: "x", count: 5000)) = )")
        }
        #expect(long?.column == 5004)
        #expect((long?.caretDescription.count ?? 0) < 220)
    }

    @Test func syntaxTreeIsJSON() throws {
        let text =
            #"a.b["c d"] >= 5 AND NOT (x OR "y\n") AND f.contains('é') AND t > now() - duration("1h") AND k = (A OR "B")"#
        #expect(
            try FilterExpression.parse(text)?.json
                == #"{"and":[{"compare":">=","left":{"path":["a","b",{"index":"c d"}]},"right":{"number":"5"}},"#
                + #"{"not":{"or":[{"text":"x"},{"string":"y\n"}]}},"#
                + #"{"call":"contains","on":{"text":"f"},"arguments":[{"string":"é"}]},"#
                + #"{"compare":">","left":{"text":"t"},"right":{"offset":"-","from":{"call":"now","arguments":[]},"#
                + #""by":{"call":"duration","arguments":[{"string":"1h"}]}}},"#
                + #"{"compare":"=","left":{"text":"k"},"right":{"or":[{"text":"A"},{"string":"B"}]}}]}"#
        )
    }
}
