import GrafeasProto
import MetadataModel
import Storage
import SwiftProtobuf

extension WriteTransaction {
    /// Puts entries in under their own names and times, and returns the counts as an encoded `ImportRecordsResponse`.
    func restore(
        notes: [NoteDraft],
        occurrences: [OccurrenceDraft],
        options: CreateOptions
    ) throws -> [UInt8] {
        var counts = ReplacementCounts()
        var faults: [EntryFault] = []
        // In the order of ids, so that entries with the same create time keep it.
        for (index, draft) in notes.enumerated().sorted(by: { $0.element.name.id < $1.element.name.id }) {
            try gatherFault("notes[\(index)]", &faults) {
                counts.count(try put(draft, options) { try freeKey(in: "note", at: draft.times?.created ?? now()) })
            }
        }
        var shared = SharedRows()
        for (index, draft) in occurrences.enumerated().sorted(by: { $0.element.name.id < $1.element.name.id }) {
            try gatherFault("occurrences[\(index)]", &faults) {
                counts.count(
                    try put(draft, options, &shared) {
                        try freeKey(in: "occurrence", at: draft.times?.created ?? now())
                    }
                )
            }
        }
        guard faults.isEmpty else { throw MetadataError.faultyEntries(faults) }
        return try Grafeion_V1_ImportRecordsResponse.with {
            $0.created = Int32(counts.created)
            $0.unchanged = Int32(counts.unchanged)
            $0.replaced = Int32(counts.replaced)
        }.serializedBytes()
    }

    private func gatherFault(_ entry: String, _ faults: inout [EntryFault], _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as MetadataError {
            faults.append(EntryFault(entry: entry, error: error))
        }
    }

    /// What became of an entry that was put in under its own name.
    enum PutOutcome {
        case created, unchanged, replaced
    }

    /// Puts a note in under its name, or in the place of what it said before.
    /// - Parameters:
    ///   - isNewer: whether a stored note that says something else stays.
    ///   - newKey: the key for one that is not there yet.
    func put(
        _ draft: NoteDraft,
        _ options: CreateOptions,
        unless isNewer: (_ stored: [UInt8], NoteDraft) throws -> Bool = { _, _ in false },
        newKey: () throws -> EntryKey
    ) throws -> PutOutcome {
        guard let parentID = try existingParentID(draft.name.parent),
            let row = try noteRow(parentID: parentID, id: draft.name.id)
        else {
            let key = try newKey()
            _ = try insert(draft, key: key, times: draft.times ?? EntryTimes(key), options: options)
            return .created
        }
        let created = EntryKey(rawValue: row.key).microseconds
        guard row.kind == draft.kind, draft.times.map({ $0.created == created }) ?? true else {
            throw otherThing(draft.name.reference, "kind or create time")
        }
        let sql = "SELECT body = ? AND kept IS ? AND ifnull(updated = ?, 1) FROM note WHERE key = ?"
        let isSame = try connection.withStatement(sql) {
            try $0.bind([.blob(draft.body), .blobOrNull(draft.kept), draft.times.updated, .integer(row.key)])
            return try $0.step() && $0.integer(at: 0) == 1
        }
        if isSame { return .unchanged }
        if let stored = try connection.note(parentID: parentID, id: draft.name.id, parentText: parentText),
            try isNewer(stored, draft)
        {
            return .unchanged
        }
        _ = try updateNote(draft.name) { _ in draft }
        return .replaced
    }

