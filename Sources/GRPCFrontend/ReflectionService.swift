internal import Foundation
internal import GrafeasProto
public import GRPCCore
public import MessageReflection
internal import SwiftProtobuf

/// gRPC server reflection, versions v1 and v1alpha: the same messages under two names, answered from the descriptors
/// that the server was built with.
public struct ReflectionService: RegistrableRPCService {
    /// The full names under which reflection is served.
    public static let names = [currentName, alphaName]

    private static let currentName = "grpc.reflection.v1.ServerReflection"
    private static let alphaName = "grpc.reflection.v1alpha.ServerReflection"

    private let answers: ReflectionAnswers

    /// - Parameter services: the full names of all services to list, these two included.
    public init(registry: TypeRegistry, services: some Sequence<String>) {
        answers = ReflectionAnswers(registry: registry, services: services.sorted())
    }

    public func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
        for name in Self.names {
            router.registerHandler(
                forMethod: MethodDescriptor(
                    fullyQualifiedService: name,
                    method: "ServerReflectionInfo",
                    type: .bidirectionalStreaming
                ),
                deserializer: ProtobufDeserializer<Grpc_Reflection_V1_ServerReflectionRequest>(),
                serializer: ProtobufSerializer<Grpc_Reflection_V1_ServerReflectionResponse>()
            ) { request, context in
                StreamingServerResponse { writer in
                    try await untilCancelled(context) {
                        for try await question in request.messages {
                            try await writer.write(answers.answer(question))
                        }
                    }
                    return [:]
                }
            }
        }
    }

    /// Runs the body until it ends or the call is cancelled, be it by the client or because the server drains: a tool
    /// that keeps its reflection stream open must not hold up a shutdown.
    private func untilCancelled(
        _ context: ServerContext,
        _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { try await body() }
            group.addTask { try await context.cancellation.cancelled }
            try await group.next()
            group.cancelAll()
        }
    }
}

private let currentFileName = "grpc/reflection/v1/reflection.proto"
private let alphaFileName = "grpc/reflection/v1alpha/reflection.proto"

/// Reflection's questions answered, each by itself.
struct ReflectionAnswers: Sendable {
    let registry: TypeRegistry
    let services: [String]

    func answer(
        _ question: Grpc_Reflection_V1_ServerReflectionRequest
    ) -> Grpc_Reflection_V1_ServerReflectionResponse {
        .with {
            $0.validHost = question.host
            $0.originalRequest = question
            $0.messageResponse = response(to: question.messageRequest)
        }
    }

    private typealias Response = Grpc_Reflection_V1_ServerReflectionResponse.OneOf_MessageResponse

    private func response(to request: Grpc_Reflection_V1_ServerReflectionRequest.OneOf_MessageRequest?) -> Response {
        switch request {
        case .listServices:
            .listServicesResponse(.with { $0.service = services.map { name in .with { $0.name = name } } })
        case .fileByFilename(let name):
            files(named: name) ?? missing("file", name)
        case .fileContainingSymbol(let symbol):
            files(declaring: symbol) ?? missing("symbol", symbol)
        case .fileContainingExtension(let wanted):
            registry.file(declaringExtension: Int(wanted.extensionNumber), of: wanted.containingType)
                .flatMap(files(named:)) ?? missing("extension", "\(wanted.containingType):\(wanted.extensionNumber)")
        case .allExtensionNumbersOfType(let type):
            registry.extensionNumbers(of: type).map { numbers in
                .allExtensionNumbersResponse(
                    .with {
                        $0.baseTypeName = type
                        $0.extensionNumber = numbers.map(Int32.init(clamping:))
                    }
                )
            } ?? missing("type", type)
        case nil:
            failure(.invalidArgument, "the request asks for nothing; set one field of message_request")
        }
    }

    /// A file with all it imports, so that a client needs no second question.
    private func files(named name: String) -> Response? {
        if name == alphaFileName { return alphaFile }
        return registry.fileDescriptors(withDependenciesOf: name).map { files in
            .fileDescriptorResponse(.with { $0.fileDescriptorProto = files.map { Data($0) } })
        }
    }

    private func files(declaring symbol: String) -> Response? {
        if let file = registry.file(declaring: symbol) { return files(named: file) }
        guard symbol.hasPrefix("grpc.reflection.v1alpha.") else { return nil }
        let current = symbol.replacing("grpc.reflection.v1alpha.", with: "grpc.reflection.v1.", maxReplacements: 1)
        return registry.file(declaring: current) == currentFileName ? alphaFile : nil
    }

    /// The v1alpha file differs from v1's in its names alone, so it is made from that instead of being kept beside it.
    private var alphaFile: Response? {
        guard let current = registry.fileDescriptor(named: currentFileName),
            var file = try? Google_Protobuf_FileDescriptorProto(serializedBytes: current)
        else { return nil }
        file.name = alphaFileName
        file.package = "grpc.reflection.v1alpha"
        func renamed(_ type: String) -> String {
            type.replacing(".grpc.reflection.v1.", with: ".grpc.reflection.v1alpha.", maxReplacements: 1)
        }
        for message in file.messageType.indices {
            for field in file.messageType[message].field.indices
            where file.messageType[message].field[field].hasTypeName {
                file.messageType[message].field[field].typeName = renamed(
                    file.messageType[message].field[field].typeName
                )
            }
        }
        for service in file.service.indices {
            for method in file.service[service].method.indices {
                let found = file.service[service].method[method]
                file.service[service].method[method].inputType = renamed(found.inputType)
                file.service[service].method[method].outputType = renamed(found.outputType)
            }
        }
        guard let encoded = try? file.serializedBytes() as Data else { return nil }
        return .fileDescriptorResponse(.with { $0.fileDescriptorProto = [encoded] })
    }

    private func missing(_ what: String, _ name: String) -> Response {
        failure(.notFound, "\(what) \"\(name.prefix(200))\" is not known here")
    }

    private func failure(_ code: Status.Code, _ message: String) -> Response {
        .errorResponse(
            .with {
                $0.errorCode = Int32(code.rawValue)
                $0.errorMessage = message
            }
        )
    }
}
