import GrafeasProto
import MetadataModel

/// The note of one vulnerability, put together from all findings of it.
struct NoteDraft {
    private var first: Finding
    private var urls: [String] = []
    private var aliases: [String] = []
    private var details: [Grafeas_V1_VulnerabilityNote.Detail] = []
    private var detailKeys: Set<[ExactText]> = []

    init(_ finding: Finding) { first = finding }

    /// Adds what another finding of the vulnerability knows.
    mutating func add(_ finding: Finding, _ context: DraftContext) {
        let limits = context.limits
        if first.providerSeverity == .unspecified { first.providerSeverity = finding.providerSeverity }
        if first.ratings.isEmpty { first.ratings = finding.ratings }
        first.title = first.title ?? finding.title
        first.description = first.description ?? finding.description
        first.publishTime = first.publishTime ?? finding.publishTime
        first.updateTime = first.updateTime ?? finding.updateTime
        // Findings of one vulnerability mostly say the same; only what is new is gone through.
        if finding.urls != urls { urls = (urls + finding.urls).usable(limits) }
        for alias in finding.aliases where aliases.count < limits.aliasesMax && !aliases.contains(alias) {
            aliases.append(alias)
        }
        addDetails(finding, cpeURI: context.cpeURI(of: finding), limits)
    }

    /// One detail for each version that has a fix, or one that says there is none.
    private mutating func addDetails(_ finding: Finding, cpeURI: String, _ limits: ReportLimits) {
        let fixes = finding.fixedVersions.isEmpty ? [nil] : finding.fixedVersions.map(Optional.some)
        let packageType = Ecosystem.packageType(finding.ecosystem)
        for fix in fixes where details.count < limits.noteDetailsMax {
            let key = [finding.packageName, cpeURI, packageType, fix ?? ""].map { ExactText($0) }
            guard detailKeys.insert(key).inserted else { continue }
            var detail = Grafeas_V1_VulnerabilityNote.Detail()
            detail.affectedPackage = finding.packageName
            detail.affectedCpeUri = cpeURI
            detail.packageType = packageType
            detail.severityName = finding.effectiveSeverity.apiName
            detail.fixedPackage = finding.packageName
            detail.fixedCpeUri = cpeURI
            detail.fixedVersion = fix.map { Grafeas_V1_Version($0, ecosystem: finding.ecosystem) } ?? .maximum
            details.append(detail)
        }
    }

    func note() -> Note {
        var note = Note()
        note.shortDescription = first.title ?? first.vulnerabilityID
        note.longDescription = [first.description, AliasLine.text(aliases)].compactMap(\.self).joined(separator: "\n\n")
        note.relatedURL = urls.map { Grafeas_V1_RelatedUrl(url: $0) }
        var vulnerability = Grafeas_V1_VulnerabilityNote()
        vulnerability.severity = first.providerSeverity
        vulnerability.details = details
        if let time = first.publishTime { vulnerability.advisoryPublishTime = time }
        if let time = first.updateTime { vulnerability.sourceUpdateTime = time }
        setScores(of: &vulnerability)
        note.vulnerability = vulnerability
        return note
    }

    /// Here the database that everybody cites comes before the distribution.
    private func setScores(of vulnerability: inout Grafeas_V1_VulnerabilityNote) {
        let ratings = first.ratings.preferring(nil)
        if let rating = ratings.deciding, let score = rating.baseScore {
            vulnerability.cvssScore = Float(score)
            vulnerability.cvssVersion = rating.version.api
        }
        if let (vector, score) = ratings.first(.v3), let message = vector.messageV3(score: score) {
            vulnerability.cvssV3 = message
        }
        if let (vector, score) = ratings.first(.v2) { vulnerability.cvssV2 = vector.message(score: score) }
        if let (vector, score) = ratings.first(.v4) { vulnerability.cvssV4 = vector.message(score: score) }
    }
}

extension [CVSSRating] {
    /// The first vector of a version that can be read, and the score given with it. What cannot be read is passed over:
    /// databases have vectors with errors in them, and no finding is worth less for it.
    func first(_ version: CVSSRating.Version) -> (vector: CVSSVector, score: Double?)? {
        for rating in self where rating.version == version {
            if let vector = rating.vector.flatMap({ CVSSVector($0) }), vector.version == version {
                return (vector, rating.score)
            }
        }
        return nil
    }

    /// The rating whose score stands for all: of version 3, by which databases still assign severities, then 4, then 2.
    var deciding: CVSSRating? {
        for version in [CVSSRating.Version.v3, .v4, .v2] {
            if let rating = first(where: { $0.version == version && $0.baseScore != nil }) { return rating }
        }
        return nil
    }
}

extension CVSSRating.Version {
    var api: Grafeas_V1_CVSSVersion {
        switch self {
        case .v2: .cvssVersion2
        case .v3: .cvssVersion3
        case .v4: .cvssVersion4
        }
    }
}

extension Grafeas_V1_RelatedUrl {
    init(url: String) {
        self.init()
        self.url = url
    }
}
