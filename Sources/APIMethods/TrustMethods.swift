import GrafeasProto
import MetadataModel
import Storage
import SwiftProtobuf
import UseCases

/// The methods of what vouches for images: attestors and policies, checks, verifications, decisions.
func trustMethods(_ trust: TrustServices) -> [APIMethod] {
    documentMethods(MethodFactory(service: "grafeion.v1.Documents", services: trust.records))
        + policyMethods(MethodFactory(service: "grafeion.v1.Policies", services: trust.records), trust)
}

private func documentMethods(_ methods: MethodFactory) -> [APIMethod] {
    let services = methods.services
    return [
        methods.write("ApplyDocument") {
            try await ApplyDocument(services).run(
                name: $0.string("name"),
                content: $0.message("content")?.record("data").message ?? [],
                replacesVersion: $0.string("replaces_version"),
                claim: $1
            )
        },
        methods.read("GetDocument") {
            try await GetDocument(services).run(name: $0.string("name"), revision: $0.integer("revision"))
        },
        methods.read("ListDocuments") {
            let listed = try await ListDocuments(services).run(parent: $0.string("parent"), page: $0.page)
            return listReply(frames: listed.page.frames, nextPageToken: listed.nextPageToken)
        },
        methods.read("ListDocumentRevisions") {
            let listed = try await ListDocumentRevisions(services).run(name: $0.string("name"), page: $0.page)
            return listReply(frames: listed.page.frames, nextPageToken: listed.nextPageToken)
        },
        methods.write("DeleteDocument") {
            try await DeleteDocument(services).run(name: $0.string("name"), claim: $1)
            return []
        },
    ].compactMap(\.self)
}

private func policyMethods(_ methods: MethodFactory, _ trust: TrustServices) -> [APIMethod] {
    let services = methods.services
    return [
        methods.read("CheckImages") {
            let request = try Grafeion_V1_CheckImagesRequest(serializedBytes: $0.bytes)
            return try await CheckImages(trust).run(request).serializedBytes()
        },
        methods.read("VerifyImage") {
            let request = try Grafeion_V1_VerifyImageRequest(serializedBytes: $0.bytes)
            return try await VerifyImage(services).run(
                image: request.image,
                attestors: request.attestors,
                project: request.project
            )
        },
        methods.read("GetDecision") { try await GetDecision(services).run(name: $0.string("name")) },
        methods.read("ListDecisions") {
            let listed = try await ListDecisions(services).run(parent: $0.string("parent"), page: $0.page)
            return listReply(frames: listed.page.frames, nextPageToken: listed.nextPageToken)
        },
    ].compactMap(\.self)
}
