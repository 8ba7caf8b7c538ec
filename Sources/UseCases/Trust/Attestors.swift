public import GrafeasProto
import MetadataModel
import PolicyEngine
public import Storage
import SwiftProtobuf

/// Stores an attestor of Binary Authorization under a name that has none.
public struct CreateAttestor: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// - Returns: the attestor as ``GetAttestor`` shows it.
    /// - Throws: `invalid` by the fields of the message, `alreadyExists`; one that was deleted does not count as there.
    public func run(
        parent: String,
        attestorID: String,
        attestor: Google_Cloud_Binaryauthorization_V1_Attestor,
        claim: IdempotencyClaim?
    ) async throws -> Google_Cloud_Binaryauthorization_V1_Attestor {
        let project = try ProjectName(parsing: parent, field: "parent")
        guard ResourceID.isValid(attestorID) else {
            throw MetadataError.invalid("attestor_id", "must be \(ResourceID.rule); got \(attestorID.quotedForMessage)")
        }
        let collection = DocumentCollection(project: project, sort: .attestor)
        let name = DocumentName(collection: collection, id: attestorID)
        guard attestor.name.isEmpty || attestor.name == name.text else {
            let text = "must be \(name.text), as parent and attestor_id say; got \(attestor.name.quotedForMessage)"
            throw MetadataError.invalid("attestor.name", text)
        }
        let text = try services.attestor(of: attestor, as: name).text
        let taken = MetadataError.alreadyExists(name.reference, explanation: "\(name.text) is there already")
        // With a claim, the call may be one that was carried out: only the write knows.
        if claim == nil, try await services.store.document(name, revision: nil)?.content != nil { throw taken }
        do {
            return try AttestorMessage(
                await services.storeText(text, as: name, from: "attestor", replacing: "", claim: claim)
            )
        } catch MetadataError.changedMeanwhile {
            throw taken
        }
    }
}

/// Finds an attestor and shows it as Binary Authorization would.
public struct GetAttestor: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// - Throws: `notFound`.
    public func run(name: String) async throws -> Google_Cloud_Binaryauthorization_V1_Attestor {
        let name = try DocumentName(parsing: name, sort: .attestor, field: "name")
        guard let found = try await services.store.document(name, revision: nil), found.content != nil else {
            throw MetadataError.notFound(name.reference)
        }
        return try AttestorMessage(Grafeion_V1_Document(found))
    }
}

/// Replaces an attestor by one of Binary Authorization.
///
/// What an attestor of Grafeion's own kind says and Binary Authorization cannot (what a key signs, that signatures must name
/// their key, an OpenPGP key's name) stays as it is for the keys that stay; it is stored in Grafeion's form then.
public struct UpdateAttestor: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// - Parameter attestor: its etag, unless empty, must be that of the stored one.
    /// - Throws: `invalid` by the fields of the message, `notFound`, `changedMeanwhile`.
    public func run(
        _ attestor: Google_Cloud_Binaryauthorization_V1_Attestor,
        claim: IdempotencyClaim?
    ) async throws -> Google_Cloud_Binaryauthorization_V1_Attestor {
        let name = try DocumentName(parsing: attestor.name, sort: .attestor, field: "attestor.name")
        var (new, text) = try services.attestor(of: attestor, as: name)
        guard let newest = try await services.store.document(name, revision: nil), let content = newest.content else {
            throw MetadataError.notFound(name.reference)
        }
        let old = try AttestorDocument(checking: content)
        let (oldNote, newNote) = (old.noteName(for: name), new.noteName(for: name))
        guard newNote == oldNote else {
            let text = "cannot change from \(oldNote.text.quotedForMessage): its attestations are there"
            throw MetadataError.invalid("attestor.user_owned_grafeas_note.note_reference", text)
        }
        if old.exceedsBinaryAuthorization {
            new = new.keeping(old) { $0.identity }
            text = new.text(id: name.id)
        }
        // What is kept was read just now, so what is replaced has to be that even if the caller gives no etag.
        let replaced = attestor.etag.isEmpty ? newest.version : attestor.etag
        return try AttestorMessage(
            await services.storeText(text, as: name, from: "attestor", replacing: replaced, claim: claim)
        )
    }
}

/// Lists the attestors of a project as Binary Authorization would, those that were changed last first.
public struct ListAttestors: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    public func run(
        parent: String,
        page request: PageRequest
    ) async throws -> Google_Cloud_Binaryauthorization_V1_ListAttestorsResponse {
        let project = try ProjectName(parsing: parent, field: "parent")
        let collection = DocumentCollection(project: project, sort: .attestor)
        let query = "\(collection.text):binaryauthorization"
        let position = request.pageToken.isEmpty ? nil : try PageToken(parsing: request.pageToken, for: query).position
        let found = try await services.store.documents(
            in: collection,
            before: position,
            limit: try services.pageLimit(request.pageSize),
            bytesMax: services.limits.pageBytesMax
        )
        var response = Google_Cloud_Binaryauthorization_V1_ListAttestorsResponse()
        response.attestors = try found.documents.map { try AttestorMessage(Grafeion_V1_Document($0)) }
        response.nextPageToken = found.next.map { PageToken(position: $0).text(for: query) } ?? ""
        return response
    }
}

/// Deletes an attestor; its history stays.
public struct DeleteAttestor: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// - Throws: `notFound`.
    public func run(name: String, claim: IdempotencyClaim?) async throws {
        let name = try DocumentName(parsing: name, sort: .attestor, field: "name")
        try await DeleteDocument(services).run(name: name.text, claim: claim)
    }
}
