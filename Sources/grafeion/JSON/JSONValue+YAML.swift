import Yams

extension JSONValue {
    /// Reads one YAML document. JSON being YAML, this reads both, with YAML's messages.
    init(yaml text: String) throws(DocumentError) {
        do {
            guard let node = try Yams.compose(yaml: text) else { throw DocumentError(text: "the document is empty") }
            self = try Self.value(of: node)
        } catch let problem as DocumentError {
            throw problem
        } catch YamlError.composer(_, let problem, let mark, _) where problem == "but found another document" {
            throw DocumentError(text: "line \(mark.line): another document begins here; give one at a time")
        } catch {
            throw DocumentError(text: "not YAML: \(error)")
        }
    }

    private static func value(of node: Node) throws(DocumentError) -> JSONValue {
        switch node {
        case .mapping(let mapping):
            var members: [Member] = []
            for (key, value) in mapping {
                guard let name = key.scalar?.string else {
                    throw DocumentError(text: "line \(key.mark?.line ?? 0): a key must be a plain text")
                }
                members.append(Member(name: name, value: try Self.value(of: value)))
            }
            return .object(members)
        case .sequence(let sequence):
            var elements: [JSONValue] = []
            for element in sequence { elements.append(try value(of: element)) }
            return .array(elements)
        case .scalar(let scalar):
            return Self.value(of: scalar, tag: Resolver.default.resolveTag(of: node))
        case .alias:
            throw DocumentError(text: "line \(node.mark?.line ?? 0): aliases are not taken; write the value out")
        }
    }

    /// What a scalar means follows from YAML's own rules; a date stays the text that was written.
    private static func value(of scalar: Node.Scalar, tag: Tag.Name) -> JSONValue {
        switch tag {
        case .null: return .null
        case .bool: return Bool.construct(from: scalar).map(JSONValue.bool) ?? .string(scalar.string)
        case .int: return Int.construct(from: scalar).map { .number(String($0)) } ?? .string(scalar.string)
        case .float:
            guard let number = Double.construct(from: scalar), number.isFinite else { return .string(scalar.string) }
            return .number(String(number))
        default: return .string(scalar.string)
        }
    }

    /// The value as YAML in block style, members in their order.
    func yamlText() throws -> String {
        // Lines are not folded: a long description stays one line that a search finds.
        try Yams.serialize(node: yamlNode, width: -1, allowUnicode: true)
    }

    private var yamlNode: Node {
        switch self {
        case .null: return Node("null", Tag(.null))
        case .bool(let value): return Node(value ? "true" : "false", Tag(.bool))
        case .number(let text): return Node(text, Tag(text.contains { ".eE".contains($0) } ? .float : .int))
        case .string(let text):
            // Quoted where the plain text would read as something else, such as "1.10" or "true".
            let isPlain = Resolver.default.resolveTag(of: Node(text)) == .str
            let style: Node.Scalar.Style = text.contains("\n") ? .literal : isPlain ? .any : .singleQuoted
            return Node(text, Tag(.str), style)
        case .array(let elements): return Node(elements.map(\.yamlNode))
        case .object(let members):
            return Node(members.map { (Node($0.name), $0.value.yamlNode) })
        }
    }
}

/// A document that cannot be read, in words for the person who wrote it.
struct DocumentError: Error, Equatable, CustomStringConvertible {
    let text: String
    var description: String { text }
}
