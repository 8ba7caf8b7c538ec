import MetadataModel
import SwiftProtobuf

/// What reports say in strings: names, prose, scores and times.
extension JSONNode {
    /// The text of the first of these members that has one.
    func text(ofFirst names: String...) throws(ReportProblem) -> String? {
        for name in names {
            if let text = try self[name].text() { return text }
        }
        return nil
    }

    /// A name, which tells one thing from another and so is never cut: at most so many bytes, no control characters.
    func name(bytesMax: Int) throws(ReportProblem) -> String? {
        guard let text = try text() else { return nil }
        try checkName(text, bytesMax: bytesMax)
        return text
    }

    /// Refuses what cannot be a name; it was found in this value.
    func checkName(_ text: String, bytesMax: Int) throws(ReportProblem) {
        if text.utf8.count > bytesMax { throw problem("has \(text.utf8.count) bytes; at most \(bytesMax) are taken") }
        if text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            throw problem("contains a control character: \(text.quotedForMessage)")
        }
    }

    /// A name that must be there.
    func requiredName(bytesMax: Int, _ meaning: String) throws(ReportProblem) -> String {
        guard let name = try name(bytesMax: bytesMax) else { throw problem("is required: \(meaning)") }
        return name
    }

    /// The id of a vulnerability, which becomes the id of a note.
    func vulnerabilityID() throws(ReportProblem) -> String {
        let id = try requiredName(bytesMax: limits.titleBytesMax, "the vulnerability's id")
        guard ResourceID.isValid(id) else {
            throw problem("the id must be \(ResourceID.rule), for it names a note; found \(id.quotedForMessage)")
        }
        return id
    }

    /// Prose, cut after so many bytes.
    func prose(bytesMax: Int) throws(ReportProblem) -> String? {
        try text().map { $0.cut(bytesMax: bytesMax) }
    }

    /// The URLs of an array of strings that are not too long, each once.
    func urls() throws(ReportProblem) -> [String] {
        var urls: [String] = []
        for element in try array() {
            if let url = try element.text() { urls.append(url) }
        }
        return urls
    }

    /// A CVSS score, from 0 to 10, as a number or, as OSV-Scanner and SARIF write it, in a string.
    func score() throws(ReportProblem) -> Double? {
        let value: Double?
        if kind == .string || kind == .escapedString {
            guard let text = try text() else { return nil }
            value = text.utf8.count <= 10 ? Double(text) : nil
        } else {
            guard let number = try number() else { return nil }
            value = number
        }
        guard let value, (0...10).contains(value) else { throw problem("expected a score from 0 to 10") }
        return value
    }

    /// A time (RFC 3339); nil if there is none or, as Go prints times that are not set, it is in the year 1.
    func time() throws(ReportProblem) -> Google_Protobuf_Timestamp? {
        guard let text = try text(), !text.utf8.starts(with: "0001-01-01".utf8) else { return nil }
        let isPlain = text.utf8.count <= 40 && text.utf8.allSatisfy { (0x2B...0x5A).contains($0) }
        guard isPlain, let time = try? Google_Protobuf_Timestamp(jsonString: "\"\(text)\"") else {
            throw problem("expected a time such as 2026-01-31T12:00:00Z, found \(text.quotedForMessage)")
        }
        return time
    }
}

extension String {
    /// The text, or as much of it as fits with an ellipsis behind it.
    func cut(bytesMax: Int) -> String {
        if utf8.count <= bytesMax { return self }
        var kept = utf8.prefix(bytesMax - 3)
        // A character's bytes stay together: those behind its first are 10xxxxxx.
        while let last = kept.last, last & 0xC0 == 0x80 { kept = kept.dropLast() }
        if let last = kept.last, last >= 0xC0 { kept = kept.dropLast() }
        return String(decoding: kept, as: UTF8.self) + "…"
    }
}
