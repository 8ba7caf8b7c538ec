/// A filter as it was written: its syntax, before any name in it has been looked up.
///
/// Nested conjunctions and disjunctions are flattened while parsing. Equality ignores positions, so that
/// `parse(expression.description) == expression` for whatever the parser returned.
public indirect enum FilterExpression: Sendable, Equatable, CustomStringConvertible {
    /// Every one holds; at least two. A space between two conditions is a conjunction too.
    case and([FilterExpression])
    /// At least one holds; at least two.
    case or([FilterExpression])
    /// `NOT a`, `-a` and `!a`.
    case not(FilterExpression)
    /// `left operator right`.
    case restriction(FilterRestriction)
    /// A bare word, a quoted string or a call, compared with nothing.
    case term(FilterComparable)
}

/// A comparison as it was written.
public struct FilterRestriction: Sendable, Equatable {
    /// The field.
    public var left: FilterComparable
    /// How the two sides are compared.
    public var comparison: FilterOperator
    /// The value. It is never a field: a name here is the text of that name.
    public var right: FilterComparable

    /// A comparison of two sides.
    public init(left: FilterComparable, comparison: FilterOperator, right: FilterComparable) {
        self.left = left
        self.comparison = comparison
        self.right = right
    }
}

/// The operators that compare; the raw value is the canonical spelling. `==` is read as `=`.
public enum FilterOperator: String, Sendable, CaseIterable {
    case equals = "="
    case notEquals = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case has = ":"
}

/// One side of a comparison, an argument of a call, or a term of its own.
public indirect enum FilterComparable: Sendable, Equatable {
    /// A path such as `build.provenance["x"]`, or, without steps, a text, a string or a number.
    case member(FilterMember)
    /// `has_prefix(resourceUrl, "x")`, `name.startsWith("x")`.
    case call(FilterCall)
    /// `now() - duration("72h")`.
    case offset(base: FilterComparable, sign: FilterSign, amount: FilterCall)
    /// As a value: several values, joined by AND, OR and NOT. As an argument: a whole expression.
    case group(FilterExpression)
}

/// The sign between a time and a duration.
public enum FilterSign: String, Sendable {
    case plus = "+"
    case minus = "-"
}

/// A name and the steps below it.
public struct FilterMember: Sendable, Equatable {
    /// The first name, or the whole of a value.
    public var root: FilterLiteral
    /// `.field` and `["key"]`.
    public var steps: [FilterStep]

    /// A path, or a value when there are no steps.
    public init(root: FilterLiteral, steps: [FilterStep] = []) {
        self.root = root
        self.steps = steps
    }
}

/// A step below a field.
public enum FilterStep: Sendable, Equatable {
    /// `.name` or `."name"`.
    case field(FilterLiteral)
    /// `["key"]`.
    case index(FilterLiteral)

    /// The name or key.
    public var literal: FilterLiteral {
        switch self {
        case .field(let literal), .index(let literal): literal
        }
    }
}

/// A call of a function, or of a method on a field.
public struct FilterCall: Sendable, Equatable {
    /// The field before the dot of a method; nil for a function.
    public var receiver: FilterMember?
    /// The function's name.
    public var name: FilterLiteral
    /// What stands in the parentheses.
    public var arguments: [FilterComparable]

    /// A call.
    public init(receiver: FilterMember? = nil, name: FilterLiteral, arguments: [FilterComparable]) {
        self.receiver = receiver
        self.name = name
        self.arguments = arguments
    }
}

/// A word, a number or a quoted string, with its escapes undone.
public struct FilterLiteral: Sendable, Equatable {
    /// What it says.
    public var text: String
    /// Whether it stood in quotes: then it is never a field, a keyword or `*` for "present".
    public var isQuoted: Bool
    /// Where it begins.
    public var position: FilterPosition

    /// A literal; without a position, for an expression made by hand.
    public init(_ text: String, isQuoted: Bool = false, position: FilterPosition = .none) {
        self.text = text
        self.isQuoted = isQuoted
        self.position = position
    }

    /// Whether it is a number without quotes.
    public var isNumber: Bool { !isQuoted && NumberText.isDecimal(text) }

    /// The same text in the same quotes, wherever it stands.
    public static func == (left: FilterLiteral, right: FilterLiteral) -> Bool {
        left.isQuoted == right.isQuoted && TextSearch.equal(left.text, right.text)
    }
}

extension FilterExpression {
    /// Where the expression begins, its parentheses and negation aside.
    public var position: FilterPosition {
        switch self {
        case .and(let parts), .or(let parts): parts.first?.position ?? .none
        case .not(let operand): operand.position
        case .restriction(let restriction): restriction.left.position
        case .term(let comparable): comparable.position
        }
    }
}

extension FilterComparable {
    /// Where it begins, its parentheses aside.
    public var position: FilterPosition {
        switch self {
        case .member(let member): member.root.position
        case .call(let call): call.position
        case .offset(let base, _, _): base.position
        case .group(let expression): expression.position
        }
    }
}

extension FilterCall {
    /// Where the call begins: at its receiver, if it has one.
    public var position: FilterPosition { receiver?.root.position ?? name.position }
}

extension FilterMember {
    /// The member as one text, `gcr.io/project` or `"a b"`; nil when it has an index or quotes inside a path.
    var plainText: String? {
        if steps.isEmpty { return root.text }
        guard !root.isQuoted else { return nil }
        var text = root.text
        for step in steps {
            guard case .field(let name) = step, !name.isQuoted else { return nil }
            text += "." + name.text
        }
        return text
    }
}
