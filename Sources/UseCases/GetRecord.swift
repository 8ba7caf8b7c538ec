import MetadataModel
import Storage

/// Finds an occurrence by its name.
public struct GetOccurrence: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// The stored occurrence, encoded.
    public func run(name: String) async throws -> [UInt8] {
        let name = try OccurrenceName(parsing: name, field: "name")
        guard let message = try await services.store.occurrence(name) else {
            throw MetadataError.notFound(name.reference)
        }
        return message
    }
}

/// Finds a note by its name.
public struct GetNote: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// The stored note, encoded.
    public func run(name: String) async throws -> [UInt8] {
        let name = try NoteName(parsing: name, field: "name")
        guard let message = try await services.store.note(name) else { throw MetadataError.notFound(name.reference) }
        return message
    }
}

/// Finds the note that an occurrence hangs on.
public struct GetOccurrenceNote: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// The stored note, encoded.
    public func run(name: String) async throws -> [UInt8] {
        let name = try OccurrenceName(parsing: name, field: "name")
        guard let message = try await services.store.note(ofOccurrence: name) else {
            throw MetadataError.notFound(name.reference)
        }
        return message
    }
}
