import SwiftProtobuf

/// What a vulnerability scanner found in an image, whatever the format it said it in.
struct ScanReport: Sendable, Equatable {
    /// The format that it was read from.
    var format: ReportFormat
    /// The program that looked.
    var scanner: Scanner
    /// When it looked; nil if the report does not say.
    var scanTime: Google_Protobuf_Timestamp?
    /// What it looked at.
    var image: ScannedImage
    /// The operating system of the image.
    var distribution: Distribution?
    /// The image's layers from the lowest up, if the report lists them.
    var layers: [Layer] = []
    /// Whether it could do its work.
    var outcome = Outcome.complete
    /// What it found, in the order of the report.
    var findings: [Finding] = []

    /// A scanner by name and version.
    struct Scanner: Sendable, Equatable {
        /// In lower case, `trivy`.
        var name: String
        var version: String?

        /// `trivy 0.65.0`
        var text: String { version.map { "\(name) \($0)" } ?? name }
    }

    /// An operating system as its `os-release` names it: `debian`, `10.1`.
    struct Distribution: Sendable, Equatable {
        var family: String
        var version: String?
    }

    /// A layer of an image.
    struct Layer: Sendable, Equatable {
        /// Of the layer as it is stored in the registry, compressed.
        var digest: String?
        /// Of the layer's content.
        var diffID: String?
        /// What made it.
        var command: String?
    }

    /// How a scan ended.
    enum Outcome: Sendable, Equatable {
        case complete
        /// The scanner does not know this kind of image.
        case unsupported(reason: String)
        case failed(reason: String)
    }

    /// Adds a finding, unless there are as many as are taken.
    mutating func add(_ finding: Finding, _ limits: ReportLimits) throws(ReportProblem) {
        if findings.count == limits.findingsMax {
            let text = "the report has more than \(limits.findingsMax) findings, which are the most that are taken"
            throw ReportProblem(path: finding.place, description: text)
        }
        findings.append(finding)
    }

    init(format: ReportFormat, scanner: Scanner, image: ScannedImage) {
        self.format = format
        self.scanner = scanner
        self.image = image
    }
}
