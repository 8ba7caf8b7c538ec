import GrafeasProto
import MetadataModel
import SwiftProtobuf

/// OpenVEX, from the first drafts, in which products and vulnerabilities are plain strings, to version 0.2.0.
struct OpenVEXDocument {
    let root: JSONNode
    private var limits: ReportLimits { root.limits }

    func document() throws(ReportProblem) -> AssessmentDocument {
        try checkContext()
        let author = try root["author"].requiredName(bytesMax: limits.titleBytesMax, "who judges")
        var document = AssessmentDocument(format: .openVEX, author: AssessmentDocument.Author(name: author))
        document.id = try root["@id"].name(bytesMax: limits.urlBytesMax)
        document.version = try version(root["version"])
        let issued = try root["timestamp"].time()
        document.time = issued
        if let updated = try root["last_updated"].time() { document.time = updated }
        document.isSequence = true
        for (index, node) in try root["statements"].array().enumerated() {
            var statement = try statement(node, place: "statements[\(index)]")
            statement.time = statement.time ?? issued
            if let id = document.id, id.hasPrefix("https://") { statement.urls.append(id) }
            try document.add(statement, limits)
        }
        document.sortStatements()
        return document
    }

    /// The context names the version; the first had none in it.
    private func checkContext() throws(ReportProblem) {
        let context = try root["@context"].requiredName(
            bytesMax: limits.urlBytesMax,
            "the context, which names OpenVEX"
        )
        let versions = ["", "/v0.0.0", "/v0.0.1", "/v0.0.2", "/v0.1.0", "/v0.2.0"]
        guard versions.contains(where: { context == "https://openvex.dev/ns\($0)" }) else {
            let expected = "https://openvex.dev/ns, or the same with /v0.0.1 to /v0.2.0 behind it"
            throw try root["@context"].problem("expected \(expected); found \(context.quotedForMessage)")
        }
    }

    /// A number, or as in the first drafts a string.
    private func version(_ node: JSONNode) throws(ReportProblem) -> String? {
        if node.kind == .number { return try node.integer().map { String($0) } }
        return try node.name(bytesMax: limits.versionBytesMax)
    }

    // MARK: Statements

    private func statement(_ node: JSONNode, place: String) throws(ReportProblem) -> AssessmentDocument.Statement {
        var statement = try vulnerability(node["vulnerability"], place: place)
        statement.products = try products(node)
        statement.state = try node["status"].requiredWord(of: Self.states, "status")
        let justification = try node["justification"].word(of: AssessmentWords.justifications, "justification")
        statement.justification = justification ?? .unspecified
        statement.details = try node["status_notes"].remark()
        if let impact = try node["impact_statement"].remark() { statement.impacts = [impact] }
        // It may speak of a fix, a workaround or that there is none.
        if let action = try node["action_statement"].remark() {
            statement.remediations = [AssessmentRemediation(.unspecified, action)]
        }
        statement.time = try node["last_updated"].time()
        if statement.time == nil { statement.time = try node["timestamp"].time() }
        return statement
    }

    private func vulnerability(_ node: JSONNode, place: String) throws(ReportProblem) -> AssessmentDocument.Statement {
        guard node.kind == .object else {
            return AssessmentDocument.Statement(place: place, vulnerabilityID: try node.vulnerabilityID())
        }
        var statement = AssessmentDocument.Statement(place: place, vulnerabilityID: try node["name"].vulnerabilityID())
        for alias in try node["aliases"].array() {
            if let alias = try alias.name(bytesMax: limits.titleBytesMax) { statement.aliases.append(alias) }
        }
        if let id = try node["@id"].text(), id.hasPrefix("https://") { statement.urls = [id] }
        return statement
    }

    // MARK: Products

    /// The products, or the subcomponents in each. In the first drafts those stood beside the products.
    private func products(_ node: JSONNode) throws(ReportProblem) -> [AssessedProduct] {
        let shared = try components(node["subcomponents"])
        var products: [AssessedProduct] = []
        for entry in try node["products"].array() {
            let product = try component(entry)
            let own = entry.kind == .object ? try components(entry["subcomponents"]) : []
            let parts = own + shared
            products += parts.isEmpty ? [product] : parts.map { $0.within(product) }
            if products.count > limits.assessmentsMax {
                throw entry.problem("is one of more than \(limits.assessmentsMax) products of one statement")
            }
        }
        return products
    }

    private func components(_ node: JSONNode) throws(ReportProblem) -> [AssessedProduct] {
        var components: [AssessedProduct] = []
        for entry in try node.array() { components.append(try component(entry)) }
        return components
    }

    private func component(_ node: JSONNode) throws(ReportProblem) -> AssessedProduct {
        var names: [String] = []
        var sha256: String?
        if node.kind == .object {
            let identifiers = try node["identifiers"]
            for source in [
                try node["@id"], try identifiers["purl"], try identifiers["cpe23"], try identifiers["cpe22"],
            ] {
                if let name = try source.name(bytesMax: limits.pathBytesMax) { names.append(name) }
            }
            sha256 = try node["hashes"]["sha-256"].name(bytesMax: limits.versionBytesMax)
        } else if let name = try node.name(bytesMax: limits.pathBytesMax) {
            names = [name]
        }
        guard let name = names.first else {
            throw node.problem("nothing names the product: expected an @id or a purl among the identifiers")
        }
        return AssessedProduct(name, also: Array(names.dropFirst()), sha256: sha256)
    }

    private static let states: [String: AssessmentState] = [
        "not_affected": .notAffected, "affected": .affected, "fixed": .fixed,
        "under_investigation": .underInvestigation,
    ]
}
