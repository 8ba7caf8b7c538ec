/// A server, or its database, whose records are migrated.
protocol MigrationSource: Sendable {
    /// As messages call it; without passwords.
    var name: String { get }

    /// The projects that it knows of, `projects/p`.
    func projects() async throws -> [String]

    /// How many records each project has, where the source can tell.
    func counts(of collection: RecordCollection) async throws -> [String: Int]?

    /// Calls `body` with page after page of a project's records, each record once.
    ///
    /// The records of a project may come with some of others, which are then told by their names.
    /// - Parameter position: ``SourcePage/position`` of a page that an earlier run has taken; nil for the beginning.
    func eachPage(
        of collection: RecordCollection,
        in project: String,
        after position: String?,
        _ body: (SourcePage) async throws -> Void
    ) async throws
}

/// What is migrated, in this order: an occurrence is taken only where its note is.
enum RecordCollection: String, Codable, CaseIterable, Sendable {
    case notes, occurrences

    /// One of them in a sentence.
    var singular: String { self == .notes ? "note" : "occurrence" }
}

/// Some records of a source.
struct SourcePage: Sendable {
    let entries: [SourceEntry]
    /// Where to go on after this page; nil if that is only possible from the beginning.
    var position: String?
}

/// A record of a source: its v1beta1 JSON, or why there is none.
struct SourceEntry: Sendable {
    /// `projects/p/notes/n`; empty where it is not known.
    let name: String
    let json: Result<[UInt8], ConversionFault>

    /// `projects/p`
    var project: String { name.split(separator: "/").prefix(2).joined(separator: "/") }
}

/// Why a record cannot be migrated.
struct ConversionFault: Error, Equatable, Sendable {
    let reason: String
}
