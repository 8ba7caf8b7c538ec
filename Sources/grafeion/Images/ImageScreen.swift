import Foundation

/// What is known of an image on one screen: a heading on the left, and what there is to say beside it.
struct ImageScreen {
    private let reply: JSONValue
    private let now: Date
    /// Vulnerabilities that are named one by one.
    private let worstMax: Int
    private var lines: [String] = []

    /// - Parameters:
    ///   - reply: a `grafeion.v1.ImageDescription` as JSON.
    ///   - now: what ages are counted from.
    init(_ reply: JSONValue, now: Date, worstMax: Int = 10) {
        self.reply = reply
        self.now = now
        self.worstMax = worstMax
        addIdentity()
        addOrigin()
        addContents()
        addVulnerabilities()
        addTrust()
        addDeployments()
        addChange()
    }

    var text: String { lines.joined(separator: "\n") + "\n" }

    // MARK: Sections

    private mutating func addIdentity() {
        add("image", [reply["image"]?.text ?? ""] + texts("also").map { "also \($0)" })
        add("created", [age(reply["created"]) ?? "not known"])
        add("known since", [age(reply["firstSeen"])].compactMap(\.self))
        add("index", [reply["index"]?.text].compactMap(\.self))
        add("platforms", list("platforms").map { "\($0["platform"]?.text ?? "")  \($0["image"]?.text ?? "")" })
    }

    private mutating func addOrigin() {
        let builds = list("builds")
        let source = builds.first { $0["sourceCommit"] != nil || $0["sourceRepository"] != nil }
        add("source", [Self.source(source)].compactMap(\.self))
        let real = builds.filter { $0["isClaim"] == nil }
        add("built by", real.isEmpty ? ["not known: no provenance"] : real.prefix(3).map(build) + more(real, 3))
        if let base = reply["base"] {
            let layers = "\(number(base["layersOnTop"])) of \(number(base["layers"])) layers on top"
            add("base", ["\(base["image"]?.text ?? "")  (\(layers))"])
        }
    }

    private static func source(_ build: JSONValue?) -> String? {
        guard let build else { return nil }
        let parts = [build["sourceRepository"]?.text, build["sourceCommit"]?.text.map { "commit \($0)" }]
        let claim = build["isClaim"] == nil ? nil : "(as the image says)"
        return (parts + [claim]).compactMap(\.self).joined(separator: "  ")
    }

