import GrafeasProto
import Metrics

/// Counts answers by what became of the reviews.
struct AdmissionOutcomes: Sendable {
    enum Outcome: String, CaseIterable {
        case passed, allowed, denied, unreadable, stale, shed
        case dryRun = "dry_run_denied"
        case brokeGlass = "broke_glass"
        case allowedOnError = "allowed_on_error"
        case deniedOnError = "denied_on_error"
    }

    private let counters: [Outcome: Counter]

    init(_ factory: any MetricsFactory) {
        counters = Dictionary(
            uniqueKeysWithValues: Outcome.allCases.map { outcome in
                let dimensions = [("outcome", outcome.rawValue)]
                return (outcome, Counter(label: "admission_reviews_total", dimensions: dimensions, factory: factory))
            }
        )
    }

    func count(_ outcome: Outcome) { counters[outcome]?.increment() }

    func count(_ decision: Grafeion_V1_Decision) {
        if decision.brokeGlass { return count(.brokeGlass) }
        if !decision.enforced, !decision.complaints.isEmpty { return count(.dryRun) }
        count(decision.allowed ? .allowed : .denied)
    }
}
