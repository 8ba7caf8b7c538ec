public import CoreMetrics
internal import NIOConcurrencyHelpers

/// A registry of metrics that prints itself in Prometheus' text format (version 0.0.4): counters, gauges, and timers and
/// aggregating recorders as histograms. Timers are in seconds, whatever unit they were recorded in.
///
/// It is handed to whoever measures; nothing here touches the process-wide `MetricsSystem`. Instruments live as long as
/// the registry: their names and labels have to be bounded.
public final class PrometheusMetrics: MetricsFactory {
    private struct Family {
        let kind: MetricKind
        var series: [String: any MetricSeries] = [:]
    }

    private let families = NIOLockedValueBox<[String: Family]>([:])

    public init() {}

    /// Everything as of now, sorted by name and labels, followed by what the system says about the process.
    public func text() -> String {
        var text = ""
        for (name, family) in families.withLockedValue({ $0 }).sorted(by: { $0.key < $1.key }) {
            text += "# TYPE \(name) \(family.kind.rawValue)\n"
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                series.append(name: name, labels: labels, to: &text)
            }
        }
        ProcessFacts.append(to: &text)
        return text
    }

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions, .counter) { CounterSeries() }
    }

    public func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        if aggregate { return series(label, dimensions, .histogram) { HistogramSeries() } }
        return series(label, dimensions, .gauge) { GaugeSeries() }
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions, .gauge) { GaugeSeries() }
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions, .histogram) { HistogramSeries() }
    }

    // A handler is shared by all who made an instrument of the same name and labels, so none of them may end it.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    /// The series of that name and those labels, made at its first use. If the name is taken by another kind of metric,
    /// the series counts but is not printed: a text with two types for a name would be refused as a whole.
    private func series<Series: MetricSeries>(
        _ label: String,
        _ dimensions: [(String, String)],
        _ kind: MetricKind,
        make: () -> Series
    ) -> Series {
        let name = PrometheusText.name(label)
        let labels = PrometheusText.labels(dimensions)
        return families.withLockedValue { families in
            var family = families[name] ?? Family(kind: kind)
            guard family.kind == kind else { return make() }
            if let known = family.series[labels] as? Series { return known }
            let series = make()
            family.series[labels] = series
            families[name] = family
            return series
        }
    }
}

/// A metric's type as the format names it.
private enum MetricKind: String {
    case counter
    case gauge
    case histogram
}

/// How the format spells names, labels and numbers.
enum PrometheusText {
    /// The name with every character that the format does not allow replaced by an underscore.
    static func name(_ text: String) -> String {
        let allowed = text.unicodeScalars.map { scalar -> Character in
            let isAllowed =
                scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789_:".unicodeScalars.contains(scalar))
            return isAllowed ? Character(scalar) : "_"
        }
        let name = String(allowed)
        return name.first?.isNumber ?? true ? "_\(name)" : name
    }

    /// `a="1",b="2"`, sorted by name; empty if there are none.
    static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.sorted { $0.0 < $1.0 }
            .map { "\(name($0.0))=\"\(escaped($0.1))\"" }
            .joined(separator: ",")
    }

    /// A whole number without a point, as counters look best.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map(String.init) ?? String(value)
    }

    private static func escaped(_ value: String) -> String {
        var text = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": text += #"\\"#
            case "\"": text += #"\""#
            case "\n": text += #"\n"#
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }
}
