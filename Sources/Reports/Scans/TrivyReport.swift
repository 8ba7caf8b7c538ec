import GrafeasProto

/// Trivy's JSON report, schema version 2.
///
/// What Trivy itself suppressed (`ExperimentalModifiedFindings`) and what are no vulnerabilities (misconfigurations,
/// secrets, licences) are left out.
struct TrivyReport {
    let root: JSONNode
    private var limits: ReportLimits { root.limits }

    func report() throws(ReportProblem) -> ScanReport {
        let version = try root["SchemaVersion"].integer()
        guard version == 2 else {
            throw try root["SchemaVersion"].problem("expected 2, found \(version.map(String.init) ?? "none")")
        }
        let scanner = ScanReport.Scanner(
            name: "trivy",
            version: try root["Trivy"]["Version"].name(bytesMax: limits.versionBytesMax)
        )
        var report = ScanReport(format: .trivy, scanner: scanner, image: try image())
        report.scanTime = try root["CreatedAt"].time()
        report.distribution = try distribution()
        report.layers = try layers()
        let results = try root["Results"].array()
        for (index, result) in results.enumerated() {
            try take(result, place: "Results[\(index)]", into: &report)
        }
        let type = try root["ArtifactType"].text()
        if type == "container_image", report.distribution == nil, results.isEmpty {
            report.outcome = .unsupported(reason: "Trivy recognised neither an operating system nor packages")
        }
        return report
    }

    // MARK: The image

    private func image() throws(ReportProblem) -> ScannedImage {
        let metadata = try root["Metadata"]
        let name = try root["ArtifactName"].requiredName(
            bytesMax: limits.referenceBytesMax,
            "the name of what was scanned"
        )
        var image = ScannedImage(reference: name, path: "Metadata.RepoDigests")
        image.tags = try metadata["RepoTags"].references()
        image.repoDigests = try metadata["RepoDigests"].pinnedReferences()
        image.configDigest = try metadata["ImageID"].digest()
        return image
    }

    private func distribution() throws(ReportProblem) -> ScanReport.Distribution? {
        let system = try root["Metadata"]["OS"]
        guard let family = try system["Family"].name(bytesMax: limits.versionBytesMax), family != "none" else {
            return nil
        }
        return ScanReport.Distribution(
            family: family,
            version: try system["Name"].name(bytesMax: limits.versionBytesMax)
        )
    }

    /// The layers by `DiffIDs`, with the commands of the image's history, which also lists what made no layer.
    private func layers() throws(ReportProblem) -> [ScanReport.Layer] {
        let metadata = try root["Metadata"]
        var layers: [ScanReport.Layer] = []
        for id in try metadata["DiffIDs"].layers() { layers.append(ScanReport.Layer(diffID: try id.digest())) }
        var commands: [String?] = []
        for step in try metadata["ImageConfig"]["history"].array() where try step["empty_layer"].boolean() != true {
            commands.append(try step["created_by"].prose(bytesMax: limits.titleBytesMax))
        }
        if commands.count == layers.count {
            for (index, command) in commands.enumerated() { layers[index].command = command }
        }
        for layer in try metadata["Layers"].layers() {
            guard let id = try layer["DiffID"].digest(), let index = layers.firstIndex(where: { $0.diffID == id })
            else { continue }
            layers[index].digest = try layer["Digest"].digest()
        }
        return layers
    }

    // MARK: Findings

    private func take(_ result: JSONNode, place: String, into report: inout ScanReport) throws(ReportProblem) {
        let vulnerabilities = try result["Vulnerabilities"].array()
        if vulnerabilities.isEmpty { return }
        let type = try result["Type"].requiredName(bytesMax: limits.versionBytesMax, "the kind of packages")
        // For lock files and the like the target is the file; for packages of the system it is the image.
        let isFile = try result["Class"].text() == "lang-pkgs"
        let target = isFile ? try result["Target"].name(bytesMax: limits.pathBytesMax) : nil
        for (index, vulnerability) in vulnerabilities.enumerated() {
            var finding = try finding(vulnerability, type: type, place: "\(place).Vulnerabilities[\(index)]")
            let path = try vulnerability["PkgPath"].name(bytesMax: limits.pathBytesMax)
            let layer = try vulnerability["Layer"]
            let location = Finding.Location(
                path: path ?? (Self.aggregates.contains(type) ? nil : target),
                layerDigest: try layer["Digest"].digest(),
                layerDiffID: try layer["DiffID"].digest()
            )
            if location != Finding.Location() { finding.locations = [location] }
            try report.add(finding, limits)
        }
    }

