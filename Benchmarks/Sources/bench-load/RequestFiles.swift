import Foundation
import GrafeasProto
import Payloads
import SwiftProtobuf

/// Requests as gRPC frames, one in a file: a byte that says "not compressed", the length in four bytes, the message.
struct RequestFiles {
    let directory: String
    let payload: Payload
    /// How many images there are; lists ask for ten of them, from the first to the last.
    let images: Int

    func write() throws {
        let one = payload.occurrence(image: 1, finding: 7)
        try write(
            "create",
            Grafeas_V1_CreateOccurrenceRequest.with {
                $0.parent = Payload.project
                $0.occurrence = one
            }
        )
        try write(
            "batch",
            Grafeas_V1_BatchCreateOccurrencesRequest.with {
                $0.parent = Payload.project
                $0.occurrences = (0..<500).map { payload.occurrence(image: $0 / 100, finding: $0 % 100) }
            }
        )
        for index in 0..<10 {
            let resource = Payload.resource(image: index * images / 10)
            try write(
                "list-image-\(index)",
                Grafeas_V1_ListOccurrencesRequest.with {
                    $0.parent = Payload.project
                    $0.filter = "resourceUrl = \"\(resource)\" AND kind = \"VULNERABILITY\""
                    $0.pageSize = 1000
                }
            )
        }
        try write(
            "list-page",
            Grafeas_V1_ListOccurrencesRequest.with {
                $0.parent = Payload.project
                $0.pageSize = 1000
            }
        )
        let bytes: [UInt8] = try one.serializedBytes()
        print("payload_bytes \(bytes.count)")
    }

    private func write(_ name: String, _ message: some SwiftProtobuf.Message) throws {
        let body: [UInt8] = try message.serializedBytes()
        let length = withUnsafeBytes(of: UInt32(body.count).bigEndian) { Array($0) }
        try Data([0] + length + body).write(to: URL(filePath: directory).appending(path: "\(name).frame"))
    }
}
