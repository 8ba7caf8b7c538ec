import MetadataModel
public import Storage

/// Takes an occurrence out.
public struct DeleteOccurrence: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    public func run(name: String, claim: IdempotencyClaim?) async throws {
        let name = try OccurrenceName(parsing: name, field: "name")
        _ = try await services.store.write(.deleteOccurrence(name), claim: claim)
    }
}

/// Takes a note out, unless occurrences hang on it.
public struct DeleteNote: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    public func run(name: String, claim: IdempotencyClaim?) async throws {
        let name = try NoteName(parsing: name, field: "name")
        _ = try await services.store.write(.deleteNote(name), claim: claim)
    }
}
