import Attestations
public import GrafeasProto
import MetadataModel
import SwiftProtobuf

/// Says whether an attestation, which need not be stored, counts as one by an attestor.
public struct ValidateAttestation: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// - Returns: `VERIFIED`, or `ATTESTATION_NOT_VERIFIABLE` with the reason.
    /// - Throws: `invalid` for a request that leaves out what is to be judged, `notFound` for the attestor.
    public func run(
        _ request: Google_Cloud_Binaryauthorization_V1_ValidateAttestationOccurrenceRequest
    ) async throws -> Google_Cloud_Binaryauthorization_V1_ValidateAttestationOccurrenceResponse {
        let name = try DocumentName(parsing: request.attestor, sort: .attestor, field: "attestor")
        var problems = FieldProblems()
        if !request.hasAttestation { problems.require("attestation", "what is to be verified") }
        problems.check("occurrence_note") { field throws(MetadataError) in
            _ = try NoteName(parsing: request.occurrenceNote, field: field)
        }
        if request.occurrenceResourceUri.isEmpty {
            problems.require("occurrence_resource_uri", "the image's URI, https://registry/repository@sha256:…")
        }
        try problems.throwIfAny()
        guard let attestor = try await services.attestor(name) else { throw MetadataError.notFound(name.reference) }
        let reason = denialReason(request, by: attestor)
        return .with {
            $0.result = reason == nil ? .verified : .attestationNotVerifiable
            $0.denialReason = reason ?? ""
        }
    }

    /// Why the attestation does not count; nil if it does.
    private func denialReason(
        _ request: Google_Cloud_Binaryauthorization_V1_ValidateAttestationOccurrenceRequest,
        by attestor: AttestorAuthority
    ) -> String? {
        if let problem = attestor.problem { return problem }
        guard request.occurrenceNote.utf8.elementsEqual(attestor.note.text.utf8) else {
            return "it is under \(request.occurrenceNote.quotedForMessage), not under \(attestor.note.text)"
        }
        let resource = request.occurrenceResourceUri
        guard let text = ResourceURI(resource).digest, let digest = try? ImageDigest(text) else {
            return "the resource \(resource.quotedForMessage) names no digest, and what is attested is a digest"
        }
        let occurrence = Occurrence.with {
            $0.resourceUri = resource
            $0.noteName = request.occurrenceNote
            $0.attestation = request.attestation
        }
        let verdict = attestor.authority.verdict(on: occurrence, about: digest, now: services.now() / 1_000_000)
        return verdict.isVerified ? nil : verdict.explanation
    }
}
