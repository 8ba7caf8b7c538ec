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
        try await Client.with(address, port) { client in
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
        try await client.send("BatchCreateNotes", request.serializedBytes())
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
        try await client.send("BatchCreateOccurrences", request.serializedBytes())
    }
}
