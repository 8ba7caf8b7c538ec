import GrafeasProto
import MetadataModel
import Storage
import SwiftProtobuf

extension Grafeion_V1_Deployment {
    /// A DEPLOYMENT occurrence in short.
    init(_ occurrence: Occurrence) {
        self.init()
        let deployment = occurrence.deployment
        address = deployment.address
        user = deployment.userEmail
        since = deployment.hasDeployTime ? deployment.deployTime : occurrence.createTime
        if deployment.hasUndeployTime { until = deployment.undeployTime }
        platform = deployment.platform == .unspecified ? "" : "\(deployment.platform)".uppercased()
        name = occurrence.name
    }
}

extension Grafeion_V1_Finding {
    /// What an occurrence says of packages, one for each: a vulnerability in them, or that they are there. A vulnerability for
    /// which no package is named is one too.
    static func all(in occurrence: Occurrence) -> [Grafeion_V1_Finding] {
        switch occurrence.details {
        case .vulnerability(let vulnerability):
            // Issues of one package differ in their fixes only; the first is the nearest.
            var seen: Set<[ExactText]> = []
            let issues = vulnerability.packageIssue.isEmpty ? [.init()] : vulnerability.packageIssue
            let findings = issues.map { Grafeion_V1_Finding(vulnerability, $0, of: occurrence) }
            return findings.filter { seen.insert([ExactText($0.package), ExactText($0.version)]).inserted }
        case .package(let package):
            return [
                .with {
                    $0.package = package.name
                    $0.version = package.wholeVersion
                    $0.name = occurrence.name
                }
            ]
        default: return []
        }
    }

    private init(
        _ vulnerability: Grafeas_V1_VulnerabilityOccurrence,
        _ issue: Grafeas_V1_VulnerabilityOccurrence.PackageIssue,
        of occurrence: Occurrence
    ) {
        self.init()
        self.vulnerability = occurrence.noteID
        package = issue.affectedPackage
        version = issue.affectedVersion.wholeText
        if issue.fixedVersion.kind == .normal || issue.fixedVersion.kind == .minimum {
            fixedVersion = issue.fixedVersion.wholeText
        }
        severity = vulnerability.bestSeverity
        state = vulnerability.vexAssessment.state
        name = occurrence.name
    }
}
