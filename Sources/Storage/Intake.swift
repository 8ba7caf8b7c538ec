public import MetadataModel

/// What a report says, to be taken in: of some artifacts it takes the place of what its source said before.
public struct Intake: Sendable {
    /// Notes that are to be there: made, or replaced where they say something else.
    public var notes: [NoteDraft]
    public var artifacts: [Artifact]
    /// Makes of the notes that judge (VEX) an artifact, encoded, those that were changed last first, what applies them to one of
    /// its vulnerability occurrences: nil if that leaves it as it is. Both are pure functions: a store may run them more than
    /// once.
    public var assess: Assess

    /// Whether what a stored note says is newer than what a draft of it says, and stays.
    public var isNewer: IsNewer

    /// See ``isNewer``.
    public typealias IsNewer = @Sendable (_ stored: [UInt8], _ draft: NoteDraft) throws -> Bool
    /// See ``assess``.
    public typealias Assess =
        @Sendable (_ assessments: [[UInt8]]) throws -> (_ occurrence: [UInt8]) throws -> OccurrenceDraft?

    public init(
        notes: [NoteDraft],
        artifacts: [Artifact],
        isNewer: @escaping IsNewer = { _, _ in false },
        assess: @escaping Assess = { _ in { _ in nil } }
    ) {
        self.notes = notes
        self.artifacts = artifacts
        self.isNewer = isNewer
        self.assess = assess
    }

    /// What is said of one artifact.
    public struct Artifact: Sendable {
        public var resource: ResourceURI
        /// Where the occurrences live.
        public var parent: ParentName
        /// Their names are made of what they say, so that the same thing keeps its name from report to report.
        public var occurrences: [OccurrenceDraft]
        /// More of them, each with its note, for what is too much to be kept: made while they are taken. It must give the same
        /// each time, and whatever it throws leaves nothing behind.
        public var more: (@Sendable (_ take: (NoteDraft, OccurrenceDraft) throws -> Void) throws -> Void)?
        /// Whether the stored occurrence of a name says something newer than all of this: then nothing of it is taken. Nil if
        /// it does not say when it was true.
        public var supersession: Supersession?
        /// Occurrences of the resource whose ids begin so and that are not said again go; nil if nothing goes.
        public var replacedIDPrefix: String?

        public init(
            resource: ResourceURI,
            parent: ParentName,
            occurrences: [OccurrenceDraft],
            replacedIDPrefix: String?,
            supersession: Supersession? = nil
        ) {
            self.supersession = supersession
            self.resource = resource
            self.parent = parent
            self.occurrences = occurrences
            self.replacedIDPrefix = replacedIDPrefix
        }
    }
}

extension Intake {
    /// How to tell that an artifact was described later than a report describes it: reports may come in any order.
    public struct Supersession: Sendable {
        public var name: OccurrenceName
        /// Whether the stored occurrence of that name is newer.
        public var isNewer: @Sendable (_ stored: [UInt8]) throws -> Bool

        public init(name: OccurrenceName, isNewer: @escaping @Sendable (_ stored: [UInt8]) throws -> Bool) {
            self.name = name
            self.isNewer = isNewer
        }
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

/// What became of a report's records.
public struct IntakeCounts: Sendable, Equatable {
    /// Artifacts of which something newer is stored, so that nothing of them was taken.
    public var superseded = 0
    public var notes = ReplacementCounts()
    public var occurrences = ReplacementCounts()

    public init() {}
}
