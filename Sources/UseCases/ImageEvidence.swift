import GrafeasProto
import MetadataModel
import Storage
import SwiftProtobuf

/// The occurrences of one image, sorted by what they are about.
struct ImageEvidence {
    /// Whether there are more than were read.
    var isPartial = false
    private(set) var isThere = false
    private(set) var firstSeen: Google_Protobuf_Timestamp?
    private(set) var builds: [Occurrence] = []
    private(set) var images: [Occurrence] = []
    private(set) var discoveries: [Occurrence] = []
    private(set) var attestations: [Occurrence] = []
    private(set) var deployments: [Occurrence] = []
    private(set) var bills: [Occurrence] = []
    /// Versions of each package, by type and name.
    private(set) var packages: [PackageKey: Set<ExactText>] = [:]
    private(set) var findings: [FindingKey: Known] = [:]

    struct PackageKey: Hashable {
        let type: ExactText
        let name: ExactText
    }

    /// A vulnerability in a version of a package, whichever scanner found it.
    struct FindingKey: Hashable {
        let vulnerability: ExactText
        let package: ExactText
        let version: ExactText
    }

    /// What all scanners together know of a finding.
    struct Known {
        var finding: Grafeion_V1_Finding
        var isFixable: Bool
        /// Whether every occurrence of it is judged (VEX) not to affect the image.
        var isRuledOut: Bool
    }

    /// Takes in one occurrence; they come newest first.
    mutating func add(_ occurrence: Occurrence) {
        isThere = true
        firstSeen = firstSeen.map { $0 < occurrence.createTime ? $0 : occurrence.createTime } ?? occurrence.createTime
        switch occurrence.details {
        case .build: builds.append(occurrence)
        case .image: images.append(occurrence)
        case .discovery: discoveries.append(occurrence)
        case .attestation, .dsseAttestation: attestations.append(occurrence)
        case .deployment: deployments.append(occurrence)
        case .sbomReference: bills.append(occurrence)
        case .package(let package): add(package)
        case .vulnerability(let vulnerability): add(vulnerability, of: occurrence)
        default: break
        }
    }

    /// This, and where other images run, in which this one is.
    func adding(deploymentsOf others: ImageEvidence) -> ImageEvidence {
        var sum = self
        sum.deployments += others.deployments
        return sum
    }

    /// Whether a scan came to its end.
    var isScanned: Bool { discoveries.contains { $0.discovery.analysisStatus == .finishedSuccess } }

    private mutating func add(_ package: Grafeas_V1_PackageOccurrence) {
        let key = PackageKey(type: ExactText(package.packageType), name: ExactText(package.name))
        packages[key, default: []].insert(ExactText(package.wholeVersion))
    }

    private mutating func add(_ vulnerability: Grafeas_V1_VulnerabilityOccurrence, of occurrence: Occurrence) {
        for finding in Grafeion_V1_Finding.all(in: occurrence) {
            let key = FindingKey(
                vulnerability: ExactText(finding.vulnerability),
                package: ExactText(finding.package),
                version: ExactText(finding.version)
            )
            let isRuledOut = finding.state.rulesOut
            guard var known = findings[key] else {
                findings[key] = Known(finding: finding, isFixable: vulnerability.isFixable, isRuledOut: isRuledOut)
                continue
            }
            if known.finding.severity.rank < finding.severity.rank { known.finding.severity = finding.severity }
            if known.finding.fixedVersion.isEmpty { known.finding.fixedVersion = finding.fixedVersion }
            known.isFixable = known.isFixable || vulnerability.isFixable
            known.isRuledOut = known.isRuledOut && isRuledOut
            findings[key] = known
        }
    }
}

extension Grafeas_V1_Severity {
    /// Grows with how bad it is; the numbers of the API do too, but for those it may yet get.
    var rank: Int { SeverityColumn.value(rawValue) }
}

extension Google_Protobuf_Timestamp {
    static func < (left: Self, right: Self) -> Bool { (left.seconds, left.nanos) < (right.seconds, right.nanos) }
}
