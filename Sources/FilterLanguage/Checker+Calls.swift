/// Functions and methods that are conditions.
extension Checker {
    func condition(_ call: FilterCall) throws(FilterError) -> CheckedFilter.Node {
        switch (call.name.text, call.receiver) {
        case ("has_prefix", nil): return try textTest(call, on: argument(0, of: call, "field, \"text\"", count: 2), 1)
        case ("has_suffix", nil): return try textTest(call, on: argument(0, of: call, "field, \"text\"", count: 2), 1)
        case ("startsWith", let receiver?), ("endsWith", let receiver?), ("contains", let receiver?):
            _ = try argument(0, of: call, "\"text\"", count: 1)
            return try textTest(call, on: .member(receiver), 0)
        case ("nestedFilter", let receiver?): return try nested(call, receiver)
        case ("now", nil), ("duration", nil), ("timestamp", nil):
            throw FilterError(
                "\(call.name.text)(…) is a value; it stands on the right, as in createTime > now() - duration(\"72h\")",
                at: call.position
            )
        default: throw FunctionNames.unknown(call)
        }
    }

    private func textTest(
        _ call: FilterCall,
        on comparable: FilterComparable,
        _ textIndex: Int
    ) throws(FilterError) -> CheckedFilter.Node {
        guard case .member(let member) = comparable else {
            throw FilterError("\(call.name.text) wants a field here", at: comparable.position)
        }
        let field = try schema.resolve(member)
        guard field.valueType == .string || field.valueType == .dynamic else {
            throw FilterError(
                "\(call.name.text) wants a field of text; \"\(member)\" is \(field.valueType.noun)",
                at: member.root.position
            )
        }
        let argument = call.arguments[textIndex]
        guard case .member(let value) = argument, let text = value.plainText else {
            throw FilterError("\(call.name.text) wants a text in quotes here", at: argument.position)
        }
        return .comparison(Comparison(field: field, test: Self.test(call.name.text, field, text)))
    }

    private static func test(_ function: String, _ field: FieldReference, _ text: String) -> FilterTest {
        switch function {
        case "has_prefix", "startsWith": .hasPrefix(field.normalisation.apply(text))
        case "has_suffix", "endsWith": .hasSuffix(text)
        default: .containsExact(text)
        }
    }

    /// `field.nestedFilter(condition)`: one and the same element fulfils the whole condition.
    private func nested(_ call: FilterCall, _ receiver: FilterMember) throws(FilterError) -> CheckedFilter.Node {
        let argument = try argument(0, of: call, "condition", count: 1)
        let field = try schema.resolve(receiver)
        guard case .message(let id) = field.valueType else {
            throw FilterError(
                "nestedFilter wants a field of messages; \"\(receiver)\" is \(field.valueType.noun)",
                at: receiver.root.position
            )
        }
        let element = FilterSchema(root: id, field: schema.field, fieldNames: schema.fieldNames)
        let inner = Checker(schema: element, now: now, nestedIn: receiver.description)
        let condition =
            if case .group(let expression) = argument { expression } else { FilterExpression.term(argument) }
        return .nested(field, try inner.node(condition))
    }

    private func argument(
        _ index: Int,
        of call: FilterCall,
        _ wanted: String,
        count: Int
    ) throws(FilterError) -> FilterComparable {
        guard call.arguments.count == count else {
            throw FilterError(
                "\(call.name.text)(\(wanted)) wants \(count) argument\(count == 1 ? "" : "s"), not \(call.arguments.count)",
                at: call.name.position
            )
        }
        return call.arguments[index]
    }
}

/// Functions that are values: `now()`, `duration("72h")`, `timestamp("2024-05-01T00:00:00Z")`, and sums of a time and
/// durations.
struct TimeFunctions {
    let now: FilterTimestamp

    func value(_ comparable: FilterComparable) throws(FilterError) -> FilterValue {
        switch comparable {
        case .call(let call): return try value(call)
        case .offset(let base, let sign, let amount):
            guard case .timestamp(let time) = try value(base), case .duration(let duration) = try value(amount) else {
                throw FilterError(
                    "only a time and a duration add up, as in now() - duration(\"72h\")",
                    at: base.position
                )
            }
            guard let moved = time.moved(sign, by: duration) else {
                throw FilterError("this time is outside the years 1 to 9999", at: base.position)
            }
            return .timestamp(moved)
        case .member, .group:
            throw FilterError("a time such as now() goes here", at: comparable.position)
        }
    }

    private func value(_ call: FilterCall) throws(FilterError) -> FilterValue {
        switch (call.name.text, call.receiver) {
        case ("now", nil):
            guard call.arguments.isEmpty else { throw FilterError("now() wants no arguments", at: call.name.position) }
            return .timestamp(now)
        case ("duration", nil):
            let literal = try literal(call)
            guard let duration = FilterDuration(literal.text) else {
                throw FilterError(
                    "duration wants an amount such as \"72h\", \"30m\" or \"1.5s\", not \(StringLiteral.encode(literal.text))",
                    at: literal.position
                )
            }
            return .duration(duration)
        case ("timestamp", nil):
            let literal = try literal(call)
            guard let time = FilterTimestamp(rfc3339: literal.text) else {
                throw FilterError(
                    "timestamp wants a time such as \"2024-05-01T12:00:00Z\", not \(StringLiteral.encode(literal.text))",
                    at: literal.position
                )
            }
            return .timestamp(time)
        case let (name, _) where FunctionNames.conditions.contains(name):
            throw FilterError("\(name)(…) is a condition, not a value; join it with AND or OR", at: call.position)
        default: throw FunctionNames.unknown(call)
        }
    }

    private func literal(_ call: FilterCall) throws(FilterError) -> FilterLiteral {
        guard call.arguments.count == 1, case .member(let member) = call.arguments[0], let text = member.plainText
        else {
            throw FilterError("\(call.name.text)(\"…\") wants one text in quotes", at: call.name.position)
        }
        return FilterLiteral(text, isQuoted: member.root.isQuoted, position: member.root.position)
    }
}

/// The functions there are.
enum FunctionNames {
    static let conditions = ["has_prefix", "has_suffix", "startsWith", "endsWith", "contains", "nestedFilter"]
    private static let spelt =
        "has_prefix(field, \"text\"), has_suffix(field, \"text\"), field.startsWith(\"text\"), field.endsWith(\"text\"), "
        + "field.contains(\"text\"), field.nestedFilter(condition), now(), duration(\"72h\"), timestamp(\"…\")"

    static func unknown(_ call: FilterCall) -> FilterError {
        let name = call.name.text.count > 60 ? call.name.text.prefix(60) + "…" : call.name.text
        let known = conditions + ["now", "duration", "timestamp"]
        if known.contains(name) {
            let form = call.receiver == nil ? "a method of a field" : "a function, not a method"
            return FilterError("\(name) is \(form); the functions are \(spelt)", at: call.name.position)
        }
        let near = NameSpelling.nearest(to: name, among: known).map { "did you mean \($0)? " } ?? ""
        return FilterError("\"\(name)\" is not a function; \(near)the functions are \(spelt)", at: call.name.position)
    }
}
