import GrafeasProto
import MetadataModel

/// The occurrence of one key, put together from all findings of it.
struct OccurrenceDraft {
    /// Where the first finding stands in the report.
    let place: String
    private var first: Finding
    private var issues: [Grafeas_V1_VulnerabilityOccurrence.PackageIssue] = []
    private var fixedVersions: [String] = []

    init(_ finding: Finding) {
        place = finding.place
        first = finding
        first.effectiveSeverity = .unspecified
        first.aliases = []
    }

    /// Adds a finding of the same key.
    mutating func add(_ finding: Finding, _ context: DraftContext) throws(ReportProblem) {
        let limits = context.limits
        if first.providerSeverity == .unspecified { first.providerSeverity = finding.providerSeverity }
        if finding.effectiveSeverity.rawValue > first.effectiveSeverity.rawValue {
            first.effectiveSeverity = finding.effectiveSeverity
        }
        if first.ratings.isEmpty { first.ratings = finding.ratings }
        first.title = first.title ?? finding.title
        for alias in finding.aliases where first.aliases.count < limits.aliasesMax && !first.aliases.contains(alias) {
            first.aliases.append(alias)
        }
        for version in finding.fixedVersions
        where fixedVersions.count < limits.fixedVersionsMax && !fixedVersions.contains(version) {
            fixedVersions.append(version)
        }
        merge(issue(of: finding, context), limits)
        if issues.count > limits.issuesMax {
            let text = "is one of more than \(limits.issuesMax) findings of one package that differ only in their fix"
            throw ReportProblem(path: finding.place, description: text)
        }
    }

    // MARK: Package issues

    /// An issue of the same fix is the same issue in another place. One without a fix adds nothing to one that has one:
    /// two databases know the vulnerability, and only one of them knows of the fix.
    private mutating func merge(_ issue: Grafeas_V1_VulnerabilityOccurrence.PackageIssue, _ limits: ReportLimits) {
        let sameFix = issues.firstIndex { $0.fixedVersion == issue.fixedVersion }
        let unfixed = issues.firstIndex { !$0.fixAvailable }
        guard let index = sameFix ?? unfixed ?? (issue.fixAvailable || issues.isEmpty ? nil : 0) else {
            issues.append(issue)
            return
        }
        if issue.fixAvailable, !issues[index].fixAvailable {
            issues[index].fixedVersion = issue.fixedVersion
            issues[index].fixAvailable = true
        }
        if issue.effectiveSeverity.rawValue > issues[index].effectiveSeverity.rawValue {
            issues[index].effectiveSeverity = issue.effectiveSeverity
        }
        for location in issue.fileLocation
        where issues[index].fileLocation.count < limits.locationsMax && !issues[index].fileLocation.contains(location) {
            issues[index].fileLocation.append(location)
        }
    }

    private func issue(
        of finding: Finding,
        _ context: DraftContext
    ) -> Grafeas_V1_VulnerabilityOccurrence.PackageIssue {
        let cpeURI = context.cpeURI(of: finding)
        var issue = Grafeas_V1_VulnerabilityOccurrence.PackageIssue()
        issue.affectedPackage = finding.packageName
        issue.affectedCpeUri = cpeURI
        if let version = finding.installedVersion {
            issue.affectedVersion = Grafeas_V1_Version(version, ecosystem: finding.ecosystem)
        }
        issue.fixedPackage = finding.packageName
        issue.fixedCpeUri = cpeURI
        let fix = finding.nearestFix
        issue.fixedVersion = fix.map { Grafeas_V1_Version($0, ecosystem: finding.ecosystem) } ?? .maximum
        issue.fixAvailable = fix != nil
        issue.packageType = Ecosystem.packageType(finding.ecosystem)
        issue.effectiveSeverity = finding.effectiveSeverity
        issue.fileLocation = finding.locations.map { context.fileLocation($0) }
        return issue
    }

    // MARK: The occurrence

    func occurrence(resourceURI: String, provider: ParentName, _ limits: ReportLimits) -> Occurrence {
        var vulnerability = Grafeas_V1_VulnerabilityOccurrence()
        vulnerability.type = Ecosystem.packageType(first.ecosystem)
        vulnerability.severity = first.providerSeverity
        let hasOwn = first.effectiveSeverity != .unspecified
        vulnerability.effectiveSeverity = hasOwn ? first.effectiveSeverity : first.providerSeverity
        vulnerability.packageIssue = issues
        vulnerability.fixAvailable = issues.contains { $0.fixAvailable }
        vulnerability.shortDescription = first.title ?? first.vulnerabilityID
        vulnerability.relatedUrls = first.urls.prefix(limits.occurrenceURLsMax).map { Grafeas_V1_RelatedUrl(url: $0) }
        vulnerability.extraDetails = extraDetails
        setScores(of: &vulnerability)
        if let assessment = first.assessment {
            vulnerability.judge(assessment.message(of: first.vulnerabilityID))
        }
        var occurrence = Occurrence()
        occurrence.resourceUri = resourceURI
        occurrence.noteName = NoteName(parent: provider, id: first.vulnerabilityID).text
        occurrence.vulnerability = vulnerability
        return occurrence
    }

    private func setScores(of vulnerability: inout Grafeas_V1_VulnerabilityOccurrence) {
        if let rating = first.ratings.deciding, let score = rating.baseScore {
            vulnerability.cvssScore = Float(score)
            vulnerability.cvssVersion = rating.version.api
        }
        if let (vector, score) = first.ratings.first(.v3) { vulnerability.cvssv3 = vector.message(score: score) }
        if let (vector, score) = first.ratings.first(.v2) { vulnerability.cvssV2 = vector.message(score: score) }
        if let (vector, score) = first.ratings.first(.v4) { vulnerability.cvssV4 = vector.message(score: score) }
    }

    /// What the scanner said and the message has no field for, a line each.
    private var extraDetails: String {
        var lines: [String] = []
        if let aliases = AliasLine.text(first.aliases) { lines.append(aliases) }
        if fixedVersions.count > 1 { lines.append("Fixed in: \(fixedVersions.joined(separator: ", "))") }
        if let status = first.status { lines.append("Status: \(status)") }
        if let purl = first.purl { lines.append("Package: \(purl)") }
        return lines.joined(separator: "\n")
    }
}

extension Finding {
    /// The fixed version to update to: the one that the scanner suggests, else the one that shares most leading parts
    /// with the installed version, so that 2.9.1 is told 2.9.10.4 and not 2.7.9.7; nil if there is none.
    var nearestFix: String? {
        if let suggestedVersion { return suggestedVersion }
        let installed = Self.parts(installedVersion ?? "")
        var nearest = fixedVersions.first
        var shared = -1
        for version in fixedVersions {
            let count = zip(installed, Self.parts(version)).prefix { $0 == $1 }.count
            if count > shared { (nearest, shared) = (version, count) }
        }
        return nearest
    }

    private static func parts(_ version: String) -> [Substring] {
        version.split { ".-+~:_".contains($0) }
    }
}

extension Finding.Assessment {
    func message(of vulnerabilityID: String) -> Grafeas_V1_VulnerabilityOccurrence.VexAssessment {
        var message = Grafeas_V1_VulnerabilityOccurrence.VexAssessment()
        message.vulnerabilityID = vulnerabilityID
        message.state = state
        if justification != .unspecified { message.justification.justificationType = justification }
        if let details { message.impacts = [details] }
        return message
    }
}
