public import GrafeasProto
public import MetadataModel
import SwiftProtobuf

/// Which document a judgement is from, and when it was made: no field of the note is for either, so they are its long
/// description.
public struct AssessmentOrigin: Sendable {
    let text: String
    /// When the judgement was made; nil if nobody says.
    let time: Google_Protobuf_Timestamp?
    /// When the document around it was last changed.
    let documentTime: Google_Protobuf_Timestamp?

    init(of statement: AssessmentDocument.Statement, in document: AssessmentDocument) {
        time = statement.time ?? document.time
        documentTime = document.time ?? time
        var parts = ["From \(document.id ?? "a \(document.format.rawValue) document")"]
        if let version = document.version { parts.append("version \(version)") }
        if let time { parts.append(time.words) }
        if let documentTime, documentTime != time { parts.append(Self.label + documentTime.words) }
        text = parts.joined(separator: Self.separator)
    }

    /// What the description of a judgement's note says; no times if it is not of the form that is written here.
    public init(_ note: Note) {
        text = note.longDescription
        guard case .vulnerabilityAssessment = note.type, text.hasPrefix("From ") else {
            time = nil
            documentTime = nil
            return
        }
        // A document's id may be of any form, so only what stands at the end counts.
        var parts = text.split(separator: Self.separator).suffix(2)
        let changed = parts.last.flatMap { part in
            part.hasPrefix(Self.label) ? Google_Protobuf_Timestamp(words: part.dropFirst(Self.label.count)) : nil
        }
        if changed != nil { parts.removeLast() }
        time = parts.last.flatMap { Google_Protobuf_Timestamp(words: $0) }
        documentTime = changed ?? time
    }

    /// Whether a judgement is later than another: by its own time or, where they are equal, by that of the document.
    /// One without a time is not later than any, nor is any later than it.
    public func isLater(than other: AssessmentOrigin) -> Bool {
        guard let time, let otherTime = other.time else { return false }
        if time != otherTime { return otherTime < time }
        guard let documentTime, let otherDocumentTime = other.documentTime else { return false }
        return otherDocumentTime < documentTime
    }

    private static let separator = ", "
    private static let label = "in the document of "
}

extension Google_Protobuf_Timestamp {
    static func < (left: Self, right: Self) -> Bool { (left.seconds, left.nanos) < (right.seconds, right.nanos) }

    /// RFC 3339.
    fileprivate var words: String { ((try? jsonString()) ?? "").filter { $0 != "\"" } }

    fileprivate init?(words: some StringProtocol) {
        guard words.utf8.count <= 40, words.utf8.allSatisfy({ (0x2B...0x5A).contains($0) }),
            let time = try? Self(jsonString: "\"\(words)\"")
        else { return nil }
        self = time
    }
}
