internal import GRPCCore
internal import Synchronization

/// What a call's metadata says about the call itself, read in one pass.
struct CallHeaders: Sendable {
    var idempotencyKey: String?
    /// As the client sent it; ``TraceParent`` decides whether it is one.
    var traceParent: String?
    /// The client's own id if it is fit for a log line, else a new one.
    let requestID: String

    init(_ metadata: Metadata, ids: RequestIDs) {
        var clientsID: String?
        for (key, value) in metadata {
            guard case .string(let text) = value else { continue }
            switch key {
            case "x-idempotency-key": idempotencyKey = text
            case "x-request-id": clientsID = text
            case "traceparent": traceParent = text
            default: break
            }
        }
        requestID = clientsID.flatMap { RequestIDs.isFit($0) ? $0 : nil } ?? ids.next()
    }
}

/// Makes request ids that differ between calls and between runs of the server: a random part of the run's own and a
/// count, both in hexadecimal. Much cheaper than 128 random bits a call, and they sort by arrival.
final class RequestIDs: Sendable {
    private let run = String(UInt64.random(in: .min ... .max), radix: 16)
    private let count = Atomic<UInt64>(0)

    func next() -> String {
        let number = count.wrappingAdd(1, ordering: .relaxed).newValue
        return "\(run)-\(String(number, radix: 16))"
    }

    /// Whether a client's id may go into logs and replies: up to 128 visible ASCII characters.
    static func isFit(_ id: String) -> Bool {
        (1...128).contains(id.utf8.count) && id.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
