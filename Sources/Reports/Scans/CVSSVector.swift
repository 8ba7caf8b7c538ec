/// A CVSS vector of version 2.0, 3.0, 3.1 or 4.0, taken apart and checked: every base metric once, nothing unknown.
struct CVSSVector: Sendable, Equatable {
    let version: CVSSRating.Version
    /// Values by the metrics' short names, `["AV": "N", …]`.
    let metrics: [String: String]

    /// Nil if the text is no vector of these versions.
    init?(_ text: String) {
        guard text.utf8.count <= 500, let form = Self.forms.first(where: { text.hasPrefix($0.prefix) }) else {
            return nil
        }
        var body = text.dropFirst(form.prefix.count)
        // Version 2 is written with and without parentheses.
        if form.version == .v2, body.first == "(", body.last == ")" { body = body.dropFirst().dropLast() }
        var metrics: [String: String] = [:]
        for part in body.split(separator: "/", omittingEmptySubsequences: false) {
            let halves = part.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard halves.count == 2, metrics.updateValue(halves[1], forKey: halves[0]) == nil else { return nil }
            let isKnown = form.base[halves[0]].map { $0.contains(halves[1]) } ?? form.others.contains(halves[0])
            guard isKnown else { return nil }
        }
        guard form.base.keys.allSatisfy({ metrics[$0] != nil }) else { return nil }
        version = form.version
        self.metrics = metrics
    }

    /// The value of a metric, empty if the vector does not have it.
    func value(_ metric: String) -> String { metrics[metric] ?? "" }

    private struct Form {
        let version: CVSSRating.Version
        let prefix: String
        /// The metrics that must be there, and their values.
        let base: [String: Set<String>]
        /// The metrics that may be there.
        let others: Set<String>
    }

    /// The prefix of version 2 is empty, so it comes last.
    private static let forms = [
        Form(version: .v4, prefix: "CVSS:4.0/", base: base4, others: others4),
        Form(version: .v3, prefix: "CVSS:3.1/", base: base3, others: others3),
        Form(version: .v3, prefix: "CVSS:3.0/", base: base3, others: others3),
        Form(version: .v2, prefix: "", base: base2, others: others2),
    ]

    private static let base2: [String: Set<String>] = [
        "AV": ["L", "A", "N"], "AC": ["H", "M", "L"], "Au": ["M", "S", "N"], "C": ["N", "P", "C"],
        "I": ["N", "P", "C"], "A": ["N", "P", "C"],
    ]
    private static let others2: Set<String> = ["E", "RL", "RC", "CDP", "TD", "CR", "IR", "AR"]

    private static let base3: [String: Set<String>] = [
        "AV": ["N", "A", "L", "P"], "AC": ["L", "H"], "PR": ["N", "L", "H"], "UI": ["N", "R"], "S": ["U", "C"],
        "C": ["N", "L", "H"], "I": ["N", "L", "H"], "A": ["N", "L", "H"],
    ]
    private static let others3: Set<String> = [
        "E", "RL", "RC", "CR", "IR", "AR", "MAV", "MAC", "MPR", "MUI", "MS", "MC", "MI", "MA",
    ]

    private static let base4: [String: Set<String>] = [
        "AV": ["N", "A", "L", "P"], "AC": ["L", "H"], "AT": ["N", "P"], "PR": ["N", "L", "H"], "UI": ["N", "P", "A"],
        "VC": ["N", "L", "H"], "VI": ["N", "L", "H"], "VA": ["N", "L", "H"], "SC": ["N", "L", "H"],
        "SI": ["N", "L", "H"], "SA": ["N", "L", "H"],
    ]
    private static let others4: Set<String> = [
        "E", "CR", "IR", "AR", "MAV", "MAC", "MAT", "MPR", "MUI", "MVC", "MVI", "MVA", "MSC", "MSI", "MSA", "S", "AU",
        "R", "V", "RE", "U",
    ]
}
