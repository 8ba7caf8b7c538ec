import GrafeasProto
import MetadataModel

/// A SARIF 2.1.0 log whose rules are vulnerabilities.
///
/// SARIF has no members for packages. Scanners put them in lines of the message or of the rule's help text
/// (``SARIFPackage``). Results of other kinds (secrets, misconfigurations, licences), suppressed ones and ones that
/// were there only before are left out.
struct SARIFReport {
    let root: JSONNode
    private var limits: ReportLimits { root.limits }

    func report() throws(ReportProblem) -> ScanReport {
        guard try root["version"].text() == "2.1.0" else { throw try root["version"].problem("expected \"2.1.0\"") }
        let runs = try root["runs"].array()
        guard let first = runs.first else { throw try root["runs"].problem("has no runs: nothing was scanned") }
        let scanner = try scanner(first)
        var report = ScanReport(format: .sarif, scanner: scanner, image: try image(first))
        for (index, run) in runs.enumerated() {
            guard try self.scanner(run).name == scanner.name else {
                throw try run["tool"]["driver"]["name"].problem(
                    "a report is of one scanner; the first is \(scanner.name)"
                )
            }
            try takeInvocations(run, into: &report)
            let rules = try SARIFRules(run)
            for (position, result) in try run["results"].array().enumerated() {
                let place = "runs[\(index)].results[\(position)]"
                if let finding = try finding(result, rules, place: place) { try report.add(finding, limits) }
            }
        }
        return report
    }

    // MARK: The run

    private func scanner(_ run: JSONNode) throws(ReportProblem) -> ScanReport.Scanner {
        let driver = try run["tool"]["driver"]
        let name = try driver["name"].requiredName(bytesMax: limits.versionBytesMax, "the scanner's name")
        let version = try driver["version"].name(bytesMax: limits.versionBytesMax)
        let semantic = try driver["semanticVersion"].name(bytesMax: limits.versionBytesMax)
        return ScanReport.Scanner(name: name.lowercased(), version: version ?? semantic)
    }

    /// As Trivy has it in the run's properties; other scanners do not say.
    private func image(_ run: JSONNode) throws(ReportProblem) -> ScannedImage {
        let properties = try run["properties"]
        let name = try properties["imageName"].name(bytesMax: limits.referenceBytesMax)
        var image = ScannedImage(reference: name, path: "runs[0].properties.repoDigests")
        image.repoDigests = try properties["repoDigests"].pinnedReferences()
        image.tags = try properties["repoTags"].references()
        image.configDigest = try properties["imageID"].digest()
        return image
    }

    private func takeInvocations(_ run: JSONNode, into report: inout ScanReport) throws(ReportProblem) {
        for invocation in try run["invocations"].array() {
            if let time = try invocation["endTimeUtc"].time() { report.scanTime = time }
            guard try invocation["executionSuccessful"].boolean() == false else { continue }
            let message = try invocation["toolExecutionNotifications"].array().first?["message"]["text"]
            let reason = try message?.prose(bytesMax: limits.titleBytesMax)
            report.outcome = .failed(reason: reason ?? "the scanner says that its run was not successful")
        }
    }

    // MARK: Findings

    private func finding(_ result: JSONNode, _ rules: SARIFRules, place: String) throws(ReportProblem) -> Finding? {
        if try isLeftOut(result) { return nil }
        let rule = try rules.rule(of: result)
        let message = try result["message"]["text"].prose(bytesMax: limits.descriptionBytesMax) ?? ""
        var package = SARIFPackage(message: message)
        if let rule { package.fill(from: rule.package) }
        guard let id = try vulnerabilityID(result, rule, package) else { return nil }
        return try finding(result, rule, package, id: id, place: place)
    }

    private func isLeftOut(_ result: JSONNode) throws(ReportProblem) -> Bool {
        if try result["baselineState"].text() == "absent" { return true }
        for suppression in try result["suppressions"].array() {
            let status = try suppression["status"].text()
            if status == nil || status == "accepted" { return true }
        }
        return false
    }

    /// Nil for a rule that says it is of another kind.
    private func vulnerabilityID(
        _ result: JSONNode,
        _ rule: SARIFRules.Rule?,
        _ package: SARIFPackage
    ) throws(ReportProblem) -> String? {
        let node = try result["ruleId"]
        let own = try node.name(bytesMax: limits.titleBytesMax)
        guard let text = own ?? rule?.id else { throw node.problem("is required: the id of the vulnerability") }
        if let id = text.vulnerabilityIDWithin ?? package.vulnerabilityID { return id }
        let tags = rule?.tags ?? []
        if tags.contains("vulnerability"), ResourceID.isValid(text) { return text }
        if !tags.isDisjoint(with: ["misconfiguration", "secret", "license"]) { return nil }
        throw node.problem("\(text.quotedForMessage) is not the id of a vulnerability")
    }

    private func finding(
        _ result: JSONNode,
        _ rule: SARIFRules.Rule?,
        _ package: SARIFPackage,
        id: String,
        place: String
    ) throws(ReportProblem) -> Finding {
        let message = try result["message"]["text"]
        guard let name = package.name else { throw message.problem("names no package") }
        try message.checkName(name, bytesMax: limits.packageNameBytesMax)
        try message.checkName(package.version ?? "", bytesMax: limits.versionBytesMax)
        try message.checkName(package.location ?? "", bytesMax: limits.pathBytesMax)
        let isSystem = rule?.isOfSystem ?? false
        let ecosystem = package.type.map { Ecosystem.type(of: $0) } ?? (isSystem ? "os" : "")
        var finding = Finding(place: place, vulnerabilityID: id, packageName: name, ecosystem: ecosystem)
        finding.purl = package.purl
        finding.installedVersion = package.version
        finding.fixedVersions = package.fixedVersions
        try message.checkVersions(package.fixedVersions)
        finding.title = rule?.title
        finding.description = rule?.description
        finding.urls = rule?.urls ?? []
        finding.ratings = rule?.ratings ?? []
        let named = Grafeas_V1_Severity(word: package.severity ?? "")
        finding.effectiveSeverity = named == .unspecified ? rule?.severity ?? .unspecified : named
        finding.providerSeverity = finding.effectiveSeverity
        // Trivy's place of a package of the system is the image.
        finding.locations = isSystem ? [] : try locations(result, package)
        return finding
    }

    private func locations(_ result: JSONNode, _ package: SARIFPackage) throws(ReportProblem) -> [Finding.Location] {
        if let path = package.location { return [Finding.Location(path: path)] }
        var locations: [Finding.Location] = []
        for node in try result["locations"].array().prefix(limits.locationsMax) {
            let physical = try node["physicalLocation"]
            guard let uri = try physical["artifactLocation"]["uri"].name(bytesMax: limits.pathBytesMax) else {
                continue
            }
            let path = uri.hasPrefix("file://") ? String(uri.dropFirst(7)) : uri
            // Scanners write line 1 when they do not know.
            let line = try physical["region"]["startLine"].integer().flatMap { $0 > 1 ? $0 : nil }
            locations.append(Finding.Location(path: path, line: line))
        }
        return locations
    }
}
