import GrafeasProto

/// Grype's JSON report. Matches that Grype was told to ignore (`ignoredMatches`) are left out.
struct GrypeReport {
    let root: JSONNode
    private var limits: ReportLimits { root.limits }

    func report() throws(ReportProblem) -> ScanReport {
        let descriptor = try root["descriptor"]
        let name = try descriptor["name"].requiredName(bytesMax: limits.versionBytesMax, "the scanner's name")
        guard name == "grype" else { throw try descriptor["name"].problem("expected \"grype\", found \"\(name)\"") }
        let version = try descriptor["version"].name(bytesMax: limits.versionBytesMax)
        let scanner = ScanReport.Scanner(name: name, version: version == "[not provided]" ? nil : version)
        var report = ScanReport(format: .grype, scanner: scanner, image: try image())
        report.scanTime = try descriptor["timestamp"].time()
        if let family = try root["distro"]["name"].name(bytesMax: limits.versionBytesMax) {
            let version = try root["distro"]["version"].name(bytesMax: limits.versionBytesMax)
            report.distribution = ScanReport.Distribution(family: family, version: version)
        }
        report.layers = try layers()
        let matches = try root["matches"].requiredArray("the matches, an empty array if there are none")
        for (index, match) in matches.enumerated() {
            try report.add(finding(match, place: "matches[\(index)]"), limits)
        }
        return report
    }

    // MARK: The image

    /// The target is an object for images and, for directories and files, their path.
    private func image() throws(ReportProblem) -> ScannedImage {
        let target = try root["source"]["target"]
        guard target.kind == .object else {
            return ScannedImage(
                reference: try target.name(bytesMax: limits.referenceBytesMax),
                path: "source.target"
            )
        }
        var image = ScannedImage(
            reference: try target["userInput"].name(bytesMax: limits.referenceBytesMax),
            path: "source.target.repoDigests"
        )
        image.tags = try target["tags"].references()
        image.repoDigests = try target["repoDigests"].pinnedReferences()
        image.manifestDigest = try target["manifestDigest"].digest()
        image.configDigest = try target["imageID"].digest()
        return image
    }

    private func layers() throws(ReportProblem) -> [ScanReport.Layer] {
        let target = try root["source"]["target"]
        guard target.kind == .object else { return [] }
        var layers: [ScanReport.Layer] = []
        // Grype calls the digest of a layer's content just digest.
        for layer in try target["layers"].layers() {
            layers.append(ScanReport.Layer(diffID: try layer["digest"].digest()))
        }
        return layers
    }

    // MARK: Findings

    private func finding(_ match: JSONNode, place: String) throws(ReportProblem) -> Finding {
        let artifact = try match["artifact"]
        let purl = try artifact["purl"].name(bytesMax: limits.pathBytesMax)
        let type = try artifact["type"].requiredName(bytesMax: limits.versionBytesMax, "the kind of package")
        let ids = try ids(match)
        var finding = Finding(
            place: place,
            vulnerabilityID: ids.id,
            packageName: try artifact["name"].requiredName(
                bytesMax: limits.packageNameBytesMax,
                "the package's name"
            ),
            ecosystem: Ecosystem.type(of: type)
        )
        finding.aliases = ids.aliases
        finding.purl = purl
        finding.installedVersion = try version(artifact, ecosystem: finding.ecosystem)
        finding.locations = try locations(artifact)
        try setFix(of: &finding, match)
        try setWords(of: &finding, match)
        try setSeverities(of: &finding, match)
        return finding
    }

    /// The CVE if there is exactly one among the id and its relatives: an advisory that fixes several stays one thing.
    private func ids(_ match: JSONNode) throws(ReportProblem) -> (id: String, aliases: [String]) {
        var ids = [try match["vulnerability"]["id"].vulnerabilityID()]
        for related in try match["relatedVulnerabilities"].array() { ids.append(try related["id"].vulnerabilityID()) }
        return ids.choosingCVE(limits)
    }

