import MetadataModel

/// The components of a CycloneDX document by their `bom-ref`, each read once, when it is first asked for.
struct CycloneDXComponents {
    struct Component {
        var name: String
        var version: String?
        var purl: String?
        var location: Finding.Location?
    }

    private let limits: ReportLimits
    private var nodes: [ExactText: JSONNode] = [:]
    private var components: [ExactText: Component] = [:]

    /// Takes all components of the document, those in components and the main one included.
    init(_ root: JSONNode) throws(ReportProblem) {
        limits = root.limits
        var waiting = [try root["metadata"]["component"]] + (try root["components"].array())
        while let node = waiting.popLast() {
            if let reference = try node["bom-ref"].text() { nodes[ExactText(reference)] = node }
            waiting += try node["components"].array()
        }
    }

    /// The component that a reference names.
    mutating func component(_ reference: JSONNode) throws(ReportProblem) -> Component {
        let text = try reference.requiredName(bytesMax: limits.pathBytesMax, "the component's bom-ref")
        // Behind the # of a BOM-Link is the reference within the document.
        let inner = text.hasPrefix("urn:cdx:") ? text.split(separator: "#").last.map(String.init) : nil
        for key in [text, inner].compactMap(\.self).map({ ExactText($0) }) {
            if let component = components[key] { return component }
            guard let node = nodes[key] else { continue }
            let component = try read(node)
            components[key] = component
            return component
        }
        throw reference.problem("no component has the bom-ref \(text.quotedForMessage)")
    }

    private func read(_ node: JSONNode) throws(ReportProblem) -> Component {
        let own = try node["name"].requiredName(bytesMax: limits.packageNameBytesMax, "the component's name")
        let group = try node["group"].name(bytesMax: limits.packageNameBytesMax)
        let purl = try node["purl"].name(bytesMax: limits.pathBytesMax)
        let name = purl.flatMap { PackageURL($0)?.packageName } ?? group.map { "\($0)/\(own)" } ?? own
        if name.utf8.count > limits.packageNameBytesMax { throw try node["name"].problem("is too long with its group") }
        return Component(
            name: name,
            version: try node["version"].name(bytesMax: limits.versionBytesMax),
            purl: purl,
            location: try location(node)
        )
    }

    /// Where the component lies, as Trivy and Syft write it.
    private func location(_ node: JSONNode) throws(ReportProblem) -> Finding.Location? {
        var location = Finding.Location()
        for property in try node["properties"].array() {
            let value = try property["value"]
            switch try property["name"].text() {
            case "aquasecurity:trivy:FilePath", "syft:location:0:path":
                location.path = try value.name(bytesMax: limits.pathBytesMax)
            case "aquasecurity:trivy:LayerDiffID", "syft:location:0:layerID":
                location.layerDiffID = try value.digest()
            case "aquasecurity:trivy:LayerDigest": location.layerDigest = try value.digest()
            default: break
            }
        }
        return location == Finding.Location() ? nil : location
    }
}
