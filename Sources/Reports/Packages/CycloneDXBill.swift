import Crypto
import MetadataModel

/// A CycloneDX document with components.
///
/// What versions 1.2 to 1.7 say of components differs only in what later ones add.
struct CycloneDXBill {
    let root: JSONNode

    func bill() throws(ReportProblem) -> BillOfMaterials {
        var bill = try head()
        let components = try root["components"].array()
        bill.distribution = try CycloneDXHead.distribution(among: components)
        bill.documentDigest = SHA256.hash(data: root.document.bytes).hexDigits
        for package in try partsOfImage() { try bill.add(package, root.limits) }
        for (index, node) in components.enumerated() {
            for package in try node.cycloneDXPackages(place: "components[\(index)]") {
                try bill.add(package, root.limits)
            }
        }
        return bill
    }

    /// The parts of the main component, which itself is the image.
    func partsOfImage() throws(ReportProblem) -> [BillOfMaterials.Component] {
        var packages: [BillOfMaterials.Component] = []
        for (index, node) in try root["metadata"]["component"]["components"].array().enumerated() {
            packages += try node.cycloneDXPackages(place: "metadata.component.components[\(index)]")
        }
        return packages
    }

    /// All but components, distribution and digest.
    func head() throws(ReportProblem) -> BillOfMaterials {
        let head = CycloneDXHead(root: root)
        try head.checkFormat()
        var bill = BillOfMaterials(
            format: .cycloneDX,
            formatVersion: try version(),
            tool: try head.tool(),
            image: try head.image()
        )
        bill.documentID = try root["serialNumber"].name(bytesMax: root.limits.referenceBytesMax)
        bill.createTime = try head.time()
        return bill
    }

    private func version() throws(ReportProblem) -> String? {
        let node = try root["specVersion"]
        guard let version = try node.text() else { return nil }
        guard ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"].contains(version) else {
            throw node.problem("expected a version from 1.2 to 1.7, found \(version.quotedForMessage)")
        }
        return version
    }
}
