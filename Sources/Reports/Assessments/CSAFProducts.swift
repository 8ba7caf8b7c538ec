import MetadataModel

/// The product tree of a CSAF document (CSAF 2.0, 3.2.2) by the ids of products.
///
/// A product is named in the tree of branches or in a list, or it is a relationship: a component as part of something.
struct CSAFProducts {
    private let limits: ReportLimits
    private var products: [ExactText: AssessedProduct] = [:]
    private var relationships: [ExactText: (component: JSONNode, whole: JSONNode)] = [:]
    /// The groups that each product is in, by their numbers.
    private var groups: [ExactText: [Int]] = [:]
    /// The number of each group. Numbers are compared where ids of thousands of bytes would be.
    private var groupNumbers: [ExactText: Int] = [:]

    init(_ tree: JSONNode) throws(ReportProblem) {
        limits = tree.limits
        for product in try tree["full_product_names"].array() { try add(product) }
        var waiting = try tree["branches"].array()
        while let branch = waiting.popLast() {
            let product = try branch["product"]
            if product.isThere { try add(product) }
            waiting += try branch["branches"].array()
        }
        for node in try tree["relationships"].array() {
            let id = try node["full_product_name"]["product_id"]
            let parts = (try node["product_reference"], try node["relates_to_product_reference"])
            let isKnown = try products[id.productID()] != nil
            if try relationships.updateValue(parts, forKey: id.productID()) != nil || isKnown { throw twice(id) }
        }
        for group in try tree["product_groups"].array() {
            let id = try group["group_id"].productID()
            let number = groupNumbers[id] ?? groupNumbers.count
            groupNumbers[id] = number
            for product in try group["product_ids"].array() { try add(product, toGroup: number) }
        }
    }

    private mutating func add(_ product: JSONNode, toGroup number: Int) throws(ReportProblem) {
        let id = try product.productID()
        let known = groups[id] ?? []
        if known.contains(number) { return }
        if known.count == limits.productGroupsMax {
            throw product.problem(
                "is in more than \(limits.productGroupsMax) groups, which are the most that are taken"
            )
        }
        groups[id, default: []].append(number)
    }

    /// The product that is meant.
    mutating func product(_ reference: JSONNode) throws(ReportProblem) -> AssessedProduct {
        try product(reference, depth: 0)
    }

    /// What remarks about the product may be filed under.
    func subjects(_ reference: JSONNode) throws(ReportProblem) -> [CSAFSubject] {
        let id = try reference.productID()
        return [.product(id)] + (groups[id] ?? []).map { .group($0) }
    }

    /// What the products and groups are that a remark names; empty if it names none.
    func subjects(ofRemark node: JSONNode) throws(ReportProblem) -> [CSAFSubject] {
        var subjects: [CSAFSubject] = []
        for id in try node["product_ids"].array() { subjects.append(.product(try id.productID())) }
        // A group that is none has no products; -1 is no group's number.
        for id in try node["group_ids"].array() { subjects.append(.group(groupNumbers[try id.productID()] ?? -1)) }
        return subjects
    }

    private mutating func product(_ reference: JSONNode, depth: Int) throws(ReportProblem) -> AssessedProduct {
        let id = try reference.productID()
        if let product = products[id] { return product }
        guard let parts = relationships[id] else {
            throw reference.problem("the product tree has no product \(id.text.quotedForMessage)")
        }
        guard depth < limits.depthMax else {
            throw reference.problem("is part of itself, or of more than \(limits.depthMax) products in each other")
        }
        let component = try product(parts.component, depth: depth + 1)
        let product = component.within(try product(parts.whole, depth: depth + 1))
        products[id] = product
        return product
    }

    private mutating func add(_ node: JSONNode) throws(ReportProblem) {
        let helper = try node["product_identification_helper"]
        let name = try node["name"].requiredName(bytesMax: limits.packageNameBytesMax, "the product's name")
        let purl = try helper["purl"].name(bytesMax: limits.pathBytesMax)
        let product = AssessedProduct(name, also: [purl].compactMap(\.self), sha256: try sha256(helper))
        let id = try node["product_id"]
        if try products.updateValue(product, forKey: id.productID()) != nil { throw twice(id) }
    }

    private func twice(_ id: JSONNode) -> ReportProblem { id.problem("another product has this id too") }

    private func sha256(_ helper: JSONNode) throws(ReportProblem) -> String? {
        for file in try helper["hashes"].array() {
            for hash in try file["file_hashes"].array() where try hash["algorithm"].text() == "sha256" {
                return try hash["value"].name(bytesMax: limits.versionBytesMax)
            }
        }
        return nil
    }
}
