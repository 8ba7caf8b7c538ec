/// Warnings as API servers pass them on. They cut a warning after 256 characters once there are more than 4096 in all,
/// leave out what comes then, and drop one with a control character without a word. Here nothing is lost silently: what
/// is cut ends in "…", and what is left out is counted.
public enum AdmissionWarnings {
    /// Unicode scalars of one warning, as API servers count.
    static let scalarsMax = 256
    /// Of all warnings of one answer.
    static let allScalarsMax = 4096
    /// Kept free for the line that counts what was left out.
    private static let lastLineScalars = 64

    /// The warnings in their order, each once, within those bounds.
    static func fitted(_ warnings: [String]) -> [String] {
        var seen: Set<String> = []
        let lines = warnings.map { $0.onOneLine.cut(after: scalarsMax) }.filter {
            seen.insert($0).inserted && !$0.isEmpty
        }
        if lines.reduce(0, { $0 + $1.unicodeScalars.count }) <= allScalarsMax { return lines }
        var left = allScalarsMax - lastLineScalars
        let kept = lines.prefix { line in
            left -= line.unicodeScalars.count
            return left >= 0
        }
        return kept + ["… and \(lines.count - kept.count) more warnings"]
    }
}

/// Audit annotations as API servers take them.
enum AuditAnnotations {
    /// Of a key behind the webhook's name: the name part of a qualified name.
    private static let keyBytesMax = 63
    /// Unicode scalars of a value. An audit log has it in each event; Kubernetes has no bound of its own for those of
    /// webhooks, and 10 kilobytes for those of admission policies.
    private static let valueScalarsMax = 1000

    /// The annotations sorted by key. A key that an API server would refuse is made one that it takes.
    static func fitted(_ annotations: [String: String]) -> [(key: String, value: String)] {
        var fitted: [String: String] = [:]
        for (key, value) in annotations.sorted(by: { $0.key < $1.key }) {
            let key = qualified(key)
            if !key.isEmpty, fitted[key] == nil { fitted[key] = value.cut(after: valueScalarsMax) }
        }
        return fitted.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Letters, digits, `-`, `_` and `.`, with a letter or digit at both ends. "…" is none of them, so a long key is cut
    /// without it.
    private static func qualified(_ key: String) -> String {
        let bytes = key.utf8.map { isAlphanumeric($0) || "-_.".utf8.contains($0) ? $0 : UInt8(ascii: "-") }
        let start = bytes.drop { !isAlphanumeric($0) }.prefix(keyBytesMax)
        let end = start.lastIndex(where: isAlphanumeric) ?? start.startIndex
        return start.isEmpty ? "" : String(decoding: start[...end], as: UTF8.self)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

extension String {
    /// The text with a space for each control character.
    var onOneLine: String {
        if !unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) { return self }
        var line = ""
        for scalar in unicodeScalars {
            line.unicodeScalars.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        return line
    }

    /// The text, or its beginning with "…" if it has more Unicode scalars than these.
    func cut(after scalarsMax: Int) -> String {
        guard let end = unicodeScalars.index(startIndex, offsetBy: scalarsMax, limitedBy: endIndex), end < endIndex
        else {
            return self
        }
        return String(self[..<unicodeScalars.index(before: end)]) + "…"
    }
}
