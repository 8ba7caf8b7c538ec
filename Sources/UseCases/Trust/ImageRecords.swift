import GrafeasProto
import MetadataModel
import Storage
import SwiftProtobuf

/// All that is stored of one digest, under whatever names.
struct ImageRecords: Sendable {
    let digest: String
    private(set) var occurrences: [Occurrence] = []
    /// Why that is not all: there is more than is read.
    private(set) var excess: String?
    /// Whether signatures in it may cease to count by themselves, whatever the key: JWTs say from when until when they do.
    private(set) var hasTokens = false
    /// Of the occurrences, encoded as far as they were read.
    private(set) var byteCount = 0

    /// The digests of its images, if it is an index. Only what was computed from an index's own bytes counts: an index passes
    /// for what its images are.
    let platformDigests: [String]

    /// Whether findings are whole, and not only what checks read of them.
    let isWhole: Bool

    /// Reads it, as far as one answer reads.
    /// - Parameter isWhole: whether findings are wanted whole, and not only what checks read of them.
    init(of digest: String, _ services: RecordServices, isWhole: Bool = true) async throws {
        self.digest = digest
        self.isWhole = isWhole
        platformDigests = try await services.store.computedPlatforms(of: digest)
        let limits = services.limits
        var (occurrencesLeft, bytesLeft) = (limits.imageOccurrencesMax, limits.imageBytesMax)
        let names = limits.imageNamesMax
        let resources = try await services.store.resources(.digest(digest), project: nil, limit: names + 1)
        if resources.count > names { excess = "it is in more than \(names) repositories" }
        for resource in resources.prefix(names) {
            let page = try await services.store.occurrences(
                of: resource,
                project: nil,
                limit: max(occurrencesLeft, 1),
                bytesMax: max(bytesLeft, 1)
            )
            occurrencesLeft -= page.count
            bytesLeft -= page.frames.count
            if page.next != nil || occurrencesLeft < 0 || bytesLeft < 0 {
                excess =
                    "there are more than \(limits.imageOccurrencesMax) occurrences or \(limits.imageBytesMax) bytes"
            }
            for message in try page.messages() {
                let read = isWhole ? message : try FindingExcerpt.bytes(of: message)
                byteCount += read.count
                occurrences.append(try Occurrence(serializedBytes: read))
            }
        }
        hasTokens = occurrences.contains { !$0.attestation.jwts.isEmpty }
        let attestations = occurrences.count { $0.mayAttest }
        if attestations > TrustLimits.attestationsMax {
            excess = "there are \(attestations) attestations; at most \(TrustLimits.attestationsMax) are looked at"
        }
    }
}
