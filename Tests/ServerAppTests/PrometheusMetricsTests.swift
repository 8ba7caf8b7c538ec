import CoreMetrics
import Foundation
import Testing

@testable import ServerApp

@Suite struct PrometheusMetricsTests {
    @Test func textHasTypesLabelsAndValues() {
        let metrics = PrometheusMetrics()
        Counter(label: "calls.total", dimensions: [("b", "x\"y\\z\n"), ("a", "1")], factory: metrics).increment(by: 3)
        Gauge(label: "open", factory: metrics).record(2.5)
        let text = metrics.text()
        #expect(text.contains("# TYPE calls_total counter\n"))
        #expect(text.contains(#"calls_total{a="1",b="x\"y\\z\n"} 3"#))
        #expect(text.contains("# TYPE open gauge\nopen 2.5\n"))
        #expect(text.hasSuffix("\n"))
    }

    @Test func timersAreHistogramsInSeconds() {
        let metrics = PrometheusMetrics()
        let timer = CoreMetrics.Timer(label: "t_seconds", dimensions: [("m", "x")], factory: metrics)
        timer.recordNanoseconds(700_000)
        timer.recordNanoseconds(20_000_000_000)
        let text = metrics.text()
        #expect(text.contains("# TYPE t_seconds histogram\n"))
        #expect(text.contains(#"t_seconds_bucket{m="x",le="0.0005"} 0"#))
        #expect(text.contains(#"t_seconds_bucket{m="x",le="0.001"} 1"#))
        #expect(text.contains(#"t_seconds_bucket{m="x",le="10"} 1"#))
        #expect(text.contains(#"t_seconds_bucket{m="x",le="+Inf"} 2"#))
        #expect(text.contains(#"t_seconds_sum{m="x"} 20.0007"#))
        #expect(text.contains(#"t_seconds_count{m="x"} 2"#))
    }

    @Test func sameNameAndLabelsAreOneSeries() async {
        let metrics = PrometheusMetrics()
        await withDiscardingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1000 {
                        Counter(label: "n", dimensions: [("a", "1")], factory: metrics).increment()
                    }
                }
            }
        }
        #expect(metrics.text().contains("n{a=\"1\"} 8000\n"))
    }

    @Test func nameOfAnotherKindIsNotPrintedTwice() {
        let metrics = PrometheusMetrics()
        Counter(label: "x", factory: metrics).increment()
        Gauge(label: "x", factory: metrics).record(5)
        #expect(metrics.text().components(separatedBy: "# TYPE x ").count == 2)
    }

    @Test func processFactsArePlausible() throws {
        let text = PrometheusMetrics().text()
        func value(_ name: String) throws -> Double {
            let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("\(name) ") })
            return try #require(Double(line.dropFirst(name.count + 1)))
        }
        #expect(try value("process_resident_memory_bytes") > 1_000_000)
        #expect(try value("process_cpu_seconds_total") >= 0)
        #expect(try value("process_open_fds") >= 3)
        #expect(try value("process_start_time_seconds") > 1_600_000_000)
    }
}
