/// A decision as a line of a table.
struct DecisionRow {
    static let headings = ["NAME", "WHEN", "VERDICT", "ALLOWED", "NAMESPACE", "WHAT", "POLICY", "COMPLAINT"]
    let cells: [String]

    /// Characters of a complaint that are shown; the decision has the whole of it.
    private static let complaintMax = 80

    /// Characters of a digest with its algorithm.
    private static let digestMax = "@sha256:".count + 12

    init(id: String, time: String, _ judgement: Judgement) {
        let json = judgement.json
        let policy = judgement.policy.split(separator: "/").last.map(String.init) ?? ""
        cells = [
            id, time, json["verdict"]?.text ?? "", Self.allowed(judgement), json["pod"]?["namespace"]?.text ?? "",
            Self.what(judgement), policy, Self.complaint(judgement),
        ]
    }

    private static func allowed(_ judgement: Judgement) -> String {
        if judgement.brokeGlass { return "broke glass" }
        if !judgement.isAllowed { return "no" }
        return judgement.isEnforced ? "yes" : "dry run"
    }

    /// `Deployment web`, or the images if it was no admission.
    private static func what(_ judgement: Judgement) -> String {
        let admission = judgement.json["admission"]
        let object = [admission?["kind"]?.text, admission?["name"]?.text].compactMap(\.self).joined(separator: " ")
        if !object.isEmpty { return object }
        let more = judgement.images.count > 1 ? " (+\(judgement.images.count - 1))" : ""
        return (judgement.images.first.map { short($0.image) } ?? "") + more
    }

    /// An image with as much of its digest as people compare: `registry.example/shop/web@sha256:0e3f5a1c9b7d…`.
    private static func short(_ image: String) -> String {
        guard let at = image.firstIndex(of: "@") else { return image }
        let digest = image[at...]
        return digest.count > digestMax ? image[..<at] + digest.prefix(digestMax) + "…" : image
    }

    /// The first one without the image, which has a column of its own.
    private static func complaint(_ judgement: Judgement) -> String {
        guard let check = judgement.images.lazy.flatMap(\.complaints).first else { return "" }
        let text = "\(check.displayName): \(check.explanation)"
        return text.count > complaintMax ? text.prefix(complaintMax - 1) + "…" : text
    }
}
