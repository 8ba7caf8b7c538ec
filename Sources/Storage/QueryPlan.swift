public import FilterLanguage
public import MetadataModel

/// How a list with a filter is answered: which stretches of which indexes are walked, what is tested on the columns of
/// each row, and what only the stored message can tell.
///
/// A store merges the walks by key, newest first. Rows that a walk delivers and the tests refuse cost a bounded amount
/// of work, so no filter can hold the server.
public struct QueryPlan: Sendable {
    /// The union of these holds every match. Empty means that nothing can match.
    public var walks: [IndexWalk]
    /// Bounds of the create time, inclusive, in microseconds since 1970.
    public var created: ClosedRange<Int64>
    /// What a row's columns must satisfy; nil when the walks say it all.
    public var condition: RowCondition?
    /// What the stored message must satisfy besides; nil when columns say it all.
    public var residual: CheckedFilter?

    public init(
        walks: [IndexWalk],
        created: ClosedRange<Int64> = QueryPlan.allTimes,
        condition: RowCondition? = nil,
        residual: CheckedFilter? = nil
    ) {
        self.walks = walks
        self.created = created
        self.condition = condition
        self.residual = residual
    }

    /// Every time that an entry's key can express.
    public static let allTimes: ClosedRange<Int64> = 0...(Int64.max >> 10) - 1
}

/// A stretch of an index whose entries come out newest first.
public enum IndexWalk: Sendable, Hashable {
    /// Everything of the collection.
    case everything
    case kind(Int)
    /// Occurrences of the resource with this canonical URI.
    case resource(String)
    /// Occurrences of every resource whose image digest is this.
    case digest(String)
    /// Occurrences of a note.
    case note(NoteName)
    /// Occurrences of the notes of any project that have this id.
    case noteID(String)
    /// Occurrences about a package.
    case package(String)
    /// Occurrences with this effective severity, a ``SeverityColumn`` value other than 0.
    case effectiveSeverity(Int)
    /// Occurrences with this severity, a ``SeverityColumn`` value other than 0.
    case severity(Int)
    /// Vulnerability occurrences with an available fix.
    case fixAvailable
    /// The entry with this id.
    case id(String)
}

/// What the columns of a row can tell.
public indirect enum RowCondition: Sendable, Hashable {
    case all([RowCondition])
    case any([RowCondition])
    case not(RowCondition)
    case kinds(Set<Int>)
    case resource(String)
    /// Canonical URIs that begin with the text.
    case resourcePrefix(String)
    case digest(String)
    case noteID(String)
    case noteProject(String)
    case note(NoteName)
    case package(String)
    case severities(Set<Int>)
    case effectiveSeverities(Set<Int>)
    case fixAvailable
    case id(String)
    /// Create time within bounds, in microseconds since 1970.
    case created(ClosedRange<Int64>)
    /// Update time within bounds, in microseconds since 1970.
    case updated(ClosedRange<Int64>)
    case never
}

/// How severities are kept in columns: the known ones by number, newer ones as one value on either side, so that a
/// comparison with a known severity is a set of column values.
public enum SeverityColumn {
    /// Every value that a column may hold, 0 for none.
    public static let all = -1...6

    /// The column's value for a severity's number.
    public static func value(_ number: Int) -> Int { min(max(number, all.lowerBound), all.upperBound) }

    /// Whether a number names one severity in the columns.
    static func isKnown(_ number: Int) -> Bool { (1...5).contains(number) }
}