    /// Puts an occurrence in under its name, or in the place of what it said before.
    /// - Parameters:
    ///   - replacesOther: whether one of that name that is another thing (it hangs on another note) makes way.
    ///   - newKey: the key for one that is not there yet.
    func put(
        _ draft: OccurrenceDraft,
        _ options: CreateOptions,
        _ shared: inout SharedRows,
        replacesOther: Bool = false,
        newKey: () throws -> EntryKey
    ) throws -> PutOutcome {
        guard let parentID = try existingParentID(draft.name.parent), let stored = try stored(draft, parentID) else {
            try insert(draft, newKey(), options, &shared)
            return .created
        }
        guard stored.isSameThing else {
            guard replacesOther else { throw otherThing(draft.name.reference, "resource, note, kind or create time") }
            try deleteOccurrence(draft.name)
            shared = SharedRows()
            try insert(draft, newKey(), options, &shared)
            return .created
        }
        if stored.isSameContent {
            try confirmPlatforms(of: draft, parentID: parentID)
            return .unchanged
        }
        _ = try updateOccurrence(draft.name) { _ in draft }
        return .replaced
    }

    private func insert(
        _ draft: OccurrenceDraft,
        _ key: EntryKey,
        _ options: CreateOptions,
        _ shared: inout SharedRows
    ) throws {
        let times = draft.times ?? EntryTimes(key)
        _ = try insert(draft, key: key, times: times, options: options, shared: &shared)
    }

    /// How the stored occurrence of the draft's name compares with it, or nil if there is none.
    private func stored(
        _ draft: OccurrenceDraft,
        _ parentID: Int64
    ) throws -> (isSameThing: Bool, isSameContent: Bool)? {
        let sql = """
            SELECT
                r.uri = ? AND o.resource_has_scheme = ? AND o.note_key = ? AND o.kind = ? AND ifnull(o.key >> 10 = ?, 1),
                o.body = ? AND o.kept IS ? AND ifnull(o.updated = ?, 1)
            FROM occurrence o JOIN resource r ON r.id = o.resource_id WHERE o.parent_id = ? AND o.id = ?
            """
        let exists = "SELECT 1 FROM occurrence WHERE parent_id = ? AND id = ?"
        guard try connection.integer(exists, .integer(parentID), .text(draft.name.id)) != nil else { return nil }
        let noteKey = try noteKey(for: draft)
        return try connection.withStatement(sql) { statement in
            try statement.bind([
                .text(draft.resource.canonical), .flag(draft.resource.hasScheme), .integer(noteKey),
                .integer(draft.kind.rawValue), draft.times.created, .blob(draft.body), .blobOrNull(draft.kept),
                draft.times.updated, .integer(parentID), .text(draft.name.id),
            ])
            guard try statement.step() else { return nil }
            return (statement.integer(at: 0) == 1, statement.integer(at: 1) == 1)
        }
    }

    /// The first key at or after a create time that no entry of the table has.
    private func freeKey(in table: String, at created: Int64) throws -> EntryKey {
        let first = EntryKey(microseconds: created)
        let end = EntryKey(microseconds: created + 1)
        let last = try connection.integer(
            "SELECT max(key) FROM \(table) WHERE key >= ? AND key < ?",
            .integer(first.rawValue),
            .integer(end.rawValue)
        )
        let key = last.map { EntryKey(rawValue: $0).successor } ?? first
        guard key < end else {
            throw MetadataError.overLimit("more than 1,024 entries have the same create time to the microsecond")
        }
        return key
    }

    private func otherThing(_ reference: ResourceReference, _ what: String) -> MetadataError {
        .alreadyExists(
            reference,
            explanation: """
                \(reference.name) exists already with another \(what); delete it or import into another project
                """
        )
    }
}

extension ReplacementCounts {
    mutating func count(_ outcome: WriteTransaction.PutOutcome) {
        switch outcome {
        case .created: created += 1
        case .unchanged: unchanged += 1
        case .replaced: replaced += 1
        }
    }
}

extension EntryTimes {
    /// Made and last changed at the time of a key.
    fileprivate init(_ key: EntryKey) { self.init(created: key.microseconds, updated: key.microseconds) }
}

extension EntryTimes? {
    /// As parameters: null for an entry without times, which is compared without them.
    fileprivate var created: SQLiteValue { map { .integer($0.created) } ?? .null }
    fileprivate var updated: SQLiteValue { map { .integer($0.updated) } ?? .null }
}
