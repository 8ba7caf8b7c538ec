extension FilterExpression {
    /// The expression as one line of JSON, the same text for equal expressions.
    ///
    /// `{"and": […]}`, `{"or": […]}`, `{"not": …}`, `{"compare": "=", "left": …, "right": …}`, and for what is compared
    /// `{"path": […]}`, `{"text"|"string"|"number": "…"}`, `{"call": "…", "on": …, "arguments": […]}`,
    /// `{"offset": "-", "from": …, "by": …}`.
    public var json: String {
        switch self {
        case .and(let parts): "{\"and\":\(JSONText.array(parts.map(\.json)))}"
        case .or(let parts): "{\"or\":\(JSONText.array(parts.map(\.json)))}"
        case .not(let operand): "{\"not\":\(operand.json)}"
        case .restriction(let restriction):
            "{\"compare\":\(JSONText.string(restriction.comparison.rawValue)),"
                + "\"left\":\(restriction.left.json),\"right\":\(restriction.right.json)}"
        case .term(let comparable): comparable.json
        }
    }
}

extension FilterComparable {
    fileprivate var json: String {
        switch self {
        case .member(let member): member.json
        case .call(let call): call.json
        case .offset(let base, let sign, let amount):
            "{\"offset\":\(JSONText.string(sign.rawValue)),\"from\":\(base.json),\"by\":\(amount.json)}"
        case .group(let expression): expression.json
        }
    }
}

extension FilterMember {
    fileprivate var json: String {
        guard !steps.isEmpty else { return root.json }
        let steps = steps.map { step in
            switch step {
            case .field(let name): JSONText.string(name.text)
            case .index(let key): "{\"index\":\(JSONText.string(key.text))}"
            }
        }
        return "{\"path\":\(JSONText.array([JSONText.string(root.text)] + steps))}"
    }
}

extension FilterCall {
    fileprivate var json: String {
        let receiver = receiver.map { "\"on\":\($0.json)," } ?? ""
        let arguments = JSONText.array(arguments.map(\.json))
        return "{\"call\":\(JSONText.string(name.text)),\(receiver)\"arguments\":\(arguments)}"
    }
}

extension FilterLiteral {
    fileprivate var json: String {
        let kind = isQuoted ? "string" : isNumber ? "number" : "text"
        return "{\"\(kind)\":\(JSONText.string(text))}"
    }
}

private enum JSONText {
    static func array(_ elements: [String]) -> String { "[" + elements.joined(separator: ",") + "]" }

    /// The escapes of a filter string are those of JSON.
    static func string(_ text: String) -> String { StringLiteral.encode(text) }
}
