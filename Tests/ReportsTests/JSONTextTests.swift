import TestSupport
import Testing

@testable import Reports

/// JSON that is written, and files of several values.
@Suite("JSON text and lines")
struct JSONTextTests {
    private func roots(_ text: String) throws -> [JSONNode] {
        try JSONDocument.roots(of: Array(text.utf8), limits: ReportLimits())
    }

    @Test("What is written reads back as it was")
    func roundTrip() throws {
        var random = SeededGenerator(seed: 20_260_202)
        for _ in 0..<500 {
            let length = Int.random(in: 0...20, using: &random)
            var content = ""
            for _ in 0..<length {
                let code =
                    [0x22, 0x5C, 0x2F, 0x0A, 0x7F, 0xE9, 0x2028, 0x1F600, UInt32.random(in: 0..<0x100, using: &random)]
                    .randomElement(using: &random) ?? 0
                content.unicodeScalars.append(Unicode.Scalar(code) ?? "?")
            }
            let text = JSONText.object([(content, JSONText.array([JSONText.string(content)])), ("b", "[]")])
                .replacing(content == "b" ? #","b":[]"# : "\u{0}", with: "")
            let member = try #require(try roots(text)[0].members().first)
            #expect(member.name.utf8.elementsEqual(content.utf8))
            #expect(try member.value.array()[0].plainText.utf8.elementsEqual(content.utf8))
        }
    }

    @Test("Objects one a line are several values, blank lines between them or not")
    func lines() throws {
        #expect(try roots("{\"a\": 1}\n{\"a\": 2}").map { try $0["a"].integer() } == [1, 2])
        #expect(try roots("\u{FEFF}\n {\"a\": 1} \r\n\r\n\t{\"a\": 2}\n").map { try $0["a"].integer() } == [1, 2])
    }

    @Test(
        "A single value stays one, however it is printed",
        arguments: [
            "{}", "\n{}\n", "{\n}\n", "{\"a\":\n{}}", "{\"a\": [{}\n,{}]}", "{\"a\": [\n{},\n{}\n]\n}", "[{},\n{}]",
            "[]",
        ]
    )
    func single(text: String) throws {
        #expect(try roots(text).count == 1)
    }

    @Test("The line at fault is named")
    func lineAtFault() throws {
        let found = #expect(throws: ReportProblem.self) { try roots("{}\n\n{\"a\": [1, ]}") }
        #expect(found?.path == "line 3: a[0]", "\(found?.line ?? "")")
        let cut = #expect(throws: ReportProblem.self) { try roots("{}\n{\"a\": ") }
        #expect(cut?.path == "line 2: a")
        let value = try roots("{}\n{\"a\": 1}")[1]["a"]
        #expect(value.fullPath == "line 2: a")
        #expect(#expect(throws: ReportProblem.self) { try value.text() }?.path == "line 2: a")
    }

    @Test("Only formats that come in lines may")
    func formatsInLines() {
        let trivy = WrittenReports.trivy.replacing("\n", with: " ")
        let found = #expect(throws: ReportProblem.self) { try Report(parsing: Array("\(trivy)\n\(trivy)".utf8)) }
        #expect(found?.description.contains("of trivy one file is one report") == true)
        let mixed = "\(WrittenProvenance.envelope(WrittenProvenance.one))\n\(trivy)"
        let other = #expect(throws: ReportProblem.self) { try Report(parsing: Array(mixed.utf8)) }
        #expect(other?.path == "line 2" && other?.description.contains("expected a report of dsse") == true)
    }
}
