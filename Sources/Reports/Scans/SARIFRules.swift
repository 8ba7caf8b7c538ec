import GrafeasProto

/// The rules of a run, each read once: many results may share one, and its text may be long.
struct SARIFRules {
    /// What a rule says of a vulnerability.
    struct Rule {
        var id: String?
        var tags: Set<String> = []
        /// What its help text says of the package.
        var package = SARIFPackage(message: "")
        /// Whether it is one of packages that the image's distribution brings, as Trivy says.
        var isOfSystem = false
        var title: String?
        var description: String?
        var urls: [String] = []
        var ratings: [CVSSRating] = []
        var severity = Grafeas_V1_Severity.unspecified
    }

    private let limits: ReportLimits
    private var rules: [Rule] = []
    private var positions: [String: Int] = [:]

    init(_ run: JSONNode) throws(ReportProblem) {
        limits = run.limits
        for (index, node) in try run["tool"]["driver"]["rules"].array().enumerated() {
            let rule = try read(node)
            if let id = rule.id { positions[id] = index }
            rules.append(rule)
        }
    }

    /// The rule of a result, which names it by id, by index, or both.
    func rule(of result: JSONNode) throws(ReportProblem) -> Rule? {
        let reference = try result["rule"]
        let (own, referred) = (try result["ruleId"].text(), try reference["id"].text())
        if let id = own ?? referred, let index = positions[id] { return rules[index] }
        let (ownIndex, referredIndex) = (try result["ruleIndex"].integer(), try reference["index"].integer())
        guard let index = (ownIndex ?? referredIndex).map(Int.init), rules.indices.contains(index) else { return nil }
        return rules[index]
    }

    private func read(_ node: JSONNode) throws(ReportProblem) -> Rule {
        var rule = Rule()
        rule.id = try node["id"].name(bytesMax: limits.titleBytesMax)
        rule.isOfSystem = try node["name"].text() == "OsPackageVulnerability"
        rule.title = try node["shortDescription"]["text"].prose(bytesMax: limits.titleBytesMax)
        rule.description = try node["fullDescription"]["text"].prose(bytesMax: limits.descriptionBytesMax)
        rule.urls = [try node["helpUri"].text()].compactMap(\.self).usable(limits)
        rule.package = SARIFPackage(message: try node["help"]["text"].prose(bytesMax: limits.descriptionBytesMax) ?? "")
        let properties = try node["properties"]
        for tag in try properties["tags"].array() {
            if let text = try tag.text() { rule.tags.insert(text) }
        }
        let purls = try properties["purls"].array()
        if purls.count == 1, let purl = try purls[0].name(bytesMax: limits.pathBytesMax) {
            rule.package.take(purl: purl)
        }
        rule.ratings = try ratings(properties)
        rule.severity =
            try properties["security-severity"].score().map { Grafeas_V1_Severity(score: $0) } ?? .unspecified
        return rule
    }

    /// As Trivy writes them.
    private func ratings(_ properties: JSONNode) throws(ReportProblem) -> [CVSSRating] {
        var ratings: [CVSSRating] = []
        for (name, scoreName) in [("cvssv3_vector", "cvssv3_baseScore"), ("cvssv2_vector", "cvssv2_score")] {
            guard let vector = try properties[name].name(bytesMax: limits.titleBytesMax) else { continue }
            ratings.append(CVSSRating(source: "", vector: vector, score: try properties[scoreName].score()))
        }
        return ratings
    }
}
