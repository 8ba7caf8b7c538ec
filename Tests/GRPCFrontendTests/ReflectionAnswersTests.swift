import GrafeasProto
import MessageReflection
import SwiftProtobuf
import Testing

@testable import GRPCFrontend

@Suite struct ReflectionAnswersTests {
    private let answers: ReflectionAnswers

    init() throws {
        answers = ReflectionAnswers(registry: try TypeRegistry.load(), services: ["a.B", "c.D"])
    }

    private func ask(
        _ fill: (inout Grpc_Reflection_V1_ServerReflectionRequest) -> Void
    ) -> Grpc_Reflection_V1_ServerReflectionResponse {
        answers.answer(.with(fill))
    }

    private func files(
        _ response: Grpc_Reflection_V1_ServerReflectionResponse
    ) throws -> [Google_Protobuf_FileDescriptorProto] {
        try response.fileDescriptorResponse.fileDescriptorProto.map { try .init(serializedBytes: $0) }
    }

    @Test func servicesAreListed() {
        #expect(ask { $0.listServices = "" }.listServicesResponse.service.map(\.name) == ["a.B", "c.D"])
    }

    @Test func symbolComesWithItsFileAndAllImports() throws {
        let found = try files(ask { $0.fileContainingSymbol = "grafeas.v1.Grafeas" })
        #expect(found.first?.name == "grafeas/v1/grafeas.proto")
        let names = Set(found.map(\.name))
        #expect(found.allSatisfy { $0.dependency.allSatisfy(names.contains) })
        #expect(
            try files(ask { $0.fileContainingSymbol = "grafeas.v1.Grafeas.GetOccurrence" }).first?.name
                == "grafeas/v1/grafeas.proto"
        )
    }

    @Test func fileIsFoundByName() throws {
        #expect(try files(ask { $0.fileByFilename = "grafeas/v1/common.proto" }).first?.package == "grafeas.v1")
    }

    @Test func alphaVersionDescribesItselfUnderItsOwnName() throws {
        let file = try #require(
            try files(ask { $0.fileContainingSymbol = "grpc.reflection.v1alpha.ServerReflection" }).first
        )
        #expect(file.package == "grpc.reflection.v1alpha")
        #expect(file.service.first?.method.first?.inputType == ".grpc.reflection.v1alpha.ServerReflectionRequest")
    }

    @Test func extensionsAreFoundByTypeAndNumber() throws {
        let options = ask { $0.allExtensionNumbersOfType = "google.protobuf.MethodOptions" }
        #expect(options.allExtensionNumbersResponse.extensionNumber.contains(72_295_728))
        let file = try files(
            ask {
                $0.fileContainingExtension = .with {
                    $0.containingType = "google.protobuf.MethodOptions"
                    $0.extensionNumber = 72_295_728
                }
            }
        )
        #expect(file.first?.name == "google/api/annotations.proto")
    }

    @Test func whatIsMissingIsNotFoundInsideTheStream() {
        #expect(ask { $0.fileByFilename = "x.proto" }.errorResponse.errorCode == 5)
        #expect(ask { $0.fileContainingSymbol = "x.Y" }.errorResponse.errorCode == 5)
        #expect(ask { $0.allExtensionNumbersOfType = "x.Y" }.errorResponse.errorCode == 5)
        #expect(answers.answer(.init()).errorResponse.errorCode == 3)
    }
}
