import GrafeasProto
import MessageReflection
import SwiftProtobuf
import TestSupport
import Testing

/// Laws of reading the text format, tried on random messages; a failure prints the seed to run again with.
@Suite struct TextLaws {
    static let seed = UInt64.random(in: 0...UInt64.max)

    init() {
        Google_Protobuf_Any.register(messageType: Grafeas_V1_Hash.self)
        Google_Protobuf_Any.register(messageType: Grafeas_V1_Version.self)
    }

    /// What SwiftProtobuf writes as text is read as the same message.
    @Test func swiftProtobufsTextIsTheSameMessage() throws {
        try compare(Grafeas_V1_Note.self)
        try compare(Grafeas_V1_Occurrence.self)
        try compare(Grafeas_V1_ListOccurrencesResponse.self)
        try compare(Grafeas_V1_BatchCreateNotesRequest.self)
        try compare(Google_Protobuf_FieldMask.self)
    }

    private func compare<M: SwiftProtobuf.Message>(_: M.Type) throws {
        let type = try Types.message(M.protoMessageName)
        var messages = RandomMessages(Types.registry, seed: Self.seed)
        // Canonical form leaves the order of what is within an Any alone, and SwiftProtobuf's is random.
        messages.structMemberCountMax = 1
        for _ in 0..<200 {
            let wire = messages.message(type)
            let text = try M(serializedBytes: wire).textFormatString()
            let read = try type.wire(fromText: text.bytes)
            #expect(try read == type.canonical(wire), "seed \(Self.seed): \(type) \(text)")
        }
    }

    /// Whatever is done to a text, it is a message or has a fault with a place within it.
    @Test func mutatedTextIsAMessageOrAnError() throws {
        let type = try Types.message("grafeas.v1.Occurrence")
        var messages = RandomMessages(Types.registry, seed: Self.seed)
        for _ in 0..<1500 {
            let message = try Grafeas_V1_Occurrence(serializedBytes: messages.message(type))
            let text = mutated(message.textFormatString().bytes, &messages)
            do {
                let wire = try type.wire(fromText: text)
                try type.check(wire)
                #expect(try type.canonical(wire) == wire, "seed \(Self.seed): \(string(text))")
            } catch let problem as TextProblem {
                let lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)
                #expect(problem.line <= lines.count && problem.column <= lines[problem.line - 1].count + 1)
            } catch let error as WireError {
                // Text has times that JSON has no form for.
                guard case .unrepresentable = error.reason else { throw error }
            }
        }
    }

    private func mutated(_ bytes: [UInt8], _ messages: inout RandomMessages) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<messages.pick(1..<4) {
            let place = Int.random(in: 0...bytes.count, using: &messages.random)
            switch messages.pick(0..<4) {
            case 0 where messages.chance(0.3): bytes.removeLast(bytes.count - place)
            case 1: bytes.insert(messages.pick(Array("{}<>[]:;,\"'\\#-0x1e.t \n/".utf8)), at: place)
            case 2 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &messages.random)
            case 3 where place < bytes.count: bytes.remove(at: place)
            default: break
            }
        }
        return bytes
    }
}
