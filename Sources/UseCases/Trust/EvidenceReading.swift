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
        /// Whether signatures in it may cease to count by themselves, whatever the key.
        var hasTokens = false
    }

    /// An image that is asked about.
    struct Image {
        /// As the pod has it.
        var name: String
        /// Nil for one that is not pinned.
        var digest: String?
        /// Why the digest that its tag stands for could not be found out.
        var unresolved: String?
    }

    func gather(_ images: [Image]) async -> Gathered {
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
        // A pod may name an image many times, and an index has many images: each is looked at once.
        let metadata = known.map { ($0.key, self.metadata(of: $0.key.text, $0.value)) }
        let byDigest = Dictionary(metadata, uniquingKeysWith: { first, _ in first })
        gathered.evidence = images.map { evidence(of: $0, known, byDigest) }
        gathered.hasTokens = known.values.contains { (try? $0.get().records.hasTokens) ?? false }
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
        of image: Image,
        _ known: [ExactText: Result<KnownImage, any Error>],
        _ byDigest: [ExactText: ImageMetadata]
    ) -> Evidence {
        guard let digest = image.digest else {
            return Evidence(image: image.name, metadata: nil, unresolved: image.unresolved)
        }
        let nothing = { (digest: String) in ImageMetadata(digest: digest, failure: "nobody looked for it") }
        let platforms = (try? known[ExactText(digest)]?.get().records.platformDigests) ?? []
        var metadata = byDigest[ExactText(digest)] ?? nothing(digest)
        if platforms.count > TrustLimits.manifestsMax {
            metadata.excess = "the index has more than \(TrustLimits.manifestsMax) images"
        }
        return Evidence(
            image: image.name,
            metadata: metadata,
            manifests: platforms.prefix(TrustLimits.manifestsMax).map { byDigest[ExactText($0)] ?? nothing($0) }
        )
    }

    private func metadata(of digest: String, _ result: Result<KnownImage, any Error>) -> ImageMetadata {
        switch result {
        case .success(let image):
            var attestations: [String: AttestationOutcome] = [:]
            for authority in policy.authorities {
                attestations[authority.id] = image.outcome(of: authority, in: policy, now: now)
            }
            return ImageMetadata(
                digest: digest,
                occurrences: image.records.occurrences,
                attestations: attestations,
                excess: image.records.excess
            )
        case .failure(let error):
            let reason = (error as? MetadataError)?.message ?? "the store did not answer"
            return ImageMetadata(digest: digest, failure: reason)
        }
    }
}
