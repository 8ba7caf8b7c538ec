/// A field mask checked against a message type: every path in it names a field.
public struct FieldMask: Sendable, Equatable {
    /// The type whose fields it names.
    public let type: MessageType
    /// The paths in proto spelling, in the order given, none twice; `["*"]` for everything.
    public let paths: [String]
    /// Whether it is `*`: every field of the type.
    public let coversEverything: Bool
    let tree: MaskNode

    /// Everything: what `*` means, and what an update without a mask means.
    public static func everything(of type: MessageType) -> FieldMask {
        FieldMask(type: type, paths: ["*"], coversEverything: true, tree: MaskNode())
    }

    /// Checks the paths, which may be in proto (`vulnerability.package_issue`) or JSON spelling (`vulnerability.packageIssue`).
    ///
    /// A path ends at a field of any kind and goes through singular messages only: a repeated field or map is named whole.
    /// - Throws: the first path that names nothing, with the field it may have meant.
    public static func parse(
        _ paths: some Sequence<String>,
        in type: MessageType
    ) throws(FieldMaskProblem) -> FieldMask {
        var tree = MaskNode()
        var spelled: [String] = []
        var coversEverything = false
        for path in paths {
            if path == "*" {
                coversEverything = true
                continue
            }
            let fields = try type.fields(onPath: path)
            tree.insert(fields[...])
            let name = fields.map(\.name).joined(separator: ".")
            if !spelled.contains(name) { spelled.append(name) }
        }
        if coversEverything { return everything(of: type) }
        return FieldMask(type: type, paths: spelled, coversEverything: false, tree: tree)
    }
}

/// A path of a field mask that names nothing.
public struct FieldMaskProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// The path as it was given.
    public let path: String
    /// What is wrong with it, for the caller.
    public let message: String

    public var description: String { message }
}

/// The fields below a message that a mask names; a node without children names its field whole.
struct MaskNode: Sendable, Equatable {
    var children: [Int: MaskNode] = [:]

    var isWhole: Bool { children.isEmpty }

    /// A path that goes deeper than one already there adds nothing, and a shorter one swallows the deeper.
    mutating func insert(_ fields: ArraySlice<MessageField>) {
        guard let first = fields.first else { return }
        let existing = children[first.number]
        if let existing, existing.isWhole { return }
        var node = existing ?? MaskNode()
        if fields.count == 1 { node = MaskNode() } else { node.insert(fields.dropFirst()) }
        children[first.number] = node
    }
}

extension MessageType {
    /// The fields a mask's path goes through.
    fileprivate func fields(onPath path: String) throws(FieldMaskProblem) -> [MessageField] {
        var fields: [MessageField] = []
        var type = self
        for name in path.split(separator: ".", omittingEmptySubsequences: false) {
            if let last = fields.last {
                guard let next = last.messageType, !last.isRepeated else {
                    throw FieldMaskProblem(path: path, message: last.cannotBeEntered(by: path))
                }
                type = next
            }
            guard let field = type.field(named: String(name)) else {
                throw FieldMaskProblem(path: path, message: type.hasNoField(String(name), path))
            }
            fields.append(field)
        }
        return fields
    }

    private func hasNoField(_ name: String, _ path: String) -> String {
        let guess = fieldNearest(to: name).map { "; did you mean \"\($0)\"?" } ?? ""
        let within = name == path ? "" : "the path \(quotedExcerpt(path)): "
        return "update_mask: \(within)\(quotedExcerpt(name)) is not a field of \(fullName)\(guess)"
    }
}

extension MessageField {
    fileprivate func cannotBeEntered(by path: String) -> String {
        let nature = isMap ? "a map" : isRepeated ? "a repeated field" : "not a message"
        return "update_mask: the path \(quotedExcerpt(path)) goes into \"\(name)\", which is \(nature); name it whole"
    }
}
