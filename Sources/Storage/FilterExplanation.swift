public import FilterLanguage
import GrafeasProto
import MetadataModel

/// How a list with a filter would be answered, in words: what the index walks, what SQL tests on columns, and what is
/// evaluated on stored messages.
public struct FilterExplanation: Sendable {
    public let filter: CheckedFilter?
    public let plan: QueryPlan

    /// Plans a list of `project`'s occurrences or notes with the filter.
    public init(
        filter text: String,
        project: String,
        forNotes: Bool,
        schema: RecordSchema,
        now: FilterTimestamp
    ) throws(FilterError) {
        let parent = ParentName(project: project)
        filter = try CheckedFilter.parse(text, schema: forNotes ? schema.notes : schema.occurrences, now: now)
        plan = FilterPlanner(forNotes ? .notes(parent) : .occurrences(parent)).plan(filter)
    }

    /// One line for each stage, in the order in which they run.
    public var text: String {
        var lines = ["filter    \(filter.map(\.text) ?? "(none: everything passes)")"]
        if plan.walks.isEmpty {
            lines.append("index     nothing is read: no entry can match")
            return lines.joined(separator: "\n")
        }
        for (index, walk) in plan.walks.enumerated() {
            lines.append((index == 0 ? "index     " : "          ") + walk.description)
        }
        if plan.created != QueryPlan.allTimes { lines.append("times     \(Self.times(plan.created))") }
        lines.append("columns   \(plan.condition?.description ?? "nothing more to test")")
        lines.append("residual  \(plan.residual?.text ?? "none: no message is decoded")")
        return lines.joined(separator: "\n")
    }

    fileprivate static func times(_ range: ClosedRange<Int64>) -> String {
        let from = range.lowerBound == QueryPlan.allTimes.lowerBound ? nil : timestamp(range.lowerBound)
        let through = range.upperBound == QueryPlan.allTimes.upperBound ? nil : timestamp(range.upperBound)
        return [from.map { "from \($0)" }, through.map { "through \($0)" }].compactMap { $0 }.joined(separator: " ")
    }

    private static func timestamp(_ microseconds: Int64) -> String {
        FilterTimestamp(seconds: microseconds / 1_000_000, nanos: Int32(microseconds % 1_000_000) * 1000).description
    }
}

extension IndexWalk: CustomStringConvertible {
    /// The index and the value that is looked up in it.
    public var description: String {
        switch self {
        case .everything: "everything in the list, newest first"
        case .kind(let kind): "by kind: \(RowCondition.kindName(kind))"
        case .resource(let uri): "by resource: \(uri)"
        case .digest(let digest): "by image digest: \(digest)"
        case .note(let name): "by note: \(name.text)"
        case .noteID(let id): "by note id: \(id)"
        case .package(let name): "by package: \(name)"
        case .effectiveSeverity(let value): "by effective severity: \(RowCondition.severityName(value))"
        case .severity(let value): "by severity: \(RowCondition.severityName(value))"
        case .fixAvailable: "by available fix"
        case .id(let id): "by id: \(id)"
        }
    }
}

extension RowCondition: CustomStringConvertible {
    /// The condition in words close to SQL.
    public var description: String {
        switch self {
        case .all(let parts) where parts.isEmpty: "true"
        case .any(let parts) where parts.isEmpty: "false"
        case .all(let parts): parts.map(\.operand).joined(separator: " and ")
        case .any(let parts): parts.map(\.operand).joined(separator: " or ")
        case .not(let part): "not \(part.operand)"
        case .never: "false"
        case .kinds(let kinds): "kind in {\(kinds.sorted().map(Self.kindName).joined(separator: ", "))}"
        case .resource(let uri): "resource is \(uri)"
        case .resourcePrefix(let prefix): "resource begins with \(prefix)"
        case .digest(let digest): "image digest is \(digest)"
        case .noteID(let id): "note id is \(id)"
        case .noteProject(let project): "note project is \(project)"
        case .note(let name): "note is \(name.text)"
        case .package(let name): "packages include \(name)"
        case .severities(let values): "severity in {\(Self.severityNames(values))}"
        case .effectiveSeverities(let values): "effective severity in {\(Self.severityNames(values))}"
        case .fixAvailable: "a fix is available"
        case .id(let id): "id is \(id)"
        case .created(let range): "created \(FilterExplanation.times(range))"
        case .updated(let range): "updated \(FilterExplanation.times(range))"
        }
    }

    private var operand: String {
        switch self {
        case .all(let parts) where parts.count > 1: "(\(description))"
        case .any(let parts) where parts.count > 1: "(\(description))"
        default: description
        }
    }

    fileprivate static func kindName(_ number: Int) -> String { Kind(rawValue: number)?.apiName ?? String(number) }

    fileprivate static func severityName(_ value: Int) -> String {
        let names = ["none", "MINIMAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"]
        return names.indices.contains(value) ? names[value] : value < 0 ? "below MINIMAL" : "above CRITICAL"
    }

    private static func severityNames(_ values: Set<Int>) -> String {
        values.sorted().map(severityName).joined(separator: ", ")
    }
}
