import MessageReflection
import MetadataModel
import Storage
import UseCases

/// Makes methods of functions on requests: checks the request's bytes, and claims its idempotency key.
struct MethodFactory {
    let service: String
    let services: RecordServices

    /// A method that changes nothing.
    func read(_ name: String, _ body: @escaping @Sendable (RequestFields) async throws -> [UInt8]) -> APIMethod {
        let method = "\(service)/\(name)"
        let decoder = RequestDecoder(method: method, services: services)
        return APIMethod(name: method) { bytes, _ in try await body(decoder.fields(of: bytes)) }
    }

    /// A method that writes, once for each idempotency key.
    func write(
        _ name: String,
        _ body: @escaping @Sendable (RequestFields, IdempotencyClaim?) async throws -> [UInt8]
    ) -> APIMethod {
        let method = "\(service)/\(name)"
        let services = services
        let decoder = RequestDecoder(method: method, services: services)
        return APIMethod(name: method) { bytes, call in
            let request = try decoder.fields(of: bytes)
            return try await body(request, try services.claim(method: method, request: bytes, call: call))
        }
    }
}

/// Checks the encoded requests of one method, with an error that says where one is malformed.
private struct RequestDecoder {
    let method: String
    /// Nil when no descriptor has the method.
    let type: MessageType?
    let messagesMax: Int

    init(method: String, services: RecordServices) {
        self.method = method
        type = services.types.method(method)?.input
        messagesMax = services.limits.requestMessagesMax
    }

    func fields(of bytes: [UInt8]) throws(MetadataError) -> RequestFields {
        guard let type else { throw .unimplemented("\(method) has no descriptor here") }
        do {
            let isNormal = try type.check(bytes, messagesMax: messagesMax, takesAnyMask: true)
            return RequestFields(type: type, bytes: bytes, isNormal: isNormal)
        } catch {
            throw .invalid([FieldProblem(error)])
        }
    }
}

extension FieldProblem {
    fileprivate init(_ error: WireError) {
        self.init(field: error.path, description: WireError(error.reason, offset: error.offset).description)
    }
}
