import MessageReflection
import MetadataModel
import Storage
import SwiftProtobuf
import UseCases

/// Makes methods of functions on messages: checks and decodes the request, and claims its idempotency key.
struct MethodFactory {
    let service: String
    let services: RecordServices

    /// A method that changes nothing.
    func read<Request: Message>(
        _ name: String,
        _ body: @escaping @Sendable (Request) async throws -> [UInt8]
    ) -> APIMethod {
        let type = services.types.message(Request.protoMessageName)
        let limits = services.limits
        return APIMethod(name: "\(service)/\(name)") { bytes, _ in
            try await body(try decode(bytes, as: type, limits))
        }
    }

    /// A method that writes, once for each idempotency key.
    func write<Request: Message>(
        _ name: String,
        _ body: @escaping @Sendable (Request, IdempotencyClaim?) async throws -> [UInt8]
    ) -> APIMethod {
        let type = services.types.message(Request.protoMessageName)
        let fullName = "\(service)/\(name)"
        let services = services
        return APIMethod(name: fullName) { bytes, call in
            let request: Request = try decode(bytes, as: type, services.limits)
            return try await body(request, try services.claim(method: fullName, request: bytes, call: call))
        }
    }
}

/// Decodes a request, with an error that says where it is malformed.
private func decode<Request: Message>(_ bytes: [UInt8], as type: MessageType?, _ limits: Limits) throws -> Request {
    guard let type else { throw MetadataError.unimplemented("\(Request.protoMessageName) has no descriptor here") }
    do {
        try type.check(bytes, messagesMax: limits.requestMessagesMax, takesAnyMask: true)
    } catch {
        throw MetadataError.invalid([FieldProblem(error)])
    }
    do {
        return try Request(serializedBytes: bytes)
    } catch {
        throw MetadataError.invalid("", "the request is not an encoded \(Request.protoMessageName)")
    }
}

extension FieldProblem {
    fileprivate init(_ error: WireError) {
        self.init(field: error.path, description: WireError(error.reason, offset: error.offset).description)
    }
}
