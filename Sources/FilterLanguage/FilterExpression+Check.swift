extension FilterExpression {
    /// Looks up every name and reads every value; the result is in normal form and knows no text any more.
    ///
    /// The same expression, schema and `now` give the same result. Takes time in proportion to the expression.
    ///
    /// - Parameter now: what `now()` stands for, once for the whole filter.
    public func check(_ schema: FilterSchema, now: FilterTimestamp) throws(FilterError) -> CheckedFilter {
        let checker = Checker(schema: schema, now: now)
        return CheckedFilter(root: try checker.node(self), text: description)
    }
}

/// From syntax to conditions, one function for each kind of node.
struct Checker {
    let schema: FilterSchema
    let now: FilterTimestamp
    /// The field whose `nestedFilter` this is inside, for errors.
    var nestedIn: String?

    func node(_ expression: FilterExpression) throws(FilterError) -> CheckedFilter.Node {
        switch expression {
        case .and(let parts):
            try refuseLowerCaseKeywords(parts)
            return .conjunction(try nodes(parts))
        case .or(let parts): return .disjunction(try nodes(parts))
        case .not(let operand): return .negation(try node(operand))
        case .restriction(let restriction): return try comparison(restriction)
        case .term(.call(let call)): return try condition(call)
        case .term(let comparable): return try search(comparable)
        }
    }

    private func nodes(_ parts: [FilterExpression]) throws(FilterError) -> [CheckedFilter.Node] {
        var nodes: [CheckedFilter.Node] = []
        nodes.reserveCapacity(parts.count)
        for part in parts { nodes.append(try node(part)) }
        return nodes
    }

    // MARK: - Searches

