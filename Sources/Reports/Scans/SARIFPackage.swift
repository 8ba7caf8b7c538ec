/// The package that a result of SARIF is about, which scanners write as text:
///
/// - Trivy, in the message: `Package: bash`, `Installed Version: 5.0-4`, `Fixed Version: `, a line each;
/// - Grype, in the rule's help: `Package: bash`, `Version: 5.0-4`, `Fix Version: `, `Type: deb`;
/// - Docker Scout, in the message: `Package : pkg:deb/debian/bash@5.0-4`, `Fixed version : not fixed`;
/// - OSV-Scanner, in the message: `Package 'regex@1.5.1' is vulnerable to 'CVE-2022-24713' …`.
struct SARIFPackage: Equatable {
    var name: String?
    var version: String?
    var fixedVersions: [String] = []
    /// The scanner's word for the kind of package.
    var type: String?
    var purl: String?
    var severity: String?
    var location: String?
    /// The id in the line `Vulnerability DLA-1234-1`.
    var vulnerabilityID: String?

    /// Reads a message or a help text.
    init(message: String) {
        let labels = Self.labels(message)
        name = labels["package"]
        version = labels["installed version"] ?? labels["version"]
        let fixes = labels["fixed version"] ?? labels["fix version"] ?? ""
        fixedVersions =
            fixes == "not fixed" ? [] : fixes.split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
        type = labels["type"]
        severity = labels["severity"]
        location = labels["location"]
        vulnerabilityID = labels["vulnerability"]?.vulnerabilityIDWithin
        if let name, name.hasPrefix("pkg:") { take(purl: name) }
        if name == nil { takeSentence(message) }
    }

    /// Takes from another what is not known yet.
    mutating func fill(from other: SARIFPackage) {
        name = name ?? other.name
        version = version ?? other.version
        if fixedVersions.isEmpty { fixedVersions = other.fixedVersions }
        type = type ?? other.type
        purl = purl ?? other.purl
        severity = severity ?? other.severity
        location = location ?? other.location
        vulnerabilityID = vulnerabilityID ?? other.vulnerabilityID
    }

    /// Takes what a package URL says.
    mutating func take(purl text: String) {
        guard let parsed = PackageURL(text) else { return }
        purl = text
        name = parsed.packageName
        version = version ?? parsed.version
        type = parsed.type
    }

    /// The values of lines `Label: value` by label in lower case, up to the link, behind which free text may follow.
    private static func labels(_ text: String) -> [String: String] {
        var labels: [String: String] = [:]
        for line in text.utf8.split(separator: 0x0A, maxSplits: 20).prefix(20) {
            let halves = line.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
            guard let label = halves.first.map({ Substring($0).trimmed }), label.utf8.count <= 100 else { continue }
            if halves.count == 1, label.hasPrefix("Vulnerability ") {
                labels["vulnerability"] = String(label.dropFirst("Vulnerability ".count))
            }
            guard halves.count == 2 else { continue }
            let value = Substring(halves[1]).trimmed
            if !value.isEmpty, labels[label.lowercased()] == nil { labels[label.lowercased()] = value }
            if label == "Link" { break }
        }
        return labels
    }

    /// Package and version between the first pair of quotes of OSV-Scanner's sentence.
    private mutating func takeSentence(_ message: String) {
        let parts = message.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "Package ", parts[2].hasPrefix(" is vulnerable to") else { return }
        let package = parts[1]
        guard let at = package.lastIndex(of: "@"), at != package.startIndex else {
            name = package.isEmpty ? nil : String(package)
            return
        }
        name = String(package[..<at])
        version = String(package[package.index(after: at)...])
    }
}
