import Testing

@testable import Reports

/// The reader of JSON: what it takes, and that it knows where it is.
@Suite("JSON")
struct JSONDocumentTests {
    private func root(_ text: String) throws -> JSONNode {
        try JSONDocument(Array(text.utf8), limits: ReportLimits()).root
    }

    @Test("Values of every kind are read")
    func values() throws {
        let root = try root(
            #" {"s": "a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00", "n": -1.5e2, "b": true, "z": null, "a": [1, []]} "#
        )
        #expect(try root["s"].text() == "a\"\\/\u{8}\u{C}\n\r\té😀")
        #expect(try root["n"].number() == -150)
        #expect(try root["n"].integer() == -150)
        #expect(try root["b"].boolean() == true)
        #expect(try root["z"].text() == nil && root["z"].isThere == false)
        #expect(try root["a"].array().map(\.kind) == [.number, .array])
        #expect(try root.members().map(\.name) == ["s", "n", "b", "z", "a"])
    }

    @Test("A member of what is not there is not there, and both know their path")
    func missingMembers() throws {
        let root = try root(#"{"a": [{"b": {}}, {"b": null}]}"#)
        let elements = try root["a"].array()
        #expect(try elements[0]["b"]["c"]["d"].path == "a[0].b.c.d")
        #expect(try elements[1]["b"]["c"].path == "a[1].b.c")
        #expect(try elements[1]["b"]["c"].text() == nil)
        #expect(try elements[1]["b"]["c"].array().isEmpty)
    }

    @Test("A member whose name has escapes is found, and a path quotes names that are none")
    func unusualNames() throws {
        let root = try root(#"{"\u0061": 1, "x.y": {"": {"a b": [7]}}}"#)
        #expect(try root["a"].integer() == 1)
        #expect(try root["x.y"][""]["a b"].array()[0].path == #"["x.y"][""]["a b"][0]"#)
    }

    @Test("The path of every value leads to it")
    func paths() throws {
        let document = try JSONDocument(Array(WrittenReports.cycloneDX.utf8), limits: ReportLimits())
        var seen = 0
        func walk(_ node: JSONNode, _ path: String) throws {
            #expect(node.path == path)
            seen += 1
            switch node.kind {
            case .object:
                for (name, value) in try node.members() {
                    var inner = path
                    inner.appendJSONStep(.member(name))
                    try walk(value, inner)
                }
            case .array:
                for (index, value) in try node.array().enumerated() { try walk(value, "\(path)[\(index)]") }
            default: break
            }
        }
        try walk(document.root, "")
        #expect(seen > 100)
    }

    @Test("Texts are cut between characters, with room for the ellipsis")
    func cutting() {
        #expect("abc".cut(bytesMax: 3) == "abc")
        for bytes in 4..<40 {
            let cut = "aé€😀aé€😀aé€😀aé€😀".cut(bytesMax: bytes)
            #expect(cut.utf8.count <= bytes && !cut.contains("\u{FFFD}"))
        }
    }
}
