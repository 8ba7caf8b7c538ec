public import FilterLanguage
import MetadataModel

/// Turns a filter into a ``QueryPlan``: what the store has an index for is walked, what it has a column for is tested in
/// SQL, and what is left is evaluated on the stored message.
///
/// Each part of a filter becomes a condition on columns that holds wherever the part does. Where the two are the same
/// the condition is *exact* and nothing is left over; only exact conditions can be negated. A disjunction has a condition
/// if all its parts have one. Of a conjunction's parts the one with the most selective index is walked.
public struct FilterPlanner: Sendable {
    private let collection: ListQuery.Collection
    private let fields: FieldTests

    /// Index prefixes that one list merges at most; beyond it the collection itself is walked.
    static let walksMax = 64

    public init(_ collection: ListQuery.Collection) {
        self.collection = collection
        fields = FieldTests(collection)
    }

    /// Tests that a condition has at most, and levels of them; what is beyond is residual. SQLite's parser and expression
    /// trees are bounded too, and a filter that is fine must not fail there.
    static let conditionLeavesMax = 200
    static let conditionDepthMax = 10

    /// The plan for a filter; nil is the filter that everything passes.
    public func plan(_ filter: CheckedFilter?) -> QueryPlan {
        guard let root = filter?.root else { return QueryPlan(walks: [.everything]) }
        let parts: [CheckedFilter.Node] = if case .and(let parts) = root { parts } else { [root] }
        var room = Self.conditionLeavesMax
        let planned = parts.map { part($0).fitting(&room) }
        var created = QueryPlan.allTimes
        var conditions: [RowCondition] = []
        for condition in planned.compactMap(\.condition) {
            guard case .created(let range) = condition else {
                conditions.append(condition)
                continue
            }
            guard created.overlaps(range) else { return QueryPlan(walks: []) }
            created = created.clamped(to: range)
        }
        if conditions.contains(.never) { return QueryPlan(walks: []) }
        return QueryPlan(
            walks: planned.compactMap(\.access).min { $0.rank < $1.rank }?.walks ?? [.everything],
            created: created,
            condition: conditions.isEmpty ? nil : conditions.count == 1 ? conditions[0] : .all(conditions),
            residual: residual(of: zip(parts, planned).filter { !$0.1.isExact }.map(\.0))
        )
    }

    private func residual(of parts: [CheckedFilter.Node]) -> CheckedFilter? {
        guard let first = parts.first else { return nil }
        let root: CheckedFilter.Node = parts.count == 1 ? first : .and(parts)
        return CheckedFilter(root: root, text: root.description)
    }

    /// What columns and indexes can do for one part of a filter.
    struct Part {
        /// Holds wherever the part holds; nil when columns say nothing about it.
        var condition: RowCondition?
        /// Whether the condition and the part are the same.
        var isExact: Bool
        /// The index stretches that hold every match.
        var access: Access?

        static let unknown = Part(condition: nil, isExact: false, access: nil)

        /// The part without its condition if that is too deep, or larger than the room there is.
        func fitting(_ room: inout Int) -> Part {
            guard let condition else { return self }
            let size = condition.size
            guard size.depth <= FilterPlanner.conditionDepthMax, size.leaves <= room else {
                return Part(condition: nil, isExact: false, access: access)
            }
            room -= size.leaves
            return self
        }
    }

    /// Index walks and how good they are.
    struct Access {
        var walks: [IndexWalk]
        /// Lower is more selective: an id, a resource, a note, a package, a severity, a kind.
        var rank: Int
    }

    private func part(_ node: CheckedFilter.Node) -> Part {
        switch node {
        case .and(let nodes): return conjunction(nodes.map(part))
        case .or(let nodes): return disjunction(nodes.map(part))
        case .not(let node):
            let inner = part(node)
            guard inner.isExact, let condition = inner.condition else { return .unknown }
            return Part(condition: .not(condition), isExact: true, access: nil)
        case .comparison(let comparison): return fields.part(comparison)
        case .search, .nested: return .unknown
        }
    }

    private func conjunction(_ parts: [Part]) -> Part {
        let conditions = parts.compactMap(\.condition)
        return Part(
            condition: conditions.isEmpty ? nil : .all(conditions),
            isExact: parts.allSatisfy(\.isExact),
            access: parts.compactMap(\.access).min { $0.rank < $1.rank }
        )
    }

    private func disjunction(_ parts: [Part]) -> Part {
        let conditions = parts.compactMap(\.condition)
        guard conditions.count == parts.count else { return .unknown }
        let accesses = parts.compactMap(\.access)
        // By their descriptions, which are different for different walks and compare text by its bytes.
        var seen: Set<ExactText> = []
        let walks = accesses.flatMap(\.walks).filter { seen.insert(ExactText($0.description)).inserted }
        let isWalkable = accesses.count == parts.count && walks.count <= Self.walksMax
        return Part(
            condition: .any(conditions),
            isExact: parts.allSatisfy(\.isExact),
            access: isWalkable ? Access(walks: walks, rank: accesses.map(\.rank).max() ?? 0) : nil
        )
    }
}

extension RowCondition {
    /// How many tests there are, and how deep they lie.
    fileprivate var size: (leaves: Int, depth: Int) {
        switch self {
        case .all(let parts), .any(let parts):
            parts.map(\.size).reduce((1, 1)) { ($0.leaves + $1.leaves, max($0.depth, $1.depth + 1)) }
        case .not(let part): (part.size.leaves, part.size.depth + 1)
        default: (1, 1)
        }
    }
}
