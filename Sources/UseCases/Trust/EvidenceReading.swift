import MetadataModel
import PolicyEngine
import Storage

/// Gathers what a policy is told of images.
struct EvidenceReading {
    let services: TrustServices
    let policy: PreparedPolicy
    /// Seconds since 1970, for keys that expire.
    let now: Int64

    /// The evidence of some images, and the digests and the count of changes that it is as good as.
    struct Gathered {
        var evidence: [Evidence] = []
        var digests: [String] = []
        /// Nil if something changed while it was read.
        var changeCount: UInt64?
        var hasFailed = false
    }

    /// - Parameter images: names as the pod has them, and their digests; nil for one that is not pinned.
    func gather(_ images: [(name: String, digest: String?)]) async -> Gathered {
        var gathered = Gathered()
        var seen: Set<ExactText> = []
        let digests = images.compactMap(\.digest).filter { seen.insert(ExactText($0)).inserted }
        let before = services.records.store.changeCount(of: digests)
        var known: [ExactText: Result<KnownImage, any Error>] = [:]
        for digest in digests { known[ExactText(digest)] = await read(digest) }
        let platforms = known.values.flatMap { (try? $0.get().records.platformDigests) ?? [] }
            .filter { seen.insert(ExactText($0)).inserted }
        // The count of all must be of a time before any of them was read.
        gathered.digests = digests + platforms
        let all = services.records.store.changeCount(of: gathered.digests)
        let isUnchanged = services.records.store.changeCount(of: digests) == before
        for digest in platforms.prefix(TrustLimits.manifestsMax) { known[ExactText(digest)] = await read(digest) }
        gathered.changeCount = isUnchanged ? all : nil
        gathered.evidence = images.map { evidence(of: $0.name, $0.digest, known) }
        gathered.hasFailed = known.values.contains { result in
            if case .failure = result { true } else { false }
        }
        return gathered
    }

    private func read(_ digest: String) async -> Result<KnownImage, any Error> {
        do {
            let changeCount = services.records.store.changeCount(of: [digest])
            let isWhole = policy.compiled.readsWholeOccurrences
            if let known = services.images.image(digest, isWhole: isWhole, changeCount: changeCount) {
                return .success(known)
            }
            let records = try await ImageRecords(of: digest, services.records, isWhole: isWhole)
            let image = KnownImage(records, changeCount: changeCount)
            services.images.remember(image)
            return .success(image)
        } catch {
            return .failure(error)
        }
    }

    private func evidence(
        of image: String,
        _ digest: String?,
        _ known: [ExactText: Result<KnownImage, any Error>]
    ) -> Evidence {
        guard let digest else { return Evidence(image: image, metadata: nil) }
        let result = known[ExactText(digest)]
        let platforms = (try? result?.get().records.platformDigests) ?? []
        var metadata = metadata(of: digest, result)
        if platforms.count > TrustLimits.manifestsMax {
            metadata.failure = "the index has more than \(TrustLimits.manifestsMax) images"
        }
        return Evidence(
            image: image,
            metadata: metadata,
            manifests: platforms.prefix(TrustLimits.manifestsMax).map { self.metadata(of: $0, known[ExactText($0)]) }
        )
    }

    private func metadata(of digest: String, _ result: Result<KnownImage, any Error>?) -> ImageMetadata {
        switch result {
        case .success(let image)?:
            var attestations: [String: AttestationOutcome] = [:]
            for authority in policy.authorities {
                attestations[authority.id] = image.outcome(of: authority, in: policy, now: now)
            }
            return ImageMetadata(
                digest: digest,
                occurrences: image.records.occurrences,
                attestations: attestations,
                failure: image.records.failure
            )
        case .failure(let error)?:
            let reason = (error as? MetadataError)?.message ?? "the store did not answer"
            return ImageMetadata(digest: digest, failure: reason)
        case nil: return ImageMetadata(digest: digest, failure: "nobody looked for it")
        }
    }
}
