import GrafeasProto
import MetadataModel
import Storage
import SwiftProtobuf

extension ImageEvidence {
    /// What the occurrences say together. Platforms are named by digest alone.
    func description(_ limits: Limits) -> Grafeion_V1_ImageDescription {
        var description = Grafeion_V1_ImageDescription()
        description.isPartial = isPartial
        if let firstSeen { description.firstSeen = firstSeen }
        description.builds = buildSummaries
        // What a build says comes before what the image says of itself.
        if let created = description.builds.first(where: \.hasFinished)?.finished { description.created = created }
        if let base { description.base = base }
        description.platforms = platforms
        description.packages = packageCounts
        description.vulnerabilities = vulnerabilities(worstMax: limits.describedEntriesMax)
        description.scans = scans
        description.attestations = attestations.prefix(limits.describedEntriesMax).map { .init($0) }
        let all = deployments.map { Grafeion_V1_Deployment($0) }
        let sorted = all.filter { !$0.hasUntil } + all.filter(\.hasUntil)
        description.deployments = Array(sorted.prefix(max(limits.describedEntriesMax, all.count { !$0.hasUntil })))
        description.bills = bills.prefix(limits.describedEntriesMax).map { .init($0) }
        return description
    }

    // MARK: Where it comes from

    /// Builds by when they ended, the last first, and behind them what the image says of itself.
    private var buildSummaries: [Grafeion_V1_Build] {
        builds.map { Grafeion_V1_Build($0) }.sorted { left, right in
            if left.isClaim != right.isClaim { return right.isClaim }
            return right.finished < left.finished
        }
    }

    private var base: Grafeion_V1_BaseImage? {
        guard let image = images.first(where: { !$0.image.baseResourceURL.isEmpty })?.image else { return nil }
        return .with {
            $0.image = image.baseResourceURL
            $0.layersOnTop = image.distance
            $0.layers = Int32(image.fingerprint.v2Blob.count)
        }
    }

    /// The images of an index, by digest alone.
    var platforms: [Grafeion_V1_PlatformImage] {
        images.flatMap(\.image.layerInfo).filter { $0.directive == Grafeas_V1_ImageOccurrence.manifestDirective }
            .compactMap { layer in
                let parts = layer.arguments.split(separator: " ")
                guard parts.count == 2 else { return nil }
                return .with {
                    $0.platform = String(parts[0])
                    $0.image = String(parts[1])
                }
            }
    }

    // MARK: What is in it

    private var packageCounts: Grafeion_V1_Packages {
        var counts: [ExactText: Int] = [:]
        for (key, versions) in packages { counts[key.type, default: 0] += versions.count }
        return .with {
            $0.total = Int32(counts.values.reduce(0, +))
            $0.byType = counts.map { type, count in
                .with {
                    $0.type = type.text
                    $0.count = Int32(count)
                }
            }.sorted { ($1.count, $0.type) < ($0.count, $1.type) }
        }
    }

    private func vulnerabilities(worstMax: Int) -> Grafeion_V1_Vulnerabilities {
        let affecting = findings.values.filter { !$0.isRuledOut }
        var counts: [Int: Grafeion_V1_SeverityCount] = [:]
        for known in affecting {
            let severity = known.finding.severity
            counts[severity.rank, default: .with { $0.severity = severity }].total += 1
            if known.isFixable { counts[severity.rank]?.fixable += 1 }
        }
        let worst = affecting.sorted { left, right in
            let (leftRank, rightRank) = (left.finding.severity.rank, right.finding.severity.rank)
            if leftRank != rightRank { return leftRank > rightRank }
            if left.isFixable != right.isFixable { return left.isFixable }
            return (left.finding.vulnerability, left.finding.package, left.finding.version)
                < (right.finding.vulnerability, right.finding.package, right.finding.version)
        }
        return .with {
            $0.bySeverity = counts.sorted { $0.key > $1.key }.map(\.value)
            $0.total = Int32(affecting.count)
            $0.fixable = Int32(affecting.count(where: \.isFixable))
            $0.notAffected = Int32(findings.count - affecting.count)
            $0.worst = worst.prefix(worstMax).map(\.finding)
        }
    }

    /// The newest word of each scanner in each project.
    private var scans: [Grafeion_V1_Scan] {
        var seen: Set<[ExactText]> = []
        return discoveries.map { Grafeion_V1_Scan($0) }.sorted { $1.time < $0.time }.filter { scan in
            let project = scan.name.split(separator: "/").dropFirst().first.map(String.init) ?? ""
            return seen.insert([ExactText(project), ExactText(scan.scannerName)]).inserted
        }
    }
}

extension Grafeion_V1_Build {
    /// The note under which `oci-image` documents say what an image's configuration claims.
    static let claimNoteID = "image-config"

    init(_ occurrence: Occurrence) {
        self.init()
        let summary = BuildSummary(occurrence.build)
        builder = summary.builder
        startedBy = summary.startedBy
        invocation = summary.invocation
        if let time = summary.started { started = time }
        if let time = summary.finished { finished = time }
        sourceRepository = summary.sources.first?.repository ?? ""
        sourceCommit = summary.sources.first { !$0.commit.isEmpty }?.commit ?? ""
        isClaim = occurrence.noteID == Self.claimNoteID
        name = occurrence.name
    }
}

extension Grafeion_V1_Scan {
    init(_ occurrence: Occurrence) {
        self.init()
        let discovery = occurrence.discovery
        scanner = discovery.analysisCompleted.analysisType.first ?? occurrence.noteID
        status = discovery.analysisStatus.apiName
        time = discovery.hasLastScanTime ? discovery.lastScanTime : occurrence.updateTime
        error = discovery.analysisStatusError.message
        name = occurrence.name
    }

    /// The scanner without its version.
    fileprivate var scannerName: String { scanner.split(separator: " ").first.map(String.init) ?? "" }
}

extension Grafeas_V1_DiscoveryOccurrence.AnalysisStatus {
    /// The name in the API.
    var apiName: String {
        switch self {
        case .pending: "PENDING"
        case .scanning: "SCANNING"
        case .finishedSuccess: "FINISHED_SUCCESS"
        case .finishedFailed: "FINISHED_FAILED"
        case .finishedUnsupported: "FINISHED_UNSUPPORTED"
        default: "ANALYSIS_STATUS_UNSPECIFIED"
        }
    }
}

extension Grafeion_V1_Attestation {
    init(_ occurrence: Occurrence) {
        self.init()
        authority = occurrence.noteName
        if case .dsseAttestation(let attestation) = occurrence.details {
            type = attestation.statement.predicateType
            if type.isEmpty { type = attestation.envelope.payloadType }
        } else {
            type = "signature"
        }
        time = occurrence.createTime
        name = occurrence.name
    }
}

extension Grafeion_V1_Bill {
    init(_ occurrence: Occurrence) {
        self.init()
        // The note's id says format and version: sbom-cyclonedx-1.6.
        let words = occurrence.noteID.split(separator: "-").drop { $0 == "sbom" }
        format = words.joined(separator: " ")
        location = occurrence.sbomReference.payload.predicate.location
        name = occurrence.name
    }
}
