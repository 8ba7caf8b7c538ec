public import GrafeasProto
public import MetadataModel

/// A document that says something of artifacts: what a scanner found, what is in an image, how it was built.
public struct Report: Sendable {
    /// The format that it was read from.
    public let format: ReportFormat
    let contents: [Content]

    /// One of the things that a document may say. A CycloneDX document may say several.
    enum Content: Sendable {
        case scan(ScanReport)
        case assessment(AssessmentDocument)
        case provenance(ProvenanceReport)
        case packages(BillOfMaterials)
        case image(ImageFacts)
    }

    /// Reads a document. It is taken whole or refused whole.
    ///
    /// Long titles and descriptions are cut at ``ReportLimits/titleBytesMax`` and ``ReportLimits/descriptionBytesMax``;
    /// nothing that tells one thing from another is ever cut.
    /// - Parameter format: the format it must have; nil to tell from the content.
    /// - Throws: ``ReportProblem`` with the JSON path at fault.
    public init(
        parsing bytes: [UInt8],
        format: ReportFormat? = nil,
        limits: ReportLimits = ReportLimits()
    ) throws(ReportProblem) {
        let roots = try JSONDocument.roots(of: bytes, limits: limits)
        let root = roots[0]
        if let format { try format.check(root) }
        self.format = try ReportFormat.detect(roots)
        contents =
            switch self.format {
            case .trivy: [.scan(try TrivyReport(root: root).report())]
            case .grype: [.scan(try GrypeReport(root: root).report())]
            case .osvScanner: [.scan(try OSVScannerReport(root: root).report())]
            case .sarif: [.scan(try SARIFReport(root: root).report())]
            case .openVEX: [.assessment(try OpenVEXDocument(root: root).document())]
            case .csaf: [.assessment(try CSAFDocument(root: root).document())]
            case .inToto, .dsse, .sigstore, .gcloud: [.provenance(try ProvenanceReport(roots, as: self.format))]
            case .cycloneDX: try CycloneDXHead(root: root).contents()
            case .spdx: [.packages(try BillOfMaterials(spdx: root))]
            case .syft: [.packages(try SyftBill(root: root).bill())]
            case .ociImage: [.image(try ImageDocument(root: root).facts())]
            }
    }

    /// The notes and occurrences that say what the document says.
    /// - Throws: ``ReportProblem`` when the document and `target` speak of different images, or neither names one by
    ///   digest.
    public func records(for target: ReportTarget) throws(ReportProblem) -> [ReportRecords] {
        var records: [ReportRecords] = []
        for content in contents {
            switch content {
            case .scan(let scan): records.append(try scan.records(for: target))
            case .assessment(let document): records += try document.records(for: target)
            case .provenance(let provenance): records += try provenance.records(for: target)
            case .packages(let bill): records.append(try bill.records(for: target))
            case .image(let facts): records += try facts.records(for: target)
            }
        }
        return records
    }
}

/// What the reader of a document knows of it beside its content.
public struct ReportTarget: Sendable {
    /// The image that the document is about, as somebody named it; nil to take the document's own word.
    public var image: String?
    /// Where notes live, `projects/{provider}`.
    public var provider: ParentName
    public var limits = ReportLimits()

    public init(image: String? = nil, provider: ParentName) {
        self.image = image
        self.provider = provider
    }
}

/// What a document says of one artifact, as notes and occurrences.
public struct ReportRecords: Sendable {
    /// Who says it about what: `trivy`, `sbom.syft`, `provenance`. Ids of the occurrences begin with it.
    public var source: String
    /// The program and its version where they are known: `trivy 0.65.0`.
    public var author: String
    /// Whether it takes the place of what the same source said of the same artifact before: what is not said again is
    /// deleted.
    public var replacesEarlier: Bool
    /// The artifact: `https://registry/repository@sha256:…`.
    public var resourceURI: String
    public var notes: [ReportNote]
    public var occurrences: [ReportOccurrence]
    /// Of an image, the chain ids of its layers, that of the lowest layer alone first and its own last; empty of all
    /// else. The image whose own is the longest of the others is what this one is built on.
    public var layerChains: [String] = []
}

/// A note, and the id under which it is created.
public struct ReportNote: Sendable {
    public let id: String
    public let note: Note
    /// What the note says, where ``note`` cannot say it.
    public let json: RecordJSON?

    init(id: String, note: Note, json: RecordJSON? = nil) {
        self.id = id
        self.note = note
        self.json = json
    }
}

/// An occurrence that has no name yet, and what tells whether it is there already.
public struct ReportOccurrence: Sendable {
    /// What makes it the same when it is said again: its name is made of this, its artifact and its source.
    public let key: [String]
    public let occurrence: Occurrence
    /// Where in the document it stands, for messages.
    public let place: String
    /// What the occurrence says, where ``occurrence`` cannot say it and has only note and resource.
    public let json: RecordJSON?

    init(key: [String], occurrence: Occurrence, place: String, json: RecordJSON? = nil) {
        self.key = key
        self.occurrence = occurrence
        self.place = place
        self.json = json
    }
}

/// A record as JSON of a version of the API: of a kind that v1 does not have, or as another server wrote it.
public struct RecordJSON: Sendable, Equatable {
    /// The version of the API in whose words it speaks.
    public enum Version: Sendable {
        case v1, v1beta1
    }

    public let version: Version
    public let text: String

    init(_ version: Version, _ text: String) {
        self.version = version
        self.text = text
    }
}
