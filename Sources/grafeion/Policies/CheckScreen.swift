/// Verdicts on a screen: a line for each image, and below it what it does not pass.
struct CheckScreen {
    let text: String

    private static let indent = 4
    /// Room for the longest verdict.
    private static let verdictWidth = 14

    /// - Parameter width: characters of a line, but for names, which are not cut.
    init(_ pods: [JudgedPod], width: Int) {
        var lines: [String] = []
        for pod in pods {
            for (wanted, judged) in pod.images { lines += Self.lines(pod, wanted, judged, width) }
        }
        lines += Self.summary(pods)
        text = lines.map { TextTable.oneLine($0) + "\n" }.joined()
    }

    private static func lines(
        _ pod: JudgedPod,
        _ wanted: CheckedPod.PodImage,
        _ judged: JudgedImage,
        _ width: Int
    ) -> [String] {
        let words = judged.verdict.words
        let headline = words + String(repeating: " ", count: max(0, verdictWidth - words.count)) + "  \(wanted.image)"
        let place = place(pod.pod, wanted)
        if !judged.verdict.isComplaint { return [headline + (place.isEmpty ? "" : "  (\(place))")] }
        var lines = [headline]
        let margin = String(repeating: " ", count: indent)
        if !place.isEmpty { lines.append(margin + place) }
        let resolved = wanted.digest.isEmpty ? nil : "its tag stands for \(wanted.digest)"
        for remark in [resolved, remark(pod.judgement, judged.verdict)].compactMap(\.self) {
            lines.append(margin + remark)
        }
        for check in judged.complaints {
            let doubt = check.verdict == .error ? ", which could not be decided" : ""
            lines.append("\(margin)\(check.displayName)\(doubt):")
            lines += WrappedText.lines(check.explanation, indent: 2 * indent, width: width)
        }
        return lines
    }

    /// `web.yaml:12  Deployment web, container web`
    private static func place(_ pod: CheckedPod, _ image: CheckedPod.PodImage) -> String {
        guard let object = pod.object else { return "" }
        let container = image.container.hasPrefix("volume ") ? image.container : "container \(image.container)"
        let line = image.place?.line ?? object.place.line
        return "\(object.file):\(line)  \(object.kind) \(object.name), \(container)"
    }

    private static func remark(_ judgement: Judgement, _ verdict: ImageFinding) -> String? {
        if judgement.blocks(verdict) { return nil }
        return judgement.isEnforced
            ? "the policy lets it run all the same (onError)" : "a dry run: it may run all the same"
    }

    /// `by policy production: 2 images, 1 conformant, 1 not conformant`, and the names of what was recorded.
    private static func summary(_ pods: [JudgedPod]) -> [String] {
        let verdicts = pods.flatMap { $0.images.map(\.judged.verdict) }
        let counts = ImageFinding.allCases.reversed().compactMap { verdict -> String? in
            let count = verdicts.count { $0 == verdict }
            return count == 0 ? nil : "\(count) \(verdict.words.lowercased())"
        }
        let total = verdicts.count == 1 ? "1 image" : "\(verdicts.count) images"
        let policy = pods.first?.judgement.policy ?? ""
        let recorded = pods.map(\.judgement.name).filter { !$0.isEmpty }
        return ["by policy \(policy): " + ([total] + counts).joined(separator: ", ")]
            + recorded.map { "recorded as \($0)" }
    }
}
