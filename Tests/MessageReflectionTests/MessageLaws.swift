import GrafeasProto
import MessageReflection
import SwiftProtobuf
import TestSupport
import Testing

/// Laws that hold for every message, tried on random ones; a failure prints the seed to run again with.
@Suite struct MessageLaws {
    static let seed = UInt64.random(in: 0...UInt64.max)

    init() {
        Google_Protobuf_Any.register(messageType: Grafeas_V1_Hash.self)
        Google_Protobuf_Any.register(messageType: Grafeas_V1_Version.self)
    }

    private func types() -> [MessageType] { Types.registry.messages.filter { !$0.isMapEntry } }

    /// decode ∘ encode is the identity on canonical messages, and what is generated passes the check.
    @Test func jsonAndBackIsTheSameMessageForEveryType() throws {
        var messages = RandomMessages(Types.registry, seed: Self.seed)
        for type in types() {
            for _ in 0..<30 {
                let wire = messages.message(type)
                try type.check(wire)
                let json = try type.json(from: wire)
                let back = try type.wire(fromJSON: json)
                #expect(back == wire, "seed \(Self.seed): \(type) \(wire) \(string(json))")
                if back != wire { return }
                let pretty = try type.json(from: wire, layout: .pretty)
                #expect(try type.wire(fromJSON: pretty) == wire, "seed \(Self.seed): \(type) \(string(pretty))")
            }
        }
    }

    @Test func ourJSONIsSwiftProtobufs() throws {
        try compare(Grafeas_V1_Note.self)
        try compare(Grafeas_V1_Occurrence.self)
        try compare(Grafeas_V1_ListOccurrencesResponse.self)
        try compare(Grafeas_V1_BatchCreateNotesRequest.self)
        try compare(Google_Protobuf_Value.self)
        try compare(Google_Protobuf_FieldMask.self)
    }

    private func compare<M: SwiftProtobuf.Message>(_: M.Type) throws {
        let type = try Types.message(M.protoMessageName)
        var messages = RandomMessages(Types.registry, seed: Self.seed)
        // SwiftProtobuf writes the members of a Struct in random order.
        messages.structMemberCountMax = 1
        var options = JSONEncodingOptions()
        options.useDeterministicOrdering = true
        for _ in 0..<150 {
            let wire = messages.message(type)
            let message = try M(serializedBytes: wire)
            let ours = try type.json(from: wire)
            // SwiftProtobuf knows nothing of how we keep objects of unknown types, so these are left to the other laws.
            if !string(ours).contains("https://example.com/unknown") {
                let theirs: [UInt8] = try message.jsonUTF8Bytes(options: options)
                #expect(string(ours) == string(theirs), "seed \(Self.seed): \(type)")
                let decoded = try M(jsonUTF8Bytes: theirs)
                let read = try M(serializedBytes: try type.wire(fromJSON: theirs))
                #expect(try binary(decoded) == binary(read), "seed \(Self.seed): \(type) \(string(theirs))")
            }
            let again = try M(serializedBytes: try type.wire(fromJSON: ours))
            #expect(try binary(again) == binary(message), "seed \(Self.seed): \(type) \(string(ours))")
        }
    }

    private func binary(_ message: some SwiftProtobuf.Message) throws -> [UInt8] {
        var options = BinaryEncodingOptions()
        options.useDeterministicOrdering = true
        return try message.serializedBytes(options: options)
    }

    /// However a writer cuts and shuffles a message, its JSON is that of the message a reader sees.
    @Test func orderAndUnknownFieldsDoNotChangeTheJSON() throws {
        var messages = RandomMessages(Types.registry, seed: Self.seed)
        for type in types() where type.wellKnown == .none {
            for _ in 0..<20 {
                let wire = messages.message(type)
                let json = try type.json(from: wire)
                var records = try fields(of: wire)
                records.append((100_000, encoded { $0.field(100_000, string: "unknown") }))
                // Stable within a number, since the order of a repeated field is its content.
                var order = Array(Set(records.map(\.number))).sorted()
                order.shuffle(using: &messages.random)
                let shuffled = order.flatMap { number in records.filter { $0.number == number }.flatMap(\.bytes) }
                #expect(try type.json(from: shuffled) == json, "seed \(Self.seed): \(type)")
            }
        }
    }

