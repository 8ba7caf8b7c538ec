import MetadataModel
import SwiftProtobuf

/// What a CycloneDX document says of itself and of its image, whatever else is in it.
struct CycloneDXHead {
    let root: JSONNode
    private var limits: ReportLimits { root.limits }

    /// What the document holds: a scan if it lists vulnerabilities, a bill of materials if it lists
    /// components, and judgements alone (VEX) if that is all that it says of vulnerabilities.
    ///
    /// A list that is there and empty counts: somebody has looked and found nothing.
    func contents() throws(ReportProblem) -> [Report.Content] {
        try checkFormat()
        if try CycloneDXAssessments.isOne(root) {
            return [.assessment(try CycloneDXAssessments(root: root).document())]
        }
        var contents: [Report.Content] = []
        if try root["vulnerabilities"].isThere { contents.append(.scan(try CycloneDXReport(root: root).report())) }
        if try root["components"].isThere { contents.append(.packages(try CycloneDXBill(root: root).bill())) }
        if contents.isEmpty {
            throw root.problem("this is a CycloneDX document with neither components nor vulnerabilities")
        }
        return contents
    }

    func checkFormat() throws(ReportProblem) {
        guard try root["bomFormat"].text() == "CycloneDX" else {
            throw try root["bomFormat"].problem("expected \"CycloneDX\"")
        }
    }

    /// The first tool; tools are components since version 1.5.
    func tool() throws(ReportProblem) -> ScanReport.Scanner {
        let tools = try root["metadata"]["tools"]
        let list = tools.kind == .object ? try tools["components"] : tools
        guard let tool = try list.array().first, let name = try tool["name"].name(bytesMax: limits.versionBytesMax)
        else { return ScanReport.Scanner(name: "cyclonedx") }
        return ScanReport.Scanner(
            name: name.lowercased(),
            version: try tool["version"].name(bytesMax: limits.versionBytesMax)
        )
    }

    /// When the document was made.
    func time() throws(ReportProblem) -> Google_Protobuf_Timestamp? {
        try root["metadata"]["timestamp"].time()
    }

    /// The image is the main component: by a `pkg:oci` URL, by Trivy's properties, or by Syft's name and version.
    func image() throws(ReportProblem) -> ScannedImage {
        let component = try root["metadata"]["component"]
        let name = try component["name"].name(bytesMax: limits.referenceBytesMax)
        var image = ScannedImage(reference: name, path: "metadata.component")
        guard try component["type"].text() == "container" else { return image }
        let version = try component["version"].name(bytesMax: limits.versionBytesMax)
        let purl = try component["purl"].name(bytesMax: limits.pathBytesMax).flatMap { PackageURL($0) }
        if let pinned = purl?.pinnedImage { image.repoDigests.append(pinned) }
        for property in try component["properties"].array() {
            guard let value = try property["value"].text() else { continue }
            switch try property["name"].text() {
            case "aquasecurity:trivy:RepoDigest": image.repoDigests.append(value)
            case "aquasecurity:trivy:RepoTag": image.tags.append(value)
            case "aquasecurity:trivy:ImageID": image.configDigest = value
            default: break
            }
        }
        if image.repoDigests.count > limits.imageNamesMax {
            throw component.problem("has more than \(limits.imageNamesMax) names, which are the most that are taken")
        }
        if let version, ImageReference("image@\(version)") != nil { image.manifestDigest = version }
        return image
    }

    /// The operating system among the document's components.
    static func distribution(among components: [JSONNode]) throws(ReportProblem) -> ScanReport.Distribution? {
        for component in components {
            if let distribution = try distribution(component) { return distribution }
        }
        return nil
    }

    /// The operating system that a component is.
    static func distribution(_ component: JSONNode) throws(ReportProblem) -> ScanReport.Distribution? {
        guard try component["type"].text() == "operating-system",
            let name = try component["name"].name(bytesMax: component.limits.versionBytesMax)
        else { return nil }
        let version = try component["version"].name(bytesMax: component.limits.versionBytesMax)
        return ScanReport.Distribution(family: name.lowercased(), version: version)
    }
}
