import Metrics
import Synchronization

/// Counts requests and their time by method and status. The labels are bounded: full method names, paths of fixed routes
/// and `unmatched`, with the few statuses that this door answers.
final class RequestMetrics: Sendable {
    private struct Key: Hashable {
        var method: String
        var status: Int
    }

    private struct Recorders {
        var counters: [Key: Counter] = [:]
        var timers: [String: Timer] = [:]
    }

    private let factory: any MetricsFactory
    private let recorders = Mutex(Recorders())

    init(factory: any MetricsFactory) {
        self.factory = factory
    }

    /// Adds one answered request.
    func record(method: String, status: Int, duration: Duration) {
        let key = Key(method: method, status: status)
        let (counter, timer) = recorders.withLock { [factory] recorders in
            (Self.counter(key, factory, in: &recorders), Self.timer(method, factory, in: &recorders))
        }
        counter.increment()
        let parts = duration.components
        timer.recordNanoseconds(parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000)
    }

    private static func counter(_ key: Key, _ factory: any MetricsFactory, in recorders: inout Recorders) -> Counter {
        if let known = recorders.counters[key] { return known }
        let dimensions = [("method", key.method), ("code", String(key.status))]
        let counter = Counter(label: "http_requests_total", dimensions: dimensions, factory: factory)
        recorders.counters[key] = counter
        return counter
    }

    private static func timer(_ method: String, _ factory: any MetricsFactory, in recorders: inout Recorders) -> Timer {
        if let known = recorders.timers[method] { return known }
        let timer = Timer(
            label: "http_request_duration_seconds",
            dimensions: [("method", method)],
            preferredDisplayUnit: .seconds,
            factory: factory
        )
        recorders.timers[method] = timer
        return timer
    }
}
