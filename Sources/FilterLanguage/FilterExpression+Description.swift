extension FilterExpression {
    /// The canonical text: one space around AND, OR and operators (none around `:`), `NOT` for every negation, double
    /// quotes, and parentheses wherever a reader might wonder.
    ///
    /// Parsing it gives the expression back.
    public var description: String {
        switch self {
        case .and(let parts): parts.map(\.operandDescription).joined(separator: " AND ")
        case .or(let parts): parts.map(\.operandDescription).joined(separator: " OR ")
        case .not(let operand): "NOT " + operand.operandDescription
        case .restriction(let restriction): restriction.description
        case .term(let comparable): comparable.description
        }
    }

    private var operandDescription: String {
        switch self {
        case .and, .or: "(" + description + ")"
        case .not, .restriction, .term: description
        }
    }
}

extension FilterRestriction: CustomStringConvertible {
    /// The canonical text of the comparison.
    public var description: String {
        let space = comparison == .has ? "" : " "
        let value = if case .group(let values) = right { "(\(values.description))" } else { right.description }
        return left.description + space + comparison.rawValue + space + value
    }
}

extension FilterComparable: CustomStringConvertible {
    /// The canonical text of the side.
    public var description: String {
        switch self {
        case .member(let member): member.description
        case .call(let call): call.description
        case .offset(let base, let sign, let amount): "\(base.description) \(sign.rawValue) \(amount.description)"
        case .group(let expression): expression.description
        }
    }
}

extension FilterMember: CustomStringConvertible {
    /// The canonical text of the path or value.
    public var description: String {
        steps.reduce(root.description) { text, step in
            switch step {
            case .field(let name): text + "." + name.description
            case .index(let key): text + "[" + key.description + "]"
            }
        }
    }
}

extension FilterCall: CustomStringConvertible {
    /// The canonical text of the call.
    public var description: String {
        let arguments = arguments.map(\.description).joined(separator: ", ")
        return (receiver.map { $0.description + "." } ?? "") + name.description + "(" + arguments + ")"
    }
}

extension FilterLiteral: CustomStringConvertible {
    /// The text, in double quotes if it stood in quotes.
    public var description: String { isQuoted ? StringLiteral.encode(text) : text }
}
