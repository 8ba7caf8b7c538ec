import GrafeasProto
import MessageReflection
import MetadataModel
public import Storage
import SwiftProtobuf
public import VersionConversion

/// Changes the fields of an occurrence that a mask names, or all that may change.
public struct UpdateOccurrence: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// - Parameters:
    ///   - form: the version of the API in which `patch` and mask speak.
    ///   - patch: the encoded occurrence with the new values, as the client sent it.
    ///   - maskPaths: the paths of the mask in either spelling; empty or `*` for everything that may change.
    /// - Returns: the record as stored.
    public func run(
        name: String,
        in form: RecordForm,
        patch: [UInt8],
        maskPaths: [String],
        claim: IdempotencyClaim?
    ) async throws -> [UInt8] {
        let name = try OccurrenceName(parsing: name, field: "name")
        let change = try RecordChange(form, field: "occurrence", patch, maskPaths)
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

    /// See ``UpdateOccurrence/run(name:in:patch:maskPaths:claim:)``.
    public func run(
        name: String,
        in form: RecordForm,
        patch: [UInt8],
        maskPaths: [String],
        claim: IdempotencyClaim?
    ) async throws -> [UInt8] {
        let name = try NoteName(parsing: name, field: "name")
        let change = try RecordChange(form, field: "note", patch, maskPaths)
        let services = services
        let messages = try await services.store.write(
            .updateNote(name) { try services.changed($0, by: change, name: name) },
            claim: claim
        )
        return messages.first ?? []
    }
}

/// A patch, what of it counts, and the version in which both speak.
private struct RecordChange: Sendable {
    let form: RecordForm
    let mask: FieldMask
    let patch: [UInt8]
    /// Where the request has the message.
    let field: String

    init(_ form: RecordForm, field: String, _ patch: [UInt8], _ maskPaths: [String]) throws(MetadataError) {
        do {
            mask = maskPaths.isEmpty ? .everything(of: form.type) : try FieldMask.parse(maskPaths, in: form.type)
        } catch {
            throw .invalid("update_mask", error.message.dropping(prefix: "update_mask: "))
        }
        self.form = form
        self.patch = patch
        self.field = field
    }

    /// The current record with the patch applied to the version's view of it; its head is the caller's business.
    func applied(to current: StoredRecord) throws -> StoredRecord {
        let view = try form.reading(current)
        return try form.writing(mask.applying(patch: patch, to: view), over: current)
    }
}

extension RecordServices {
    /// The draft that an update leaves, checked as a new occurrence is.
    fileprivate func changed(
        _ current: [UInt8],
        by change: RecordChange,
        name: OccurrenceName
    ) throws -> OccurrenceDraft {
        let before = try StoredRecord(fromStore: current)
        let after = try change.applied(to: before)
        let old = try Occurrence(serializedBytes: before.message)
        var new = try Occurrence(serializedBytes: after.message)
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
        let oldKind = before.kind(ofDetail: old.kindOfDetails)
        let newKind = after.kind(ofDetail: new.kindOfDetails)
        if newKind != oldKind, newKind != .unspecified {
            found.add("details", "cannot change from \(oldKind.apiName) to \(newKind.apiName)")
        }
        new.resourceUri = old.resourceUri
        new.noteName = old.noteName
        let problems = new.problems(limits, hasForeignKind: after.foreignKind != nil)
        try throwProblems(found.all + problems, of: change)
        let record = try normal(after.with(new), .occurrence)
        try checkSize(record, field: change.field)
        return try OccurrenceDraft(
            new,
            of: record,
            name: name,
            note: NoteName(parsing: old.noteName, field: "note_name")
        )
    }

    /// The draft that an update leaves, checked as a new note is.
    fileprivate func changed(_ current: [UInt8], by change: RecordChange, name: NoteName) throws -> NoteDraft {
        let before = try StoredRecord(fromStore: current)
        let after = try change.applied(to: before)
        let old = try Note(serializedBytes: before.message)
        let new = try Note(serializedBytes: after.message)
        var found = FieldProblems()
        let oldKind = before.kind(ofDetail: old.kindOfType)
        let newKind = after.kind(ofDetail: new.kindOfType)
        if newKind != oldKind, newKind != .unspecified {
            found.add("type", "cannot change from \(oldKind.apiName) to \(newKind.apiName)")
        }
        if case .package(let oldPackage)? = old.type, case .package(let newPackage)? = new.type,
            oldPackage.name != newPackage.name
        {
            found.add("package.name", "cannot change from \(oldPackage.name.quotedForMessage)")
        }
        try throwProblems(found.all + new.problems(limits, hasForeignKind: after.foreignKind != nil), of: change)
        let record = try normal(after, .note)
        try checkSize(record, field: change.field)
        return try NoteDraft(new, of: record, name: name)
    }

    private func throwProblems(_ problems: [FieldProblem], of change: RecordChange) throws(MetadataError) {
        if !problems.isEmpty { throw .invalid(problems.map { $0.under(change.field) }) }
    }
}

extension StoredRecord {
    /// The same with its message changed.
    fileprivate func with(_ message: Occurrence) throws -> StoredRecord {
        StoredRecord(message: try message.serializedBytes(), kept: kept, foreignKind: foreignKind)
    }
}

extension String {
    fileprivate func dropping(prefix: String) -> String {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self
    }
}
