internal import APIMethods
internal import Metrics

/// Counts and times the calls of one method. The instruments of the usual outcome are made once.
struct CallMetrics: Sendable {
    private let method: String
    private let factory: any MetricsFactory
    private let succeeded: Counter
    private let duration: Metrics.Timer

    init(method: String, factory: any MetricsFactory) {
        self.method = method
        self.factory = factory
        succeeded = Self.counter(method: method, code: "OK", factory: factory)
        duration = Metrics.Timer(
            label: "grpc_request_duration_seconds",
            dimensions: [("method", method)],
            factory: factory
        )
    }

    /// - Parameter code: nil for success.
    func record(code: StatusCode?, duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.duration.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
        guard let code else { return succeeded.increment() }
        // Looking the counter up costs the factory's lock; errors can afford it.
        Self.counter(method: method, code: code.canonicalName, factory: factory).increment()
    }

    private static func counter(method: String, code: String, factory: any MetricsFactory) -> Counter {
        Counter(
            label: "grpc_requests_total",
            dimensions: [("method", method), ("code", code)],
            factory: factory
        )
    }
}
