import GrafeasProto
import MessageReflection
import MetadataModel
public import Storage
import SwiftProtobuf

/// Changes the fields of an occurrence that a mask names, or all that may change.
public struct UpdateOccurrence: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// - Parameters:
    ///   - patch: the encoded occurrence with the new values, as the client sent it.
    ///   - maskPaths: the paths of the mask in either spelling; empty or `*` for everything that may change.
    /// - Returns: the stored occurrence, encoded.
    public func run(name: String, patch: [UInt8], maskPaths: [String], claim: IdempotencyClaim?) async throws -> [UInt8]
    {
        let name = try OccurrenceName(parsing: name, field: "name")
        let change = try RecordChange("grafeas.v1.Occurrence", field: "occurrence", patch, maskPaths, services.types)
        let services = services
        let messages = try await services.store.write(
            .updateOccurrence(name) { try services.changed($0, by: change, name: name) },
            claim: claim
        )
        return messages.first ?? []
    }
}

/// Changes the fields of a note that a mask names, or all that may change.
public struct UpdateNote: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// See ``UpdateOccurrence/run(name:patch:maskPaths:claim:)``.
    public func run(name: String, patch: [UInt8], maskPaths: [String], claim: IdempotencyClaim?) async throws -> [UInt8]
    {
        let name = try NoteName(parsing: name, field: "name")
        let change = try RecordChange("grafeas.v1.Note", field: "note", patch, maskPaths, services.types)
        let services = services
        let messages = try await services.store.write(
            .updateNote(name) { try services.changed($0, by: change, name: name) },
            claim: claim
        )
        return messages.first ?? []
    }
}

/// A patch and what of it counts.
private struct RecordChange: Sendable {
    let mask: FieldMask
    let patch: [UInt8]
    /// Where the request has the message.
    let field: String

    init(
        _ typeName: String,
        field: String,
        _ patch: [UInt8],
        _ maskPaths: [String],
        _ types: TypeRegistry
    ) throws {
        guard let type = types.message(typeName) else {
            throw MetadataError.unimplemented("\(typeName) is not known to this server")
        }
        do {
            mask = maskPaths.isEmpty ? .everything(of: type) : try FieldMask.parse(maskPaths, in: type)
        } catch {
            throw MetadataError.invalid("update_mask", error.message.dropping(prefix: "update_mask: "))
        }
        self.patch = patch
        self.field = field
    }

    /// The current message with the patch applied; its head is the caller's business.
    func applied(to current: [UInt8]) throws -> [UInt8] {
        try mask.applying(patch: patch, to: current)
    }
}

extension RecordServices {
    /// The draft that an update leaves, checked as a new occurrence is.
    fileprivate func changed(
        _ current: [UInt8],
        by change: RecordChange,
        name: OccurrenceName
    ) throws -> OccurrenceDraft {
        let old = try Occurrence(serializedBytes: current)
        var new = try Occurrence(serializedBytes: change.applied(to: current))
        // Left out of a full replacement, an immutable field stays; set, it must be what it was.
        if change.mask.coversEverything {
            if new.resourceUri.isEmpty { new.resourceUri = old.resourceUri }
            if new.noteName.isEmpty { new.noteName = old.noteName }
        }
        var found = FieldProblems()
        if ResourceURI(new.resourceUri).canonical != ResourceURI(old.resourceUri).canonical {
            found.add(
                "resource_uri",
                "cannot change from \(old.resourceUri.quotedForMessage); create another occurrence"
            )
        }
        if new.noteName != old.noteName {
            found.add("note_name", "cannot change from \(old.noteName.quotedForMessage); create another occurrence")
        }
        if new.kindOfDetails != old.kindOfDetails, new.kindOfDetails != .unspecified {
            found.add("details", "cannot change from \(old.kindOfDetails.apiName) to \(new.kindOfDetails.apiName)")
        }
        new.resourceUri = old.resourceUri
        new.noteName = old.noteName
        try throwProblems(found.all + new.problems(limits), of: change)
        let draft = try OccurrenceDraft(new, name: name, note: NoteName(parsing: old.noteName, field: "note_name"))
        try checkSize(draft.body, field: change.field)
        return draft
    }

    /// The draft that an update leaves, checked as a new note is.
    fileprivate func changed(_ current: [UInt8], by change: RecordChange, name: NoteName) throws -> NoteDraft {
        let old = try Note(serializedBytes: current)
        let new = try Note(serializedBytes: change.applied(to: current))
        var found = FieldProblems()
        if new.kindOfType != old.kindOfType, new.kindOfType != .unspecified {
            found.add("type", "cannot change from \(old.kindOfType.apiName) to \(new.kindOfType.apiName)")
        }
        if case .package(let oldPackage)? = old.type, case .package(let newPackage)? = new.type,
            oldPackage.name != newPackage.name
        {
            found.add("package.name", "cannot change from \(oldPackage.name.quotedForMessage)")
        }
        try throwProblems(found.all + new.problems(limits), of: change)
        let draft = try NoteDraft(new, name: name)
        try checkSize(draft.body, field: change.field)
        return draft
    }

    private func throwProblems(_ problems: [FieldProblem], of change: RecordChange) throws(MetadataError) {
        if !problems.isEmpty { throw .invalid(problems.map { $0.under(change.field) }) }
    }
}

extension String {
    fileprivate func dropping(prefix: String) -> String {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self
    }
}
