import GrafeasProto
import MetadataModel
import SwiftProtobuf
import Testing

@testable import Reports

/// When a judgement was made, which is kept in its note and read again.
@Suite("Times of judgements")
struct AssessmentOriginTests {
    /// The note that a document with these times makes.
    private func note(statement: String? = nil, issued: String? = nil, updated: String? = nil) throws -> Note {
        func member(_ name: String, _ time: String?) -> String { time.map { #", "\#(name)": "\#($0)""# } ?? "" }
        let text =
            #"{"@context": "https://openvex.dev/ns/v0.2.0", "@id": "a, b", "author": "a""#
            + member("timestamp", issued) + member("last_updated", updated)
            + #", "statements": [{"vulnerability": {"name": "CVE-1"}, "status": "fixed""#
            + member("timestamp", statement) + "}]}"
        let records = try AssessmentDocumentTests.records(text, image: AssessmentDocumentTests.image)
        return try #require(records.first?.notes.first).note
    }

    private func isLater(_ one: Note, than other: Note) -> Bool {
        AssessmentOrigin(one).isLater(than: AssessmentOrigin(other))
    }

    @Test("The later judgement is the later one, and nothing is later than itself")
    func order() throws {
        let (one, two) = ("2026-01-01T00:00:00.5Z", "2026-01-01T00:00:01Z")
        let notes = [
            try note(statement: one, issued: one), try note(statement: one, issued: one, updated: two),
            try note(issued: two), try note(statement: two, updated: "2026-02-01T00:00:00Z"),
        ]
        for (index, later) in notes.enumerated() {
            for (other, earlier) in notes.enumerated() {
                #expect(isLater(later, than: earlier) == (index > other), "\(index) and \(other)")
            }
        }
        #expect(notes[0].longDescription == "From a, b, 2026-01-01T00:00:00.500Z")
    }

    @Test("What says no time is neither later nor earlier")
    func noTime() throws {
        let dated = try note(issued: "2026-01-01T00:00:00Z")
        var byHand = dated
        byHand.longDescription = "Judged by hand, 2025-01-01T00:00:00Z"
        var otherKind = dated
        otherKind.vulnerability = Grafeas_V1_VulnerabilityNote()
        for note in [try note(), byHand, otherKind] {
            #expect(!isLater(note, than: dated) && !isLater(dated, than: note))
        }
    }
}
