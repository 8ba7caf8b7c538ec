extension FilterSchema {
    /// The field that a path names, by its aliases first.
    func resolve(_ member: FilterMember) throws(FilterError) -> FieldReference {
        guard !member.root.isQuoted else {
            throw FilterError(
                "\(quoted(member.root.text)) is a text, not a field; a field stands on the left, without quotes",
                at: member.root.position
            )
        }
        let path = WrittenPath(member)
        var firstError: FilterError?
        for length in path.aliasLengths(max: aliasStepsMax) {
            guard let alias = aliases[path.foldedPrefix(length)] else { continue }
            do throws(FilterError) {
                return try resolve(path, from: length, alias)
            } catch {
                firstError = firstError ?? error
            }
        }
        do throws(FilterError) {
            return try walk(FieldReference(location: .path([]), type: .message(root)), path, from: 0)
        } catch {
            throw firstError ?? error
        }
    }

    private func resolve(_ path: WrittenPath, from length: Int, _ alias: FilterAlias) throws(FilterError)
        -> FieldReference
    {
        let target: FieldReference
        switch alias {
        case .virtual(let field):
            target = FieldReference(
                location: .virtual(field.name),
                type: field.type,
                isRepeated: field.isRepeated,
                normalisation: field.normalisation
            )
        case .path(let text):
            let member = FilterMember(
                path: text.split(separator: ".").map(String.init),
                position: path.steps[0].literal.position
            )
            target = try walk(FieldReference(location: .path([]), type: .message(root)), WrittenPath(member), from: 0)
        }
        return try walk(target, path, from: length)
    }

    /// Goes on below a field with the steps from `start`.
    private func walk(_ from: FieldReference, _ path: WrittenPath, from start: Int) throws(FilterError)
        -> FieldReference
    {
        var reference = from
        for index in start..<path.steps.count {
            reference = try next(reference, path, index)
        }
        return reference
    }

    private func next(_ parent: FieldReference, _ path: WrittenPath, _ index: Int) throws(FilterError) -> FieldReference
    {
        let step = path.steps[index]
        let name = step.literal.text
        if parent.virtualName == nil {
            switch parent.type {
            case .message(let id):
                if case .index = step {
                    throw FilterError(
                        "\(path.name(before: index)) is not a map; write .\(name)",
                        at: step.literal.position
                    )
                }
                guard let field = lookUp(name, in: id) else { throw unknown(path, index, in: id) }
                return FieldReference(
                    location: .path(parent.steps + [field.step]),
                    type: field.type,
                    isRepeated: field.isRepeated,
                    normalisation: field.normalisation
                )
            case .map(let value): return parent.below(.mapKey(name), type: value)
            case .dynamic: return parent.below(.dynamicKey(name), type: .dynamic)
            default: break
            }
        }
        throw FilterError(
            "\(path.name(before: index)) is \(parent.type.noun) and has no fields; \(quoted(name)) cannot follow it",
            at: step.literal.position
        )
    }

    /// The field of a name as written, or in snake_case.
    func lookUp(_ name: String, in message: MessageID) -> FilterField? {
        if let field = field(name, message) { return field }
        let folded = NameSpelling.snakeCase(name)
        return folded == name ? nil : field(folded, message)
    }

    private func unknown(_ path: WrittenPath, _ index: Int, in message: MessageID) -> FilterError {
        guard index == 0 else {
            return unknownPart(path.steps[index].literal, of: path.name(before: index), in: message)
        }
        let literal = path.steps[0].literal
        let known = fieldNames(message) + aliasNames.filter { !$0.contains(".") }
        return FilterError(
            "\(quoted(literal.text)) is not a field\(advice(literal.text, known, isFirst: true))",
            at: literal.position
        )
    }

    /// The error for a name that a message does not have; `parent` is its path in quotes.
    func unknownPart(_ literal: FilterLiteral, of parent: String, in message: MessageID) -> FilterError {
        FilterError(
            "\(quoted(literal.text)) is not a field of \(parent)"
                + advice(literal.text, fieldNames(message), isFirst: false),
            at: literal.position
        )
    }

    private func advice(_ name: String, _ known: [String], isFirst: Bool) -> String {
        if let near = NameSpelling.nearest(to: name, among: known) { return "; did you mean \"\(near)\"?" }
        if isFirst, NumberText.isDecimal(name) { return "; the field stands on the left, the value on the right" }
        if isFirst, name == "https" || name == "http" { return "; put a text with \":\" in quotes" }
        guard !known.isEmpty else { return "" }
        return "; the fields are \(FilterType.list(known, max: 16))"
    }

    private func quoted(_ name: String) -> String { WrittenPath.quoted(name) }
}

/// A path as it was written, its root being the first step.
private struct WrittenPath {
    let steps: [FilterStep]

    init(_ member: FilterMember) {
        steps = [.field(member.root)] + member.steps
    }

    /// How many steps an alias may cover, longest first: an index is never part of one.
    func aliasLengths(max: Int) -> [Int] {
        let names = steps.prefix { if case .field = $0 { true } else { false } }
        return Array((0...Swift.min(max, names.count)).reversed().dropLast())
    }

    func foldedPrefix(_ length: Int) -> String {
        steps.prefix(length).map { NameSpelling.snakeCase($0.literal.text) }.joined(separator: ".")
    }

    /// The path above a step, in quotes, for errors.
    func name(before index: Int) -> String {
        Self.quoted(steps.prefix(index).map(\.literal.text).joined(separator: "."))
    }

    /// In quotes, cut if it is long.
    static func quoted(_ name: String) -> String {
        name.count > 60 ? "\"\(name.prefix(60))…\"" : "\"\(name)\""
    }
}

extension FilterMember {
    fileprivate init(path names: [String], position: FilterPosition) {
        let literals = names.map { FilterLiteral($0, position: position) }
        self.init(root: literals.first ?? FilterLiteral("", position: position))
        steps = literals.dropFirst().map { .field($0) }
    }
}

extension FilterType {
    /// What a field of the type is, for errors.
    var noun: String {
        switch self {
        case .bool: "true or false"
        case .integer, .double: "a number"
        case .string: "a text"
        case .bytes: "bytes"
        case .timestamp: "a time"
        case .duration: "a duration"
        case .enumeration: "one of several names"
        case .message: "a message"
        case .map: "a map"
        case .dynamic: "JSON"
        }
    }

    /// What a value of the type looks like, for errors.
    var expectation: String {
        switch self {
        case .bool: "true or false"
        case .integer: "a whole number"
        case .double: "a number"
        case .string: "a text"
        case .bytes: "bytes in base64 or hex"
        case .timestamp: "a time such as \"2024-05-01T12:00:00Z\""
        case .duration: "a duration such as \"30s\""
        case .enumeration(let enumeration):
            "one of " + Self.list(enumeration.names.filter { !$0.hasSuffix("_UNSPECIFIED") }, max: 16)
        case .message: "a message"
        case .map: "a map"
        case .dynamic: "a JSON value"
        }
    }

    /// Names with commas, the first of them if they are many.
    static func list(_ names: [String], max: Int) -> String {
        names.prefix(max).joined(separator: ", ") + (names.count > max ? ", …" : "")
    }
}
