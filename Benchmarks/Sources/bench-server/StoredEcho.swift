import APIMethods
import GrafeasProto
import HTTPFrontend
import HTTPTypes
import HummingbirdCore
import MetadataModel
import NIOCore
import Payloads
import SwiftProtobuf

/// What the doors do without a store behind them: methods with the messages of the API's own that only decode their
/// request and encode their reply, and a route that answers with JSON it has ready.
struct StoredEcho: Sendable {
    private let occurrence: Grafeas_V1_Occurrence
    private let json: ByteBuffer

    init() throws {
        var occurrence = Payload(noteCount: 100).occurrence(image: 0, finding: 0)
        // What the server adds, so that the reply is as long as a stored one.
        occurrence.name = "\(Payload.project)/occurrences/01936f2a-7c00-7abc-8def-0123456789ab"
        occurrence.kind = .vulnerability
        occurrence.createTime = .with {
            $0.seconds = 1_700_000_000; $0.nanos = 123_456_000
        }
        occurrence.updateTime = occurrence.createTime
        self.occurrence = occurrence
        json = ByteBuffer(bytes: try occurrence.jsonUTF8Bytes() as [UInt8])
    }

    /// `GetOccurrence` that always finds the same one.
    var get: APIMethod {
        APIMethod(name: "bench.Echo/GetOccurrence") { [occurrence] bytes, _ in
            let request = try Grafeas_V1_GetOccurrenceRequest(serializedBytes: bytes)
            guard !request.name.isEmpty else { throw MetadataError.invalid("name", "is required") }
            return try occurrence.serializedBytes()
        }
    }

    /// `CreateOccurrence` that stores nothing.
    var create: APIMethod {
        APIMethod(name: "bench.Echo/CreateOccurrence") { bytes, _ in
            try Grafeas_V1_CreateOccurrenceRequest(serializedBytes: bytes).occurrence.serializedBytes()
        }
    }

    /// `GET /bench/occurrence`.
    var route: FixedRoute {
        FixedRoute(path: "/bench/occurrence") { [json] _ in
            Response(
                status: .ok,
                headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: json)
            )
        }
    }
}
