/// What the evaluator asks about one entry.
///
/// Who makes one promises: `visit` calls back with the values that are there and with no others, so an absent field
/// calls back not at all. A scalar at its protobuf default is absent, but for `false` inside a message that is present;
/// elements of lists and values of maps are there whatever they are.
public struct FilterSource {
    /// Calls back with every value at the field, until the callback returns true; returns whether it did.
    ///
    /// Enters every element of repeated fields and every value of maps on the way. Values have the field's
    /// `valueType`; JSON gives `.bool`, `.integer` or `.double`, and `.string`.
    public var visit: (_ field: FieldReference, _ matched: (FilterValue) -> Bool) -> Bool
    /// Whether anything is there: a value, a message, an element, an entry of a map. An entry of a map and a key of
    /// JSON count even if their value is a default.
    public var isPresent: (_ field: FieldReference) -> Bool
    /// Calls back with every text worth searching, until the callback returns true; returns whether it did.
    public var searchTexts: (_ matched: (String) -> Bool) -> Bool
    /// Calls back with every message at the field, as a source whose references start from that message, until the
    /// callback returns true; returns whether it did.
    public var nested: (_ field: FieldReference, _ matched: (FilterSource) -> Bool) -> Bool

    /// A source.
    public init(
        visit: @escaping (_ field: FieldReference, _ matched: (FilterValue) -> Bool) -> Bool,
        isPresent: @escaping (_ field: FieldReference) -> Bool,
        searchTexts: @escaping (_ matched: (String) -> Bool) -> Bool,
        nested: @escaping (_ field: FieldReference, _ matched: (FilterSource) -> Bool) -> Bool
    ) {
        self.visit = visit
        self.isPresent = isPresent
        self.searchTexts = searchTexts
        self.nested = nested
    }
}

extension CheckedFilter {
    /// Whether the filter holds for an entry.
    public func matches(_ source: FilterSource) -> Bool {
        root?.matches(source) ?? true
    }
}

extension CheckedFilter.Node {
    /// Whether the condition holds for an entry; stops at the first part that decides.
    public func matches(_ source: FilterSource) -> Bool {
        switch self {
        case .and(let parts): parts.allSatisfy { $0.matches(source) }
        case .or(let parts): parts.contains { $0.matches(source) }
        case .not(let operand): !operand.matches(source)
        case .comparison(let comparison): comparison.matches(source)
        case .search(let text): source.searchTexts { TextSearch.containsIgnoringCase($0, lowerCased: text) }
        case .nested(let field, let node): source.nested(field) { node.matches($0) }
        }
    }
}

extension Comparison {
    /// Whether some value of the field passes the test.
    public func matches(_ source: FilterSource) -> Bool {
        if case .isPresent = test { return source.isPresent(field) }
        return source.visit(field) { test.passes($0, normalisation: field.normalisation) }
    }
}

extension FilterTest {
    /// Whether a value passes. A value of another type than the test's does not; numbers compare with each other.
    public func passes(_ value: FilterValue, normalisation: FilterNormalisation = .none) -> Bool {
        switch self {
        case .isPresent: return true
        case .equals(let other):
            guard case .string(let text) = value, case .string(let wanted) = other else {
                return value.equals(other)
            }
            return TextSearch.equal(normalisation.bytes(of: text), wanted)
        case .less(let other): return value.precedes(other)
        case .lessOrEqual(let other): return value.equals(other) || value.precedes(other)
        case .greater(let other): return other.precedes(value)
        case .greaterOrEqual(let other): return value.equals(other) || other.precedes(value)
        case .contains(let part): return value.isText { TextSearch.containsIgnoringCase($0, lowerCased: part) }
        case .containsExact(let part): return value.isText { TextSearch.contains($0, part) }
        case .hasPrefix(let prefix):
            return value.isText { TextSearch.hasPrefix(normalisation.bytes(of: $0), prefix) }
        case .hasSuffix(let suffix): return value.isText { TextSearch.hasSuffix($0, suffix) }
        }
    }
}

extension FilterValue {
    fileprivate func isText(_ test: (String) -> Bool) -> Bool {
        if case .string(let text) = self { test(text) } else { false }
    }

    /// Equal as a filter understands it: texts by bytes, whole numbers and others by amount.
    fileprivate func equals(_ other: FilterValue) -> Bool {
        switch (self, other) {
        case (.string(let left), .string(let right)): TextSearch.equal(left, right)
        case (.integer(let left), .double(let right)): Double(exactly: left) == right
        case (.double(let left), .integer(let right)): left == Double(exactly: right)
        default: self == other
        }
    }

    /// Whether this comes before the other; false where there is no order.
    fileprivate func precedes(_ other: FilterValue) -> Bool {
        switch (self, other) {
        case (.integer(let left), .integer(let right)): left < right
        case (.double(let left), .double(let right)): left < right
        case (.integer(let left), .double(let right)): Self.less(left, right)
        case (.double(let left), .integer(let right)):
            !left.isNaN && !Self.less(right, left) && left != Double(exactly: right)
        case (.string(let left), .string(let right)): TextSearch.less(left, right)
        case (.timestamp(let left), .timestamp(let right)): left < right
        case (.duration(let left), .duration(let right)): left < right
        case (.enumeration(let left), .enumeration(let right)): left < right
        default: false
        }
    }

    /// Exact also where the whole number has more digits than a double.
    private static func less(_ left: Int64, _ right: Double) -> Bool {
        if right.isNaN { return false }
        if right >= 0x1p63 { return true }
        if right < -0x1p63 { return false }
        let whole = Int64(right)
        return left < whole || (left == whole && Double(whole) < right)
    }
}
