import GrafeasProto
import MessageReflection
import MetadataModel
import PolicyEngine
import Storage
import SwiftProtobuf

/// Messages that are stored as documents: what `gcloud` exports and imports is the JSON form of the message.
extension RecordServices {
    /// The text of a message, the same for the same message.
    func documentText(_ message: some Message) throws -> String {
        // A map has no order of its own.
        var options = BinaryEncodingOptions()
        options.useDeterministicOrdering = true
        let bytes: [UInt8] = try message.serializedBytes(options: options)
        let name = type(of: message).protoMessageName
        guard let type = types.message(name) else { throw MetadataError.unimplemented("\(name) is not known here") }
        let text = String(decoding: try type.json(from: bytes, layout: .pretty), as: UTF8.self)
        // In a string, as YAML has them, an ampersand could be taken for an anchor.
        return text.replacing("&", with: "\\u0026") + "\n"
    }

    /// Stores a text that was made of a message: what is wrong with the text is wrong with that field of the request.
    func storeText(
        _ text: String,
        as name: DocumentName,
        from field: String,
        replacing version: String?,
        claim: IdempotencyClaim?
    ) async throws -> Grafeion_V1_Document {
        do {
            let reply = try await ApplyDocument(self).run(text, as: name, replacing: version, claim: claim)
            return try Grafeion_V1_Document(serializedBytes: reply)
        } catch MetadataError.invalid(let problems) {
            throw MetadataError.invalid(problems.map { FieldProblem(field: field, description: $0.description) })
        }
    }

    /// What is wrong with the text of a message, by the fields of the message instead of lines that nobody wrote.
    func fieldError<Record: Message>(of error: InvalidPolicy, in message: Record.Type, field: String) -> MetadataError {
        let names = types.message(message.protoMessageName).map(Self.fieldNames) ?? [:]
        return .invalid(
            error.problems.map { problem in
                let path = problem.path.split(separator: ".").map { part -> String in
                    let name = part.prefix { $0 != "[" }
                    return (names[String(name)] ?? String(name)) + part.dropFirst(name.count)
                }
                return FieldProblem(field: ([field] + path).joined(separator: "."), description: problem.message)
            }
        )
    }

    /// The names of all fields in and below a message by their names in JSON. The key of a map that is called like a field
    /// is shown like it, too.
    private static func fieldNames(in type: MessageType) -> [String: String] {
        var names: [String: String] = [:]
        var (open, seen): ([MessageType], Set<MessageType>) = ([type], [type])
        while let next = open.popLast() {
            for field in next.fields {
                names[field.jsonName] = field.name
                if let inner = field.messageType, seen.insert(inner).inserted { open.append(inner) }
            }
        }
        return names
    }
}