    private func search(_ comparable: FilterComparable) throws(FilterError) -> CheckedFilter.Node {
        guard case .member(let member) = comparable, let text = member.plainText else {
            throw FilterError("this is not a condition; compare it, as in field = \"value\"", at: comparable.position)
        }
        if let nestedIn {
            throw FilterError(
                "a search cannot stand inside nestedFilter; compare a field of \"\(nestedIn)\"",
                at: comparable.position
            )
        }
        if !member.steps.isEmpty, let field = try? schema.resolve(member) {
            throw FilterError(
                "\"\(text)\" is a field; compare it (\(field.type == .bool ? "= true" : "= \"value\"")), write "
                    + "\(text):* for present, or put it in quotes to search for the text",
                at: comparable.position
            )
        }
        let isWildcard = !member.root.isQuoted || !member.steps.isEmpty
        let word = isWildcard ? WildcardText(text).text : text
        guard !word.isEmpty else {
            throw FilterError("a search for nothing finds everything; leave it out", at: comparable.position)
        }
        return .search(word.lowercased())
    }

    /// `a=1 and b=2` would search for the word "and", find nothing, and leave everybody puzzled. Among words alone,
    /// as in `remote and local`, it stays a word.
    private func refuseLowerCaseKeywords(_ parts: [FilterExpression]) throws(FilterError) {
        let hasCondition = parts.contains { part in
            switch part {
            case .restriction, .term(.call): true
            default: false
            }
        }
        guard hasCondition else { return }
        for case .term(.member(let member)) in parts where member.steps.isEmpty && !member.root.isQuoted {
            let word = member.root.text
            guard ["and", "or", "not"].contains(word.lowercased()) else { continue }
            throw FilterError(
                "\"\(word)\" is an ordinary word; write \(word.uppercased()) in capitals, or put it in quotes to search for it",
                at: member.root.position
            )
        }
    }

    // MARK: - Comparisons

    private func comparison(_ restriction: FilterRestriction) throws(FilterError) -> CheckedFilter.Node {
        let field: FieldReference
        switch restriction.left {
        case .member(let member): field = try schema.resolve(member)
        case .call(let call):
            throw FilterError(
                "\(call.name.text)(…) cannot be compared; a field stands on the left, and NOT negates a condition",
                at: call.position
            )
        case .offset, .group:
            throw FilterError(
                "a field stands on the left of \(restriction.comparison.rawValue)",
                at: restriction.left.position
            )
        }
        let comparator = Comparator(field: field, name: restriction.left.description, now: now)
        guard restriction.comparison == .notEquals else {
            return try values(restriction.right, comparator, restriction.comparison)
        }
        return .negation(try values(restriction.right, comparator, .equals))
    }

    /// `kind = (BUILD OR IMAGE)` is `kind = BUILD OR kind = IMAGE`.
    private func values(
        _ value: FilterComparable,
        _ comparator: Comparator,
        _ comparison: FilterOperator
    ) throws(FilterError) -> CheckedFilter.Node {
        guard case .group(let expression) = value else {
            if comparison == .has, case .message(let id) = comparator.field.type {
                return try has(comparator, value, in: id)
            }
            return try comparator.node(comparison, value)
        }
        switch expression {
        case .and(let parts): return .conjunction(try values(parts, comparator, comparison))
        case .or(let parts): return .disjunction(try values(parts, comparator, comparison))
        case .not(let operand): return .negation(try values(.group(operand), comparator, comparison))
        case .term(let single): return try values(single, comparator, comparison)
        case .restriction:
            throw FilterError("only values stand in the parentheses after an operator", at: expression.position)
        }
    }

    private func values(
        _ parts: [FilterExpression],
        _ comparator: Comparator,
        _ comparison: FilterOperator
    ) throws(FilterError) -> [CheckedFilter.Node] {
        var nodes: [CheckedFilter.Node] = []
        for part in parts { nodes.append(try values(.group(part), comparator, comparison)) }
        return nodes
    }

    /// `build:*` and `build:provenance`.
    private func has(
        _ comparator: Comparator,
        _ value: FilterComparable,
        in message: MessageID
    ) throws(FilterError) -> CheckedFilter.Node {
        guard case .member(let member) = value, member.steps.isEmpty else { throw comparator.mismatch(value) }
        if comparator.isStar(member.root) { return comparator.test(.isPresent) }
        guard let part = schema.lookUp(member.root.text, in: message) else {
            throw schema.unknownPart(member.root, of: "\"\(comparator.name)\"", in: message)
        }
        var field = comparator.field.below(part.step, type: part.type)
        field.isRepeated = part.isRepeated
        field.normalisation = part.normalisation
        return .comparison(Comparison(field: field, test: .isPresent))
    }
}

// MARK: - Normal form

extension CheckedFilter.Node {
    /// All of the nodes, which are at least one.
    static func conjunction(_ nodes: [CheckedFilter.Node]) -> CheckedFilter.Node {
        let parts = nodes.flatMap { if case .and(let parts) = $0 { parts } else { [$0] } }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    /// One of the nodes, which are at least one.
    static func disjunction(_ nodes: [CheckedFilter.Node]) -> CheckedFilter.Node {
        let parts = nodes.flatMap { if case .or(let parts) = $0 { parts } else { [$0] } }
        return parts.count == 1 ? parts[0] : .or(parts)
    }

    /// Not the node; not not a is a.
    static func negation(_ node: CheckedFilter.Node) -> CheckedFilter.Node {
        if case .not(let operand) = node { operand } else { .not(node) }
    }
}

/// A text with `*` at its beginning or end, or both.
struct WildcardText {
    /// Without the wildcards.
    let text: String
    let isOpenAtStart: Bool
    let isOpenAtEnd: Bool

    init(_ written: String) {
        var rest = Substring(written)
        isOpenAtStart = rest.utf8.first == UInt8(ascii: "*")
        if isOpenAtStart { rest = Substring(rest.utf8.dropFirst()) }
        isOpenAtEnd = rest.utf8.last == UInt8(ascii: "*")
        if isOpenAtEnd { rest = Substring(rest.utf8.dropLast()) }
        text = String(rest)
    }
}