    /// The version, to which older releases of Grype do not put the epoch of RPM packages.
    private func version(_ artifact: JSONNode, ecosystem: String) throws(ReportProblem) -> String? {
        guard let version = try artifact["version"].name(bytesMax: limits.versionBytesMax) else { return nil }
        let metadata = try artifact["metadata"]
        guard ecosystem == "rpm", !version.contains(":"), metadata.kind == .object,
            let epoch = try metadata["epoch"].integer(), epoch > 0
        else { return version }
        return "\(epoch):\(version)"
    }

    private func locations(_ artifact: JSONNode) throws(ReportProblem) -> [Finding.Location] {
        var locations: [Finding.Location] = []
        for node in try artifact["locations"].array().prefix(limits.locationsMax) {
            let location = Finding.Location(
                path: try node["path"].name(bytesMax: limits.pathBytesMax),
                layerDiffID: try node["layerID"].digest()
            )
            if location != Finding.Location() { locations.append(location) }
        }
        return locations
    }

    private func setFix(of finding: inout Finding, _ match: JSONNode) throws(ReportProblem) {
        let fix = try match["vulnerability"]["fix"]
        for version in try fix["versions"].array() {
            if let text = try version.name(bytesMax: limits.versionBytesMax) { finding.fixedVersions.append(text) }
        }
        try fix["versions"].checkVersions(finding.fixedVersions)
        finding.status = try fix["state"].prose(bytesMax: limits.titleBytesMax)
        for detail in try match["matchDetails"].array() where finding.suggestedVersion == nil {
            finding.suggestedVersion = try detail["fix"]["suggestedVersion"].name(bytesMax: limits.versionBytesMax)
        }
    }

    private func setWords(of finding: inout Finding, _ match: JSONNode) throws(ReportProblem) {
        let vulnerability = try match["vulnerability"]
        var urls = [try vulnerability["dataSource"].text()].compactMap(\.self) + (try vulnerability["urls"].urls())
        finding.description = try vulnerability["description"].prose(bytesMax: limits.descriptionBytesMax)
        for related in try match["relatedVulnerabilities"].array() {
            urls += [try related["dataSource"].text()].compactMap(\.self) + (try related["urls"].urls())
            // A distribution often has no description of its own.
            if finding.description == nil {
                finding.description = try related["description"].prose(bytesMax: limits.descriptionBytesMax)
            }
        }
        finding.urls = urls.usable(limits)
    }

    private func setSeverities(of finding: inout Finding, _ match: JSONNode) throws(ReportProblem) {
        let vulnerability = try match["vulnerability"]
        finding.effectiveSeverity = Grafeas_V1_Severity(word: try vulnerability["severity"].text() ?? "")
        finding.providerSeverity = finding.effectiveSeverity
        var ratings = try ratings(vulnerability)
        for related in try match["relatedVulnerabilities"].array() {
            if try related["namespace"].text() == "nvd:cpe" {
                finding.providerSeverity = Grafeas_V1_Severity(word: try related["severity"].text() ?? "")
            }
            ratings += try self.ratings(related)
        }
        finding.ratings = ratings
    }

    private func ratings(_ vulnerability: JSONNode) throws(ReportProblem) -> [CVSSRating] {
        var ratings: [CVSSRating] = []
        let namespace = try vulnerability["namespace"].prose(bytesMax: limits.versionBytesMax)
        for entry in try vulnerability["cvss"].array() {
            let source = try entry["source"].prose(bytesMax: limits.versionBytesMax) ?? namespace ?? ""
            let vector = try entry["vector"].name(bytesMax: limits.titleBytesMax)
            let score = try entry["metrics"]["baseScore"].score()
            if vector != nil { ratings.append(CVSSRating(source: source, vector: vector, score: score)) }
        }
        return ratings
    }
}
