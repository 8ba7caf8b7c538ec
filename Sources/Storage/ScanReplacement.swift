public import MetadataModel

/// What one scan of one resource found, to take the place of what the same scanner found in it before.
public struct ScanReplacement: Sendable {
    /// Notes that are to be there: made, or replaced where they say something else.
    public var notes: [NoteDraft]
    /// What was found. Their names are made of what they say, so that a finding keeps its name from scan to scan.
    public var occurrences: [OccurrenceDraft]
    /// Where the occurrences live.
    public var parent: ParentName
    /// What all of them are about.
    public var resource: ResourceURI
    /// What the ids of the scanner's occurrences begin with: those of the resource that begin so and are not found again go.
    public var idPrefix: String

    public init(
        notes: [NoteDraft],
        occurrences: [OccurrenceDraft],
        parent: ParentName,
        resource: ResourceURI,
        idPrefix: String
    ) {
        self.notes = notes
        self.occurrences = occurrences
        self.parent = parent
        self.resource = resource
        self.idPrefix = idPrefix
    }
}

/// What became of the records that were put in.
public struct ReplacementCounts: Sendable, Equatable {
    public var created = 0
    public var unchanged = 0
    public var replaced = 0
    public var deleted = 0

    public init(created: Int = 0, unchanged: Int = 0, replaced: Int = 0, deleted: Int = 0) {
        self.created = created
        self.unchanged = unchanged
        self.replaced = replaced
        self.deleted = deleted
    }
}

/// What became of a scan's records.
public struct ScanCounts: Sendable, Equatable {
    public var notes = ReplacementCounts()
    public var occurrences = ReplacementCounts()

    public init() {}
}
