import MessageReflection

/// Reads the records of other servers as messages of grafeas.v1beta1, and writes these as JSON.
struct RecordTypes: Sendable {
    private let note: MessageType
    private let occurrence: MessageType

    /// Loads the descriptors, which takes a few milliseconds.
    static func load() throws -> RecordTypes {
        let registry = try TypeRegistry.load()
        guard let note = registry.message("grafeas.v1beta1.Note"),
            let occurrence = registry.message("grafeas.v1beta1.Occurrence")
        else { throw ClientFailure.unexpected("this program was built without the messages of grafeas.v1beta1") }
        return RecordTypes(note: note, occurrence: occurrence)
    }

    /// A record from protobuf's text format. Its own name is what the table says, whatever the text has: the reference
    /// server stores replaced records without it.
    /// - Parameter noteName: of an occurrence's note, for a text that has none.
    func entry(
        fromText text: [UInt8]?,
        of collection: RecordCollection,
        named name: String,
        noteName: String? = nil
    ) -> SourceEntry {
        guard let text else {
            return SourceEntry(name: name, json: .failure(ConversionFault(reason: "it has no data")))
        }
        let type = type(collection)
        do {
            var message = setting("name", to: name, in: try type.wire(fromText: text), of: type)
            if let noteName, self.text("note_name", in: message, of: type).isEmpty {
                message = setting("note_name", to: noteName, in: message, of: type)
            }
            return SourceEntry(name: name, json: .success(try type.json(from: message)))
        } catch {
            return SourceEntry(name: name, json: .failure(ConversionFault(reason: "\(error)")))
        }
    }

    /// A record from the JSON of a server, which may spell names as the proto files do.
    func entry(fromJSON text: ArraySlice<UInt8>, of collection: RecordCollection) -> SourceEntry {
        let type = type(collection)
        do {
            let message = try type.wire(fromJSON: Array(text))
            let name = self.text("name", in: message, of: type)
            return SourceEntry(name: name, json: .success(try type.json(from: message)))
        } catch {
            let name = (try? JSONValue(parsing: text))?["name"]?.text ?? ""
            return SourceEntry(name: name, json: .failure(ConversionFault(reason: "\(error)")))
        }
    }

    private func type(_ collection: RecordCollection) -> MessageType { collection == .notes ? note : occurrence }

    /// The text of a string field; empty if it is not set.
    private func text(_ field: String, in message: [UInt8], of type: MessageType) -> String {
        let number = type.field(named: field)?.number
        return message.withWireBytes { bytes in
            var (reader, text) = (WireReader(bytes), "")
            while let found = try? reader.next() {
                if found.number == number { text = found.text }
            }
            return text
        }
    }

    /// The message with another text in a string field.
    private func setting(_ field: String, to text: String, in message: [UInt8], of type: MessageType) -> [UInt8] {
        guard let number = type.field(named: field)?.number else { return message }
        // The last value of a singular field is the one that counts.
        var writer = WireWriter(message)
        writer.field(number, string: text)
        return writer.bytes
    }
}
