/// Compares one field with values as they were written: reads each value as the field's type and chooses the test.
struct Comparator {
    let field: FieldReference
    /// The field as it was written, for errors.
    let name: String
    let now: FilterTimestamp

    func node(_ comparison: FilterOperator, _ value: FilterComparable) throws(FilterError) -> CheckedFilter.Node {
        let operand = try operand(value)
        switch comparison {
        case .equals, .notEquals: return try equals(operand)
        case .less, .lessOrEqual, .greater, .greaterOrEqual: return try order(comparison, operand)
        case .has: return try has(operand)
        }
    }

    func test(_ test: FilterTest) -> CheckedFilter.Node {
        .comparison(Comparison(field: field, test: test))
    }

    // MARK: - The right side

    /// A value as it was written, or a constant that functions gave.
    private enum Operand {
        case literal(FilterLiteral)
        case constant(FilterValue, FilterPosition)

        var position: FilterPosition {
            switch self {
            case .literal(let literal): literal.position
            case .constant(_, let position): position
            }
        }
    }

    private func operand(_ value: FilterComparable) throws(FilterError) -> Operand {
        switch value {
        case .member(let member):
            guard let text = member.plainText else { throw mismatch(value) }
            return .literal(FilterLiteral(text, isQuoted: member.root.isQuoted, position: member.root.position))
        case .call, .offset: return .constant(try TimeFunctions(now: now).value(value), value.position)
        case .group: throw mismatch(value)
        }
    }

    /// `"severity" is compared with one of MINIMAL, LOW, …, not "VERY"`
    func mismatch(_ value: FilterComparable) -> FilterError {
        mismatch(value.description, at: value.position)
    }

    private func mismatch(_ literal: FilterLiteral) -> FilterError {
        mismatch(StringLiteral.encode(literal.text), at: literal.position)
    }

    private func mismatch(_ written: String, at position: FilterPosition) -> FilterError {
        let shown = written.count > 60 ? written.prefix(60) + "…" : written
        return FilterError("\"\(name)\" is compared with \(field.valueType.expectation), not \(shown)", at: position)
    }

    func isStar(_ literal: FilterLiteral) -> Bool { !literal.isQuoted && literal.text == "*" }

    // MARK: - Equality

    private func equals(_ operand: Operand) throws(FilterError) -> CheckedFilter.Node {
        switch (field.valueType, operand) {
        case (.message, _): throw messageCompared(operand)
        case (.string, .literal(let literal)): return test(text(literal.text))
        case (.dynamic, .literal(let literal)): return equalsDynamic(literal)
        default: return .disjunction(try values(operand).map { test(.equals($0)) })
        }
    }

    /// The test for a text with its wildcards.
    private func text(_ written: String) -> FilterTest {
        let wildcard = WildcardText(written)
        switch (wildcard.isOpenAtStart, wildcard.isOpenAtEnd) {
        case (false, false): return .equals(.string(field.normalisation.apply(written)))
        case (false, true): return .hasPrefix(field.normalisation.apply(wildcard.text))
        case (true, false): return wildcard.text.isEmpty ? .isPresent : .hasSuffix(wildcard.text)
        case (true, true): return wildcard.text.isEmpty ? .isPresent : .containsExact(wildcard.text)
        }
    }

    /// JSON does not say which type was meant, so `5` is the number and the text, and `true` the truth and the text.
    private func equalsDynamic(_ literal: FilterLiteral) -> CheckedFilter.Node {
        var tests = [text(literal.text)]
        if let number = Self.number(literal.text) { tests.insert(.equals(number), at: 0) }
        if let bool = Self.bool(literal.text) { tests.insert(.equals(.bool(bool)), at: 0) }
        return .disjunction(tests.map(test))
    }

    private func messageCompared(_ operand: Operand) -> FilterError {
        FilterError(
            "\"\(name)\" is a message; compare one of its fields, or write \(name):* for present",
            at: operand.position
        )
    }

