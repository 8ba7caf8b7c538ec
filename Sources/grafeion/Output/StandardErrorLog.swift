import Foundation
import Logging

/// Writes log events to standard error, one line each.
struct StandardErrorLog: LogHandler {
    let label: String
    let format: LogFormat
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let given = event.metadata { all.merge(given) { $1 } }
        if let error = event.error { all["error"] = .string("\(error)") }
        let render = format == .json ? LogLine.json : LogLine.text
        let line = render(Self.now(), event.level, label, event.message.description, all)
        // One call for a line, so that lines of several threads do not mix. A log that nobody can read is no reason to fail.
        _ = Array(line.utf8).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    private static func now() -> String {
        let milliseconds = Int(Date().timeIntervalSince1970 * 1000)
        return LogLine.timestamp(seconds: milliseconds / 1000, milliseconds: milliseconds % 1000)
    }
}
