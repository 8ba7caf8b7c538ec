import GrafeasProto

/// A CycloneDX document with vulnerabilities (since version 1.4).
///
/// A vulnerability affects components by their `bom-ref`; each component affected is a finding.
struct CycloneDXReport {
    let root: JSONNode
    private var limits: ReportLimits { root.limits }

    func report() throws(ReportProblem) -> ScanReport {
        let head = CycloneDXHead(root: root)
        try head.checkFormat()
        var components = try CycloneDXComponents(root)
        let vulnerabilities = try root["vulnerabilities"].array()
        var report = ScanReport(format: .cycloneDX, scanner: try head.tool(), image: try head.image())
        report.scanTime = try head.time()
        report.distribution = try CycloneDXHead.distribution(among: root["components"].array())
        for (index, node) in vulnerabilities.enumerated() {
            let vulnerability = try vulnerability(node, place: "vulnerabilities[\(index)]")
            for affected in try node["affects"].requiredArray("the components that it is in") {
                try report.add(finding(vulnerability, affected, &components), limits)
            }
        }
        return report
    }

    // MARK: Findings

    /// A vulnerability as a finding that has no package yet.
    private func vulnerability(_ node: JSONNode, place: String) throws(ReportProblem) -> Finding {
        var ids = [try node["id"].vulnerabilityID()]
        for reference in try node["references"].array() { ids.append(try reference["id"].vulnerabilityID()) }
        let chosen = ids.choosingCVE(limits)
        var finding = Finding(place: place, vulnerabilityID: chosen.id, packageName: "", ecosystem: "")
        finding.aliases = chosen.aliases
        finding.description = try node["description"].prose(bytesMax: limits.descriptionBytesMax)
        var urls = [try node["source"]["url"].text()].compactMap(\.self)
        for advisory in try node["advisories"].array() {
            if let url = try advisory["url"].text() { urls.append(url) }
        }
        finding.urls = urls.usable(limits)
        finding.publishTime = try node["published"].time()
        finding.updateTime = try node["updated"].time()
        finding.assessment = try Finding.Assessment(cycloneDX: node["analysis"])
        try setRatings(of: &finding, node)
        return finding
    }

    private func setRatings(of finding: inout Finding, _ node: JSONNode) throws(ReportProblem) {
        var bySource: [(source: String, severity: Grafeas_V1_Severity)] = []
        let owner = try node["source"]["name"].text()?.lowercased().cut(bytesMax: limits.versionBytesMax)
        for entry in try node["ratings"].array() {
            let name = try entry["source"]["name"].text()?.lowercased().cut(bytesMax: limits.versionBytesMax)
            let source = name ?? owner ?? ""
            if let word = try entry["severity"].text() { bySource.append((source, Grafeas_V1_Severity(word: word))) }
            let vector = try entry["vector"].name(bytesMax: limits.titleBytesMax)
            // Scores of other methods than CVSS have other ranges.
            let isCVSS = try entry["method"].text()?.hasPrefix("CVSS") == true
            guard isCVSS, let vector else { continue }
            finding.ratings.append(CVSSRating(source: source, vector: vector, score: try entry["score"].score()))
        }
        finding.ratings = finding.ratings.preferring(owner)
        let own = bySource.first { $0.source == owner } ?? bySource.first
        let score = finding.ratings.deciding?.baseScore
        let fallback = score.map { Grafeas_V1_Severity(score: $0) } ?? .unspecified
        finding.effectiveSeverity = own?.severity ?? fallback
        let everybodys = bySource.first { $0.source == "nvd" } ?? bySource.first { $0.source == "ghsa" }
        finding.providerSeverity = everybodys?.severity ?? finding.effectiveSeverity
    }

    private func finding(
        _ vulnerability: Finding,
        _ affected: JSONNode,
        _ components: inout CycloneDXComponents
    ) throws(ReportProblem) -> Finding {
        let component = try components.component(affected["ref"])
        var finding = vulnerability
        finding.packageName = component.name
        finding.ecosystem = component.purl.flatMap { PackageURL($0)?.type } ?? ""
        finding.purl = component.purl
        finding.installedVersion = component.version
        if let location = component.location { finding.locations = [location] }
        for version in try affected["versions"].array() where try version["status"].text() == "unaffected" {
            if let fixed = try version["version"].name(bytesMax: limits.versionBytesMax) {
                finding.fixedVersions.append(fixed)
            }
        }
        try affected["versions"].checkVersions(finding.fixedVersions)
        return finding
    }
}
