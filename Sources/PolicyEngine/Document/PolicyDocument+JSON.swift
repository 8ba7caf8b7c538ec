import StrictJSON
import Yams

extension PolicyDocument {
    /// A project policy's text as compact JSON with every value a text, as messages are read from.
    ///
    /// - Parameters:
    ///   - text: YAML or JSON that is read as a policy; only then it is as shallow as those are.
    ///   - omitted: fields of the whole that are left out.
    /// - Throws: ``InvalidPolicy`` for a text that is neither YAML nor JSON.
    public static func json(
        of text: String,
        without omitted: Set<String>,
        limits: PolicyLimits = PolicyLimits()
    ) throws(InvalidPolicy) -> String {
        guard let document = try PolicyNode.documents(in: text, limits).first else { return "{}" }
        guard case .mapping(let mapping) = document.node else { return document.node.json.text }
        let kept = mapping.filter { key, _ in !omitted.contains(key.scalar?.string ?? "") }
        return JSONValue.object(kept.map { JSONMember(name: $0.key.scalar?.string ?? "", value: $0.value.json) }).text
    }
}

extension Node {
    fileprivate var json: JSONValue {
        switch self {
        case .scalar(let scalar):
            Resolver.default.resolveTag(of: self) == .null ? .null : .string(scalar.string)
        case .mapping(let mapping):
            .object(mapping.map { JSONMember(name: $0.key.scalar?.string ?? "", value: $0.value.json) })
        case .sequence(let sequence): .array(sequence.map(\.json))
        // Aliases are refused before anything is composed.
        case .alias: .null
        }
    }
}
