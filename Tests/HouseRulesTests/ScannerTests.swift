import Testing

/// The rules are no better than what they see of the code.
@Suite("House rules: the scanner")
struct ScannerTests {
    @Test(
        "Comments and strings are blanked, code in interpolations is not",
        arguments: [
            ("a // b!", "a      "),
            ("a /* b! /* c */ d! */ e", "a                     e"),
            (#"let a = "b! \" c!""#, #"let a = "        ""#),
            (#"let a = "b \(c!) d""#, #"let a = "  \(c!)  ""#),
            (#"let a = "\(f("x!", (y)))!""#, #"let a = "\(f("  ", (y))) ""#),
            (##"let a = #"b" \(c) \#(d!)"#"##, ##"let a = #"        \#(d!)"#"##),
            ("let a = \"\"\"\n  b! \"c\"\n  \"\"\"\nd!", "let a = \"\"\"\n        \n  \"\"\"\nd!"),
        ]
    )
    func codeIsWhatRemains(source: String, code: String) {
        #expect(SourceCode(source).lines.joined(separator: "\n") == code)
    }

    @Test(
        "A forced operand is told from a negation and a comparison",
        arguments: [
            ("a!", true), ("f()!", true), ("a[0]!.b", true), ("try! f()", true), ("a as! B", true), ("var a: B!", true),
            ("!a", false), ("a != b", false), ("(!a)", false), ("[!a, !b]", false), ("a && !b", false),
            ("x { !$0 }", false),
        ]
    )
    func forcedOperand(line: String, isForced: Bool) {
        #expect((CodeRules.forcedColumn(of: line) != nil) == isForced)
    }

    @Test("Names are cut into words")
    func wordsOfNames() {
        #expect(CodeRules.words(of: "HTTPFieldName") == ["HTTP", "Field", "Name"])
        #expect(CodeRules.words(of: "DatabaseFile") == ["Database", "File"])
        #expect(CodeRules.words(of: "ConnectionManager") == ["Connection", "Manager"])
    }
}
