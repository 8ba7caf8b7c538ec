public import SwiftProtobuf

/// What a vulnerability scanner found in an image, whatever the format it said it in.
public struct ScanReport: Sendable, Equatable {
    /// The format that it was read from.
    public var format: ReportFormat
    /// The program that looked.
    public var scanner: Scanner
    /// When it looked; nil if the report does not say.
    public var scanTime: Google_Protobuf_Timestamp?
    /// What it looked at.
    public var image: ScannedImage
    /// The operating system of the image.
    public var distribution: Distribution?
    /// The image's layers from the lowest up, if the report lists them.
    public var layers: [Layer] = []
    /// Whether it could do its work.
    public var outcome = Outcome.complete
    /// What it found, in the order of the report.
    public var findings: [Finding] = []

    /// A scanner by name and version.
    public struct Scanner: Sendable, Equatable {
        /// In lower case, `trivy`.
        public var name: String
        public var version: String?

        /// `trivy 0.65.0`
        public var text: String { version.map { "\(name) \($0)" } ?? name }
    }

    /// An operating system as its `os-release` names it: `debian`, `10.1`.
    public struct Distribution: Sendable, Equatable {
        public var family: String
        public var version: String?
    }

    /// A layer of an image.
    public struct Layer: Sendable, Equatable {
        /// Of the layer as it is stored in the registry, compressed.
        public var digest: String?
        /// Of the layer's content.
        public var diffID: String?
        /// What made it.
        public var command: String?
    }

    /// How a scan ended.
    public enum Outcome: Sendable, Equatable {
        case complete
        /// The scanner does not know this kind of image.
        case unsupported(reason: String)
        case failed(reason: String)
    }

    /// Reads a report.
    ///
    /// It is taken whole or refused whole. Long titles and descriptions are cut at ``ReportLimits/titleBytesMax`` and
    /// ``ReportLimits/descriptionBytesMax``; nothing that identifies a finding is ever cut.
    /// - Parameter format: the format it must have; nil to tell from the content.
    /// - Throws: ``ReportProblem`` with the JSON path at fault.
    public init(
        parsing bytes: [UInt8],
        format: ReportFormat? = nil,
        limits: ReportLimits = ReportLimits()
    ) throws(ReportProblem) {
        let root = try JSONDocument(bytes, limits: limits).root
        if let format { try format.check(root) }
        switch try ReportFormat.detect(root) {
        case .trivy: self = try TrivyReport(root: root).report()
        case .grype: self = try GrypeReport(root: root).report()
        case .osvScanner: self = try OSVScannerReport(root: root).report()
        case .sarif: self = try SARIFReport(root: root).report()
        case .cycloneDX: self = try CycloneDXReport(root: root).report()
        }
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
