import FilterLanguage
import GrafeasProto
import MetadataModel

/// There is an occurrence that a filter finds, or there is none.
struct OccurrenceCheck: ImageCheck {
    static let field = "occurrenceCheck"

    enum Demand: String, Sendable { case require, forbid }

    var demand: Demand
    var filter: String
    /// Nil until the policy is compiled.
    private var finds: (@Sendable (Occurrence) -> Bool)?

    init(_ demand: Demand, filter: String) {
        self.demand = demand
        self.filter = filter
    }

    /// What `now()` is was settled when the policy was compiled.
    var dependsOnTime: Bool { false }
    var readsWholeOccurrences: Bool { true }
    var forbids: Bool { demand == .forbid }

    func compiled(by compile: FilterCompiler) throws(FilterError) -> any ImageCheck {
        var check = self
        check.finds = try compile(filter)
        return check
    }

    func answer(_ subject: Subject, _ context: CheckContext) -> Answer {
        guard let finds else { return Answer(.failed, "the filter \(filter.quotedForMessage) was not compiled") }
        switch demand {
        case .require:
            if let found = subject.occurrences.first(where: finds) {
                return Answer(.satisfied, "there is an occurrence with \(filter.quotedForMessage)", [found.name])
            }
            return Answer(
                .missing,
                "there is no occurrence with \(filter.quotedForMessage); record what the policy asks for"
            )
        case .forbid:
            let found = subject.occurrences.filter(finds)
            if found.isEmpty { return Answer(.satisfied, "there is no occurrence with \(filter.quotedForMessage)") }
            let count = found.count == 1 ? "is 1 occurrence" : "are \(found.count) occurrences"
            return Answer(
                .violated,
                "there \(count) with \(filter.quotedForMessage), which the policy forbids",
                found.prefix(context.limits.namedOccurrencesMax).map(\.name)
            )
        }
    }
}
