import GrafeasProto
import Storage
import SwiftProtobuf
import UseCases

/// The methods of Binary Authorization: its attestors and project policies are documents of ours.
func binaryAuthorizationMethods(_ services: RecordServices) -> [APIMethod] {
    let package = "google.cloud.binaryauthorization.v1"
    let management = MethodFactory(service: "\(package).BinauthzManagementServiceV1", services: services)
    let system = MethodFactory(service: "\(package).SystemPolicyV1", services: services)
    let validation = MethodFactory(service: "\(package).ValidationHelperV1", services: services)
    return attestorMethods(management) + projectPolicyMethods(management)
        + [
            system.read("GetSystemPolicy") { try GetSystemPolicy().run(name: $0.string("name")).serializedBytes() },
            validation.read("ValidateAttestationOccurrence") {
                try await ValidateAttestation(services).run(.init(serializedBytes: $0.bytes)).serializedBytes()
            },
        ].compactMap(\.self)
}

private func attestorMethods(_ methods: MethodFactory) -> [APIMethod] {
    let services = methods.services
    return [
        methods.write("CreateAttestor") {
            let request = try Google_Cloud_Binaryauthorization_V1_CreateAttestorRequest(serializedBytes: $0.bytes)
            return try await CreateAttestor(services).run(
                parent: request.parent,
                attestorID: request.attestorID,
                attestor: request.attestor,
                claim: $1
            ).serializedBytes()
        },
        methods.read("GetAttestor") {
            try await GetAttestor(services).run(name: $0.string("name")).serializedBytes()
        },
        methods.write("UpdateAttestor") {
            let request = try Google_Cloud_Binaryauthorization_V1_UpdateAttestorRequest(serializedBytes: $0.bytes)
            return try await UpdateAttestor(services).run(request.attestor, claim: $1).serializedBytes()
        },
        methods.read("ListAttestors") {
            try await ListAttestors(services).run(parent: $0.string("parent"), page: $0.page).serializedBytes()
        },
        methods.write("DeleteAttestor") {
            try await DeleteAttestor(services).run(name: $0.string("name"), claim: $1)
            return []
        },
    ].compactMap(\.self)
}

private func projectPolicyMethods(_ methods: MethodFactory) -> [APIMethod] {
    let services = methods.services
    return [
        methods.read("GetPolicy") {
            try await GetProjectPolicy(services).run(name: $0.string("name")).serializedBytes()
        },
        methods.write("UpdatePolicy") {
            let request = try Google_Cloud_Binaryauthorization_V1_UpdatePolicyRequest(serializedBytes: $0.bytes)
            return try await UpdateProjectPolicy(services).run(request.policy, claim: $1).serializedBytes()
        },
    ].compactMap(\.self)
}
