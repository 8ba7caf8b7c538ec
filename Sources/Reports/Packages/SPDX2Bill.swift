import MetadataModel

/// SPDX 2.2 and 2.3 in JSON.
struct SPDX2Bill {
    let root: JSONNode
    private var limits: ReportLimits { root.limits }

    func bill() throws(ReportProblem) -> BillOfMaterials {
        let relationships = try SPDX2Relationships(root)
        var packages: [SPDXPackage] = []
        for (index, node) in try root["packages"].array().enumerated() {
            packages.append(try package(node, place: "packages[\(index)]", relationships))
        }
        var bill = try BillOfMaterials(
            spdxVersion: version(),
            tool: tool(),
            packages: packages,
            limits: limits,
            described: { relationships.described.contains(ExactText($0.id)) }
        )
        bill.documentID = try root["documentNamespace"].name(bytesMax: limits.referenceBytesMax)
        bill.createTime = try root["creationInfo"]["created"].time()
        return bill
    }

    private func version() throws(ReportProblem) -> String {
        let version = try root["spdxVersion"].text() ?? ""
        guard version == "SPDX-2.2" || version == "SPDX-2.3" else {
            let found = version.quotedForMessage
            throw try root["spdxVersion"].problem("expected SPDX-2.2 or SPDX-2.3, found \(found)")
        }
        return String(version.dropFirst(5))
    }

    /// The first creator that is a tool.
    private func tool() throws(ReportProblem) -> ScanReport.Scanner? {
        for creator in try root["creationInfo"]["creators"].array() {
            guard let text = try creator.name(bytesMax: limits.titleBytesMax), text.hasPrefix("Tool:") else { continue }
            let name = text.dropFirst(5).trimmed
            if !name.isEmpty { return ScanReport.Scanner(spdxTool: name) }
        }
        return nil
    }

    private func package(
        _ node: JSONNode,
        place: String,
        _ relationships: SPDX2Relationships
    ) throws(ReportProblem) -> SPDXPackage {
        var package = SPDXPackage(
            node: node,
            place: place,
            id: try node["SPDXID"].requiredName(bytesMax: limits.pathBytesMax, "the package's id"),
            name: try node["name"].requiredName(bytesMax: limits.referenceBytesMax, "the package's name")
        )
        let version = try node["versionInfo"].name(bytesMax: limits.versionBytesMax)
        package.version = version == "NOASSERTION" ? nil : version
        package.purpose = try node["primaryPackagePurpose"].text()?.lowercased().filter { $0 != "-" && $0 != "_" }
        for reference in try node["externalRefs"].array() where package.purl == nil {
            guard try reference["referenceType"].text() == "purl" else { continue }
            package.purl = try reference["referenceLocator"].name(bytesMax: limits.pathBytesMax)
                .flatMap { PackageURL($0) }
        }
        for checksum in try node["checksums"].array() where try checksum["algorithm"].text() == "SHA256" {
            package.sha256 = try checksum["checksumValue"].name(bytesMax: limits.versionBytesMax)
        }
        // What the authors declare is what the record is to have; what somebody concluded is better than nothing.
        package.license.add(try node["licenseDeclared"].text(), limits)
        if package.license.isEmpty { package.license.add(try node["licenseConcluded"].text(), limits) }
        let file = try node["packageFileName"].name(bytesMax: limits.pathBytesMax)
        package.paths = [file].compactMap(\.self) + relationships.evidence(of: package.id)
        package.remarks = try remarks(node)
        return package
    }

    /// Trivy wrote them as attributions once and writes them as annotations now.
    private func remarks(_ node: JSONNode) throws(ReportProblem) -> [String] {
        var remarks: [String] = []
        for text in try node["attributionTexts"].array() {
            if let text = try text.text() { remarks.append(text) }
        }
        for annotation in try node["annotations"].array() {
            if let text = try annotation["comment"].text() { remarks.append(text) }
        }
        return remarks
    }
}

/// What an SPDX 2 document says of how its elements belong together, as far as it matters here.
struct SPDX2Relationships {
    /// The ids of what the document describes.
    private(set) var described: Set<ExactText> = []
    private var files: [ExactText: [ExactText]] = [:]
    private var fileNames: [ExactText: String] = [:]

    init(_ root: JSONNode) throws(ReportProblem) {
        for id in try root["documentDescribes"].array() {
            if let id = try id.text() { described.insert(ExactText(id)) }
        }
        for relationship in try root["relationships"].array() {
            guard let from = try relationship["spdxElementId"].text(),
                let to = try relationship["relatedSpdxElement"].text()
            else { continue }
            switch try relationship["relationshipType"].text() {
            case "DESCRIBES" where from == "SPDXRef-DOCUMENT": described.insert(ExactText(to))
            case "DESCRIBED_BY" where to == "SPDXRef-DOCUMENT": described.insert(ExactText(from))
            // Syft's way to say by which file it found a package.
            case "OTHER" where try relationship["comment"].text()?.hasPrefix("evident-by:") == true:
                files[ExactText(from), default: []].append(ExactText(to))
            default: break
            }
        }
        if files.isEmpty { return }
        for file in try root["files"].array() {
            guard let id = try file["SPDXID"].text() else { continue }
            fileNames[ExactText(id)] = try file["fileName"].name(bytesMax: root.limits.pathBytesMax)
        }
    }

    /// The files by which a package was found.
    func evidence(of id: String) -> [String] {
        (files[ExactText(id)] ?? []).compactMap { fileNames[$0] }
    }
}
