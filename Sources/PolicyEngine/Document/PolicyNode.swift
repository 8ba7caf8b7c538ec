import MetadataModel
import Yams

/// A value in a policy's text: what it is, its path and its place.
struct PolicyNode {
    let node: Node
    /// `spec.checkSets[0]`; empty for the whole document.
    let path: String

    var place: PolicyPlace { PolicyPlace(path: path, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1) }

    func member(_ name: String, _ value: Node) -> PolicyNode {
        PolicyNode(node: value, path: path.isEmpty ? name : "\(path).\(name)")
    }

    func element(_ index: Int, _ value: Node) -> PolicyNode { PolicyNode(node: value, path: "\(path)[\(index)]") }

    /// What a scalar means by YAML's own rules, so that `1.10` is a number unless it is quoted; nil for others.
    var scalarTag: Tag.Name? {
        if case .scalar = node { return Resolver.default.resolveTag(of: node) }
        return nil
    }

    var scalarText: String? {
        if case .scalar(let scalar) = node { return scalar.string }
        return nil
    }

    /// What stands here, in words for a message.
    var found: String {
        switch node {
        case .mapping: return "fields"
        case .sequence: return "a list"
        case .alias: return "an alias"
        case .scalar(let scalar):
            let shown = String(scalar.string.prefix(60)).quotedForMessage
            switch scalarTag {
            case .null?: return "nothing"
            case .bool?: return "the truth value \(shown)"
            case .int?, .float?: return "the number \(shown)"
            default: return shown
            }
        }
    }
}

/// Where in a policy's text something stands.
struct PolicyPlace: Sendable, Equatable {
    var path: String
    var line: Int
    var column: Int

    func problem(_ message: String) -> PolicyProblem {
        PolicyProblem(path: path, line: line, column: column, message: message)
    }
}

extension PolicyNode {
    /// The documents of a text, YAML or JSON, which is YAML too.
    ///
    /// Anchors are refused before anything is composed: by aliases of aliases a short text stands for an endless one.
    static func documents(in text: String, _ limits: PolicyLimits) throws(InvalidPolicy) -> [PolicyNode] {
        let start = PolicyPlace(path: "", line: 1, column: 1)
        guard text.utf8.count <= limits.documentBytesMax else {
            let sizes = "it has \(text.utf8.count) bytes, \(limits.documentBytesMax) are the most"
            throw InvalidPolicy([start.problem("the policy is too large: \(sizes)")])
        }
        if let anchor = anchor(in: text) {
            throw InvalidPolicy([anchor.problem("anchors and aliases are not taken; write the value out each time")])
        }
        do {
            // The encoding is given because the default one depends on the environment.
            let parser = try Yams.Parser(yaml: text, encoding: .utf8)
            var documents: [PolicyNode] = []
            while let root = try parser.nextRoot() {
                let node = PolicyNode(node: root, path: "")
                // `---` at the end of a file begins a document without anything in it.
                if node.scalarTag == .null { continue }
                guard documents.count < limits.documentsMax else {
                    let text = "there are more than \(limits.documentsMax) documents in the text"
                    throw InvalidPolicy([node.place.problem(text)])
                }
                documents.append(node)
            }
            if documents.isEmpty { throw InvalidPolicy([start.problem("the policy is empty")]) }
            return documents
        } catch let problem as InvalidPolicy {
            throw problem
        } catch {
            throw InvalidPolicy([problem(of: error, in: text)])
        }
    }

    /// The first `&name` that stands where YAML would take it for an anchor. One in quotes is found too, and such texts
    /// have no place in policies.
    private static func anchor(in text: String) -> PolicyPlace? {
        var (line, column, before) = (1, 0, UInt8(ascii: "\n"))
        var isComment = false
        let bytes = Array(text.utf8)
        for (index, byte) in bytes.enumerated() {
            if byte & 0xC0 != 0x80 { column += 1 }
            if byte == UInt8(ascii: "#"), " \t\n\r".utf8.contains(before) { isComment = true }
            if byte == UInt8(ascii: "&"), !isComment, " \t\n\r[{,:-?".utf8.contains(before),
                index + 1 < bytes.count, bytes[index + 1].isNameByte
            {
                return PolicyPlace(path: "", line: line, column: column)
            }
            if byte == UInt8(ascii: "\n") { (line, column, isComment) = (line + 1, 0, false) }
            before = byte
        }
        return nil
    }

    private static func problem(of error: any Error, in text: String) -> PolicyProblem {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            PolicyPlace(path: "", line: mark.line, column: mark.column).problem("not YAML: \(problem)")
        case .duplicatedKeysInMapping(let names, let context):
            PolicyPlace(path: "", line: context.mark.line, column: context.mark.column).problem(
                "\(names.prefix(5).map(\.quotedForMessage).joined(separator: ", ")) is given twice; keep one"
            )
        case .reader(let problem, let offset, _, _):
            place(atOffset: offset ?? 0, in: text).problem("not YAML: \(problem)")
        default: PolicyPlace(path: "", line: 1, column: 1).problem("not YAML: \(error)")
        }
    }

    private static func place(atOffset offset: Int, in text: String) -> PolicyPlace {
        let before = text.utf8.prefix(offset)
        let newline = UInt8(ascii: "\n")
        let line = before.count { $0 == newline } + 1
        let column = before.reversed().prefix { $0 != newline }.count { $0 & 0xC0 != 0x80 } + 1
        return PolicyPlace(path: "", line: line, column: column)
    }
}

extension UInt8 {
    fileprivate var isNameByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
