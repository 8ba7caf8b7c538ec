import GrafeasProto
import MetadataModel

/// CSAF 2.0 in the profile VEX (OASIS, section 4.5).
///
/// A vulnerability lists products by what is known of each, and remarks (flags, threats, remediations) say of which
/// products they hold: each product is a statement of its own, with the remarks about it.
struct CSAFDocument {
    let root: JSONNode
    private var limits: ReportLimits { root.limits }

    func document() throws(ReportProblem) -> AssessmentDocument {
        let head = try root["document"]
        try require("2.0", in: head["csaf_version"])
        try require("csaf_vex", in: head["category"])
        var document = AssessmentDocument(format: .csaf, author: try author(head["publisher"]))
        let tracking = try head["tracking"]
        document.id = try tracking["id"].name(bytesMax: limits.titleBytesMax)
        document.version = try tracking["version"].name(bytesMax: limits.versionBytesMax)
        document.time = try tracking["current_release_date"].time()
        document.title = try head["title"].remark()
        document.language = try head["lang"].name(bytesMax: limits.versionBytesMax)
        var products = try CSAFProducts(root["product_tree"])
        for (index, node) in try root["vulnerabilities"].array().enumerated() {
            try add(node, place: "vulnerabilities[\(index)]", &products, to: &document)
        }
        return document
    }

    private func require(_ word: String, in node: JSONNode) throws(ReportProblem) {
        let found = try node.text()
        if found != word {
            throw node.problem("expected \"\(word)\", found \(found?.quotedForMessage ?? "nothing")")
        }
    }

    private func author(_ publisher: JSONNode) throws(ReportProblem) -> AssessmentDocument.Author {
        AssessmentDocument.Author(
            name: try publisher["name"].requiredName(bytesMax: limits.titleBytesMax, "who judges"),
            namespace: try publisher["namespace"].name(bytesMax: limits.urlBytesMax),
            authority: try publisher["issuing_authority"].remark()
        )
    }

    // MARK: Vulnerabilities

    private func add(
        _ node: JSONNode,
        place: String,
        _ products: inout CSAFProducts,
        to document: inout AssessmentDocument
    ) throws(ReportProblem) {
        let vulnerability = try vulnerability(node)
        let remarks = try Remarks(node, products)
        for (word, list) in try node["product_status"].members() {
            // What is recommended is no judgement of what there is.
            if word == "recommended" { continue }
            guard let state = Self.states[word] else {
                let known = Self.states.keys.sorted().joined(separator: ", ")
                throw list.problem("no known status; expected one of \(known)")
            }
            for (index, reference) in try list.array().enumerated() {
                var statement = vulnerability
                statement.place = "\(place).product_status.\(word)[\(index)]"
                statement.state = state
                statement.products = [try products.product(reference)]
                remarks.add(to: &statement, of: try products.subjects(reference), limits)
                try document.add(statement, limits)
            }
        }
    }

    /// What is the same in the statements about all products.
    private func vulnerability(_ node: JSONNode) throws(ReportProblem) -> AssessmentDocument.Statement {
        let cve = try node["cve"]
        let ids = try node["ids"].array()
        let main = try cve.isThere ? cve : ids.first?["text"] ?? cve
        var statement = AssessmentDocument.Statement(place: "", vulnerabilityID: try main.vulnerabilityID())
        for entry in ids {
            if let id = try entry["text"].name(bytesMax: limits.titleBytesMax), id != statement.vulnerabilityID {
                statement.aliases.append(id)
            }
        }
        statement.title = try node["title"].remark()
        for reference in try node["references"].array() {
            if let url = try reference["url"].text() { statement.urls.append(url) }
        }
        return statement
    }

    private static let states: [String: AssessmentState] = [
        "known_affected": .affected, "first_affected": .affected, "last_affected": .affected,
        "known_not_affected": .notAffected, "fixed": .fixed, "first_fixed": .fixed,
        "under_investigation": .underInvestigation,
    ]
}

/// The remarks on one vulnerability.
private struct Remarks {
    private var flags = CSAFRemarks<AssessmentJustification>()
    private var impacts = CSAFRemarks<String>()
    private var remediations = CSAFRemarks<AssessmentRemediation>()

    init(_ node: JSONNode, _ products: CSAFProducts) throws(ReportProblem) {
        for flag in try node["flags"].array() {
            let label = try flag["label"].requiredWord(of: AssessmentWords.justifications, "justification")
            flags.add(label, about: try products.subjects(ofRemark: flag))
        }
        for threat in try node["threats"].array() where try threat["category"].text() == "impact" {
            guard let details = try threat["details"].remark() else { continue }
            impacts.add(details, about: try products.subjects(ofRemark: threat))
        }
        for entry in try node["remediations"].array() {
            let type = try entry["category"].requiredWord(of: Self.categories, "category of remediations")
            var remediation = AssessmentRemediation(type, try entry["details"].remark())
            if let url = try entry["url"].text(), url.utf8.count <= node.limits.urlBytesMax {
                remediation.remediationUri = Grafeas_V1_RelatedUrl(url: url)
            }
            remediations.add(remediation, about: try products.subjects(ofRemark: entry))
        }
    }

    func add(to statement: inout AssessmentDocument.Statement, of subjects: [CSAFSubject], _ limits: ReportLimits) {
        // Flags say why a product is not affected.
        if statement.state == .notAffected {
            statement.justification = flags.remarks(of: subjects, max: 1).first ?? .unspecified
        }
        statement.impacts = impacts.remarks(of: subjects, max: limits.remarksMax)
        statement.remediations = remediations.remarks(of: subjects, max: limits.remarksMax)
    }

    private static let categories: [String: AssessmentRemediation.RemediationType] = [
        "mitigation": .mitigation, "no_fix_planned": .noFixPlanned, "none_available": .noneAvailable,
        "vendor_fix": .vendorFix, "workaround": .workaround,
    ]
}
