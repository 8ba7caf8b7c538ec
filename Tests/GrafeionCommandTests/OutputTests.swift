import Logging
import Testing

@testable import grafeion

@Suite("Output")
struct OutputTests {
    @Test func longTextIsWrappedBetweenWords() {
        #expect(WrappedText.lines("a bc def ghij", indent: 2, width: 8) == ["  a bc", "  def", "  ghij"])
        #expect(WrappedText.lines("a toolongtobecut b", indent: 0, width: 5) == ["a", "toolongtobecut", "b"])
        #expect(WrappedText.lines("one\nline", indent: 1, width: 80) == [" one line"])
        #expect(WrappedText.lines("", indent: 4, width: 80) == [])
    }

    private let rows = [
        [
            "0197-a", "VULNERABILITY", "https://registry.example/app@sha256:0123456789", "CVE-1", "HIGH",
            "2026-01-02T03:04:05Z",
        ],
        ["0197-b", "BUILD", "https://registry.example/b", "projects/q/notes/builder", "", "2026-01-02T03:04:06Z"],
    ]

    @Test func columnsAreAlignedAndWholeWhereThereIsNoTerminal() {
        let table = TextTable(headings: ResourceCollection.occurrences.headings, firstRows: rows, width: nil)
        #expect(
            table.text(rows: rows) == """
                NAME    KIND           RESOURCE                                        NOTE                      SEVERITY  CREATED
                0197-a  VULNERABILITY  https://registry.example/app@sha256:0123456789  CVE-1                     HIGH      2026-01-02T03:04:05Z
                0197-b  BUILD          https://registry.example/b                      projects/q/notes/builder            2026-01-02T03:04:06Z

                """
        )
    }

    @Test func theWidestColumnsGiveWayToFitATerminal() {
        let table = TextTable(headings: ResourceCollection.occurrences.headings, firstRows: rows, width: 90)
        let text = table.text(rows: rows)
        #expect(
            text == """
                NAME    KIND           RESOURCE          NOTE               SEVERITY  CREATED
                0197-a  VULNERABILITY  https://registr…  CVE-1              HIGH      2026-01-02T03:04:05Z
                0197-b  BUILD          https://registr…  projects/q/notes…            2026-01-02T03:04:06Z

                """
        )
    }

    @Test func laterPagesKeepTheLayoutAndNothingBreaksALine() {
        let table = TextTable(headings: ["A", "B"], firstRows: [["aa", "b"]], width: 40)
        #expect(table.lines([["aaaa", "x\n\u{1B}[2Jy"]]) == "a…  …\n")
        let wide = TextTable(headings: ["A", "B"], firstRows: [["aa", "bbbbbbbbbb"]], width: nil)
        #expect(wide.lines([["aaaa", "x\n\u{1B}[2Jy"]]) == "aaaa  x  [2Jy\n")
    }

    @Test func anOccurrenceIsARow() throws {
        let occurrence = try JSONValue(
            parsing: """
                {"name":"projects/p/occurrences/o","resourceUri":"https://r","noteName":"projects/p/notes/n",
                 "kind":"VULNERABILITY","createTime":"2026-01-02T03:04:05.678Z",
                 "vulnerability":{"severity":"LOW","effectiveSeverity":"SEVERITY_UNSPECIFIED"}}
                """.utf8
        )
        #expect(
            ResourceCollection.occurrences.row(occurrence)
                == ["o", "VULNERABILITY", "https://r", "n", "LOW", "2026-01-02T03:04:05Z"]
        )
        let other = try JSONValue(parsing: #"{"name":"projects/p/occurrences/o","noteName":"projects/q/notes/n"}"#.utf8)
        #expect(ResourceCollection.occurrences.row(other) == ["o", "", "", "projects/q/notes/n", "", ""])
    }

    @Test func anErrorIsItsMessageThenTheFieldsAtFault() {
        let body = """
            {"error":{"code":400,"status":"INVALID_ARGUMENT","message":"MESSAGE","details":[
              {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"X"},
              {"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[
                {"field":"occurrence.note_name","description":"is required"},
                {"field":"occurrence.resource_uri","description":"is empty"}]}]}}
            """
        let plain = ServerError(httpStatus: 400, body: Array(body.utf8))
        #expect(
            plain.description == "MESSAGE\n  occurrence.note_name: is required\n  occurrence.resource_uri: is empty"
        )
        let listed = body.replacing(
            "MESSAGE",
            with: "occurrence.note_name: is required; occurrence.resource_uri: is empty"
        )
        #expect(
            ServerError(httpStatus: 400, body: Array(listed.utf8)).description
                == "the request has 2 faults\n  occurrence.note_name: is required\n  occurrence.resource_uri: is empty"
        )
        #expect(ServerError(httpStatus: 502, body: Array("<html>".utf8)).description == "HTTP status 502: <html>")
        #expect(ServerError(httpStatus: 502, body: []).description == "HTTP status 502")
    }
}

@Suite("Log lines")
struct LogLineTests {
    private let time = LogLine.timestamp(seconds: 1_767_323_045, milliseconds: 7)

    @Test func timesAreRFC3339InUTC() { #expect(time == "2026-01-02T03:04:05.007Z") }

    @Test func textIsForPeople() {
        let line = LogLine.text(
            time: time,
            level: .info,
            label: "grafeion",
            message: "ready",
            metadata: ["b": "two words", "a": "1", "c": ["x": "y"]]
        )
        #expect(
            line == "2026-01-02T03:04:05.007Z info  grafeion: ready a=1 b=\"two words\" c=\"[\\\"x\\\": \\\"y\\\"]\"\n"
        )
        let forged = LogLine.text(time: time, level: .warning, label: "g", message: "a\nb", metadata: [:])
        #expect(forged == "2026-01-02T03:04:05.007Z warning g: \"a\\nb\"\n")
    }

    @Test func jsonIsOneObjectALine() throws {
        let line = LogLine.json(
            time: time,
            level: .error,
            label: "grafeion",
            message: "a \"b\"\n",
            metadata: ["n": .stringConvertible(7), "l": ["x"]]
        )
        #expect(
            line == #"{"time":"2026-01-02T03:04:05.007Z","level":"error","logger":"grafeion","#
                + #""message":"a \"b\"\n","l":["x"],"n":"7"}"# + "\n"
        )
    }
}
