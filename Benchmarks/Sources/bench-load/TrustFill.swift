import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2
import GrafeasProto
import Payloads
import SwiftProtobuf

/// Stores attestors and a policy, has the first images scanned and attested by all, and makes the image with 200 occurrences.
struct TrustFill {
    let address: String
    let port: Int
    let payload: Payload
    /// How many images are attested, of those that are there.
    let images: Int

    private static let imagesOfCall = 100

    private typealias Client = GRPCClient<HTTP2ClientTransport.Posix>

    func run() async throws {
        let records = try TrustRecords()
        try await Client.with(address, port) { client in
            try await createDocuments(records, client)
            for start in stride(from: 0, to: images, by: Self.imagesOfCall) {
                let numbers = start..<min(start + Self.imagesOfCall, images)
                try await create(try numbers.flatMap(records.occurrences), in: TrustRecords.project, client)
            }
            let large = TrustRecords.largeImage
            let findings = (0..<TrustRecords.largeImageFindings).map { payload.occurrence(image: large, finding: $0) }
            try await create(findings, in: Payload.project, client)
            try await create(try records.occurrences(image: large), in: TrustRecords.project, client)
        }
    }

    private func createDocuments(_ records: TrustRecords, _ client: Client) async throws {
        let notes = Grafeas_V1_BatchCreateNotesRequest.with {
            $0.parent = TrustRecords.project
            $0.notes = records.notes
        }
        try await client.send("BatchCreateNotes", notes.serializedBytes())
        for (name, text) in records.documents {
            let request = Grafeion_V1_ApplyDocumentRequest.with {
                $0.name = name
                $0.content.data = Data(text.utf8)
            }
            try await client.send("ApplyDocument", of: "grafeion.v1.Documents", request.serializedBytes())
        }
    }

    private func create(
        _ occurrences: [Grafeas_V1_Occurrence],
        in project: String,
        _ client: Client
    ) async throws {
        let request = Grafeas_V1_BatchCreateOccurrencesRequest.with {
            $0.parent = project
            $0.occurrences = occurrences
        }
        try await client.send("BatchCreateOccurrences", request.serializedBytes())
    }
}
