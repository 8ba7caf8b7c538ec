public import MetadataModel

/// One page of a list, with everything that bounds it.
public struct ListQuery: Sendable {
    /// What is listed.
    public enum Collection: Sendable, Hashable {
        /// The occurrences directly under a parent, or all of a project for ``MetadataModel/ParentName/everyLocation``.
        case occurrences(ParentName)
        /// The notes directly under a parent, or all of a project for ``MetadataModel/ParentName/everyLocation``.
        case notes(ParentName)
        /// The occurrences of any project that hang on a note.
        case occurrencesOfNote(NoteName)

        /// Whether the entries are notes.
        public var isNotes: Bool {
            if case .notes = self { true } else { false }
        }
    }

    public var collection: Collection
    public var plan: QueryPlan
    /// Entries with keys below this; nil for the first page.
    public var before: Int64?
    /// Entries in the page at most; at least 1.
    public var limit: Int
    /// Bytes of messages in the page at most; the first entry is returned whatever its size.
    public var bytesMax: Int
    /// Rows the page may step over at most.
    public var scannedRowsMax: Int
    /// Milliseconds of processor time the page may take, checked every few rows.
    public var millisecondsMax: Int

    public init(
        collection: Collection,
        plan: QueryPlan,
        before: Int64?,
        limit: Int,
        bytesMax: Int,
        scannedRowsMax: Int,
        millisecondsMax: Int
    ) {
        self.collection = collection
        self.plan = plan
        self.before = before
        self.limit = limit
        self.bytesMax = bytesMax
        self.scannedRowsMax = scannedRowsMax
        self.millisecondsMax = millisecondsMax
    }
}
