import GrafeasProto
import MessageReflection
import SwiftProtobuf
import Testing

@Suite struct MessageBuilderTests {
    private func problem(_ type: String, _ path: String, _ text: String) throws -> ParameterProblem? {
        var builder = MessageBuilder(try Types.v1(type))
        return #expect(throws: ParameterProblem.self) { try builder.set(path: path, text: text) }
    }

    @Test func parametersBecomeARequest() throws {
        var builder = MessageBuilder(try Types.v1("UpdateOccurrenceRequest"))
        try builder.set(path: "updateMask", text: "vulnerability.packageIssue,remediation")
        try builder.set(
            path: "occurrence",
            message: try Grafeas_V1_Occurrence.with { $0.remediation = "r" }.serializedBytes()
        )
        try builder.set(path: "name", text: "projects/p/occurrences/o")
        try builder.set(path: "occurrence.note_name", text: "n/\u{E9}")
        let request = try Grafeas_V1_UpdateOccurrenceRequest(serializedBytes: try builder.wire())
        #expect(request.name == "projects/p/occurrences/o")
        #expect(request.updateMask.paths == ["vulnerability.package_issue", "remediation"])
        #expect(request.occurrence.remediation == "r" && request.occurrence.noteName == "n/\u{E9}")
    }

    @Test func everyKindHasAText() throws {
        var builder = MessageBuilder(try Types.v1("Occurrence"))
        try builder.set(path: "kind", text: "BUILD")
        try builder.set(path: "createTime", text: "2024-01-31T09:30:00Z")
        try builder.set(path: "vulnerability.fix_available", text: "true")
        try builder.set(path: "vulnerability.cvssScore", text: "7.5")
        try builder.set(path: "vulnerability.effectiveSeverity", text: "4")
        let occurrence = try Grafeas_V1_Occurrence(serializedBytes: try builder.wire())
        #expect(occurrence.kind == .build && occurrence.createTime.seconds == 1_706_693_400)
        #expect(occurrence.vulnerability.fixAvailable && occurrence.vulnerability.cvssScore == 7.5)
        #expect(occurrence.vulnerability.effectiveSeverity == .high)
    }

    @Test func repeatedFieldsGrowByRepetition() throws {
        var builder = MessageBuilder(try Types.v1("Note"))
        try builder.set(path: "related_note_names", text: "a")
        try builder.set(path: "relatedNoteNames", text: "b")
        #expect(try Grafeas_V1_Note(serializedBytes: try builder.wire()).relatedNoteNames == ["a", "b"])
    }

    @Test func aBodyOfTheWholeRequestMerges() throws {
        var builder = MessageBuilder(try Types.v1("BatchCreateOccurrencesRequest"))
        let body = Grafeas_V1_BatchCreateOccurrencesRequest.with {
            $0.parent = "overridden"
            $0.occurrences = [.with { $0.noteName = "n" }]
        }
        builder.merge(try body.serializedBytes())
        try builder.set(path: "parent", text: "projects/p")
        let request = try Grafeas_V1_BatchCreateOccurrencesRequest(serializedBytes: try builder.wire())
        #expect(request.parent == "projects/p" && request.occurrences.map(\.noteName) == ["n"])
    }

    @Test func emptyTextLeavesNumbersAlone() throws {
        var builder = MessageBuilder(try Types.v1("ListNotesRequest"))
        try builder.set(path: "page_size", text: "")
        try builder.set(path: "filter", text: "")
        #expect(try Grafeas_V1_ListNotesRequest(serializedBytes: try builder.wire()) == Grafeas_V1_ListNotesRequest())
    }

    @Test func misfitsAreExplained() throws {
        let misspelt = try problem("ListNotesRequest", "pageSise", "1")
        #expect(misspelt?.kind == .unknown)
        #expect(
            misspelt?.message
                == #""pageSise" is not a field of grafeas.v1.ListNotesRequest; did you mean "pageSize"?"#
        )
        let wrong = try problem("ListNotesRequest", "page_size", "ten")
        #expect(wrong?.kind == .wrongValue)
        #expect(wrong?.message == #""page_size": expected an integer from -2147483648 to 2147483647, found "ten""#)
        #expect(try problem("UpdateNoteRequest", "note", "x")?.kind == .notSettable)
        #expect(try problem("UpdateNoteRequest", "name.x", "x")?.kind == .notSettable)
        #expect(try problem("BatchCreateNotesRequest", "notes", "x")?.kind == .notSettable)
        #expect(try problem("Occurrence", "kind", "NOPE")?.message.contains("VULNERABILITY") == true)
        #expect(try problem("Occurrence", "create_time", "yesterday")?.message.contains("RFC 3339") == true)
        #expect(try problem("Occurrence", "", "x")?.kind == .unknown)
        var builder = MessageBuilder(try Types.v1("ListNotesRequest"))
        try builder.set(path: "pageSize", text: "1")
        #expect(throws: ParameterProblem.self) { try builder.set(path: "page_size", text: "1") }
    }
}
