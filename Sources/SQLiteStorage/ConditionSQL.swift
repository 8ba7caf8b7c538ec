import MetadataModel
import Storage

/// A row condition as SQL over the columns of ``RecordRows``, with its bindings in order.
struct ConditionSQL {
    private(set) var text = ""
    private(set) var values: [SQLiteValue] = []

    /// What the rows are: occurrences (`o`, with `r` and `n` joined) or notes (`n` alone).
    enum Rows { case occurrences, notes }

    private let rows: Rows

    init(_ condition: RowCondition, on rows: Rows) {
        self.rows = rows
        write(condition)
    }

    private var own: String { rows == .occurrences ? "o" : "n" }

    private mutating func write(_ condition: RowCondition) {
        switch condition {
        case .all(let parts): join(parts, by: " AND ", whenEmpty: "1")
        case .any(let parts): join(parts, by: " OR ", whenEmpty: "0")
        case .not(let part):
            text += "NOT ("
            write(part)
            text += ")"
        case .never: text += "0"
        case .kinds(let kinds): list("\(own).kind", kinds)
        case .severities(let severities): list("o.severity", severities)
        case .effectiveSeverities(let severities): list("o.effective_severity", severities)
        case .fixAvailable: text += "o.fix_available"
        case .id(let id): equals("\(own).id", id)
        case .resource(let uri): equals("r.uri", uri)
        case .resourcePrefix(let prefix): prefixed("r.uri", prefix)
        case .digest(let digest): add("ifnull(r.digest = ?, 0)", .text(digest))
        case .noteID(let id): equals("n.id", id)
        case .noteProject(let project):
            add("\(noteParent) IN (SELECT id FROM parent WHERE project_id = \(Self.projectRow))", .text(project))
        case .note(let name):
            equals("n.id", name.id)
            add(
                " AND \(noteParent) = ifnull((SELECT id FROM parent WHERE project_id = \(Self.projectRow) AND location = ?), -1)",
                .text(name.parent.project),
                .text(name.parent.location ?? "")
            )
        case .package(let name):
            add(
                """
                EXISTS (SELECT 1 FROM occurrence_package
                WHERE package_id = (SELECT id FROM package WHERE name = ?) AND occurrence_key = o.key)
                """,
                .text(name)
            )
        case .created(let range):
            between("\(own).key", EntryKey.range(of: range))
        case .updated(let range):
            between("\(own).updated", range)
        }
    }

    private static let projectRow = "(SELECT id FROM project WHERE name = ?)"
    private var noteParent: String { "n.parent_id" }

    private mutating func join(_ parts: [RowCondition], by separator: String, whenEmpty: String) {
        guard !parts.isEmpty else {
            text += whenEmpty
            return
        }
        for (index, part) in parts.enumerated() {
            text += index == 0 ? "(" : separator + "("
            write(part)
            text += ")"
        }
    }

    private mutating func add(_ sql: String, _ bindings: SQLiteValue...) {
        text += sql
        values += bindings
    }

    private mutating func equals(_ column: String, _ value: String) {
        add("\(column) = ?", .text(value))
    }

    /// Numbers of enumerations are ours, not text from outside, so they are written out; a text per set of kinds is
    /// few texts.
    private mutating func list(_ column: String, _ numbers: Set<Int>) {
        text += "\(column) IN (\(numbers.sorted().map(String.init).joined(separator: ", ")))"
    }

    private mutating func prefixed(_ column: String, _ prefix: String) {
        add("substr(\(column), 1, ?) = ?", .integer(prefix.unicodeScalars.count), .text(prefix))
    }

    private mutating func between(_ column: String, _ range: ClosedRange<Int64>) {
        add("\(column) BETWEEN ? AND ?", .integer(range.lowerBound), .integer(range.upperBound))
    }
}
