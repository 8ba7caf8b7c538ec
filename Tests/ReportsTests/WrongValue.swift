import Testing

/// A report with one value put wrong, and the path that must be blamed.
struct WrongValue: CustomTestStringConvertible, Sendable {
    let report: String
    let original: String
    let replacement: String
    let path: String

    var testDescription: String { "\(path) as \(replacement)" }

    init(_ report: String, _ original: String, _ replacement: String, _ path: String) {
        self.report = report
        self.original = original
        self.replacement = replacement
        self.path = path
    }

    static let all = trivy + grype + osvScanner + sarif + cycloneDX

    private static let finding = "Results[0].Vulnerabilities[0]"
    private static let trivy = [
        WrongValue(WrittenReports.trivy, #""SchemaVersion": 2"#, #""SchemaVersion": 1"#, "SchemaVersion"),
        WrongValue(WrittenReports.trivy, #""SchemaVersion": 2"#, #""SchemaVersion": "2""#, "SchemaVersion"),
        WrongValue(WrittenReports.trivy, #""SchemaVersion": 2"#, #""SchemaVersion": 1e400"#, "SchemaVersion"),
        WrongValue(WrittenReports.trivy, #""ArtifactName": "debian:10""#, #""ArtifactName": null"#, "ArtifactName"),
        WrongValue(WrittenReports.trivy, #"{"Version": "0.65.0"}"#, "7", "Trivy"),
        WrongValue(WrittenReports.trivy, "2026-01-02T03:04:05Z", "yesterday", "CreatedAt"),
        WrongValue(WrittenReports.trivy, #""Metadata": {"#, #""Metadata": 1, "M": {"#, "Metadata"),
        WrongValue(WrittenReports.trivy, "debian@" + WrittenReports.digest, "debian:10", "Metadata.RepoDigests[0]"),
        WrongValue(WrittenReports.trivy, WrittenReports.other, "sha256:1", "Metadata.ImageID"),
        WrongValue(WrittenReports.trivy, #""Results": ["#, #""Results": 1, "R": ["#, "Results"),
        WrongValue(WrittenReports.trivy, #""Type": "debian""#, #""Type": """#, "Results[0].Type"),
        WrongValue(
            WrittenReports.trivy,
            #""Vulnerabilities": ["#,
            #""Vulnerabilities": {}, "V": ["#,
            "Results[0].Vulnerabilities"
        ),
        WrongValue(WrittenReports.trivy, #""CVE-2019-18276""#, "null", "\(finding).VulnerabilityID"),
        WrongValue(WrittenReports.trivy, #""CVE-2019-18276""#, #""CVE/2019""#, "\(finding).VulnerabilityID"),
        WrongValue(WrittenReports.trivy, #""PkgName": "bash","#, "", "\(finding).PkgName"),
        WrongValue(WrittenReports.trivy, #""PkgName": "bash""#, #""PkgName": ["bash"]"#, "\(finding).PkgName"),
        WrongValue(WrittenReports.trivy, #""1:5.0-4""#, "5.0", "\(finding).InstalledVersion"),
        WrongValue(WrittenReports.trivy, #""Severity": "LOW""#, #""Severity": 1"#, "\(finding).Severity"),
        WrongValue(
            WrittenReports.trivy,
            #""nvd": 3"#,
            #""nvd": 99999999999999999999"#,
            "\(finding).VendorSeverity.nvd"
        ),
        WrongValue(WrittenReports.trivy, "7.8", "78", "\(finding).CVSS.nvd.V3Score"),
        WrongValue(WrittenReports.trivy, "7.8", "-1", "\(finding).CVSS.nvd.V3Score"),
        WrongValue(
            WrittenReports.trivy,
            "7.8",
            "1" + String(repeating: "0", count: 500),
            "\(finding).CVSS.nvd.V3Score"
        ),
        WrongValue(WrittenReports.trivy, #"["https://a.example""#, #"[17"#, "\(finding).References[0]"),
        WrongValue(WrittenReports.trivy, "2019-11-28T01:15:00Z", "2019-11-28", "\(finding).PublishedDate"),
        WrongValue(WrittenReports.trivy, #""Layer": {"#, #""Layer": true, "L": {"#, "\(finding).Layer"),
    ]

    private static let grype = [
        WrongValue(WrittenReports.grype, #""name": "grype""#, #""name": "snipe""#, "descriptor.name"),
        WrongValue(WrittenReports.grype, #""name": "grype","#, "", "descriptor.name"),
        WrongValue(WrittenReports.grype, #""matches": ["#, #""matches": null, "m": ["#, "matches"),
        WrongValue(
            WrittenReports.grype,
            #""id": "CVE-1999-0001", "severity""#,
            #""severity""#,
            "matches[0].vulnerability.id"
        ),
        WrongValue(
            WrittenReports.grype,
            #""id": "CVE-1999-0001", "namespace""#,
            #""id": 7, "namespace""#,
            "matches[0].relatedVulnerabilities[0].id"
        ),
        WrongValue(WrittenReports.grype, #""name": "package-1", "#, "", "matches[0].artifact.name"),
        WrongValue(WrittenReports.grype, #""type": "rpm""#, #""type": null"#, "matches[0].artifact.type"),
        WrongValue(WrittenReports.grype, #""epoch": 2"#, #""epoch": 2.5"#, "matches[0].artifact.metadata.epoch"),
        WrongValue(
            WrittenReports.grype,
            #""versions": ["1.2.1"]"#,
            #""versions": "1.2.1""#,
            "matches[0].vulnerability.fix.versions"
        ),
        WrongValue(
            WrittenReports.grype,
            #""layerID": "sha256"#,
            #""layerID": ":"#,
            "matches[0].artifact.locations[0].layerID"
        ),
        WrongValue(WrittenReports.grype, "8.2", "1e1000", "matches[0].vulnerability.cvss[0].metrics.baseScore"),
        WrongValue(
            WrittenReports.grype,
            #""repoDigests": []"#,
            #""repoDigests": ["app:1"]"#,
            "source.target.repoDigests[0]"
        ),
        WrongValue(
            WrittenReports.grype,
            #""manifestDigest": "sha256:"#,
            #""manifestDigest": ":"#,
            "source.target.manifestDigest"
        ),
        WrongValue(WrittenReports.grype, "2026-01-02T", "2026-13-02T", "descriptor.timestamp"),
    ]

    private static let package = "results[0].packages[0]"
    private static let osvScanner = [
        WrongValue(WrittenReports.osvScanner, #""results": ["#, #""results": 1, "r": ["#, "results"),
        WrongValue(
            WrittenReports.osvScanner,
            #""name": "github.com/gogo/protobuf", "version""#,
            #""version""#,
            "\(package).package.name"
        ),
        WrongValue(WrittenReports.osvScanner, #""id": "GO-2021-0053", "#, "", "\(package).vulnerabilities[1].id"),
        WrongValue(
            WrittenReports.osvScanner,
            #""max_severity": "8.6""#,
            #""max_severity": "high""#,
            "\(package).groups[0].max_severity"
        ),
        WrongValue(
            WrittenReports.osvScanner,
            #""events": [{"introduced""#,
            #""events": 1, "e": [{"introduced""#,
            "\(package).vulnerabilities[0].affected[0].ranges[0].events"
        ),
    ]

    private static let sarif = [
        WrongValue(WrittenReports.trivySARIF, #""version": "2.1.0""#, #""version": "2.0.0""#, "version"),
        WrongValue(WrittenReports.trivySARIF, #""runs": ["#, #""runs": [], "r": ["#, "runs"),
        WrongValue(WrittenReports.trivySARIF, #""name": "Trivy", "#, "", "runs[0].tool.driver.name"),
        WrongValue(
            WrittenReports.grypeSARIF,
            #""ruleId": "CVE-2021-44228-log4j-core""#,
            #""ruleId": "js/xss""#,
            "runs[0].results[0].ruleId"
        ),
        WrongValue(
            WrittenReports.grypeSARIF,
            #""ruleId": "CVE-2021-44228-log4j-core""#,
            #""ruleId": 1"#,
            "runs[0].results[0].ruleId"
        ),
        WrongValue(WrittenReports.osvSARIF, "'regex@1.5.1'", "regex", "runs[0].results[0].message.text"),
        WrongValue(
            WrittenReports.trivySARIF,
            #""7.8","#,
            #""very","#,
            "runs[0].tool.driver.rules[0].properties.security-severity"
        ),
    ]

    private static let cycloneDX = [
        WrongValue(WrittenReports.cycloneDX, #""bomFormat": "CycloneDX""#, #""bomFormat": "x""#, "bomFormat"),
        WrongValue(WrittenReports.cycloneDX, "#inner", "#outer", "vulnerabilities[1].affects[0].ref"),
        WrongValue(WrittenReports.cycloneDX, #""id": "GHSA-aaaa-bbbb-cccc","#, "", "vulnerabilities[1].id"),
        WrongValue(WrittenReports.cycloneDX, #""affects": ["#, #""a": ["#, "vulnerabilities[0].affects"),
        WrongValue(WrittenReports.cycloneDX, #""score": 7.8"#, #""score": 780"#, "vulnerabilities[0].ratings[2].score"),
        WrongValue(
            WrittenReports.cycloneDX,
            #""group": "org.example", "name": "inner","#,
            #""group": "org.example","#,
            "components[1].components[0].name"
        ),
    ]
}
