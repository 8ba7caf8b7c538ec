import MessageReflection
import TestSupport
import Testing
import VersionConversion

/// The forms of all versions, and short ways to messages in them.
enum Forms {
    static let registry: TypeRegistry = {
        do { return try TypeRegistry.load() } catch { fatalError("\(error)") }
    }()

    static let conversion: VersionConversion = {
        do { return try VersionConversion(types: registry) } catch { fatalError("\(error)") }
    }()

    static func form(_ version: APIVersion, _ sort: RecordSort) -> RecordForm { conversion.form(version, sort) }

    /// The versions that are not what the store speaks.
    static let others: [APIVersion] = [.v1beta1, .v1alpha1]
}

extension RecordForm {
    /// An encoded message from JSON.
    func message(_ json: String) throws -> [UInt8] { try type.wire(fromJSON: Array(json.utf8)) }

    func json(_ message: [UInt8]) throws -> String {
        String(decoding: try type.json(from: message), as: UTF8.self)
    }

    /// The canonical message without what the store says of it.
    func body(_ message: [UInt8]) throws -> [UInt8] {
        let head = Set(["name", "kind", "create_time", "update_time"])
        return try without(type.canonical(message)) { head.contains($0.name) }
    }

    /// The message without some of its fields.
    func without(_ message: [UInt8], _ isUnwanted: (MessageField) -> Bool) throws -> [UInt8] {
        let unwanted = Set(type.fields.filter(isUnwanted).map(\.number))
        return try message.withWireBytes { bytes throws(WireError) in
            var writer = WireWriter()
            var reader = WireReader(bytes)
            while let field = try reader.next() {
                if !unwanted.contains(field.number) { writer.field(field) }
            }
            return writer.bytes
        }
    }

    /// The message with a string field of the record itself changed.
    func setting(_ name: String, to text: String, in message: [UInt8]) throws -> [UInt8] {
        let field = try #require(type.field(named: name))
        var writer = WireWriter(try without(message) { $0 == field })
        writer.field(field.number, string: text)
        return try type.canonical(writer.bytes)
    }

    /// The fields one of which is the record's detail.
    var details: [MessageField] { type.fields.filter { $0.oneof != nil } }

    /// A random record with the given detail.
    func random(_ detail: MessageField, _ messages: inout RandomMessages) throws -> [UInt8] {
        var writer = WireWriter(try without(messages.message(type)) { $0.oneof != nil })
        if let inner = detail.messageType { writer.field(detail.number, bytes: messages.message(inner)) }
        return try type.canonical(writer.bytes)
    }

    /// Expects two messages to say the same, and shows both if they do not.
    func expectSame(_ a: [UInt8], _ b: [UInt8], _ comment: String, location: SourceLocation = #_sourceLocation) throws {
        let (one, other) = (try type.canonical(a), try type.canonical(b))
        guard one != other else { return }
        Issue.record("\(comment)\n\(try json(one))\n\(try json(other))", sourceLocation: location)
    }
}
