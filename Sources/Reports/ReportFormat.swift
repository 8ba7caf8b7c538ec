/// A format of reports.
public enum ReportFormat: String, Sendable, CaseIterable {
    /// `trivy image --format json`, schema version 2.
    case trivy
    /// `grype --output json`.
    case grype
    /// `osv-scanner --format json`.
    case osvScanner = "osv-scanner"
    /// SARIF 2.1.0 whose rules are vulnerabilities, as Trivy, Grype, OSV-Scanner and Docker Scout write it.
    case sarif
    /// CycloneDX JSON with `vulnerabilities`, `components` or both.
    case cycloneDX = "cyclonedx"
    /// OpenVEX, to version 0.2.0.
    case openVEX = "openvex"
    /// CSAF 2.0 in the profile VEX.
    case csaf
    /// in-toto statements with SLSA provenance, without a signature, and in-toto links, which are signed.
    case inToto = "in-toto"
    /// in-toto statements in envelopes with signatures (DSSE), as `cosign download attestation` prints them.
    case dsse
    /// Sigstore bundles of such envelopes, as `gh attestation download` and GitHub's API give them.
    case sigstore
    /// `gcloud artifacts docker images describe --show-provenance --format json`.
    case gcloud
    /// SPDX 2.2 and 2.3 in JSON, SPDX 3.0 in JSON-LD.
    case spdx
    /// `syft --output json`.
    case syft
    /// What a registry has of an image, as `grafeion ingest oci://…` sends it.
    case ociImage = "oci-image"

    /// The format of a report, told from its content.
    /// - Throws: ``ReportProblem`` when it is not JSON, or none of the formats; what it is instead is said if known.
    public static func detect(_ bytes: [UInt8], limits: ReportLimits = ReportLimits()) throws(ReportProblem)
        -> ReportFormat
    {
        try detect(JSONDocument.roots(of: bytes, limits: limits))
    }

    /// The format of all documents of a file, which must have the same.
    static func detect(_ roots: [JSONNode]) throws(ReportProblem) -> ReportFormat {
        let format = try detect(roots[0])
        for root in roots.dropFirst() {
            guard format.comesInLines else {
                throw root.problem("the file has several documents; of \(format.rawValue) one file is one report")
            }
            try format.check(root)
        }
        return format
    }

    /// Whether a file may have several documents, one a line.
    private var comesInLines: Bool { self == .inToto || self == .dsse || self == .sigstore }

    static func detect(_ root: JSONNode) throws(ReportProblem) -> ReportFormat {
        guard root.kind == .object else {
            let hint = root.kind == .array ? " (Trivy wrote one before version 0.20)" : ""
            throw root.problem("a report is a JSON object; found \(root.kind.name)\(hint)")
        }
        let names = Set(try root.members().map(\.name))
        for (format, members) in marks where members.isSubset(of: names) { return format }
        if try isSPDX3(root) { return .spdx }
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
        (.openVEX, ["@context", "statements"]), (.csaf, ["document", "vulnerabilities"]),
        (.inToto, ["_type", "predicateType"]), (.inToto, ["signed", "signatures"]),
        (.dsse, ["payloadType", "payload"]), (.sigstore, ["mediaType", "verificationMaterial"]),
        (.sigstore, ["attestations"]), (.gcloud, ["image_summary", "provenance_summary"]),
        (.sarif, ["runs", "version"]), (.cycloneDX, ["bomFormat"]), (.osvScanner, ["results"]),
        (.spdx, ["spdxVersion"]),
        (.syft, ["artifacts", "descriptor", "schema"]),
        (.ociImage, ["grafeionImage"]),
    ]

    /// JSON-LD says by its context whose words it uses; SPDX 3 prescribes one of `https://spdx.org/rdf/3…`.
    private static func isSPDX3(_ root: JSONNode) throws(ReportProblem) -> Bool {
        let context = try root["@context"]
        guard try root["@graph"].isThere else { return false }
        for entry in context.kind == .array ? try context.array() : [context] where entry.kind == .string {
            if try entry.text()?.hasPrefix("https://spdx.org/rdf/3") == true { return true }
        }
        return false
    }

    /// What other JSON is, by its members: what people have lying beside their reports.
    private static func foreignKind(_ names: Set<String>) -> String? {
        foreign.first { $0.members.isSubset(of: names) }?.kind
    }

    private static let foreign: [(members: Set<String>, kind: String)] = [
        (["artifacts", "artifactRelationships"], "a Syft SBOM without descriptor and schema, which name its format"),
        (["SPDXID"], "an SPDX document without spdxVersion"),
        (["@context", "@graph"], "JSON-LD whose context is not that of SPDX 3"),
        (["ClusterName"], "a Trivy report of a whole cluster; scan the images one by one"),
        (["SchemaVersion", "Results"], "a Trivy report without ArtifactName, the name of what was scanned"),
        (["matches"], "a Grype report without descriptor, which names the scanner"),
        (["document", "product_tree"], "a CSAF document without vulnerabilities, so it judges none"),
        (["image_summary"], "a description of an image by gcloud that was not asked to --show-provenance"),
        (["_type", "subject"], "an in-toto statement without predicateType, which says what it tells"),
        (["id", "affected", "modified"], "an OSV advisory, not what OSV-Scanner found"),
        (["apiVersion", "kind"], "a Kubernetes object"),
        (["mediaType", "layers"], "an image manifest"),
    ]
}
