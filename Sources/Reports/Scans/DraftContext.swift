import GrafeasProto

/// What drafts need to know of the report as a whole, found once.
struct DraftContext {
    let limits: ReportLimits
    /// The CPE URI of the image's distribution.
    private let distributionURI: String?
    private let layers: [ScanReport.Layer]
    /// Positions in `layers` by digest and by the digest of the content.
    private let positions: [String: Int]

    init(_ report: ScanReport, _ limits: ReportLimits) {
        self.limits = limits
        distributionURI = report.distribution.map { DistributionCPE.uri($0) }
        layers = report.layers
        var positions: [String: Int] = [:]
        for (index, layer) in report.layers.enumerated() {
            for name in [layer.diffID, layer.digest].compactMap(\.self) where positions[name] == nil {
                positions[name] = index
            }
        }
        self.positions = positions
    }

    /// The CPE URI of what a finding's package belongs to: the distribution for packages of the system.
    func cpeURI(of finding: Finding) -> String {
        guard Ecosystem.packageType(finding.ecosystem) == "OS" else {
            return DistributionCPE.uri(package: finding.packageName)
        }
        if let distributionURI { return distributionURI }
        let named = finding.purl.flatMap { PackageURL($0)?.distribution }
        return named.map { DistributionCPE.uri($0) } ?? DistributionCPE.uri(package: finding.packageName)
    }

    func fileLocation(_ location: Finding.Location) -> Grafeas_V1_FileLocation {
        var message = Grafeas_V1_FileLocation()
        message.filePath = location.path ?? ""
        message.lineNumber = location.line ?? 0
        let position = (location.layerDiffID ?? location.layerDigest).flatMap { positions[$0] }
        if let position {
            message.layerDetails.index = Int32(position)
            message.layerDetails.command = layers[position].command ?? ""
        }
        if let id = location.layerDiffID ?? position.flatMap({ layers[$0].diffID }) {
            message.layerDetails.diffID = id
        }
        return message
    }
}
