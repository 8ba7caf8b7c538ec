import MessageReflection
import MetadataModel
import Storage
import UseCases
import VersionConversion

/// Makes methods of functions on requests: checks the request's bytes, claims its idempotency key, and puts errors into the
/// words of the service's version.
struct MethodFactory {
    let service: String
    let services: RecordServices
    /// The version in which the service's messages speak.
    var version = APIVersion.v1

    /// A method that changes nothing; nil if the service does not have it.
    func read(_ name: String, _ body: @escaping @Sendable (RequestFields) async throws -> [UInt8]) -> APIMethod? {
        guard let decoder = decoder(name) else { return nil }
        let words = VersionWords(version, services.versions)
        return APIMethod(name: decoder.method) { bytes, _ in
            try await words.translatingErrors { try await body(decoder.fields(of: bytes)) }
        }
    }

    /// Carries out a call whose body is not in the request; it makes the claim from the body's digest.
    typealias LargeBody =
        @Sendable (
            RequestFields, @escaping ByteSource, _ claim: @Sendable (_ digest: String) throws -> IdempotencyClaim?
        ) async throws -> [UInt8]

    /// A method that writes, once for each idempotency key; nil if the service does not have it.
    /// - Parameter large: what it does with a body that is not in the request; nil if it takes none such.
    func write(
        _ name: String,
        large: LargeBody? = nil,
        _ body: @escaping @Sendable (RequestFields, IdempotencyClaim?) async throws -> [UInt8]
    ) -> APIMethod? {
        guard let decoder = decoder(name) else { return nil }
        let services = services
        let words = VersionWords(version, services.versions)
        let runLarge = large.map { large -> APIMethod.LargeRun in
            { bytes, source, call in
                let request = try decoder.fields(of: bytes)
                return try await large(request, source) { digest in
                    try services.claim(method: decoder.method, request: bytes + Array(digest.utf8), call: call)
                }
            }
        }
        return APIMethod(name: decoder.method, runLarge: runLarge) { bytes, call in
            try await words.translatingErrors {
                let request = try decoder.fields(of: bytes)
                let claim = try services.claim(method: decoder.method, request: bytes, call: call)
                return try await body(request, claim)
            }
        }
    }

    /// The type of a method's reply.
    func replyType(_ name: String) -> MessageType? { services.types.method("\(service)/\(name)")?.output }

    private func decoder(_ name: String) -> RequestDecoder? {
        let method = "\(service)/\(name)"
        guard let type = services.types.method(method)?.input else { return nil }
        return RequestDecoder(method: method, type: type, messagesMax: services.limits.requestMessagesMax)
    }
}

/// Checks the encoded requests of one method, with an error that says where one is malformed.
private struct RequestDecoder {
    let method: String
    let type: MessageType
    let messagesMax: Int

    func fields(of bytes: [UInt8]) throws(MetadataError) -> RequestFields {
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

/// Says where in a version's messages a problem lies that was found in v1's.
private struct VersionWords {
    private let version: APIVersion
    private let occurrence: RecordForm
    private let note: RecordForm

    init(_ version: APIVersion, _ versions: VersionConversion) {
        self.version = version
        occurrence = versions.form(version, .occurrence)
        note = versions.form(version, .note)
    }

    func translatingErrors(_ body: () async throws -> [UInt8]) async throws -> [UInt8] {
        guard version != .v1 else { return try await body() }
        do {
            return try await body()
        } catch let error as MetadataError {
            throw translated(error)
        }
    }

    private func translated(_ error: MetadataError) -> MetadataError {
        switch error {
        case .invalid(let problems):
            .invalid(
                problems.map { problem in
                    translated(problem, below: "occurrence", occurrence) ?? translated(problem, below: "note", note)
                        ?? problem
                }
            )
        case .faultyEntries(let faults):
            .faultyEntries(faults.map { EntryFault(entry: $0.entry, error: translated($0)) })
        default: error
        }
    }

    private func translated(_ fault: EntryFault) -> MetadataError {
        guard case .invalid(let problems) = fault.error else { return fault.error }
        let form = fault.entry.hasPrefix("notes") ? note : occurrence
        return .invalid(problems.map { $0.inWords(of: form) })
    }

    private func translated(_ problem: FieldProblem, below field: String, _ form: RecordForm) -> FieldProblem? {
        guard problem.field.hasPrefix(field + ".") else { return nil }
        var inner = problem
        inner.field = String(problem.field.dropFirst(field.count + 1))
        return inner.inWords(of: form).under(field)
    }
}

extension FieldProblem {
    /// The problem of a v1 message in the words of a version: its path, and the names of the details that it has.
    fileprivate func inWords(of form: RecordForm) -> FieldProblem {
        let isDetail = ["details", "type"].contains(field) && description.hasPrefix("one of ")
        guard isDetail else {
            return FieldProblem(field: form.path(ofStored: field), place: place, description: description)
        }
        let members = form.type.fields.filter { $0.oneof == 0 }
        let name = members.first?.oneof.map { form.type.oneofs[$0] } ?? field
        let names = members.map(\.name).joined(separator: ", ")
        return FieldProblem(field: name, place: place, description: "one of \(names) is required")
    }
}