    /// Types whose packages lie all over an image; their target is a word such as `Java`.
    private static let aggregates: Set<String> = ["jar", "node-pkg", "python-pkg", "gemspec", "conda-pkg"]

    private func finding(_ node: JSONNode, type: String, place: String) throws(ReportProblem) -> Finding {
        let purl = try node["PkgIdentifier"]["PURL"].name(bytesMax: limits.pathBytesMax)
        var finding = Finding(
            place: place,
            vulnerabilityID: try node["VulnerabilityID"].vulnerabilityID(),
            packageName: try node["PkgName"].requiredName(bytesMax: limits.packageNameBytesMax, "the package's name"),
            ecosystem: purl.flatMap { PackageURL($0)?.type } ?? Ecosystem.type(of: type)
        )
        finding.purl = purl
        finding.installedVersion = try node["InstalledVersion"].name(bytesMax: limits.versionBytesMax)
        finding.fixedVersions = try fixedVersions(node["FixedVersion"])
        finding.status = try node["Status"].prose(bytesMax: limits.titleBytesMax)
        finding.assessment = Self.assessment(finding.status)
        finding.aliases = Array(try node["VendorIDs"].references().prefix(limits.aliasesMax))
        finding.title = try node["Title"].prose(bytesMax: limits.titleBytesMax)
        finding.description = try node["Description"].prose(bytesMax: limits.descriptionBytesMax)
        let urls = [try node["PrimaryURL"].text()].compactMap(\.self) + (try node["References"].urls())
        finding.urls = urls.usable(limits)
        finding.publishTime = try node["PublishedDate"].time()
        finding.updateTime = try node["LastModifiedDate"].time()
        try setSeverities(of: &finding, node)
        return finding
    }

    /// Several are written in one string, `6.0.3.1, 5.2.4.3`; some advisories have a constraint instead of a version.
    private func fixedVersions(_ node: JSONNode) throws(ReportProblem) -> [String] {
        let text = try node.name(bytesMax: limits.versionBytesMax * limits.fixedVersionsMax) ?? ""
        let versions = text.split(separator: ",").map { $0.trimmed }.filter { !$0.isEmpty }
        try node.checkVersions(versions)
        return versions
    }

    private func setSeverities(of finding: inout Finding, _ node: JSONNode) throws(ReportProblem) {
        finding.effectiveSeverity = Grafeas_V1_Severity(word: try node["Severity"].text() ?? "")
        var byVendor: [String: Grafeas_V1_Severity] = [:]
        for (vendor, level) in try node["VendorSeverity"].members() {
            // 1 to 4 are low to critical.
            guard let number = try level.integer(), (1...4).contains(number) else { continue }
            byVendor[vendor] = Grafeas_V1_Severity(rawValue: Int(number) + 1)
        }
        finding.providerSeverity = byVendor["nvd"] ?? byVendor["ghsa"] ?? finding.effectiveSeverity
        var ratings: [CVSSRating] = []
        for (source, entry) in try node["CVSS"].members() {
            let source = source.cut(bytesMax: limits.versionBytesMax)
            for (version, name) in [(CVSSRating.Version.v2, "V2"), (.v3, "V3"), (.v4, "V40")] {
                let vector = try entry["\(name)Vector"].name(bytesMax: limits.titleBytesMax)
                let score = try entry["\(name)Score"].score()
                if vector == nil, score == nil { continue }
                ratings.append(CVSSRating(source: source, vector: vector, score: score, version: version))
            }
        }
        finding.ratings = ratings.preferring(try node["SeveritySource"].text())
    }

    /// What the distribution says of its own package.
    private static func assessment(_ status: String?) -> Finding.Assessment? {
        switch status {
        case "not_affected": Finding.Assessment(state: .notAffected, justification: .unspecified)
        case "under_investigation": Finding.Assessment(state: .underInvestigation, justification: .unspecified)
        default: nil
        }
    }
}
