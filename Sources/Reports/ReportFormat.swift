/// A format of scanner reports.
public enum ReportFormat: String, Sendable, CaseIterable {
    /// `trivy image --format json`, schema version 2.
    case trivy
    /// `grype --output json`.
    case grype
    /// `osv-scanner --format json`.
    case osvScanner = "osv-scanner"
    /// SARIF 2.1.0 whose rules are vulnerabilities, as Trivy, Grype, OSV-Scanner and Docker Scout write it.
    case sarif
    /// CycloneDX JSON with `vulnerabilities`.
    case cycloneDX = "cyclonedx"
    /// OpenVEX, to version 0.2.0.
    case openVEX = "openvex"
    /// CSAF 2.0 in the profile VEX.
    case csaf

    /// The format of a report, told from its content.
    /// - Throws: ``ReportProblem`` when it is not JSON, or none of the formats; what it is instead is said if known.
    public static func detect(_ bytes: [UInt8], limits: ReportLimits = ReportLimits()) throws(ReportProblem)
        -> ReportFormat
    {
        try detect(JSONDocument(bytes, limits: limits).root)
    }

    static func detect(_ root: JSONNode) throws(ReportProblem) -> ReportFormat {
        guard root.kind == .object else {
            let hint = root.kind == .array ? " (Trivy wrote one before version 0.20)" : ""
            throw root.problem("a report is a JSON object; found \(root.kind.name)\(hint)")
        }
        let names = Set(try root.members().map(\.name))
        for (format, members) in marks where members.isSubset(of: names) { return format }
        throw root.problem("this is \(foreignKind(names) ?? "none of the reports known here"); taken are \(list)")
    }

    /// Refuses a report that is plainly of another format than the one it was said to be.
    func check(_ root: JSONNode) throws(ReportProblem) {
        let found = try Self.detect(root)
        if found != self { throw root.problem("expected a report of \(rawValue), found one of \(found.rawValue)") }
    }

    /// The names of all formats, for messages.
    public static let list = allCases.map(\.rawValue).joined(separator: ", ")

    /// Members of the root by which each format is known.
    private static let marks: [(ReportFormat, Set<String>)] = [
        (.trivy, ["SchemaVersion", "ArtifactName"]), (.grype, ["matches", "descriptor"]),
        (.sarif, ["runs", "version"]), (.cycloneDX, ["bomFormat", "vulnerabilities"]), (.osvScanner, ["results"]),
        (.openVEX, ["@context", "statements"]), (.csaf, ["document", "vulnerabilities"]),
    ]

    /// What other JSON is, by its members: what people have lying beside their reports.
    private static func foreignKind(_ names: Set<String>) -> String? {
        foreign.first { $0.members.isSubset(of: names) }?.kind
    }

    private static let foreign: [(members: Set<String>, kind: String)] = [
        (["bomFormat"], "a CycloneDX SBOM without vulnerabilities, so nobody has looked for any"),
        (["spdxVersion"], "an SPDX SBOM, which has no vulnerabilities"),
        (["artifacts", "artifactRelationships"], "a Syft SBOM; scan it with Grype"),
        (["ClusterName"], "a Trivy report of a whole cluster; scan the images one by one"),
        (["SchemaVersion", "Results"], "a Trivy report without ArtifactName, the name of what was scanned"),
        (["matches"], "a Grype report without descriptor, which names the scanner"),
        (["document", "product_tree"], "a CSAF document without vulnerabilities, so it judges none"),
        (["payloadType", "payload"], "a signed envelope (DSSE)"),
        (["_type", "predicateType"], "an in-toto statement"),
        (["id", "affected", "modified"], "an OSV advisory, not what OSV-Scanner found"),
        (["apiVersion", "kind"], "a Kubernetes object"),
        (["mediaType", "layers"], "an image manifest"),
    ]
}
