import GrafeasProto
import MetadataModel

/// What is known of one digest, sorted by what checks ask for; made once for all checks.
struct Subject {
    let digest: String
    let attestations: [String: AttestationOutcome]
    let failure: String?
    let excess: String?
    let occurrences: [Occurrence]
    private(set) var findings: [(name: String, vulnerability: Grafeas_V1_VulnerabilityOccurrence, noteID: String)] = []
    private(set) var scans: [Scan] = []
    private(set) var builds: [(occurrence: Occurrence, summary: BuildSummary)] = []
    private(set) var images: [(name: String, image: Grafeas_V1_ImageOccurrence)] = []
    private(set) var packages: [(name: String, package: Grafeas_V1_PackageOccurrence)] = []

    init(_ metadata: ImageMetadata) {
        digest = metadata.digest
        attestations = metadata.attestations
        failure = metadata.failure
        excess = metadata.excess
        let ending = Array(digest.utf8)
        // Hundreds of occurrences have one resource, and its text is looked at once.
        var known: (resource: ExactText, isOwn: Bool)?
        occurrences = metadata.occurrences.filter { occurrence in
            let resource = ExactText(occurrence.resourceUri)
            if let known, known.resource == resource { return known.isOwn }
            let isOwn = resource.text.utf8.suffix(ending.count).elementsEqual(ending)
            known = (resource, isOwn)
            return isOwn
        }
        for occurrence in occurrences {
            switch occurrence.details {
            case .vulnerability(let vulnerability):
                findings.append((occurrence.name, vulnerability, occurrence.noteID))
            case .discovery(let discovery): scans.append(Scan(occurrence, discovery))
            case .build(let build): builds.append((occurrence, BuildSummary(build)))
            case .image(let image): images.append((occurrence.name, image))
            case .package(let package): packages.append((occurrence.name, package))
            default: break
            }
        }
    }
}

extension Occurrence {
    /// Where it is stored, `projects/security`.
    var project: Substring {
        let parts = name.split(separator: "/", maxSplits: 2)
        return parts.count == 3 ? name[..<parts[1].endIndex] : ""
    }
}

extension Sequence<String> {
    /// `a, b, c and 5 more`
    func named(_ count: Int, max: Int) -> String {
        prefix(max).joined(separator: ", ") + (count > max ? " and \(count - max) more" : "")
    }
}

extension String {
    /// The text without control characters and separators of lines, cut to a length.
    func oneLine(scalarsMax: Int) -> String {
        let isPlain = unicodeScalars.count <= scalarsMax && !unicodeScalars.contains { $0.endsLine }
        if isPlain { return self }
        let shown = unicodeScalars.prefix(scalarsMax).map { $0.endsLine ? " " : $0 }
        return String(String.UnicodeScalarView(shown)) + (unicodeScalars.count > scalarsMax ? "…" : "")
    }
}

extension Unicode.Scalar {
    /// Whether a terminal or a log would take it for more than a character.
    fileprivate var endsLine: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}

extension Int64 {
    /// A time span as people say it.
    var span: String {
        switch self {
        case ..<120: "\(self) s"
        case ..<7_200: "\(self / 60) min"
        case ..<172_800: "\(self / 3_600) h"
        default: "\(self / 86_400) d"
        }
    }
}
