import MessageReflection
import MetadataModel
import Storage
import UseCases
import VersionConversion

extension RecordForm {
    /// What is stored of a new record that a request brings in this version.
    func stored(_ sent: StoredRecord) throws -> StoredRecord {
        version == .v1 ? sent : try writing(sent.message)
    }

    /// The encoded record in this version, of one that a use case returned.
    func reply(_ record: [UInt8]) throws -> [UInt8] {
        try reading(StoredRecord(fromStore: record))
    }

    /// The encoded reply of a batch method: entries in field 1.
    func reply(_ records: [[UInt8]]) throws -> [UInt8] {
        var writer = WireWriter()
        writer.reserve(records.reduce(0) { $0 + $1.count + 8 })
        for record in records { writer.field(1, bytes: try reply(record)) }
        return writer.bytes
    }

    /// The encoded reply of a list method. A page of records that are just v1 goes out in v1 as the store made it.
    func reply(_ listed: ListedPage) throws -> [UInt8] {
        let isDone = version == .v1 && listed.page.isV1Only
        let frames = isDone ? listed.page.frames : try reply(listed.page.messages())
        return listReply(frames: frames, nextPageToken: listed.nextPageToken)
    }
}

/// The encoded reply of a list method: entries in field 1, the token in field 2, in all of them.
func listReply(frames: [UInt8], nextPageToken: String) -> [UInt8] {
    guard !nextPageToken.isEmpty else { return frames }
    var writer = WireWriter(frames)
    writer.field(2, string: nextPageToken)
    return writer.bytes
}
