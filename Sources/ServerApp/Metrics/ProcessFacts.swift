internal import Foundation

/// What the system knows about this process, under the names that Prometheus' own client libraries use. Read from /proc
/// when asked; a system without it gets no lines.
enum ProcessFacts {
    static func append(to text: inout String) {
        guard let fields = statFields() else { return }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        append(
            "process_resident_memory_bytes",
            "gauge",
            fields.residentPages * Double(sysconf(Int32(_SC_PAGESIZE))),
            &text
        )
        append("process_cpu_seconds_total", "counter", fields.cpuTicks / ticks, &text)
        if let bootSeconds {
            append("process_start_time_seconds", "gauge", bootSeconds + fields.startTicks / ticks, &text)
        }
        if let descriptors = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            append("process_open_fds", "gauge", Double(descriptors.count), &text)
        }
    }

    private static func append(_ name: String, _ kind: String, _ value: Double, _ text: inout String) {
        text += "# TYPE \(name) \(kind)\n\(name) \(PrometheusText.number(value))\n"
    }

    private struct StatFields {
        var cpuTicks: Double
        var startTicks: Double
        var residentPages: Double
    }

    /// Of `/proc/self/stat` (proc(5)): utime, stime, starttime and rss are the fields 14, 15, 22 and 24. The second one,
    /// the program's name in parentheses, may hold anything, so counting starts behind it.
    private static func statFields() -> StatFields? {
        guard let stat = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
            let end = stat.lastIndex(of: ")")
        else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ").map { Double($0) ?? 0 }
        guard fields.count > 21 else { return nil }
        return StatFields(cpuTicks: fields[11] + fields[12], startTicks: fields[19], residentPages: fields[21])
    }

    /// When the machine started, in seconds since 1970.
    private static let bootSeconds: Double? = {
        let stat = try? String(contentsOfFile: "/proc/stat", encoding: .utf8)
        let line = stat?.split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line.flatMap { Double($0.dropFirst("btime ".count)) }
    }()
}
