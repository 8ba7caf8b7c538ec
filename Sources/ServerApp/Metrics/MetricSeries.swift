internal import CoreMetrics
internal import NIOConcurrencyHelpers

/// The values under one name and one set of labels.
protocol MetricSeries: AnyObject, Sendable {
    /// - Parameter labels: as they go between the braces; empty for none.
    func append(name: String, labels: String, to text: inout String)
}

final class CounterSeries: MetricSeries, CounterHandler {
    private let value = NIOLockedValueBox<Int64>(0)

    func increment(by amount: Int64) {
        value.withLockedValue { value in
            let (sum, overflow) = value.addingReportingOverflow(amount)
            value = overflow ? .max : sum
        }
    }

    func reset() {
        value.withLockedValue { $0 = 0 }
    }

    func append(name: String, labels: String, to text: inout String) {
        let braces = labels.isEmpty ? "" : "{\(labels)}"
        text += "\(name)\(braces) \(value.withLockedValue { $0 })\n"
    }
}

final class GaugeSeries: MetricSeries, RecorderHandler, MeterHandler {
    private let value = NIOLockedValueBox<Double>(0)

    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { self.value.withLockedValue { $0 = value } }
    func increment(by amount: Double) { value.withLockedValue { $0 += amount } }
    func decrement(by amount: Double) { value.withLockedValue { $0 -= amount } }

    func append(name: String, labels: String, to text: inout String) {
        let braces = labels.isEmpty ? "" : "{\(labels)}"
        text += "\(name)\(braces) \(PrometheusText.number(value.withLockedValue { $0 }))\n"
    }
}

/// Counts values by size, in buckets that suit seconds from half a millisecond to ten seconds.
final class HistogramSeries: MetricSeries, RecorderHandler, TimerHandler {
    private static let bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    private struct State {
        /// Values up to the bound of the same index and above the one before; the last is for those above all bounds.
        var counts = [Int](repeating: 0, count: HistogramSeries.bounds.count + 1)
        var sum = 0.0
    }

    private let state = NIOLockedValueBox(State())

    func record(_ value: Int64) { record(Double(value)) }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1_000_000_000) }

    func record(_ value: Double) {
        let bucket = Self.bounds.firstIndex { value <= $0 } ?? Self.bounds.count
        state.withLockedValue {
            $0.counts[bucket] += 1
            $0.sum += value
        }
    }

    func append(name: String, labels: String, to text: inout String) {
        let state = state.withLockedValue { $0 }
        let prefix = labels.isEmpty ? "" : "\(labels),"
        var total = 0
        for (count, bound) in zip(state.counts, Self.bounds + [.infinity]) {
            total += count
            text += "\(name)_bucket{\(prefix)le=\"\(PrometheusText.number(bound))\"} \(total)\n"
        }
        let braces = labels.isEmpty ? "" : "{\(labels)}"
        text += "\(name)_sum\(braces) \(PrometheusText.number(state.sum))\n"
        text += "\(name)_count\(braces) \(total)\n"
    }
}