    private func fields(of wire: [UInt8]) throws -> [(number: Int, bytes: [UInt8])] {
        try wire.withWireBytes { buffer in
            var records: [(Int, [UInt8])] = []
            var reader = WireReader(buffer)
            while let field = try reader.next() { records.append((field.number, Array(field.whole))) }
            return records
        }
    }

    /// Random bytes, truncations and mutations give a value or an error; what passes the check has a JSON form, and reading
    /// that gives a message that passes too.
    @Test func mutatedWireIsAValueOrAnError() throws {
        var messages = RandomMessages(Types.registry, seed: Self.seed)
        for type in types() {
            for _ in 0..<40 {
                let bytes = mutated(messages.message(type), &messages)
                let passes = (try? type.check(bytes)) != nil
                let json = try? type.json(from: bytes)
                #expect(json != nil || !passes, "seed \(Self.seed): \(type) \(bytes) passes the check but has no JSON")
                if passes, let json, let back = try? type.wire(fromJSON: json) { try type.check(back) }
                let mask = FieldMask.everything(of: type)
                _ = try? mask.applying(patch: bytes, to: bytes)
                if let field = type.fields.first {
                    _ = try? FieldMask.parse([field.name], in: type).applying(patch: bytes, to: bytes)
                }
            }
        }
    }

    @Test func mutatedJSONIsAValueOrAnError() throws {
        var messages = RandomMessages(Types.registry, seed: Self.seed)
        for type in types() {
            for _ in 0..<40 {
                let text = mutated(try type.json(from: messages.message(type)), &messages)
                guard let wire = try? type.wire(fromJSON: text) else { continue }
                try type.check(wire)
                let json = try type.json(from: wire)
                #expect(try type.json(from: try type.wire(fromJSON: json)) == json, "seed \(Self.seed): \(type)")
            }
        }
    }

    private func mutated(_ bytes: [UInt8], _ messages: inout RandomMessages) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<messages.pick(1..<4) {
            let place = Int.random(in: 0...bytes.count, using: &messages.random)
            switch messages.pick(0..<5) {
            case 0: bytes.removeLast(bytes.count - place)
            case 1: bytes.insert(UInt8.random(in: 0...255, using: &messages.random), at: place)
            case 2 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &messages.random)
            case 3 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &messages.random)
            case 4 where place < bytes.count: bytes.insert(bytes.randomElement(using: &messages.random) ?? 0, at: place)
            default: bytes = (0..<20).map { _ in UInt8.random(in: 0...255, using: &messages.random) }
            }
        }
        return bytes
    }

    /// A mask over random fields takes exactly these from the patch.
    @Test func aMaskTakesWhatItNamesAndNothingElse() throws {
        var messages = RandomMessages(Types.registry, seed: Self.seed)
        for type in types() where type.wellKnown == .none && type.oneofs.isEmpty && !type.fields.isEmpty {
            for _ in 0..<10 {
                let (base, patch) = (messages.message(type), messages.message(type))
                let named = type.fields.filter { _ in messages.chance(0.5) }
                guard !named.isEmpty else { continue }
                let mask = try FieldMask.parse(named.map(\.jsonName), in: type)
                let result = try fields(of: mask.applying(patch: patch, to: base))
                for field in type.fields {
                    let source = try fields(of: named.contains(field) ? patch : base)
                    #expect(
                        result.filter { $0.number == field.number }.map(\.bytes)
                            == source.filter { $0.number == field.number }.map(\.bytes),
                        "seed \(Self.seed): \(field)"
                    )
                }
                #expect(result.map(\.number) == result.map(\.number).sorted())
            }
        }
    }
}
