import Foundation
import Logging

/// How one log event is written.
enum LogLine {
    /// `2026-05-04T03:02:01.123Z info  grafeion.server: ready address=127.0.0.1:8080`
    static func text(
        time: String,
        level: Logger.Level,
        label: String,
        message: String,
        metadata: Logger.Metadata
    ) -> String {
        let name = level.rawValue.padding(toLength: max(5, level.rawValue.count), withPad: " ", startingAt: 0)
        let pairs = metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\(quotedIfNeeded($0.value.description))" }
        return "\(time) \(name) \(label): \(oneLine(message))\(pairs.joined())\n"
    }

    /// One JSON object: `time`, `level`, `logger`, `message`, then the metadata's members by name.
    static func json(
        time: String,
        level: Logger.Level,
        label: String,
        message: String,
        metadata: Logger.Metadata
    ) -> String {
        let fixed = [("time", time), ("level", level.rawValue), ("logger", label), ("message", message)]
        var members = fixed.map { JSONValue.Member(name: $0.0, value: .string($0.1)) }
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            members.append(JSONValue.Member(name: key, value: jsonValue(value)))
        }
        return JSONValue.object(members).compact + "\n"
    }

    /// The time in RFC 3339 with milliseconds, in UTC.
    static func timestamp(seconds: Int, milliseconds: Int) -> String {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        func digits(_ value: some BinaryInteger, _ count: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        let date = "\(parts.tm_year + 1900)-\(digits(parts.tm_mon + 1, 2))-\(digits(parts.tm_mday, 2))"
        let clock = "\(digits(parts.tm_hour, 2)):\(digits(parts.tm_min, 2)):\(digits(parts.tm_sec, 2))"
        return "\(date)T\(clock).\(digits(milliseconds, 3))Z"
    }

    private static func jsonValue(_ value: Logger.MetadataValue) -> JSONValue {
        switch value {
        case .string(let text): .string(text)
        case .stringConvertible(let value): .string(value.description)
        case .array(let values): .array(values.map(jsonValue))
        case .dictionary(let members):
            .object(members.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: jsonValue($0.value)) })
        }
    }

    private static func quotedIfNeeded(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "\"" && $0 != "=" }
        if isPlain { return text }
        var quoted = ""
        JSONValue.quote(text, to: &quoted)
        return quoted
    }

    /// A message must not forge a second line.
    private static func oneLine(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.value < 0x20 }) else { return text }
        var quoted = ""
        JSONValue.quote(text, to: &quoted)
        return quoted
    }
}
