import Attestations
import GrafeasProto
import MetadataModel
import SwiftProtobuf
import TestSupport
import UseCases

/// A records office with attestors, policies and signed images.
struct TrustOffice {
    let office: Office
    let trust: TrustServices
    let key: SigningKey
    let otherKey: SigningKey

    static let digest = "sha256:" + String(repeating: "a", count: 64)
    static let otherDigest = "sha256:" + String(repeating: "b", count: 64)
    static let image = "registry.example/prod/app@" + digest

    /// With the attestor `projects/security/attestors/qa`, who has ``key``.
    init(_ location: Office = try! Office()) async throws {
        office = location
        trust = TrustServices(office.services)
        key = try SigningKey.generate(.p256).key
        otherKey = try SigningKey.generate(.p256).key
        try await applyAttestor("qa", key: key)
    }

    static func attestor(_ id: String, key: SigningKey) -> String {
        let pem = key.publicKey.pem.split(separator: "\n").map { "        \($0)" }.joined(separator: "\n")
        return """
            apiVersion: grafeion.dev/v1
            kind: Attestor
            metadata: {name: \(id)}
            spec:
              publicKeys:
              - pkixPublicKey:
                  publicKeyPem: |
            \(pem)
            """
    }

    func applyAttestor(_ id: String, key: SigningKey) async throws {
        _ = try await apply("projects/security/attestors/\(id)", Self.attestor(id, key: key))
    }

    @discardableResult
    func apply(_ name: String, _ content: String, replaces: String = "") async throws -> Grafeion_V1_Document {
        let reply = try await ApplyDocument(office.services).run(
            name: name,
            content: Array(content.utf8),
            replacesVersion: replaces,
            claim: nil
        )
        return try Grafeion_V1_Document(serializedBytes: reply)
    }

    /// A policy `projects/security/policies/prod` with one default check set.
    func applyPolicy(_ checks: String, more: String = "") async throws {
        let policy = """
            apiVersion: grafeion.dev/v1
            kind: Policy
            metadata: {name: prod}
            spec:
              checkSets:
              - displayName: all
                checks: \(checks)
            \(more)
            """
        try await apply("projects/security/policies/prod", policy)
    }

    static let signedByQA = "[{simpleSigningAttestationCheck: {attestors: [projects/security/attestors/qa]}}]"

    /// Stores an attestation of an image.
    @discardableResult
    func attest(
        _ digest: String = digest,
        signing signed: String? = nil,
        by key: SigningKey? = nil,
        note: String = "projects/security/notes/qa",
        in project: String = "projects/security"
    ) async throws -> Occurrence {
        let payload = SimpleSigningPayload(reference: "registry.example/prod/app", digest: try .init(signed ?? digest))
        let attestation = try (key ?? self.key).attestation(of: payload)
        return try await office.occurrence(in: project) {
            $0.resourceUri = "https://registry.example/prod/app@\(digest)"
            $0.noteName = note
            $0.attestation = attestation
        }
    }

    func check(
        _ image: String = image,
        namespace: String = "shop",
        _ change: (inout Grafeion_V1_CheckImagesRequest) -> Void = { _ in }
    ) async throws -> Grafeion_V1_Decision {
        var request = Grafeion_V1_CheckImagesRequest.with {
            $0.policy = "projects/security/policies/prod"
            $0.images = [.with { $0.image = image }]
            $0.pod.namespace = namespace
        }
        change(&request)
        return try await CheckImages(trust).run(request)
    }

    func verify(_ attestors: [String] = []) async throws -> Grafeion_V1_ImageVerification {
        let reply = try await VerifyImage(office.services).run(image: Self.image, attestors: attestors, project: "")
        return try Grafeion_V1_ImageVerification(serializedBytes: reply)
    }
}
