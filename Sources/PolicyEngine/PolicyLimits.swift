/// Every bound on policies and on what is said of them, each with its reason.
public struct PolicyLimits: Sendable {
    /// Bytes of a document. Whole policies of large companies have some kilobytes; keys are most of it.
    public var documentBytesMax = 256 << 10
    /// Documents in one file: Kritis' policies come with the authorities that they name.
    public var documentsMax = 100
    /// Problems that are reported at once: more help nobody.
    public var problemsMax = 100
    /// Check sets of a policy: the first that fits is searched for with every pod.
    public var checkSetsMax = 1_000
    /// Checks of a check set: each is evaluated for every image.
    public var checksMax = 100
    /// Entries of any other list: patterns, CVEs, keys, packages.
    public var entriesMax = 10_000
    /// Patterns of one list: each is compared with every image.
    public var patternsMax = 1_000
    /// Bytes of a name, pattern, identifier: names of images have fewer than 512.
    public var textBytesMax = 1_024
    /// Bytes of one public key in text form; an OpenPGP key with many signatures has more than an RSA key.
    public var keyBytesMax = 64 << 10
    /// Findings and reasons that an explanation names; it must fit a line that a developer reads in a terminal.
    public var namedFindingsMax = 3
    /// Occurrences that a result names as what it rests on.
    public var namedOccurrencesMax = 20
    /// Seconds by which a clock elsewhere may be ahead of ours before a time that it wrote counts as wrong.
    public var clockSkewSeconds: Int64 = 300

    /// Unicode scalars of an explanation: an admission answer carries those of every image in a pod.
    static let explanationScalarsMax = 1_500

    public init() {}
}
