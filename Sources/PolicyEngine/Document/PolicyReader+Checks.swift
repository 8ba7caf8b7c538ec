import MetadataModel
import PackageVersions
import Yams

/// The kinds of checks.
extension PolicyReader {
    private static let checkFields = [
        VulnerabilityCheck.field, SimpleSigningAttestationCheck.field, SLSACheck.field, ImageFreshnessCheck.field,
        TrustedDirectoryCheck.field, SigstoreSignatureCheck.field, ImageBasisCheck.field, PackageCheck.field,
        OccurrenceCheck.field, AlwaysDenyCheck.field,
    ]

    mutating func check(_ node: PolicyNode) -> Check? {
        let fields = fields(node, ["displayName", "imageAllowlist"] + Self.checkFields)
        let kinds = fields.values.filter { Self.checkFields.contains($0.name) }
        guard kinds.count == 1, let (name, body) = kinds.first else {
            if case .mapping = node.node {
                let found = kinds.isEmpty ? "this has none" : "this has " + kinds.map(\.name).joined(separator: ", ")
                refuse(node, "a check has one of \(Self.checkFields.joined(separator: ", ")); \(found)")
            }
            return nil
        }
        guard let rule = rule(name, body) else { return nil }
        return Check(
            displayName: text(fields["displayName"]) ?? name,
            imageAllowlist: allowlist(fields["imageAllowlist"]),
            rule: rule,
            place: body.place
        )
    }

    private mutating func rule(_ name: String, _ body: PolicyNode) -> (any ImageCheck)? {
        switch name {
        case VulnerabilityCheck.field: vulnerabilityCheck(body)
        case SimpleSigningAttestationCheck.field: simpleSigningCheck(body)
        case SLSACheck.field: slsaCheck(body)
        case ImageFreshnessCheck.field: freshnessCheck(body)
        case TrustedDirectoryCheck.field: trustedDirectoryCheck(body)
        case SigstoreSignatureCheck.field: sigstoreCheck(body)
        case ImageBasisCheck.field: baseImageCheck(body)
        case PackageCheck.field: packageCheck(body)
        case OccurrenceCheck.field: occurrenceCheck(body)
        case AlwaysDenyCheck.field: alwaysDeny(body)
        default: nil
        }
    }

    // MARK: Vulnerabilities and packages

    private mutating func vulnerabilityCheck(_ node: PolicyNode) -> VulnerabilityCheck {
        let fields = fields(
            node,
            [
                "maximumFixableSeverity", "maximumUnfixableSeverity", "allowedCves", "blockedCves", "scanner",
                "maxScanAge",
                "containerAnalysisVulnerabilityProjects",
            ]
        )
        if let projects = fields["containerAnalysisVulnerabilityProjects"] {
            _ = self.projects(projects)
            remark(projects, "vulnerabilities count from every project that holds them, so this has no effect")
        }
        return VulnerabilityCheck(
            maximumFixableSeverity: choice(required(fields, "maximumFixableSeverity"), SeverityBound.names)
                ?? .blockAll,
            maximumUnfixableSeverity: choice(required(fields, "maximumUnfixableSeverity"), SeverityBound.names)
                ?? .blockAll,
            allowedCVEs: vulnerabilityIDs(fields["allowedCves"]),
            blockedCVEs: vulnerabilityIDs(fields["blockedCves"]),
            scanners: texts(fields["scanner"]),
            maxScanAge: seconds(fields["maxScanAge"])
        )
    }

    /// Ids in upper case; of the names of notes, as Kritis has them, the last part.
    mutating func vulnerabilityIDs(_ node: PolicyNode?) -> Set<String> {
        var ids: Set<String> = []
        for entry in list(node) {
            guard let text = text(entry), let id = text.split(separator: "/").last else { continue }
            if !id.utf8.allSatisfy({ $0.isIDByte }) {
                refuse(entry, "\(text.quotedForMessage) is not the id of a vulnerability, such as CVE-2021-44228")
            }
            ids.insert(id.uppercased())
        }
        return ids
    }

    private mutating func packageCheck(_ node: PolicyNode) -> PackageCheck {
        let fields = fields(node, ["forbidden"])
        return PackageCheck(forbidden: filledList(fields, "forbidden").compactMap { forbiddenPackage($0) })
    }

    private mutating func forbiddenPackage(_ node: PolicyNode) -> ForbiddenPackage? {
        let fields = fields(node, ["name", "versions", "ecosystem"])
        guard let name = text(required(fields, "name")) else { return nil }
        var ecosystem: PackageEcosystem?
        if let entry = fields["ecosystem"], let text = text(entry) {
            ecosystem = PackageEcosystem(named: text)
            if ecosystem == nil { refuse(entry, "\(text.quotedForMessage) is not an ecosystem that is known") }
        }
        let versions = text(fields["versions"])
        do throws(VersionRangeError) {
            return try ForbiddenPackage(name: name, versions: versions, ecosystem: ecosystem)
        } catch {
            refuse(fields["versions"] ?? node, error.oneLine)
            return nil
        }
    }

    // MARK: The image and where it comes from

    private mutating func freshnessCheck(_ node: PolicyNode) -> ImageFreshnessCheck {
        let fields = fields(node, ["maxUploadAgeDays"])
        return ImageFreshnessCheck(
            maxUploadAgeDays: integer(required(fields, "maxUploadAgeDays"), in: 1...36_500) ?? 1
        )
    }

    private mutating func trustedDirectoryCheck(_ node: PolicyNode) -> TrustedDirectoryCheck {
        let fields = fields(node, ["trustedDirPatterns"])
        let patterns = filledList(fields, "trustedDirPatterns", max: limits.patternsMax)
        return TrustedDirectoryCheck(patterns: patterns.compactMap { pattern($0) })
    }

    private mutating func baseImageCheck(_ node: PolicyNode) -> ImageBasisCheck {
        let fields = fields(node, ["allowedBases"])
        let patterns = filledList(fields, "allowedBases", max: limits.patternsMax)
        return ImageBasisCheck(allowedBases: patterns.compactMap { pattern($0) })
    }

    private mutating func alwaysDeny(_ node: PolicyNode) -> AlwaysDenyCheck {
        if flag(node) == false { refuse(node, "alwaysDeny can only be true; leave the check out instead") }
        return AlwaysDenyCheck()
    }

    private mutating func occurrenceCheck(_ node: PolicyNode) -> OccurrenceCheck? {
        let fields = fields(node, ["require", "forbid"])
        guard fields.values.count == 1, let (name, filter) = fields.values.first else {
            refuse(node, "an occurrenceCheck has one of require and forbid, which is a filter")
            return nil
        }
        guard let text = anyText(filter, bytesMax: limits.keyBytesMax),
            let demand = OccurrenceCheck.Demand(rawValue: name)
        else { return nil }
        if text.allSatisfy(\.isWhitespace) { refuse(filter, "the filter is empty, and would find everything") }
        return OccurrenceCheck(demand, filter: text)
    }
}

extension UInt8 {
    /// What ids of vulnerabilities are made of.
    fileprivate var isIDByte: Bool {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "-_.:".utf8.contains(self)
        }
    }
}
