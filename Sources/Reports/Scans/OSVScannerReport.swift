import GrafeasProto

/// OSV-Scanner's JSON report, of sources or of an image.
///
/// It names neither the image nor the scanner's version nor the time. Vulnerabilities of several databases that are the
/// same come in groups; a group is one finding.
struct OSVScannerReport {
    let root: JSONNode
    private var limits: ReportLimits { root.limits }

    func report() throws(ReportProblem) -> ScanReport {
        let scanner = ScanReport.Scanner(name: ReportFormat.osvScanner.rawValue)
        var report = ScanReport(format: .osvScanner, scanner: scanner, image: ScannedImage(path: "results"))
        report.distribution = try distribution()
        for layer in try root["image_metadata"]["layer_metadata"].layers() {
            let command = try layer["command"].prose(bytesMax: limits.titleBytesMax)
            report.layers.append(ScanReport.Layer(diffID: try layer["diff_id"].digest(), command: command))
        }
        for (index, result) in try root["results"].array().enumerated() {
            let source = try result["source"]["path"].name(bytesMax: limits.pathBytesMax)
            for (packageIndex, package) in try result["packages"].array().enumerated() {
                let place = "results[\(index)].packages[\(packageIndex)]"
                try take(package, source: source, place: place, into: &report)
            }
        }
        return report
    }

    /// `debian 12`, `Alpine Linux v3.20`: the last word is the version.
    private func distribution() throws(ReportProblem) -> ScanReport.Distribution? {
        guard let text = try root["image_metadata"]["os"].name(bytesMax: limits.versionBytesMax) else { return nil }
        let words = text.split(separator: " ")
        guard let family = words.first?.lowercased() else { return nil }
        let version = words.count > 1 ? words.last.map { String($0.drop { $0 == "v" }) } : nil
        return ScanReport.Distribution(family: family, version: version)
    }

    // MARK: Findings

    private func take(
        _ node: JSONNode,
        source: String?,
        place: String,
        into report: inout ScanReport
    ) throws(ReportProblem) {
        let records = try node["vulnerabilities"].array()
        if records.isEmpty { return }
        var byID: [String: JSONNode] = [:]
        var groups = try groups(node)
        // Older releases have no groups; and nothing may be lost because a group forgot it.
        let grouped = Set(groups.flatMap(\.ids))
        for record in records {
            let id = try record["id"].vulnerabilityID()
            byID[id] = record
            if !grouped.contains(id) { groups.append(Group(ids: [id])) }
        }
        let package = try package(node["package"])
        let locations = try locations(node, source: source, layers: report.layers)
        for group in groups {
            // Each record is in one group and is read once, whatever the report says.
            let records = group.ids.compactMap { byID.removeValue(forKey: $0) }
            if records.isEmpty { continue }
            var finding = try finding(package, records, group, place: place)
            finding.locations = locations
            try report.add(finding, limits)
        }
    }

    /// Records of several databases about the same vulnerability.
    private struct Group {
        var ids: [String]
        var aliases: [String] = []
        var score: Double?
    }

    private func groups(_ node: JSONNode) throws(ReportProblem) -> [Group] {
        var groups: [Group] = []
        for group in try node["groups"].array() {
            let score = try group["max_severity"].score()
            groups.append(Group(ids: try ids(group["ids"]), aliases: try ids(group["aliases"]), score: score))
        }
        return groups
    }

    private struct Package {
        /// As advisories name it, and as it is installed.
        var name: String
        var installedName: String
        /// `Debian` of `Debian:12`.
        var family: String
        var version: String?
    }

    private func package(_ node: JSONNode) throws(ReportProblem) -> Package {
        let name = try node["name"].requiredName(bytesMax: limits.packageNameBytesMax, "the package's name")
        // Advisories are about source packages; installed is a binary package, whose name the scanner adds.
        let binary = try node["os_package_name"].name(bytesMax: limits.packageNameBytesMax)
        let ecosystem = try node["ecosystem"].name(bytesMax: limits.versionBytesMax) ?? ""
        return Package(
            name: name,
            installedName: binary ?? name,
            family: String(ecosystem.prefix { $0 != ":" }),
            version: try node["version"].name(bytesMax: limits.versionBytesMax)
        )
    }

