import Yams

extension PolicyDocument {
    /// Reads a policy, in YAML or JSON.
    ///
    /// - Throws: ``InvalidPolicy`` with all that is wrong with it. Fields and checks that are not known are wrong: a check
    ///   that is passed over lets everything through.
    public init(parsing text: String, limits: PolicyLimits = PolicyLimits()) throws(InvalidPolicy) {
        let documents = try PolicyNode.documents(in: text, limits)
        var reader = PolicyReader(limits: limits)
        var policy = reader.policy(documents)
        if !reader.problems.isEmpty { throw InvalidPolicy(reader.problems.sorted { $0.isBefore($1) }) }
        policy.remarks = reader.remarks
        self = policy
    }
}

extension PolicyProblem {
    /// Whether it is about an earlier place of the text.
    func isBefore(_ other: PolicyProblem) -> Bool { (line, column) < (other.line, other.column) }
}

extension PolicyReader {
    /// The kinds of documents, by what they say of themselves or by what only they have.
    mutating func policy(_ documents: [PolicyNode]) -> PolicyDocument {
        guard let first = documents.first else { return PolicyDocument() }
        if Self.has(first, "apiVersion", "kind") {
            if Self.text(first, "apiVersion")?.hasPrefix("kritis.grafeas.io/") == true {
                return kritisPolicy(documents)
            }
            return single(documents) { $0.grafeionPolicy($1) }
        }
        if Self.has(first, "gkePolicy") { return single(documents) { $0.platformPolicy($1) } }
        if Self.has(first, "defaultAdmissionRule", "globalPolicyEvaluationMode", "admissionWhitelistPatterns") {
            return single(documents) { $0.projectPolicy($1) }
        }
        refuse(first, "this is no policy; it begins with apiVersion: grafeion.dev/v1 and kind: Policy")
        return PolicyDocument()
    }

    private mutating func single(
        _ documents: [PolicyNode],
        _ read: (inout PolicyReader, PolicyNode) -> PolicyDocument
    ) -> PolicyDocument {
        if documents.count > 1 {
            refuse(documents[1], "there is more than one document in the text; a policy is one")
        }
        return read(&self, documents[0])
    }

    /// Whether a mapping has one of some fields.
    static func has(_ node: PolicyNode, _ names: String...) -> Bool {
        guard case .mapping(let mapping) = node.node else { return false }
        return mapping.keys.contains { key in names.contains { $0 == key.scalar?.string } }
    }

    /// The text of a field, before it is known what fields there may be.
    static func text(_ node: PolicyNode, _ name: String) -> String? {
        guard case .mapping(let mapping) = node.node else { return nil }
        return mapping.first { $0.key.scalar?.string == name }?.value.scalar?.string
    }
}
