/// Components of CycloneDX as packages. A component is read without the document around it.
extension JSONNode {
    /// The packages that this component is and that it holds, from the outside in.
    func cycloneDXPackages(place: String) throws(ReportProblem) -> [BillOfMaterials.Component] {
        var packages: [BillOfMaterials.Component] = []
        if let package = try cycloneDXPackage(place: place) { packages.append(package) }
        for (index, node) in try self["components"].array().enumerated() {
            packages += try node.cycloneDXPackages(place: "\(place).components[\(index)]")
        }
        return packages
    }

    /// The package that this component itself is; nil for a file and an operating system.
    private func cycloneDXPackage(place: String) throws(ReportProblem) -> BillOfMaterials.Component? {
        let own = try self["name"].requiredName(bytesMax: limits.packageNameBytesMax, "the component's name")
        let type = try self["type"].text()
        if type == "file" || type == "operating-system" { return nil }
        let group = try self["group"].name(bytesMax: limits.packageNameBytesMax)
        let purl = try self["purl"].name(bytesMax: limits.pathBytesMax).flatMap { PackageURL($0) }
        var package = try BillOfMaterials.Component(
            self["name"],
            place: place,
            purl: purl,
            name: group.map { "\($0)/\(own)" } ?? own,
            version: try self["version"].name(bytesMax: limits.versionBytesMax)
        )
        package.license = try cycloneDXLicenses()
        for property in try self["properties"].array() {
            guard let name = try property["name"].text() else { continue }
            // Trivy lists lock files as applications, which have a class and no package URL.
            if name == "aquasecurity:trivy:Class", purl == nil { return nil }
            let isPath = name.hasPrefix("syft:location:") && name.hasSuffix(":path")
            if isPath || name == "aquasecurity:trivy:FilePath" {
                package.add(path: try property["value"].name(bytesMax: limits.pathBytesMax), limits)
            } else if name == "syft:metadata:architecture", package.architecture == nil {
                package.architecture = try property["value"].name(bytesMax: limits.versionBytesMax)
            }
        }
        for occurrence in try self["evidence"]["occurrences"].array() {
            package.add(path: try occurrence["location"].name(bytesMax: limits.pathBytesMax), limits)
        }
        return package
    }

    /// Those that the authors declare where the document tells them from what somebody concluded (since version 1.6).
    private func cycloneDXLicenses() throws(ReportProblem) -> LicenseList {
        var declared = LicenseList()
        var others = LicenseList()
        for choice in try self["licenses"].array() {
            // An expression stands where otherwise an object with the id or the name does.
            let license = try choice["license"].isThere ? choice["license"] : choice
            let text = try license.text(ofFirst: "expression", "id", "name")
            let isDeclared = try license["acknowledgement"].text() == "declared"
            if isDeclared { declared.add(text, limits) } else { others.add(text, limits) }
        }
        return declared.isEmpty ? others : declared
    }
}
