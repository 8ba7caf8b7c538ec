/// A filter whose every field exists and whose every value has its field's type.
///
/// The tree is in a normal form that planners match on: conjunctions and disjunctions are flat and have at least two
/// parts, no negation stands directly in a negation, `!=` is a negated `equals`, wildcards and functions have become
/// tests, and times are constants.
public struct CheckedFilter: Sendable, Hashable {
    /// A condition on one entry.
    public indirect enum Node: Sendable, Hashable {
        /// Every one holds; at least two.
        case and([Node])
        /// At least one holds; at least two.
        case or([Node])
        /// It does not hold, be it for want of a value.
        case not(Node)
        /// Some value of a field passes a test.
        case comparison(Comparison)
        /// Some text worth searching contains this one, ignoring case; it is in lower case.
        case search(String)
        /// Some message at the field fulfils the whole condition, whose fields start from that message.
        case nested(FieldReference, Node)
    }

    /// The condition; nil holds for every entry.
    public var root: Node?
    /// The canonical text it came from; empty for every entry.
    public var text: String

    /// A filter from its parts, which are trusted to be in normal form.
    public init(root: Node?, text: String) {
        self.root = root
        self.text = text
    }

    /// The filter that holds for every entry.
    public static let everything = CheckedFilter(root: nil, text: "")

    /// Reads and checks a text; nil if it is empty, which holds for every entry.
    ///
    /// - Parameter now: what `now()` stands for.
    public static func parse(
        _ text: String,
        schema: FilterSchema,
        now: FilterTimestamp,
        limits: FilterLimits = .standard
    ) throws(FilterError) -> CheckedFilter? {
        guard let expression = try FilterExpression.parse(text, limits: limits) else { return nil }
        return try expression.check(schema, now: now)
    }
}

/// Some value of a field passes a test.
public struct Comparison: Sendable, Hashable {
    /// Whose values are tested.
    public var field: FieldReference
    /// What one of them must pass.
    public var test: FilterTest

    /// A comparison.
    public init(field: FieldReference, test: FilterTest) {
        self.field = field
        self.test = test
    }
}

/// What a value must pass. Texts are equal if their bytes are, and in the order of their bytes.
public enum FilterTest: Sendable, Hashable {
    /// There is something at the field.
    case isPresent
    /// Equal. A text has had the field's normalisation applied, and so must what it is compared with.
    case equals(FilterValue)
    case less(FilterValue)
    case lessOrEqual(FilterValue)
    case greater(FilterValue)
    case greaterOrEqual(FilterValue)
    /// A text that contains this one, ignoring case; this one is in lower case.
    case contains(String)
    /// A text that contains exactly this one.
    case containsExact(String)
    /// A text that begins so. It has had the field's normalisation applied, and so must what it is compared with.
    case hasPrefix(String)
    /// A text that ends so.
    case hasSuffix(String)
}

/// A value of a field, or one to compare it with.
public enum FilterValue: Sendable, Hashable {
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case timestamp(FilterTimestamp)
    case duration(FilterDuration)
    case enumeration(Int32)
}

// MARK: - For people

extension CheckedFilter.Node: CustomStringConvertible {
    /// The condition as `explain` shows it.
    public var description: String {
        switch self {
        case .and(let parts): parts.map(\.operandDescription).joined(separator: " AND ")
        case .or(let parts): parts.map(\.operandDescription).joined(separator: " OR ")
        case .not(let operand): "NOT " + operand.operandDescription
        case .comparison(let comparison): comparison.description
        case .search(let text): "search \(StringLiteral.encode(text))"
        case .nested(let field, let node): "some \(field) with (\(node))"
        }
    }

    private var operandDescription: String {
        switch self {
        case .and, .or: "(" + description + ")"
        default: description
        }
    }
}

extension Comparison: CustomStringConvertible {
    /// `severity >= HIGH`
    public var description: String {
        switch test {
        case .isPresent: "\(field):*"
        case .equals(let value): "\(field) = \(value.description(field.valueType))"
        case .less(let value): "\(field) < \(value.description(field.valueType))"
        case .lessOrEqual(let value): "\(field) <= \(value.description(field.valueType))"
        case .greater(let value): "\(field) > \(value.description(field.valueType))"
        case .greaterOrEqual(let value): "\(field) >= \(value.description(field.valueType))"
        case .contains(let text): "\(field):\(StringLiteral.encode(text))"
        case .containsExact(let text): "\(field).contains(\(StringLiteral.encode(text)))"
        case .hasPrefix(let text): "has_prefix(\(field), \(StringLiteral.encode(text)))"
        case .hasSuffix(let text): "has_suffix(\(field), \(StringLiteral.encode(text)))"
        }
    }
}

extension FilterValue: CustomStringConvertible {
    /// The value as a filter could write it; an enumeration's by number, as its names are not known here.
    public var description: String {
        switch self {
        case .bool(let value): value.description
        case .integer(let value): value.description
        case .double(let value): value.description
        case .string(let value): StringLiteral.encode(value)
        case .bytes(let value): "0x" + value.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        case .timestamp(let value): "\"\(value)\""
        case .duration(let value): "\"\(value)\""
        case .enumeration(let value): value.description
        }
    }

    fileprivate func description(_ type: FilterType) -> String {
        if case .enumeration(let number) = self, case .enumeration(let names) = type, let name = names.name(of: number)
        {
            return name
        }
        return description
    }
}
