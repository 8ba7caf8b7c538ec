public import GrafeasProto
public import MessageReflection
public import MetadataModel

/// A note ready to be stored: what the columns need, and the rest as bytes.
public struct NoteDraft: Sendable {
    public var name: NoteName
    public var kind: Kind
    /// The encoded message without the fields that columns hold (``MessageHead``).
    public var body: [UInt8]
    /// See ``MetadataModel/StoredRecord/kept``.
    public var kept: [UInt8]
    /// The artifact that the note judges (VEX), if it is such a judgement.
    public var assessedProduct: ResourceURI?
    /// Nil for an entry made now; set for one that is restored.
    public var times: EntryTimes?

    /// - Parameters:
    ///   - note: the message of `record`, decoded.
    ///   - record: as common encoders write it.
    /// - Throws: for bytes that are no message.
    public init(_ note: Note, of record: StoredRecord, name: NoteName, times: EntryTimes? = nil) throws(WireError) {
        self.name = name
        self.times = times
        kind = record.kind(ofDetail: note.kindOfType)
        let product = note.vulnerabilityAssessment.product.genericUri
        assessedProduct = product.isEmpty ? nil : ResourceURI(product)
        kept = record.kept
        body = try MessageHead.noteBody(record.message)
    }
}

/// An occurrence ready to be stored: what the columns need, and the rest as bytes.
public struct OccurrenceDraft: Sendable {
    public var name: OccurrenceName
    public var resource: ResourceURI
    public var note: NoteName
    public var kind: Kind
    public var facts: OccurrenceFacts
    /// The encoded message without the fields that columns hold (``MessageHead``).
    public var body: [UInt8]
    /// See ``MetadataModel/StoredRecord/kept``.
    public var kept: [UInt8]
    /// Nil for an entry made now; set for one that is restored.
    public var times: EntryTimes?
    /// Whether the server has computed what it says from the artifact's own bytes.
    public var isComputed = false

    /// See ``NoteDraft/init(_:of:name:times:)``.
    public init(
        _ occurrence: Occurrence,
        of record: StoredRecord,
        name: OccurrenceName,
        note: NoteName,
        times: EntryTimes? = nil
    ) throws(WireError) {
        self.name = name
        self.note = note
        self.times = times
        resource = ResourceURI(occurrence.resourceUri)
        kind = record.kind(ofDetail: occurrence.kindOfDetails)
        facts = OccurrenceFacts(occurrence, noteID: note.id)
        kept = record.kept
        body = try MessageHead.occurrenceBody(record.message)
    }
}

extension OccurrenceDraft {
    /// The encoded occurrence, without times.
    public var message: [UInt8] {
        var writer = WireWriter()
        writer.field(1, string: name.text)
        writer.field(2, string: resource.written)
        writer.field(3, string: note.text)
        writer.field(4, varint: UInt64(kind.rawValue))
        writer.bytes.append(contentsOf: body)
        kept.withUnsafeBytes { writer.field(kept: $0) }
        return writer.bytes
    }
}

/// When an entry was made and last changed, in microseconds since 1970.
public struct EntryTimes: Sendable, Equatable {
    public var created: Int64
    public var updated: Int64

    public init(created: Int64, updated: Int64) {
        self.created = created
        self.updated = updated
    }
}

/// What look-ups need of an occurrence's details, beside what every occurrence has.
public struct OccurrenceFacts: Sendable, Equatable {
    /// `vulnerability.severity` as a ``SeverityColumn``.
    public var severity = 0
    /// `vulnerability.effective_severity` as a ``SeverityColumn``.
    public var effectiveSeverity = 0
    /// `vulnerability.fix_available`.
    public var fixAvailable = false
    /// The names of the packages it is about, each once: what the filter field `packageName` means.
    public var packages: [String] = []
    /// The terms by which its resource is found, each once.
    public var terms: [SearchTerm] = []
    /// Of an index of images, the digests of its images, each once.
    public var platformDigests: [String] = []

    /// - Parameter noteID: the id of the note that the occurrence hangs on.
    public init(_ occurrence: Occurrence, noteID: String) {
        var names: [String] = []
        switch occurrence.details {
        case .vulnerability(let vulnerability):
            severity = SeverityColumn.value(vulnerability.severity.rawValue)
            effectiveSeverity = SeverityColumn.value(vulnerability.effectiveSeverity.rawValue)
            fixAvailable = vulnerability.fixAvailable
            names = vulnerability.packageIssue.map(\.affectedPackage)
        case .package(let package):
            names = [package.name]
        case .upgrade(let upgrade):
            names = [upgrade.package]
        default: break
        }
        var seen: Set<ExactText> = []
        packages = names.filter { !$0.isEmpty && seen.insert(ExactText($0)).inserted }
        var seenTerms: Set<SearchTerm> = []
        // The index holds terms whole; what is longer than names are is no name.
        terms = occurrence.searchTerms(noteID: noteID).filter {
            $0.text.utf8.count <= SearchTerm.bytesMax && seenTerms.insert($0).inserted
        }
        if case .image(let image) = occurrence.details {
            var digests: Set<ExactText> = []
            platformDigests = image.platformDigests.filter { digests.insert(ExactText($0)).inserted }
        }
    }
}