    private func build(_ build: JSONValue) -> String {
        let parts = [
            build["builder"]?.text ?? "unnamed builder", build["startedBy"]?.text.map { "started by \($0)" },
            age(build["finished"]) ?? age(build["started"]),
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }

    private mutating func addContents() {
        let packages = reply["packages"]
        let types = (packages?["byType"]?.elements ?? []).map {
            "\(number($0["count"])) \($0["type"]?.text ?? "other")"
        }
        let total = number(packages?["total"])
        add("packages", [total == 0 ? "not known: no SBOM" : "\(total): \(types.joined(separator: ", "))"])
        add(
            "SBOMs",
            list("bills").map { [$0["format"]?.text, $0["location"]?.text].compactMap(\.self).joined(separator: "  ") }
        )
    }

    private mutating func addVulnerabilities() {
        let scans = list("scans")
        add("scans", scans.isEmpty ? ["never scanned"] : scans.map(scan))
        let found = reply["vulnerabilities"]
        let total = number(found?["total"])
        let counts = (found?["bySeverity"]?.elements ?? []).map { count in
            let severity = Self.severity(count["severity"]?.text)
            let fixable = number(count["fixable"])
            return "\(number(count["total"])) \(severity)" + (fixable == 0 ? "" : " (\(fixable) fixable)")
        }
        let isScanned = scans.contains { $0["status"]?.text == "FINISHED_SUCCESS" }
        let none =
            isScanned ? "none found" : scans.isEmpty ? "not known: never scanned" : "not known: no scan succeeded"
        var lines = [total == 0 ? none : counts.joined(separator: ", ")]
        let ruledOut = number(found?["notAffected"])
        if ruledOut > 0 { lines.append("\(ruledOut) more judged not to affect the image, or fixed in it (VEX)") }
        let worst = (found?["worst"]?.elements ?? []).prefix(worstMax)
        let width = worst.reduce(0) { max($0, $1["vulnerability"]?.text?.count ?? 0) }
        lines += worst.map { finding($0, idWidth: width) }
        if total > worst.count, !worst.isEmpty { lines.append("… and \(total - worst.count) more") }
        add("vulnerable", lines)
    }

    private func scan(_ scan: JSONValue) -> String {
        let words = [
            "FINISHED_SUCCESS": "succeeded", "FINISHED_FAILED": "FAILED",
            "FINISHED_UNSUPPORTED": "does not know such images",
            "PENDING": "is waiting", "SCANNING": "is running",
        ]
        let status = scan["status"]?.text ?? ""
        let line = "\(scan["scanner"]?.text ?? "") \(words[status] ?? status), \(age(scan["time"]) ?? "")"
        return line + (scan["error"]?.text.map { ": \($0)" } ?? "")
    }

    private func finding(_ finding: JSONValue, idWidth: Int) -> String {
        let severity = Self.padded(Self.severity(finding["severity"]?.text), 8)
        let id = Self.padded(finding["vulnerability"]?.text ?? "", idWidth)
        let package = [finding["package"]?.text, finding["version"]?.text].compactMap(\.self).joined(separator: " ")
        let fix = finding["fixedVersion"]?.text.map { " → \($0)" } ?? "  (no fix)"
        return "\(severity)  \(id)  \(package)\(fix)"
    }

    private mutating func addTrust() {
        let attestations = list("attestations")
        let lines = attestations.prefix(5).map { attestation in
            [attestation["authority"]?.text, attestation["type"]?.text, age(attestation["time"])].compactMap(\.self)
                .joined(separator: ", ")
        }
        add("attested by", attestations.isEmpty ? ["nobody"] : lines + more(attestations, 5))
    }

    private mutating func addDeployments() {
        let deployments = list("deployments")
        let running = deployments.filter { $0["until"] == nil }
        add(
            "runs at",
            running.isEmpty ? ["nowhere, as far as is known"] : running.prefix(20).map(deployment) + more(running, 20)
        )
        let past = deployments.filter { $0["until"] != nil }
        add("ran at", past.prefix(3).map(deployment) + more(past, 3))
    }

    private func deployment(_ deployment: JSONValue) -> String {
        let parts = [
            deployment["address"]?.text ?? "an unnamed place", age(deployment["since"]).map { "since \($0)" },
            age(deployment["until"]).map { "until \($0)" }, deployment["user"]?.text.map { "by \($0)" },
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }

    private mutating func addChange() {
        guard let change = reply["sincePrevious"] else { return }
        func counted(_ member: String, _ sign: String) -> [String] {
            let entries = change[member]?.elements.compactMap(\.text) ?? []
            guard !entries.isEmpty else { return [] }
            let shown = entries.prefix(5).joined(separator: ", ")
            return ["\(sign) \(shown)" + (entries.count > 5 ? " and \(entries.count - 5) more" : "")]
        }
        let lines =
            counted("packagesAdded", "packages added:") + counted("packagesRemoved", "packages removed:")
            + counted("packagesChanged", "packages changed:") + counted("vulnerabilitiesAdded", "vulnerabilities new:")
            + counted("vulnerabilitiesGone", "vulnerabilities gone:")
        let previous = [change["previous"]?.text, change["previousCommit"]?.text.map { "commit \($0)" }].compactMap(
            \.self
        )
        add("changed since", [previous.joined(separator: "  ")] + (lines.isEmpty ? ["nothing that is known"] : lines))
    }

    // MARK: Words

    private mutating func add(_ heading: String, _ entries: [String]) {
        for (index, entry) in entries.enumerated() {
            lines.append(Self.padded(index == 0 ? heading : "", 15) + TextTable.oneLine(entry))
        }
    }

    private func list(_ member: String) -> [JSONValue] { reply[member]?.elements ?? [] }

    private func texts(_ member: String) -> [String] { list(member).compactMap(\.text) }

    private func number(_ value: JSONValue?) -> Int { value?.integer ?? 0 }

    private func more(_ entries: [JSONValue], _ shown: Int) -> [String] {
        entries.count > shown ? ["… and \(entries.count - shown) more"] : []
    }

    /// `2026-01-02 03:04 UTC (12 days ago)`
    private func age(_ time: JSONValue?) -> String? { time?.text.flatMap { Age(timestamp: $0, now: now)?.text } }

    private static func severity(_ name: String?) -> String {
        guard let name, name != "SEVERITY_UNSPECIFIED" else { return "unrated" }
        return name.lowercased()
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

/// A time, and how long ago it was.
struct Age {
    let text: String

    /// Nil if the text is no RFC 3339 time.
    init?(timestamp: String, now: Date) {
        let whole = timestamp.prefix { $0 != "." && $0 != "Z" } + "Z"
        guard let date = try? Date(String(whole), strategy: .iso8601) else { return nil }
        let minutes = Int(now.timeIntervalSince(date) / 60)
        let shown = timestamp.prefix(16).replacing("T", with: " ")
        text = "\(shown) UTC (\(Self.words(minutes: minutes)))"
    }

    private static func words(minutes: Int) -> String {
        if minutes < 0 { return "in the future" }
        for (unit, length) in [("day", 24 * 60), ("hour", 60), ("minute", 1)] where minutes >= length {
            let count = minutes / length
            return "\(count) \(unit)\(count == 1 ? "" : "s") ago"
        }
        return "just now"
    }
}
