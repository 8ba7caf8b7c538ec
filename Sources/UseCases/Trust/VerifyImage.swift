import Attestations
import GrafeasProto
import MetadataModel
import Storage
import SwiftProtobuf

/// Says for each attestor what there is of its attestations of an image.
public struct VerifyImage: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// - Parameters:
    ///   - image: `registry/repository@sha256:…` or a digest.
    ///   - attestors: by their names; none for all of the project.
    ///   - project: by name or id; empty for the projects whose notes the image's attestations hang on.
    /// - Returns: an encoded `grafeion.v1.ImageVerification`.
    public func run(image: String, attestors: [String], project: String) async throws -> [UInt8] {
        let digest = try Self.digest(image)
        let records = try await ImageRecords(of: digest.description, services)
        let names = try await names(attestors, project, records)
        let now = services.now() / 1_000_000
        var verification = Grafeion_V1_ImageVerification()
        verification.digest = digest.description
        for name in names {
            verification.attestors.append(try await verdict(of: name, on: records, digest, now: now))
        }
        return try verification.serializedBytes()
    }

    private static func digest(_ image: String) throws(MetadataError) -> ImageDigest {
        let text = ResourceURI.isDigest(image) ? image : ImageReference(image)?.digest ?? ResourceURI(image).digest
        guard let text else {
            let form = "must be registry/repository@sha256:… or a digest: what is attested is a digest"
            throw .invalid("image", "\(form); got \(image.quotedForMessage)")
        }
        do {
            return try ImageDigest(text)
        } catch {
            throw .invalid("image", error.description)
        }
    }

    // MARK: Whom to ask

    private func names(
        _ attestors: [String],
        _ project: String,
        _ records: ImageRecords
    ) async throws -> [DocumentName] {
        if !attestors.isEmpty {
            guard attestors.count <= TrustLimits.attestorsMax else {
                throw MetadataError.invalid("attestors", "at most \(TrustLimits.attestorsMax) are asked at once")
            }
            var names: [DocumentName] = []
            for text in attestors {
                names.append(try DocumentName(parsing: text, sort: .attestor, field: "attestors"))
            }
            return names
        }
        var names: [DocumentName] = []
        for project in try projects(project, records) {
            let page = try await services.store.documents(
                in: DocumentCollection(project: project, sort: .attestor),
                before: nil,
                limit: TrustLimits.attestorsMax,
                bytesMax: .max
            )
            guard page.next == nil else {
                let text =
                    "\(project.text) has more than \(TrustLimits.attestorsMax) attestors; name those that are meant"
                throw MetadataError.overLimit(text)
            }
            names += page.documents.map(\.name)
        }
        return names.sorted { $0.text < $1.text }
    }

    private func projects(_ project: String, _ records: ImageRecords) throws -> [ProjectName] {
        if !project.isEmpty { return [try ProjectName(nameOrID: project, field: "project")] }
        let notes = records.occurrences.filter(\.mayAttest).compactMap {
            try? NoteName(parsing: $0.noteName, field: "note_name")
        }
        return Set(notes.map { ProjectName(id: $0.parent.project) }).sorted { $0.id < $1.id }
    }

    // MARK: What they say

    private func verdict(
        of name: DocumentName,
        on records: ImageRecords,
        _ digest: ImageDigest,
        now: Int64
    ) async throws -> Grafeion_V1_AttestorVerdict {
        var verdict = Grafeion_V1_AttestorVerdict()
        verdict.attestor = name.text
        verdict.verified = false
        guard let attestor = try await services.attestor(name) else { throw MetadataError.notFound(name.reference) }
        if let problem = attestor.problem {
            verdict.undecided = true
            verdict.explanation = problem
            return verdict
        }
        let own = records.occurrences.filter { occurrence in
            occurrence.mayAttest && occurrence.noteName.utf8.elementsEqual(attestor.note.text.utf8)
        }
        for occurrence in own {
            let found = attestor.authority.verdict(on: occurrence, about: digest, now: now)
            if found.isVerified { verdict.verified = true }
            verdict.signatures += found.outcomes.map { Grafeion_V1_SignatureVerdict($0, of: occurrence.name) }
        }
        if own.isEmpty { verdict.explanation = "there is no attestation of the image under \(attestor.note.text)" }
        return verdict
    }
}

extension Grafeion_V1_SignatureVerdict {
    fileprivate init(_ outcome: SignatureOutcome, of occurrence: String) {
        self = .with {
            $0.occurrence = occurrence
            $0.place = outcome.place
            switch outcome.result {
            case .verified(let key):
                $0.key = key
                $0.valid = true
            case .refused(let reason):
                $0.key = outcome.claimedKeyID
                $0.valid = false
                $0.reason = reason
            }
        }
    }
}
