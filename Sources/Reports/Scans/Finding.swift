import GrafeasProto
import SwiftProtobuf

/// One vulnerability in one package of an image.
struct Finding: Sendable, Equatable {
    /// Where it stands in the report, `Results[0].Vulnerabilities[3]`.
    var place: String
    /// The CVE, or where there is not exactly one the database's own id (`GHSA-…`, `DLA-…`).
    var vulnerabilityID: String
    /// Other ids of the same vulnerability.
    var aliases: [String] = []

    var packageName: String
    /// The kind of package by the type in its package URL: `deb`, `rpm`, `apk`, `npm`, `golang`, `maven` …
    var ecosystem: String
    /// As the package's manager writes it, with the epoch; nil if the report does not say.
    var installedVersion: String?
    /// The versions that have a fix, often one for each line of releases; empty if there is none.
    var fixedVersions: [String] = []
    /// The fixed version that the scanner suggests.
    var suggestedVersion: String?
    /// The package URL.
    var purl: String?
    /// Where the package lies in the image.
    var locations: [Location] = []

    /// What the database that everybody cites (NVD, GitHub) says; unspecified if it does not.
    var providerSeverity = Grafeas_V1_Severity.unspecified
    /// What the scanner makes of it for this package, often the distribution's word.
    var effectiveSeverity = Grafeas_V1_Severity.unspecified
    /// What databases say in CVSS, the most relevant for this package first.
    var ratings: [CVSSRating] = []

    var title: String?
    var description: String?
    var urls: [String] = []
    var publishTime: Google_Protobuf_Timestamp?
    var updateTime: Google_Protobuf_Timestamp?
    /// What is being done about it in the scanner's own word: `fixed`, `will_not_fix`, `wont-fix` …
    var status: String?
    /// Somebody's judgement that comes with the finding, if there is one.
    var assessment: Assessment?

    /// A place in the image.
    struct Location: Sendable, Hashable {
        /// Nil when only the layer is known.
        var path: String?
        var layerDigest: String?
        var layerDiffID: String?
        var line: Int32?
    }

    /// A judgement whether the image is affected at all (VEX).
    struct Assessment: Sendable, Equatable {
        var state: Grafeas_V1_VulnerabilityAssessmentNote.Assessment.State
        var justification: Grafeas_V1_VulnerabilityAssessmentNote.Assessment.Justification.JustificationType
        var details: String?
    }

    init(place: String, vulnerabilityID: String, packageName: String, ecosystem: String) {
        self.place = place
        self.vulnerabilityID = vulnerabilityID
        self.packageName = packageName
        self.ecosystem = ecosystem
    }
}

/// What one database says of a vulnerability in one version of CVSS.
struct CVSSRating: Sendable, Equatable {
    /// The database: `nvd`, `redhat`, `ghsa`; empty if the report does not say.
    var source: String
    var version: Version
    /// The vector as it was written, if it was given.
    var vector: String?
    /// The base score, if it was given.
    var score: Double?

    /// A version of CVSS; 3.0 and 3.1 are one here as they are in Grafeas.
    enum Version: Int, Sendable, Comparable {
        case v2 = 2
        case v3 = 3
        case v4 = 4

        static func < (left: Version, right: Version) -> Bool { left.rawValue < right.rawValue }
    }

    /// The base score as given, else as the vector has it.
    var baseScore: Double? { score ?? vector.flatMap { CVSSVector($0) }?.scores?.base }

    /// Reads the version from the vector's prefix; a vector without one is of version 2.
    init(source: String, vector: String?, score: Double?, version: Version? = nil) {
        self.source = source
        self.vector = vector
        self.score = score
        let text = vector ?? ""
        self.version = version ?? (text.hasPrefix("CVSS:4") ? .v4 : text.hasPrefix("CVSS:3") ? .v3 : .v2)
    }
}
