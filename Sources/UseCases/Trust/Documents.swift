import GrafeasProto
import MetadataModel
import PolicyEngine
import Reports
public import Storage
import SwiftProtobuf

/// Stores a text as the newest revision of an attestor or policy.
public struct ApplyDocument: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// - Parameters:
    ///   - name: of the attestor or policy.
    ///   - content: YAML or JSON.
    ///   - replacesVersion: the version that the newest revision must have; empty for whatever there is.
    /// - Returns: the newest revision, as an encoded `grafeion.v1.Document`.
    /// - Throws: `invalid` with everything that is wrong with the text; nothing of such a text is stored.
    public func run(
        name: String,
        content: [UInt8],
        replacesVersion: String,
        claim: IdempotencyClaim?
    ) async throws -> [UInt8] {
        let name = try DocumentName(parsing: name, field: "name")
        guard let text = String(validating: content, as: UTF8.self) else {
            throw MetadataError.invalid("content", "the text is not UTF-8")
        }
        return try await run(text, as: name, replacing: replacesVersion.isEmpty ? nil : replacesVersion, claim: claim)
    }

    /// As above, where the version replaced may be that of none: an empty one.
    func run(
        _ text: String,
        as name: DocumentName,
        replacing version: String?,
        claim: IdempotencyClaim?
    ) async throws -> [UInt8] {
        let draft = DocumentDraft(
            name: name,
            content: text,
            version: ContentDigest.sha256(Array(text.utf8)),
            replacedVersion: version,
            note: try await note(checking: text, of: name)
        )
        let options = services.createOptions()
        return try await services.store.write(.applyDocument(draft, options: options), claim: claim).first ?? []
    }

    /// Refuses a text that is wrong.
    /// - Returns: the note that comes into being with an attestor, unless it is there.
    private func note(checking text: String, of name: DocumentName) async throws -> NoteDraft? {
        switch name.collection.sort {
        case .attestor:
            let attestor = try AttestorDocument(checking: text)
            try Self.check(attestor.name, names: name)
            let authority = AttestorAuthority(name, attestor)
            if let problem = authority.problem { throw MetadataError.invalid("content", problem) }
            return try await services.note(of: authority)
        case .policy:
            let policy = try services.compiledPolicy(checking: text, version: "")
            if let own = name.projectPolicy { try Self.check(policy.document, is: own) }
            // The documents of other tools have names that follow other rules.
            if policy.document.isNative { try Self.check(policy.document.name, names: name) }
            if let problem = policy.authorities.lazy.compactMap({ $0.trust.keyProblem }).first {
                throw MetadataError.invalid("content", problem)
            }
            return nil
        }
    }

    /// Where a project's policy is kept nothing else is, so that Binary Authorization's API can show it.
    private static func check(_ policy: PolicyDocument, is name: ProjectPolicyName) throws(MetadataError) {
        guard policy.isProjectPolicy else {
            let text = "\(name.document.text) takes project policies of Binary Authorization only; give it another id"
            throw .invalid("content", text)
        }
        guard policy.name.isEmpty || policy.name == name.text else {
            let text = "the policy is \(policy.name.quotedForMessage); it cannot be stored as \(name.text)"
            throw .invalid("content", text)
        }
    }

    /// A document that says its name says the one it is stored under.
    private static func check(_ own: String, names name: DocumentName) throws(MetadataError) {
        guard own.isEmpty || own == name.id || own == name.text else {
            let text = "the document calls itself \(own.quotedForMessage); it cannot be stored as \(name.text)"
            throw .invalid("content", text)
        }
    }
}

extension RecordServices {
    /// Attestations hang on the attestor's note, so it comes into being with the attestor; nil if it belongs to somebody else,
    /// who has to make it.
    fileprivate func note(of authority: AttestorAuthority) async throws -> NoteDraft? {
        let name = authority.note
        guard name.parent == ParentName(project: authority.name.collection.project.id) else {
            if try await store.note(name) != nil { return nil }
            throw MetadataError.failedPrecondition(
                subject: name.text,
                explanation: "note \"\(name.text)\" does not exist; create it in its project first"
            )
        }
        let note = Note.with { $0.attestation.hint.humanReadableName = authority.name.id }
        let record = StoredRecord(message: try note.serializedBytes(), isNormal: true)
        return try draft(record, id: name.id, in: name.parent, idField: "name", field: "note")
    }
}

/// Finds a revision of an attestor or policy.
public struct GetDocument: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// - Parameter revision: 0 for the newest.
    /// - Returns: an encoded `grafeion.v1.Document`.
    public func run(name: String, revision: Int32) async throws -> [UInt8] {
        let name = try DocumentName(parsing: name, field: "name")
        guard revision >= 0 else { throw MetadataError.invalid("revision", "must not be negative; got \(revision)") }
        let found = try await services.store.document(name, revision: revision == 0 ? nil : Int(revision))
        guard let found else {
            let which = revision == 0 ? name.text : "\(name.text), revision \(revision)"
            throw MetadataError.notFound(ResourceReference(type: name.collection.sort.noun, name: which))
        }
        return try Grafeion_V1_Document(found).serializedBytes()
    }
}

/// Lists the attestors or the policies of a project, those that were changed last first.
public struct ListDocuments: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    public func run(parent: String, page: PageRequest) async throws -> ListedPage {
        let collection = try DocumentCollection(parsing: parent, field: "parent")
        return try await services.documentPage(collection.text, page) { position, limit in
            try await services.store.documents(
                in: collection,
                before: position,
                limit: limit,
                bytesMax: services.limits.pageBytesMax
            )
        }
    }
}

/// Lists all revisions of an attestor or policy, the newest first.
public struct ListDocumentRevisions: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    public func run(name: String, page: PageRequest) async throws -> ListedPage {
        let name = try DocumentName(parsing: name, field: "name")
        let listed = try await services.documentPage("\(name.text):history", page) { position, limit in
            try await services.store.revisions(
                of: name,
                before: position,
                limit: limit,
                bytesMax: services.limits.pageBytesMax
            )
        }
        if listed.page.count == 0, page.pageToken.isEmpty { throw MetadataError.notFound(name.reference) }
        return listed
    }
}

/// Deletes an attestor or policy; its history stays.
public struct DeleteDocument: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    public func run(name: String, claim: IdempotencyClaim?) async throws {
        let name = try DocumentName(parsing: name, field: "name")
        _ = try await services.store.write(.deleteDocument(name), claim: claim)
    }
}

extension RecordServices {
    fileprivate func documentPage(
        _ query: String,
        _ request: PageRequest,
        _ read: (_ position: Int64?, _ limit: Int) async throws -> DocumentPage
    ) async throws -> ListedPage {
        let limit = try pageLimit(request.pageSize)
        let position = request.pageToken.isEmpty ? nil : try PageToken(parsing: request.pageToken, for: query).position
        let found = try await read(position, limit)
        var response = Grafeion_V1_ListDocumentsResponse()
        response.documents = found.documents.map(Grafeion_V1_Document.init)
        let page = MessagePage(frames: try response.serializedBytes(), count: found.documents.count)
        return ListedPage(page: page, nextPageToken: found.next.map { PageToken(position: $0).text(for: query) } ?? "")
    }
}
