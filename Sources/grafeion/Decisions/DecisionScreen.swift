import MetadataModel

/// All of a decision on a screen.
struct DecisionScreen {
    private let judgement: Judgement
    private let width: Int
    private var lines: [String] = []

    /// - Parameter width: characters of a line, as far as what is said fits.
    init(_ judgement: Judgement, width: Int) {
        self.judgement = judgement
        self.width = width
        let json = judgement.json
        add("decision", judgement.name)
        add("time", json["createTime"]?.text)
        add("policy", Self.joined([judgement.policy, json["policyVersion"]?.text], "  "))
        add("check set", judgement.checkSet)
        add("pod", Self.pod(json["pod"]))
        add("request", Self.request(json["admission"]))
        add("verdict", verdict)
        add("not followed", json["breakGlassRefusal"]?.text.map { "the request to break the glass: \($0)" })
        add("took", Self.joined([json["duration"]?.text, judgement.isRemembered ? "remembered" : nil], ", "))
        for image in judgement.images { add(image) }
    }

    var text: String { lines.joined(separator: "\n") + "\n" }

    private var verdict: String {
        let consequence =
            judgement.brokeGlass
            ? "it may run against the verdict"
            : judgement.isAllowed ? judgement.isEnforced ? "it may run" : "a dry run: it may run" : "it may not run"
        return "\(judgement.json["verdict"]?.text ?? ""): \(consequence)"
    }

    private static func pod(_ pod: JSONValue?) -> String {
        joined(
            [
                pod?["namespace"]?.text.map { "namespace \($0)" },
                pod?["serviceAccount"]?.text.map { "service account \($0)" },
                pod?["cluster"]?.text.map { "cluster \($0)" }, pod?["istioServiceIdentity"]?.text,
            ],
            ", "
        )
    }

    private static func request(_ admission: JSONValue?) -> String {
        let object = joined(
            [admission?["operation"]?.text, admission?["kind"]?.text, admission?["name"]?.text],
            " "
        )
        let isBreaking = admission?["breakGlass"] == .bool(true)
        let reason = admission?["breakGlassReason"]?.text.map { ": \($0.quotedForMessage)" } ?? ""
        return joined(
            [
                object, admission?["user"]?.text.map { "by \($0)" },
                isBreaking ? "which asks to break the glass\(reason)" : nil,
                admission?["uid"]?.text.map { "uid \($0)" },
            ],
            ", "
        )
    }

    private mutating func add(_ image: JudgedImage) {
        lines.append("")
        lines.append(TextTable.oneLine("\(image.verdict.words)  \(image.image)"))
        let digest = image.image.hasSuffix(image.digest) ? "" : image.digest
        let details = Self.joined([image.container.isEmpty ? nil : "container \(image.container)", digest], "  ")
        if !details.isEmpty { lines.append(TextTable.oneLine("    \(details)")) }
        for check in image.checks {
            let kind = check.check == check.displayName ? "" : "  (\(check.check))"
            lines.append(TextTable.oneLine("    \(check.displayName)\(kind): \(check.verdict.words)"))
            lines += WrappedText.lines(check.explanation, indent: 8, width: width)
            lines += check.occurrences.map { TextTable.oneLine("        by \($0)") }
        }
    }

    private mutating func add(_ heading: String, _ text: String?) {
        guard let text, !text.isEmpty else { return }
        let shown = heading + String(repeating: " ", count: max(1, 14 - heading.count))
        lines.append(shown + TextTable.oneLine(text))
    }

    private static func joined(_ parts: [String?], _ separator: String) -> String {
        parts.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: separator)
    }
}

extension Judgement {
    /// Whether nothing had changed since it was decided before.
    fileprivate var isRemembered: Bool { json["remembered"] == .bool(true) }
}