    private func ids(_ node: JSONNode) throws(ReportProblem) -> [String] {
        var ids: [String] = []
        for element in try node.array() { ids.append(try element.vulnerabilityID()) }
        return ids
    }

    private func locations(
        _ node: JSONNode,
        source: String?,
        layers: [ScanReport.Layer]
    ) throws(ReportProblem) -> [Finding.Location] {
        var location = Finding.Location(path: source)
        if let index = try node["image_origin_details"]["index"].integer(), layers.indices.contains(Int(index)) {
            location.layerDiffID = layers[Int(index)].diffID
        }
        return location == Finding.Location() ? [] : [location]
    }

    private func finding(
        _ package: Package,
        _ records: [JSONNode],
        _ group: Group,
        place: String
    ) throws(ReportProblem) -> Finding {
        var all = group.ids + group.aliases
        // An advisory of a distribution names the CVE that it is about as upstream of it.
        for record in records { all += try ids(record["aliases"]) + ids(record["upstream"]) }
        let chosen = all.choosingCVE(limits)
        var finding = Finding(
            place: place,
            vulnerabilityID: chosen.id,
            packageName: package.installedName,
            ecosystem: Ecosystem.type(of: package.family)
        )
        finding.aliases = chosen.aliases
        finding.installedVersion = package.version
        for record in records { try take(record, of: package, into: &finding) }
        finding.urls = finding.urls.usable(limits)
        let score = group.score ?? finding.ratings.deciding?.baseScore
        finding.effectiveSeverity = score.map { Grafeas_V1_Severity(score: $0) } ?? .unspecified
        finding.providerSeverity = finding.effectiveSeverity
        return finding
    }

    private func take(
        _ record: JSONNode,
        of package: Package,
        into finding: inout Finding
    ) throws(ReportProblem) {
        let title = try record["summary"].prose(bytesMax: limits.titleBytesMax)
        finding.title = finding.title ?? title
        let description = try record["details"].prose(bytesMax: limits.descriptionBytesMax)
        finding.description = finding.description ?? description
        let (published, modified) = (try record["published"].time(), try record["modified"].time())
        finding.publishTime = finding.publishTime ?? published
        finding.updateTime = finding.updateTime ?? modified
        for reference in try record["references"].array() {
            if let url = try reference["url"].text() { finding.urls.append(url) }
        }
        try takeRatings(record["severity"], into: &finding)
        for affected in try record["affected"].array() {
            guard try affected["package"]["name"].text() == package.name else { continue }
            let family = try affected["package"]["ecosystem"].text() ?? ""
            guard family.prefix(while: { $0 != ":" }) == package.family else { continue }
            try takeRatings(affected["severity"], into: &finding)
            try takeFixes(affected["ranges"], into: &finding)
        }
    }

    private func takeRatings(_ node: JSONNode, into finding: inout Finding) throws(ReportProblem) {
        for entry in try node.array() {
            guard try entry["type"].text()?.hasPrefix("CVSS_V") == true else { continue }
            guard let vector = try entry["score"].name(bytesMax: limits.titleBytesMax) else { continue }
            finding.ratings.append(CVSSRating(source: "", vector: vector, score: nil))
        }
    }

    /// A commit of a source repository is no version of a package.
    private func takeFixes(_ ranges: JSONNode, into finding: inout Finding) throws(ReportProblem) {
        for range in try ranges.array() where try range["type"].text() != "GIT" {
            for event in try range["events"].array() {
                guard let version = try event["fixed"].name(bytesMax: limits.versionBytesMax) else { continue }
                if !finding.fixedVersions.contains(version) { finding.fixedVersions.append(version) }
                try ranges.checkVersions(finding.fixedVersions)
            }
        }
    }
}
