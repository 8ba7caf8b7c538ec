import Crypto
import MetadataModel

/// The packages of a CycloneDX document that is too large to be kept, read twice: once to check it, once for its
/// packages.
///
/// Memory is that of the largest component, some bytes for each component, and what the document has more than once.
/// The records are those that ``Report`` makes of the same document. Vulnerabilities are not read.
public struct PackageStream: Sendable {
    /// Opens the document and gives its bytes from first to last to the closure, in pieces of any size.
    public typealias Source = @Sendable (_ feed: (UnsafeRawBufferPointer) throws -> Void) throws -> Void

    /// The document's SHA-256 in hexadecimal digits.
    public var digest: String { bill.documentDigest }
    /// Packages in the document, parts of parts included, and those that come twice counted twice.
    public let packageCount: Int
    /// Whether the document has a member for vulnerabilities, so that there may be a scan in it as well.
    public let hasVulnerabilities: Bool
    /// Bytes that were kept at most.
    let bufferCapacity: Int
    private let source: Source
    private let limits: ReportLimits
    /// The bill as a whole; its components are the parts of the main component only.
    private let bill: BillOfMaterials
    /// Hash values of the keys that come more than once; others may have the same.
    private let repeated: Set<Int>

    /// Reads and checks all of the document.
    /// - Throws: ``ReportProblem`` with the JSON path at fault, as if the document had been read whole, and what
    ///   `source` throws.
    public init(limits: ReportLimits = ReportLimits(), source: @escaping Source) throws {
        var inventory = Inventory(limits)
        let (elements, digest) = try Self.read(source, limits) { component, place in
            if inventory.distribution == nil { inventory.distribution = try CycloneDXHead.distribution(component) }
            for package in try component.cycloneDXPackages(place: place) { try inventory.add(package) }
        }
        let root = try JSONDocument(elements.headText, limits: limits, origin: JSONOrigin(line: nil)).root
        let document = CycloneDXBill(root: root)
        var bill = try document.head()
        // If it is there and no array, it is among the members.
        _ = try root["components"].array()
        if elements.counts["components"] == nil {
            throw root.problem("this is a CycloneDX document without components")
        }
        for package in try document.partsOfImage() {
            try inventory.add(package)
            try bill.add(package, limits)
        }
        bill.distribution = inventory.distribution
        bill.documentDigest = digest
        self.bill = bill
        packageCount = inventory.count
        repeated = inventory.repeated
        hasVulnerabilities = elements.hasMember("vulnerabilities")
        bufferCapacity = elements.bufferCapacity
        self.source = source
        self.limits = limits
    }

    /// Gives every component to the closure, as the object that it is.
    /// - Returns: what is known at the end, and the document's SHA-256.
    private static func read(
        _ source: @escaping Source,
        _ limits: ReportLimits,
        _ take: (JSONNode, _ place: String) throws -> Void
    ) throws -> (JSONElements, digest: String) {
        let members: Set = ["bomFormat", "specVersion", "serialNumber", "metadata"]
        var elements = JSONElements(arrays: ["components"], members: members, limits: limits)
        var hash = SHA256()
        var count = 0
        try source { piece in
            count += piece.count
            if count > limits.streamedBytesMax {
                let text =
                    "the document has more than \(limits.streamedBytesMax) bytes, which are the most that are taken"
                throw ReportProblem(path: "", description: text)
            }
            hash.update(bufferPointer: piece)
            try elements.feed(piece) { element in
                let document = try JSONDocument(element.bytes, limits: limits, origin: element.origin)
                try take(document.root, element.origin.path)
            }
        }
        try elements.finish()
        return (elements, hash.finalize().hexDigits)
    }
}

extension PackageStream {
    /// The records of the document as such; those of its packages belong to them.
    /// - Throws: ``ReportProblem`` when the document and `target` speak of different images, or neither names one by
    ///   digest.
    public func reference(for target: ReportTarget) throws(ReportProblem) -> ReportRecords {
        try bill.reference(for: target)
    }

    /// Reads the document again and gives the note and the occurrence of each package to the closure, in the order of
    /// the document; packages that it has more than once come at the end. Notes come as often as packages have them.
    /// - Throws: ``ReportProblem`` also when the document is no longer what it was, and what `take` throws. What was
    ///   given to `take` until then is not to be kept.
    public func packages(
        for target: ReportTarget,
        _ take: (ReportNote, ReportOccurrence) throws -> Void
    ) throws {
        let drafts = PackageDrafts(
            resourceURI: try bill.image.uri(given: target.image),
            provider: target.provider,
            distribution: bill.distribution
        )
        var held = MergedComponents()
        func takeOrHold(_ package: BillOfMaterials.Component) throws {
            let key = ComponentKey(package)
            guard repeated.contains(key.hashValue) else {
                return try take(drafts.note(of: package), drafts.occurrence(of: package))
            }
            held.add(package, key, limits)
            if held.components.count > limits.repeatedComponentsMax {
                let text = "more than \(limits.repeatedComponentsMax) packages are in the document more than once"
                throw ReportProblem(path: package.place, description: text)
            }
        }
        for package in bill.components { try takeOrHold(package) }
        let (_, digest) = try Self.read(source, limits) { component, place in
            for package in try component.cycloneDXPackages(place: place) { try takeOrHold(package) }
        }
        guard digest == bill.documentDigest else {
            throw ReportProblem(path: "", description: "the document has changed while it was being read")
        }
        for package in held.components { try take(drafts.note(of: package), drafts.occurrence(of: package)) }
    }

    /// What has to be remembered of all packages.
    private struct Inventory {
        let limits: ReportLimits
        var distribution: ScanReport.Distribution?
        var count = 0
        var repeated: Set<Int> = []
        private var seen: Set<Int> = []

        init(_ limits: ReportLimits) { self.limits = limits }

        mutating func add(_ package: BillOfMaterials.Component) throws(ReportProblem) {
            if count == limits.streamedComponentsMax {
                let most = "\(limits.streamedComponentsMax) components, which are the most that are taken"
                throw ReportProblem(path: package.place, description: "the document has more than \(most)")
            }
            count += 1
            let key = ComponentKey(package).hashValue
            if !seen.insert(key).inserted { repeated.insert(key) }
        }
    }
}
