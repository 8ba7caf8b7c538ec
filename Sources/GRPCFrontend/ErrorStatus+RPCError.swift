internal import APIMethods
internal import GRPCCore
internal import GrafeasProto
internal import SwiftProtobuf

extension RPCError {
    /// The error as gRPC carries it: code, message, and the whole `google.rpc.Status` as trailing metadata for clients
    /// that read details.
    init(_ error: ErrorStatus, requestID: String) {
        let fitted = error.fittedToTrailers()
        var metadata: Metadata = ["x-request-id": "\(requestID)"]
        // Encoding fails only for messages with required fields, and proto3 has none.
        if let details = try? fitted.serializedBytes() as [UInt8] {
            metadata.addBinary(details, forKey: "grpc-status-details-bin")
        }
        let code = Status.Code(rawValue: Int(error.code.rawValue)).flatMap(RPCError.Code.init) ?? .internalError
        self.init(code: code, message: fitted.message, metadata: metadata)
    }
}

/// Common gRPC clients refuse more than 8 KiB of headers, and then report that instead of our error. Details go out in
/// base64 (a third more) and the message once more beside them, percent-encoded.
private let detailBytesMax = 3072
private let messageBytesMax = 1024

extension ErrorStatus {
    /// The status, cut so that it fits into a client's header limit: a message's end and the last field violations go
    /// first, and the message says so.
    fileprivate func fittedToTrailers() -> Google_Rpc_Status {
        var fitted = status
        fitted.message = message.cut(toBytes: messageBytesMax)
        guard fitted.encodedSize > detailBytesMax else { return fitted }

        fitted.details = []
        for detail in status.details {
            var candidate = fitted
            candidate.details.append(detail)
            if candidate.encodedSize <= detailBytesMax {
                fitted = candidate
            } else if let violations = try? Google_Rpc_BadRequest(unpackingAny: detail) {
                fitted.appendPrefix(of: violations)
            }
        }
        return fitted
    }
}

extension Google_Rpc_Status {
    fileprivate var encodedSize: Int { (try? serializedBytes() as [UInt8])?.count ?? .max }

    /// Adds as many of the violations as fit.
    fileprivate mutating func appendPrefix(of request: Google_Rpc_BadRequest) {
        var kept = Google_Rpc_BadRequest()
        var room = detailBytesMax - encodedSize - 128
        for var violation in request.fieldViolations {
            violation.description_p = violation.description_p.cut(toBytes: 256)
            room -= ((try? violation.serializedBytes() as [UInt8])?.count ?? room) + 4
            guard room > 0 else { break }
            kept.fieldViolations.append(violation)
        }
        let more = request.fieldViolations.count - kept.fieldViolations.count
        kept.fieldViolations.append(.with { $0.description_p = "and \(more) more, which REST tells in full" })
        if let packed = try? Google_Protobuf_Any(message: kept) {
            details.append(packed)
        }
    }
}

extension String {
    /// The text, or as much of its beginning as fits, with an ellipsis.
    fileprivate func cut(toBytes bytesMax: Int) -> String {
        guard utf8.count > bytesMax else { return self }
        var kept = ""
        var size = 3
        for scalar in unicodeScalars {
            size += scalar.utf8.count
            if size > bytesMax { break }
            kept.unicodeScalars.append(scalar)
        }
        return kept + "…"
    }
}
