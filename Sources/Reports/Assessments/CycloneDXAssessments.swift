import GrafeasProto

/// A CycloneDX document of nothing but judgements (VEX): vulnerabilities that have all an `analysis`, and no components.
struct CycloneDXAssessments {
    let root: JSONNode
    private var limits: ReportLimits { root.limits }

    /// Whether the document is one. Nobody has scanned anything for it.
    static func isOne(_ root: JSONNode) throws(ReportProblem) -> Bool {
        let vulnerabilities = try root["vulnerabilities"].array()
        guard try !root["components"].isThere, !vulnerabilities.isEmpty else { return false }
        for vulnerability in vulnerabilities where try !vulnerability["analysis"].isThere { return false }
        return true
    }

    func document() throws(ReportProblem) -> AssessmentDocument {
        var document = AssessmentDocument(format: .cycloneDX, author: AssessmentDocument.Author(name: try author()))
        document.id = try root["serialNumber"].name(bytesMax: limits.urlBytesMax)
        document.version = try root["version"].integer().map { String($0) }
        document.time = try root["metadata"]["timestamp"].time()
        var components = try CycloneDXComponents(root)
        let main = try MainComponent(root["metadata"]["component"])
        for (index, node) in try root["vulnerabilities"].array().enumerated() {
            var statement = try statement(node, place: "vulnerabilities[\(index)]")
            for affected in try node["affects"].array() {
                if statement.products.count == limits.assessmentsMax {
                    throw affected.problem("is one of more than \(limits.assessmentsMax) products of one statement")
                }
                statement.products.append(try product(affected, main, &components))
            }
            try document.add(statement, limits)
        }
        return document
    }

    /// The first person or organisation that is named as having made the document.
    private func author() throws(ReportProblem) -> String? {
        let metadata = try root["metadata"]
        for author in try metadata["authors"].array() {
            if let name = try author["name"].name(bytesMax: limits.titleBytesMax) { return name }
        }
        for organisation in [try metadata["supplier"], try metadata["manufacturer"], try metadata["manufacture"]] {
            if let name = try organisation["name"].name(bytesMax: limits.titleBytesMax) { return name }
        }
        return nil
    }

    private func statement(_ node: JSONNode, place: String) throws(ReportProblem) -> AssessmentDocument.Statement {
        var statement = AssessmentDocument.Statement(place: place, vulnerabilityID: try node["id"].vulnerabilityID())
        for reference in try node["references"].array() {
            if let alias = try reference["id"].name(bytesMax: limits.titleBytesMax) { statement.aliases.append(alias) }
        }
        let analysis = try node["analysis"]
        guard let assessment = try Finding.Assessment(cycloneDX: analysis) else {
            throw try analysis["state"].problem("is required: what is known of the vulnerability")
        }
        statement.state = assessment.state
        statement.justification = assessment.justification
        statement.impacts = [assessment.details].compactMap(\.self)
        statement.remediations = try remediations(node)
        if let url = try node["source"]["url"].text() { statement.urls.append(url) }
        for advisory in try node["advisories"].array() {
            if let url = try advisory["url"].text() { statement.urls.append(url) }
        }
        return statement
    }

    /// The author's answers, and what is recommended meanwhile.
    private func remediations(_ node: JSONNode) throws(ReportProblem) -> [AssessmentRemediation] {
        var remediations: [AssessmentRemediation] = []
        for response in try node["analysis"]["response"].array().prefix(limits.remarksMax) {
            guard let type = try response.word(of: Self.responses, "response") else { continue }
            remediations.append(AssessmentRemediation(type, try response.text()))
        }
        if let text = try node["recommendation"].remark() {
            remediations.append(AssessmentRemediation(.mitigation, text))
        }
        if let text = try node["workaround"].remark() { remediations.append(AssessmentRemediation(.workaround, text)) }
        return remediations
    }

    // MARK: Products

    /// What is affected: the main component, a package or an image by its URL, or a part of the main component. A link
    /// into another document (`urn:cdx:…#…`) is followed only where it says itself what is meant.
    private func product(
        _ affected: JSONNode,
        _ main: MainComponent,
        _ components: inout CycloneDXComponents
    ) throws(ReportProblem) -> AssessedProduct {
        let node = try affected["ref"]
        let reference = try node.requiredName(bytesMax: limits.pathBytesMax, "what is affected, by its bom-ref")
        let link = reference.hasPrefix("urn:cdx:") ? reference.split(separator: "#", maxSplits: 1) : []
        // A link to a document as a whole means what the document is about.
        let inner = link.isEmpty ? reference : link.count == 2 ? String(link[1]) : nil
        if inner == nil || inner == main.reference { return main.product(reference) }
        if let inner, PackageURL(inner) != nil {
            let product = AssessedProduct(inner)
            if product.package?.narrowness == 1, try affected["versions"].isThere {
                let way = "name the package by a package URL with its version"
                throw try affected["versions"].problem("a package's versions are not taken from here; \(way)")
            }
            return product
        }
        let component = try components.component(node)
        let part = AssessedProduct(component.name, also: [component.purl].compactMap(\.self))
        return part.within(main.product(reference))
    }

    private static let responses: [String: AssessmentRemediation.RemediationType] = [
        "can_not_fix": .noneAvailable, "will_not_fix": .noFixPlanned, "update": .vendorFix, "rollback": .workaround,
        "workaround_available": .workaround,
    ]
}

/// What the document is about as a whole, read once for all that is affected.
private struct MainComponent {
    let reference: String?
    private let isThere: Bool
    private let names: [String]

    init(_ node: JSONNode) throws(ReportProblem) {
        isThere = node.isThere
        reference = try node["bom-ref"].text()
        var names = [try node["purl"].name(bytesMax: node.limits.pathBytesMax)].compactMap(\.self)
        if let name = try node["name"].name(bytesMax: node.limits.referenceBytesMax) {
            let version = try node["version"].name(bytesMax: node.limits.versionBytesMax)
            names += [version.map { "\(name)@\($0)" }, name].compactMap(\.self)
        }
        self.names = names
    }

    /// What is judged for the whole may be in any part of it.
    func product(_ reference: String) -> AssessedProduct {
        isThere ? AssessedProduct(reference, also: names).asWhole : AssessedProduct(reference)
    }
}
