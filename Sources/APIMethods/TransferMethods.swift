import MessageReflection
import MetadataModel
import Storage
import UseCases
import VersionConversion

/// The methods that move records between servers. Those that the version does not have are left out: only v1's export has all
/// that is stored.
func transferMethods(_ methods: MethodFactory) -> [APIMethod] {
    let services = methods.services
    let noteForm = services.versions.form(methods.version, .note)
    let occurrenceForm = services.versions.form(methods.version, .occurrence)
    return [
        methods.write("ImportRecords") {
            let kept = $0.keptByName("kept")
            return try await ImportRecords(services).run(
                parent: $0.string("parent"),
                notes: $0.records("notes").map { try noteForm.stored($0).with(kept, .note, services.versions) },
                occurrences: $0.records("occurrences").map {
                    try occurrenceForm.stored($0).with(kept, .occurrence, services.versions)
                },
                claim: $1
            )
        },
        methods.read("ExportNotes") {
            try exportReply(await ListNotes(services).run(parent: $0.string("parent"), page: $0.page))
        },
        methods.read("ExportOccurrences") {
            try exportReply(await ListOccurrences(services).run(parent: $0.string("parent"), page: $0.page))
        },
    ].compactMap(\.self)
}

/// The encoded reply of an export: the page as a list has it, and in field 3 what is kept of its entries.
private func exportReply(_ listed: ListedPage) throws -> [UInt8] {
    guard !listed.page.isV1Only else {
        return listReply(frames: listed.page.frames, nextPageToken: listed.nextPageToken)
    }
    let records = try listed.page.messages().map { try StoredRecord(fromStore: $0) }
    var frames = WireWriter()
    for record in records { frames.field(1, bytes: record.message) }
    var reply = WireWriter(listReply(frames: frames.bytes, nextPageToken: listed.nextPageToken))
    for record in records where !record.kept.isEmpty || record.foreignKind != nil {
        reply.field(3) { $0.writeKept(of: record) }
    }
    return reply.bytes
}

extension WireWriter {
    /// Writes a `grafeion.v1.Kept`.
    fileprivate mutating func writeKept(of record: StoredRecord) {
        field(1, string: record.message.firstString ?? "")
        if !record.kept.isEmpty { field(2, bytes: record.kept) }
        if let kind = record.foreignKind { field(3, varint: UInt64(kind)) }
    }
}

extension [UInt8] {
    /// The text in field 1 of an encoded message: a record's name.
    fileprivate var firstString: String? {
        var name: String?
        withUnsafeBytes { buffer in
            var reader = WireReader(buffer)
            while name == nil, let field = try? reader.next() {
                if field.number == 1 { name = field.text }
            }
        }
        return name
    }
}

extension RequestFields {
    /// What an import says is kept beside v1, by the names of its entries.
    fileprivate func keptByName(_ name: String) -> [ExactText: StoredRecord] {
        var kept: [ExactText: StoredRecord] = [:]
        for entry in messages(name) {
            let kind = entry.integer("kind")
            kept[ExactText(entry.string("name"))] = StoredRecord(
                message: [],
                kept: entry.record("other_versions").message,
                foreignKind: kind == 0 ? nil : Int(kind)
            )
        }
        return kept
    }
}

extension StoredRecord {
    /// The record with what an import says is kept of it.
    /// - Throws: `invalid` for what no export has written.
    fileprivate func with(
        _ kept: [ExactText: StoredRecord],
        _ sort: RecordSort,
        _ versions: VersionConversion
    ) throws -> StoredRecord {
        guard !kept.isEmpty, let name = message.firstString, let found = kept[ExactText(name)] else { return self }
        var record = self
        record.kept = found.kept
        record.foreignKind = found.foreignKind
        guard versions.canKeep(record, sort) else {
            throw MetadataError.invalid("kept", "what is kept of \(name.quotedForMessage) is not as an export has it")
        }
        return record
    }
}
