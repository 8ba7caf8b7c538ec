import MessageReflection
import MetadataModel
import UseCases

/// The fields of an encoded request that passed its check, by the names in its descriptor; what the request or its type does
/// not have reads as empty.
struct RequestFields {
    let type: MessageType
    let bytes: [UInt8]
    /// Whether every message in the request is as common encoders write it.
    let isNormal: Bool

    /// A string field.
    func string(_ name: String) -> String {
        var text = ""
        visit(name) { text = $0.text }
        return text
    }

    /// An int32 field.
    func integer(_ name: String) -> Int32 {
        var value: Int32 = 0
        visit(name) { value = Int32(truncatingIfNeeded: $0.value) }
        return value
    }

    /// A bool field.
    func flag(_ name: String) -> Bool { integer(name) != 0 }

    /// A note or occurrence in a field of its own; messages given twice are merged, as the wire format has it.
    func record(_ name: String) -> StoredRecord {
        var message: [UInt8] = []
        visit(name) { message.append(contentsOf: $0.payload) }
        return StoredRecord(message: message, isNormal: isNormal)
    }

    /// The notes or occurrences of a repeated field.
    func records(_ name: String) -> [StoredRecord] {
        var records: [StoredRecord] = []
        visit(name) { records.append(StoredRecord(message: [UInt8]($0.payload), isNormal: isNormal)) }
        return records
    }

    /// The notes of a map by their ids, the last one of each.
    func recordsByID(_ name: String) -> [String: StoredRecord] {
        var records: [String: StoredRecord] = [:]
        guard let entryType = type.field(named: name)?.messageType else { return [:] }
        visit(name) { field in
            let entry = RequestFields(type: entryType, bytes: [UInt8](field.payload), isNormal: isNormal)
            records[entry.string("key")] = entry.record("value")
        }
        return records
    }

    /// The paths of a field mask.
    func maskPaths(_ name: String) -> [String] {
        var paths: [String] = []
        message(name)?.visit("paths") { paths.append($0.text) }
        return paths
    }

    /// The fields of a message field; nil if its type does not have it.
    func message(_ name: String) -> RequestFields? {
        guard let type = type.field(named: name)?.messageType else { return nil }
        return RequestFields(type: type, bytes: record(name).message, isNormal: isNormal)
    }

    /// The page that a list request asks for.
    var page: PageRequest {
        PageRequest(filter: string("filter"), pageSize: integer("page_size"), pageToken: string("page_token"))
    }

    /// The messages of a repeated field.
    func messages(_ name: String) -> [RequestFields] {
        guard let type = type.field(named: name)?.messageType else { return [] }
        return records(name).map { RequestFields(type: type, bytes: $0.message, isNormal: isNormal) }
    }

    private func visit(_ name: String, _ body: (WireField) -> Void) {
        guard let field = type.field(named: name) else { return }
        bytes.withUnsafeBytes { buffer in
            var reader = WireReader(buffer)
            // The bytes passed the check, so reading them does not fail.
            while let found = try? reader.next() {
                if found.number == field.number, found.type == field.kind.wireType { body(found) }
            }
        }
    }
}