    // MARK: - Order

    private func order(_ comparison: FilterOperator, _ operand: Operand) throws(FilterError) -> CheckedFilter.Node {
        switch field.valueType {
        case .message: throw messageCompared(operand)
        case .bool, .bytes, .map:
            throw FilterError(
                "\"\(name)\" is \(field.valueType.noun), which has no order; it can be compared with = and !=",
                at: operand.position
            )
        default:
            let value = try orderedValue(operand)
            switch comparison {
            case .less: return test(.less(value))
            case .lessOrEqual: return test(.lessOrEqual(value))
            case .greater: return test(.greater(value))
            default: return test(.greaterOrEqual(value))
            }
        }
    }

    private func orderedValue(_ operand: Operand) throws(FilterError) -> FilterValue {
        if case .dynamic = field.valueType, case .literal(let literal) = operand {
            guard !literal.isQuoted, let number = Self.number(literal.text) else { return .string(literal.text) }
            return number
        }
        return try values(operand)[0]
    }

    // MARK: - Has

    private func has(_ operand: Operand) throws(FilterError) -> CheckedFilter.Node {
        guard case .literal(let literal) = operand else { return try equals(operand) }
        if isStar(literal) { return test(.isPresent) }
        switch field.type {
        case .map(let value):
            return .comparison(Comparison(field: field.below(.mapKey(literal.text), type: value), test: .isPresent))
        case .string where !field.isRepeated:
            return test(.contains(literal.text.lowercased()))
        case .dynamic:
            return hasDynamic(literal)
        default:
            return try equals(operand)
        }
    }

    /// Some text contains it, some number or truth is it, or some key is.
    private func hasDynamic(_ literal: FilterLiteral) -> CheckedFilter.Node {
        var nodes: [CheckedFilter.Node] = []
        if let bool = Self.bool(literal.text) { nodes.append(test(.equals(.bool(bool)))) }
        if let number = Self.number(literal.text) { nodes.append(test(.equals(number))) }
        nodes.append(test(.contains(literal.text.lowercased())))
        nodes.append(
            .comparison(Comparison(field: field.below(.dynamicKey(literal.text), type: .dynamic), test: .isPresent))
        )
        return .disjunction(nodes)
    }

    // MARK: - Values

    /// The readings of a value as the field's type: one, but for bytes, whose text may be base64 and hexadecimal.
    private func values(_ operand: Operand) throws(FilterError) -> [FilterValue] {
        let literal: FilterLiteral
        switch operand {
        case .literal(let written): literal = written
        case .constant(let value, let position):
            switch (field.valueType, value) {
            case (.timestamp, .timestamp), (.duration, .duration): return [value]
            default: throw mismatch(value.description, at: position)
            }
        }
        let values = Self.values(literal.text, field.valueType)
        guard !values.isEmpty else { throw mismatch(literal) }
        return values
    }

    private static func values(_ text: String, _ type: FilterType) -> [FilterValue] {
        let value: FilterValue? =
            switch type {
            case .bool: bool(text).map { .bool($0) }
            case .integer: NumberText.integer(text).map { .integer($0) }
            case .double: NumberText.double(text).map { .double($0) }
            case .string: .string(text)
            case .timestamp: FilterTimestamp(rfc3339: text).map { .timestamp($0) }
            case .duration: FilterDuration(text).map { .duration($0) }
            case .enumeration(let enumeration): enumeration.number(text).map { .enumeration($0) }
            case .message, .map, .dynamic, .bytes: nil
            }
        if case .bytes = type { return BytesText.readings(text).map { .bytes($0) } }
        return value.map { [$0] } ?? []
    }

    private static func bool(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true": true
        case "false": false
        default: nil
        }
    }

    private static func number(_ text: String) -> FilterValue? {
        NumberText.integer(text).map { .integer($0) } ?? NumberText.double(text).map { .double($0) }
    }
}
