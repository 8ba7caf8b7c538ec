import FilterLanguage
import MetadataModel
import Yams

/// Reads the values of a policy's text and gathers what is wrong with them.
///
/// What cannot be read is reported and stands in for something harmless: nobody sees it, because a document with
/// problems is refused.
struct PolicyReader {
    let limits: PolicyLimits
    private(set) var problems: [PolicyProblem] = []
    /// What is right but does nothing, for `lint`.
    private(set) var remarks: [PolicyProblem] = []

    init(limits: PolicyLimits) { self.limits = limits }

    mutating func refuse(_ place: PolicyPlace, _ message: String) {
        if problems.count < limits.problemsMax { problems.append(place.problem(message)) }
    }

    mutating func refuse(_ node: PolicyNode, _ message: String) { refuse(node.place, message) }

    mutating func expected(_ what: String, _ node: PolicyNode) { refuse(node, "expected \(what), found \(node.found)") }

    mutating func remark(_ node: PolicyNode, _ message: String) { remarks.append(node.place.problem(message)) }

    // MARK: Structure

    /// The fields of a mapping. Names that are not known are reported, for a check that is not understood must not
    /// be passed over.
    mutating func fields(_ node: PolicyNode, _ known: [String]) -> PolicyFields {
        guard case .mapping(let mapping) = node.node else {
            expected("fields (\(known.prefix(4).joined(separator: ", "))…)", node)
            return PolicyFields(node: node)
        }
        var fields = PolicyFields(node: node)
        for (key, value) in mapping {
            let keyNode = PolicyNode(node: key, path: node.path)
            guard let name = keyNode.scalarText else {
                expected("the name of a field", keyNode)
                continue
            }
            if known.contains(where: { $0 == name }) {
                if fields[name] != nil { refuse(keyNode, "\(name.quotedForMessage) is given twice; keep one") }
                fields.values.append((name, node.member(name, value)))
            } else {
                refuse(keyNode, "\(name.quotedForMessage) is not a field here; " + Self.hint(name, known))
            }
        }
        return fields
    }

    private static func hint(_ name: String, _ known: [String]) -> String {
        if let near = NameSpelling.nearest(to: name, among: known), let field = known.first(where: { $0 == near }) {
            return "did you mean \(field.quotedForMessage)?"
        }
        return "there are \(known.joined(separator: ", "))"
    }

    mutating func required(_ fields: PolicyFields, _ name: String) -> PolicyNode? {
        if let node = fields[name] { return node }
        refuse(fields.node, "\(name) is missing")
        return nil
    }

    /// The elements of a list; none if the field is not there.
    mutating func list(_ node: PolicyNode?, max: Int? = nil) -> [PolicyNode] {
        guard let node else { return [] }
        guard case .sequence(let sequence) = node.node else {
            expected("a list", node)
            return []
        }
        let countMax = max ?? limits.entriesMax
        if sequence.count > countMax {
            refuse(node, "the list has \(sequence.count) entries; \(countMax) are the most")
            return []
        }
        return sequence.enumerated().map { node.element($0.offset, $0.element) }
    }

    /// As ``list(_:max:)``, and there must be an element.
    mutating func filledList(_ fields: PolicyFields, _ name: String, max: Int? = nil) -> [PolicyNode] {
        guard let node = required(fields, name) else { return [] }
        let before = problems.count
        let elements = list(node, max: max)
        if elements.isEmpty, problems.count == before { refuse(node, "the list is empty; name at least one") }
        return elements
    }

    // MARK: Scalars

    /// A text that is not empty and has no control characters.
    mutating func text(_ node: PolicyNode?) -> String? {
        guard let node else { return nil }
        guard let text = anyText(node, bytesMax: limits.textBytesMax) else { return nil }
        if text.isEmpty {
            refuse(node, "expected a text, found an empty one")
            return nil
        }
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            refuse(node, "there are control characters in \(text.quotedForMessage)")
            return nil
        }
        return text
    }

    /// A text of any form: a key, a filter.
    mutating func anyText(_ node: PolicyNode, bytesMax: Int) -> String? {
        guard let text = node.scalarText, node.scalarTag != .null else {
            expected("a text", node)
            return nil
        }
        if let tag = node.scalarTag, [.bool, .int, .float].contains(tag) {
            refuse(node, "expected a text, found \(node.found); put it in quotation marks")
            return nil
        }
        if text.utf8.count > bytesMax {
            refuse(node, "the text has \(text.utf8.count) bytes; \(bytesMax) are the most")
            return nil
        }
        return text
    }

    mutating func texts(_ node: PolicyNode?) -> [String] {
        list(node).compactMap { text($0) }
    }

    mutating func flag(_ node: PolicyNode?) -> Bool? {
        guard let node else { return nil }
        if node.scalarTag == .bool, case .scalar(let scalar) = node.node, let value = Bool.construct(from: scalar) {
            return value
        }
        expected("true or false", node)
        return nil
    }

    mutating func integer(_ node: PolicyNode?, in range: ClosedRange<Int>) -> Int? {
        guard let node else { return nil }
        if node.scalarTag == .int, case .scalar(let scalar) = node.node, let value = Int.construct(from: scalar),
            range.contains(value)
        {
            return value
        }
        expected("a whole number from \(range.lowerBound) to \(range.upperBound)", node)
        return nil
    }

    /// One of a few names.
    mutating func choice<Value>(_ node: PolicyNode?, _ choices: KeyValuePairs<String, Value>) -> Value? {
        guard let node else { return nil }
        let text = node.scalarText
        if let choice = choices.first(where: { $0.key == text }) { return choice.value }
        expected("one of \(choices.map(\.key).joined(separator: ", "))", node)
        return nil
    }

    /// A time span such as `24h`, in seconds.
    mutating func seconds(_ node: PolicyNode?) -> Int64? {
        guard let node else { return nil }
        if let text = node.scalarText, let duration = FilterDuration(text), duration.seconds > 0 {
            return duration.seconds
        }
        expected("a time span such as 24h, 90m or 7d", node)
        return nil
    }
}

/// The fields of a mapping that were known, in their order.
struct PolicyFields {
    let node: PolicyNode
    var values: [(name: String, node: PolicyNode)] = []

    subscript(name: String) -> PolicyNode? { values.first { $0.name == name }?.node }

    /// The field that is there under one of several spellings.
    func first(of names: String...) -> PolicyNode? { names.lazy.compactMap { self[$0] }.first }
}
