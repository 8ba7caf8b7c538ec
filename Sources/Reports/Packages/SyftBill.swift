import Crypto
import MetadataModel

/// Syft's own JSON, as version 1 of the program writes it.
struct SyftBill {
    let root: JSONNode
    private var limits: ReportLimits { root.limits }

    func bill() throws(ReportProblem) -> BillOfMaterials {
        let descriptor = try root["descriptor"]
        let name = try descriptor["name"].requiredName(bytesMax: limits.versionBytesMax, "the program's name")
        let version = try descriptor["version"].name(bytesMax: limits.versionBytesMax)
        var bill = BillOfMaterials(
            format: .syft,
            formatVersion: try schemaVersion(),
            tool: ScanReport.Scanner(
                name: name.lowercased(),
                version: version == "[not provided]" ? nil : version
            ),
            image: try image()
        )
        bill.createTime = try descriptor["timestamp"].time()
        bill.documentDigest = SHA256.hash(data: root.document.bytes).hexDigits
        bill.distribution = try distribution()
        let artifacts = try root["artifacts"].requiredArray("the packages, an empty array if there are none")
        for (index, artifact) in artifacts.enumerated() {
            try bill.add(component(artifact, place: "artifacts[\(index)]"), limits)
        }
        return bill
    }

    private func schemaVersion() throws(ReportProblem) -> String {
        let node = try root["schema"]["version"]
        let version = try node.requiredName(bytesMax: 20, "the version of the format")
        guard version.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || $0 == UInt8(ascii: ".") })
        else { throw node.problem("expected a version such as 16.0.0, found \(version.quotedForMessage)") }
        return version
    }

    /// Only images have these members; of a directory the name is all there is.
    private func image() throws(ReportProblem) -> ScannedImage {
        let source = try root["source"]
        let metadata = try source["metadata"]
        let input = try metadata["userInput"].name(bytesMax: limits.referenceBytesMax)
        let name = try source["name"].name(bytesMax: limits.referenceBytesMax)
        var image = ScannedImage(reference: input ?? name, path: "source.metadata.repoDigests")
        guard try source["type"].text() == "image" else { return image }
        image.tags = try metadata["tags"].references()
        image.repoDigests = try metadata["repoDigests"].pinnedReferences()
        image.manifestDigest = try metadata["manifestDigest"].digest()
        image.configDigest = try metadata["imageID"].digest()
        return image
    }

    private func distribution() throws(ReportProblem) -> ScanReport.Distribution? {
        guard let id = try root["distro"]["id"].name(bytesMax: limits.versionBytesMax) else { return nil }
        return ScanReport.Distribution(
            family: id,
            version: try root["distro"]["versionID"].name(bytesMax: limits.versionBytesMax)
        )
    }

    private func component(_ node: JSONNode, place: String) throws(ReportProblem) -> BillOfMaterials.Component {
        let type = try node["type"].requiredName(bytesMax: limits.versionBytesMax, "the kind of package")
        var component = try BillOfMaterials.Component(
            node["name"],
            place: place,
            purl: try node["purl"].name(bytesMax: limits.pathBytesMax).flatMap { PackageURL($0) },
            name: try node["name"].requiredName(bytesMax: limits.packageNameBytesMax, "the package's name"),
            ecosystem: Ecosystem.type(of: type),
            version: try node["version"].name(bytesMax: limits.versionBytesMax)
        )
        let metadata = try node["metadata"]
        // Packages of Debian and Alpine have the one, those of RPM the other; others have neither, or no object.
        for name in ["architecture", "arch"] where component.architecture == nil && metadata.kind == .object {
            component.architecture = try metadata[name].name(bytesMax: limits.versionBytesMax)
        }
        component.license = try licenses(node["licenses"])
        for location in try node["locations"].array() {
            component.add(path: try location["path"].name(bytesMax: limits.pathBytesMax), limits)
        }
        return component
    }

    /// Those that the authors declare, if there are any. Earlier versions of Syft wrote a licence as a string.
    private func licenses(_ node: JSONNode) throws(ReportProblem) -> LicenseList {
        var declared = LicenseList()
        var others = LicenseList()
        for license in try node.array() {
            guard license.kind == .object else {
                declared.add(try license.text(), limits)
                continue
            }
            let text = try license.text(ofFirst: "spdxExpression", "value")
            if try license["type"].text() == "declared" { declared.add(text, limits) } else { others.add(text, limits) }
        }
        return declared.isEmpty ? others : declared
    }
}
