import MetadataModel

/// Every bound on reports, in one place and each with its reason.
public struct ReportLimits: Sendable {
    /// Bytes of a report that is read as a whole; the server knows by the same number which are not.
    public var reportBytesMax = Limits().wholeReportBytesMax
    /// Values in a report's JSON, member names included: each takes sixteen bytes in the index, and a real report has
    /// one in twenty bytes.
    public var valuesMax = 4_000_000
    /// Levels of arrays and objects; real reports have a dozen.
    public var depthMax = 100
    /// Findings in one report: an image with a full distribution of old packages has some ten thousand.
    public var findingsMax = 50_000
    /// Assessments in one document, one for each product of each statement: what a scan may find, they may judge.
    public var assessmentsMax = 50_000
    /// Bytes of all notes that the assessments of one document make: remarks that hold for all products are repeated in
    /// each note. A thousand bytes for each of as many as are taken, and some. More are refused.
    public var assessmentNotesBytesMax = 64 << 20
    /// Groups that one product is in; real documents have a handful. More are refused, for remarks are looked up by each.
    public var productGroupsMax = 100
    /// Impacts of one assessment, and remediations; the ones after that are left out, for every occurrence that is
    /// judged repeats them.
    public var remarksMax = 10
    /// Bytes of a package's name, as the store takes it.
    public var packageNameBytesMax = 1024
    /// Bytes of a version.
    public var versionBytesMax = 256
    /// Bytes of a file's path; Linux has 4096.
    public var pathBytesMax = 4096
    /// Bytes of an image's reference: the store's bound on resource URIs.
    public var referenceBytesMax = 2048
    /// Bytes of a title or a status; longer ones are cut.
    public var titleBytesMax = 1024
    /// Bytes of a description; longer ones are cut.
    public var descriptionBytesMax = 16 << 10
    /// Bytes of a URL; longer ones are left out, because half of one leads nowhere.
    public var urlBytesMax = 2048
    /// URLs of a vulnerability; the ones after that are left out.
    public var urlsMax = 100
    /// URLs of an occurrence; the note has all of them, and there are many occurrences.
    public var occurrenceURLsMax = 5
    /// Aliases of a vulnerability; the ones after that are left out.
    public var aliasesMax = 100
    /// Versions that fix one finding; more are refused.
    public var fixedVersionsMax = 100
    /// Places of one package in an image; the ones after that are left out.
    public var locationsMax = 100
    /// Names that an image may have, with tags or with digests; more are refused.
    public var imageNamesMax = 1000
    /// Layers of an image; container runtimes stop at 127. More are refused.
    public var layersMax = 1000
    /// Bytes of an image's manifest, index or configuration: what registries take of a manifest (distribution
    /// specification, "Pushing Manifests").
    public var imageBlobBytesMax = 4 << 20
    /// Images of one index that are taken in at once; a distribution's has a dozen platforms. More are refused.
    public var platformImagesMax = 200
    /// Entries of an index, attestations included. More are refused.
    public var indexEntriesMax = 1000
    /// Entries of an image's history: many of them for each of the layers are empty. More are refused.
    public var historyEntriesMax = 10_000
    /// Bytes of the command that made a layer; longer ones are cut, so that a thousand of them fit a message.
    public var layerCommandBytesMax = 2048
    /// Labels of an image; the ones after that are left out.
    public var labelsMax = 200
    /// Bytes of a label's value; longer ones are cut.
    public var labelBytesMax = 4096
    /// Package issues of one occurrence, which differ in their fix only; more are refused. The store takes a thousand.
    public var issuesMax = 100
    /// Details of one note, which only summarise what occurrences say; the ones after that are left out.
    public var noteDetailsMax = 1000
    /// Documents in one file, one a line: an image has some dozens of attestations. More are refused.
    public var documentsMax = 1000
    /// Artifacts that one statement is about, or products of one step: a release has some hundreds. More are refused.
    public var subjectsMax = 1000
    /// Bytes of a subject's name: with the digest before it, it is a resource URI, of which the store takes 2048.
    public var subjectNameBytesMax = 1960
    /// Bytes of all statements as they are stored, each once for every subject: a thousand subjects of one statement
    /// would make a thousand copies of all their names. More are refused.
    public var statementCopiesBytesMax = 32 << 20
    /// Signatures of one envelope; there is mostly one. More are refused.
    public var signaturesMax = 100
    /// Levels of the free-form values in a provenance (parameters, environment): each is three messages inside each
    /// other, and readers of protobuf stop at a hundred. Deeper ones are refused.
    public var parameterDepthMax = 30
    /// Components of one bill of materials: the largest images have some ten thousand packages.
    public var componentsMax = 200_000
    /// Licences of one package; the ones after that are counted only. A distribution's documentation has hundreds.
    public var licensesMax = 1000
    /// Bytes of one licence. Some tools put its whole text where its name belongs; such a one is counted only.
    public var licenseBytesMax = 1024
    /// Bytes of a document that is read piece by piece; the largest bills of materials have some hundred megabytes.
    public var streamedBytesMax = 1 << 30
    /// Components of a document that is read piece by piece: sixteen bytes are kept of each.
    public var streamedComponentsMax = 2_000_000
    /// Bytes of one element of a document that is read piece by piece, which is kept whole; a component with all its
    /// parts has some kilobytes.
    public var elementBytesMax = 16 << 20
    /// Bytes of what such a document says of itself, all in all.
    public var headBytesMax = 4 << 20
    /// Members of such a document's root, whose names are kept; formats have a dozen.
    public var rootMembersMax = 1000
    /// Packages that such a document has more than once, in several components: they are kept until its end.
    public var repeatedComponentsMax = 10_000

    public init() {}
}
