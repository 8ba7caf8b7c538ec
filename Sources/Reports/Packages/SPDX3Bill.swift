import MetadataModel

/// SPDX 3.0 as JSON-LD in the form that its specification prescribes: all elements in one `@graph`, which name each
/// other by their `spdxId`.
struct SPDX3Bill {
    private let root: JSONNode
    private var limits: ReportLimits { root.limits }
    private let elements: [(node: JSONNode, type: String)]
    /// Positions in `elements` by `spdxId`, or `@id` for what is no element.
    private let positions: [ExactText: Int]
    /// What declares and, after that, what concludes the licence, by package.
    private var licenses: [ExactText: (declared: [String], concluded: [String])] = [:]
    private var described: Set<ExactText> = []

    init(_ root: JSONNode) throws(ReportProblem) {
        self.root = root
        var elements: [(node: JSONNode, type: String)] = []
        var positions: [ExactText: Int] = [:]
        for node in try root["@graph"].array() {
            if let id = try node.text(ofFirst: "spdxId", "@id") { positions[ExactText(id)] = elements.count }
            elements.append((node, try node["type"].requiredName(bytesMax: 100, "the element's type")))
        }
        self.elements = elements
        self.positions = positions
        for (node, type) in elements { try relate(node, type: type) }
    }

    private mutating func relate(_ node: JSONNode, type: String) throws(ReportProblem) {
        switch type {
        case "SpdxDocument", "software_Sbom", "Bom":
            described.formUnion(try ids(node["rootElement"]).map { ExactText($0) })
        case "Relationship", "LifecycleScopedRelationship":
            let to = try ids(node["to"])
            switch try node["relationshipType"].text() {
            case "describes": described.formUnion(to.map { ExactText($0) })
            case "hasDeclaredLicense":
                for from in try ids(node["from"]) { licenses[ExactText(from), default: ([], [])].declared += to }
            case "hasConcludedLicense":
                for from in try ids(node["from"]) { licenses[ExactText(from), default: ([], [])].concluded += to }
            default: break
            }
        default: break
        }
    }

    /// The ids in a member that holds one or several.
    private func ids(_ node: JSONNode) throws(ReportProblem) -> [String] {
        var ids: [String] = []
        for entry in node.kind == .array ? try node.array() : [node] {
            // An element may stand where its id could.
            if let id = entry.kind == .object ? try entry["spdxId"].text() : try entry.text() { ids.append(id) }
        }
        return ids
    }

    func bill() throws(ReportProblem) -> BillOfMaterials {
        let document = elements.first { $0.type == "SpdxDocument" } ?? elements.first { $0.type == "software_Sbom" }
        guard let document = document?.node else {
            throw try root["@graph"].problem("expected an SpdxDocument or a software_Sbom among the elements")
        }
        let creation = try creationInfo(document["creationInfo"])
        var packages: [SPDXPackage] = []
        for (index, element) in elements.enumerated() where Self.packageTypes.contains(element.type) {
            packages.append(try package(element.node, place: "@graph[\(index)]"))
        }
        var bill = try BillOfMaterials(
            spdxVersion: version(creation),
            tool: tool(creation),
            packages: packages,
            limits: limits,
            described: { described.contains(ExactText($0.id)) }
        )
        bill.documentID = try document["spdxId"].name(bytesMax: limits.referenceBytesMax)
        bill.createTime = try creation["created"].time()
        return bill
    }

    /// Packages and what the model derives from them.
    private static let packageTypes: Set = ["software_Package", "ai_AIPackage", "dataset_DatasetPackage"]

    // MARK: Creation

    /// The object itself, or the one that is named.
    private func creationInfo(_ node: JSONNode) throws(ReportProblem) -> JSONNode {
        if node.kind == .object { return node }
        guard let id = try node.text(), let position = positions[ExactText(id)] else {
            throw node.problem("expected a CreationInfo or the id of one among the elements")
        }
        return elements[position].node
    }

    private func version(_ creation: JSONNode) throws(ReportProblem) -> String {
        let node = try creation["specVersion"]
        let version = try node.requiredName(bytesMax: 20, "the version of SPDX")
        let parts = version.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.starts(with: ["3", "0"]), parts.dropFirst(2).allSatisfy({ UInt16($0) != nil }), parts.count < 4
        else { throw node.problem("expected 3.0 or 3.0.x, found \(version.quotedForMessage)") }
        return version
    }

    private func tool(_ creation: JSONNode) throws(ReportProblem) -> ScanReport.Scanner? {
        for id in try ids(creation["createdUsing"]) {
            guard let position = positions[ExactText(id)] else { continue }
            let name = try elements[position].node["name"].name(bytesMax: limits.titleBytesMax)
            if let name { return ScanReport.Scanner(spdxTool: name) }
        }
        return nil
    }

    // MARK: Packages

    private func package(_ node: JSONNode, place: String) throws(ReportProblem) -> SPDXPackage {
        var package = SPDXPackage(
            node: node,
            place: place,
            id: try node["spdxId"].requiredName(bytesMax: limits.pathBytesMax, "the package's id"),
            name: try node["name"].requiredName(bytesMax: limits.referenceBytesMax, "the package's name")
        )
        package.version = try node["software_packageVersion"].name(bytesMax: limits.versionBytesMax)
        package.purpose = try node["software_primaryPurpose"].text()?.lowercased()
        package.purl = try node["software_packageUrl"].name(bytesMax: limits.pathBytesMax).flatMap { PackageURL($0) }
        for identifier in try node["externalIdentifier"].array() where package.purl == nil {
            guard try identifier["externalIdentifierType"].text() == "packageUrl" else { continue }
            package.purl = try identifier["identifier"].name(bytesMax: limits.pathBytesMax).flatMap { PackageURL($0) }
        }
        for hash in try node["verifiedUsing"].array() where try hash["algorithm"].text() == "sha256" {
            package.sha256 = try hash["hashValue"].name(bytesMax: limits.versionBytesMax)
        }
        let licenses = licenses[ExactText(package.id)] ?? ([], [])
        for id in licenses.declared { package.license.add(try license(id), limits) }
        if package.license.isEmpty {
            for id in licenses.concluded { package.license.add(try license(id), limits) }
        }
        return package
    }

    /// A licence as text: the expression of an element, else its name, else the last part of its id, which for listed
    /// licences is the id in the list (`https://spdx.org/licenses/MIT`).
    private func license(_ id: String) throws(ReportProblem) -> String? {
        if let position = positions[ExactText(id)] {
            let node = elements[position].node
            if let expression = try node["simplelicensing_licenseExpression"].text() { return expression }
            if elements[position].type != "expandedlicensing_ListedLicense", let name = try node["name"].text() {
                return name
            }
        }
        let last = String(id.split(separator: "/").last ?? "")
        if last.hasSuffix("NoAssertionLicense") || last.hasSuffix("NoneLicense") { return nil }
        return last.isEmpty ? nil : last
    }
}
