import Attestations
import GrafeasProto
import MetadataModel
import SwiftProtobuf
import TestSupport
import Testing
import UseCases

/// An attestation is judged by an attestor without being stored.
struct AttestationValidationTests {
    private typealias Request = Google_Cloud_Binaryauthorization_V1_ValidateAttestationOccurrenceRequest
    private typealias Response = Google_Cloud_Binaryauthorization_V1_ValidateAttestationOccurrenceResponse

    private func validate(_ office: TrustOffice, _ change: (inout Request) -> Void = { _ in }) async throws -> Response
    {
        let payload = SimpleSigningPayload(
            reference: "registry.example/prod/app",
            digest: try .init(TrustOffice.digest)
        )
        let attestation = try office.key.attestation(of: payload)
        var request = Request.with {
            $0.attestor = "projects/security/attestors/qa"
            $0.attestation = attestation
            $0.occurrenceNote = "projects/security/notes/qa"
            $0.occurrenceResourceUri = "https://" + TrustOffice.image
        }
        change(&request)
        return try await ValidateAttestation(office.office.services).run(request)
    }

    @Test func aSignatureByTheAttestorsKeyIsVerified() async throws {
        let office = try await TrustOffice()
        let response = try await validate(office)
        #expect(response.result == .verified && response.denialReason.isEmpty)
    }

    @Test func whatDoesNotCountIsDeniedWithTheReason() async throws {
        let office = try await TrustOffice()
        let cases: [(reason: String, change: (inout Request) -> Void)] = [
            ("not under projects/security/notes/qa", { $0.occurrenceNote = "projects/security/notes/other" }),
            ("names no digest", { $0.occurrenceResourceUri = "https://registry.example/prod/app:1" }),
            (
                "sha256",
                { $0.occurrenceResourceUri = "https://registry.example/prod/app@" + TrustOffice.otherDigest }
            ),
            ("there is no signature", { $0.attestation.signatures = [] }),
            ("signatures[0]", { $0.attestation.serializedPayload.append(0x20) }),
        ]
        for (reason, change) in cases {
            let response = try await validate(office, change)
            #expect(response.result == .attestationNotVerifiable)
            #expect(response.denialReason.contains(reason), "\(response.denialReason)")
        }
        try await office.applyAttestor("qa", key: office.otherKey)
        #expect(try await validate(office).result == .attestationNotVerifiable)
    }

    @Test func whatCannotBeJudgedIsAnError() async throws {
        let office = try await TrustOffice()
        let none = await Office.error { try await validate(office) { $0.attestor = "projects/security/attestors/no" } }
        #expect(none?.message.contains("does not exist") == true)
        let empty = await Office.error {
            try await validate(office) {
                $0.clearAttestation()
                $0.occurrenceNote = ""
                $0.occurrenceResourceUri = ""
            }
        }
        guard case .invalid(let problems)? = empty else {
            Issue.record("\(String(describing: empty))")
            return
        }
        #expect(problems.map(\.field) == ["attestation", "occurrence_note", "occurrence_resource_uri"])
    }
}
