import GRPCCore
import GRPCNIOTransportHTTP2
import GrafeasProto
import Payloads
import SwiftProtobuf

/// Creates notes, then occurrences image by image, in batches of 500 over gRPC, a few calls at a time.
struct Fill {
    let address: String
    let port: Int
    let payload: Payload
    let images: Int
    let perImage: Int

    private static let batchSize = 500
    private static let callers = 3

    typealias Client = GRPCClient<HTTP2ClientTransport.Posix>

    func run() async throws {
        let transport = try HTTP2ClientTransport.Posix(
            target: .ipv4(address: address, port: port),
            transportSecurity: .plaintext
        )
        try await withGRPCClient(transport: transport) { client in
            for start in stride(from: 0, to: payload.noteCount, by: Self.batchSize) {
                try await createNotes(start..<min(start + Self.batchSize, payload.noteCount), client)
            }
            try await createOccurrences(client)
        }
    }

    private func createNotes(_ numbers: Range<Int>, _ client: Client) async throws {
        let request = Grafeas_V1_BatchCreateNotesRequest.with {
            $0.parent = Payload.noteProject
            $0.notes = Dictionary(uniqueKeysWithValues: numbers.map { (Payload.noteID($0), Payload.note($0)) })
        }
        try await call("BatchCreateNotes", request.serializedBytes(), client)
    }

    private func createOccurrences(_ client: Client) async throws {
        let total = images * perImage
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, start) in stride(from: 0, to: total, by: Self.batchSize).enumerated() {
                if index >= Self.callers { try await group.next() }
                group.addTask { try await createOccurrences(start..<min(start + Self.batchSize, total), client) }
            }
            try await group.waitForAll()
        }
    }

    private func createOccurrences(_ numbers: Range<Int>, _ client: Client) async throws {
        let request = Grafeas_V1_BatchCreateOccurrencesRequest.with {
            $0.parent = Payload.project
            $0.occurrences = numbers.map { payload.occurrence(image: $0 / perImage, finding: $0 % perImage) }
        }
        try await call("BatchCreateOccurrences", request.serializedBytes(), client)
    }

    private func call(_ method: String, _ message: [UInt8], _ client: Client) async throws {
        var options = CallOptions.defaults
        options.waitForReady = true
        try await client.unary(
            request: ClientRequest(message: message),
            descriptor: MethodDescriptor(fullyQualifiedService: "grafeas.v1.Grafeas", method: method),
            serializer: BytesCoding(),
            deserializer: BytesCoding(),
            options: options
        ) { _ = try $0.message }
    }
}

/// Messages as the bytes they are.
private struct BytesCoding: MessageSerializer, MessageDeserializer {
    func serialize<Bytes: GRPCContiguousBytes>(_ message: [UInt8]) -> Bytes { Bytes(message) }
    func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) -> [UInt8] { bytes.withUnsafeBytes { [UInt8]($0) } }
}
