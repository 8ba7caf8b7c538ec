/// The lines of an export file.
///
/// ```
/// {"grafeionExport":1,"project":"projects/p"}
/// {"note":{…}}
/// {"occurrence":{…}}
/// {"kept":{…}}
/// {"end":{"notes":1,"occurrences":1}}
/// ```
///
/// A line of what is kept of an entry beside v1 stands before the entry's own.
enum ExportRecord: Equatable {
    case header(project: String)
    case note(ArraySlice<UInt8>)
    case occurrence(ArraySlice<UInt8>)
    case kept(ArraySlice<UInt8>)
    case end(TransferCounts)

    static let formatVersion = 1

    /// The line of a record, ended.
    var line: [UInt8] {
        switch self {
        case .header(let project):
            var quoted = ""
            JSONValue.quote(project, to: &quoted)
            return Array("{\"grafeionExport\":\(Self.formatVersion),\"project\":\(quoted)}\n".utf8)
        case .note(let text): return Self.line("note", text)
        case .occurrence(let text): return Self.line("occurrence", text)
        case .kept(let text): return Self.line("kept", text)
        case .end(let counts):
            return Array("{\"end\":{\"notes\":\(counts.notes),\"occurrences\":\(counts.occurrences)}}\n".utf8)
        }
    }

    private static func line(_ member: String, _ text: ArraySlice<UInt8>) -> [UInt8] {
        Array("{\"\(member)\":".utf8) + JSONLine.minified(text) + Array("}\n".utf8)
    }

    /// Reads a line; what is wrong with it is told in words, without its number.
    init(parsing line: ArraySlice<UInt8>) throws(DocumentError) {
        var members: [(name: String, text: ArraySlice<UInt8>)] = []
        do {
            var scanner = JSONScanner(line)
            try scanner.eachMember { (name, scanner) throws(JSONSyntaxError) in
                members.append((name, try scanner.skipValue()))
            }
            try scanner.finish()
        } catch {
            throw DocumentError(text: "not a JSON object: column \(error.column): expected \(error.expectation)")
        }
        guard let first = members.first else { throw Self.unknown }
        switch first.name {
        case "note": self = .note(try Self.object(first.text))
        case "occurrence": self = .occurrence(try Self.object(first.text))
        case "kept": self = .kept(try Self.object(first.text))
        case "end": self = .end(try Self.counts(first.text))
        case "grafeionExport": self = .header(project: try Self.project(line))
        default: throw Self.unknown
        }
        // A header may have got more members since; of the others we would lose them.
        if members.count > 1, first.name != "grafeionExport" { throw Self.unknown }
    }

    private static let unknown = DocumentError(
        text: #"expected one of {"note":…}, {"occurrence":…}, {"kept":…}, {"end":…} or the header {"grafeionExport":…}"#
    )

    private static func object(_ text: ArraySlice<UInt8>) throws(DocumentError) -> ArraySlice<UInt8> {
        var scanner = JSONScanner(text)
        guard scanner.peek() == UInt8(ascii: "{") else { throw unknown }
        return text[scanner.index...]
    }

    private static func counts(_ text: ArraySlice<UInt8>) throws(DocumentError) -> TransferCounts {
        guard let value = try? JSONValue(parsing: text), let notes = value["notes"]?.integer,
            let occurrences = value["occurrences"]?.integer
        else { throw DocumentError(text: "the trailer must count notes and occurrences") }
        return TransferCounts(notes: notes, occurrences: occurrences)
    }

    private static func project(_ line: ArraySlice<UInt8>) throws(DocumentError) -> String {
        let header = try? JSONValue(parsing: line)
        let version = header?["grafeionExport"]?.integer ?? 0
        guard version == formatVersion else {
            throw DocumentError(text: "an export of format \(version); this program reads format \(formatVersion)")
        }
        guard let project = header?["project"]?.text, project.hasPrefix("projects/") else {
            throw DocumentError(text: "the header must name the project that was exported")
        }
        return project
    }
}

/// How many of each were moved.
struct TransferCounts: Sendable, Equatable, Codable, CustomStringConvertible {
    var notes = 0
    var occurrences = 0

    /// `1 note and 5 occurrences`
    var description: String {
        "\(notes) note\(notes == 1 ? "" : "s") and \(occurrences) occurrence\(occurrences == 1 ? "" : "s")"
    }
}
