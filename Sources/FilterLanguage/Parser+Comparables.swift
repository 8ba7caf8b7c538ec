/// What stands on the two sides of an operator.
extension Parser {
    /// The left side: `literal { "." field | "[" value "]" }`, or a call.
    mutating func comparable() throws(FilterError) -> FilterComparable {
        guard current.kind == .text || current.kind == .string else { throw unexpected() }
        var member = FilterMember(root: try literal())
        while !current.followsSpace {
            switch current.kind {
            case .dot: member.steps.append(.field(try fieldStep()))
            case .leftBracket: member.steps.append(.index(try indexStep()))
            case .leftParenthesis: return .call(try call(member))
            default: return .member(member)
            }
        }
        return .member(member)
    }

    /// The right side: `operand | "(" values ")"`.
    mutating func value(after comparison: FilterOperator) throws(FilterError) -> FilterComparable {
        switch current.kind {
        case .leftParenthesis:
            let outer = readsValues
            readsValues = true
            defer { readsValues = outer }
            let values = try group()
            if case .term(let single) = values { return single }
            return .group(values)
        case .text, .dot, .string:
            return try operand()
        case .and, .or,
            .not where isWord(current):
            throw error("\(spelling(current)) is a keyword; as a value it goes in quotes")
        default:
            throw error("a value is missing after \"\(comparison.rawValue)\"")
        }
    }

    /// `string | text | call { ("+" | "-") call }`. In a text dots mean nothing: `gcr.io/project`, `1.5`.
    mutating func operand() throws(FilterError) -> FilterComparable {
        if current.kind == .string { return .member(FilterMember(root: try literal())) }
        guard current.kind == .text || current.kind == .dot else { throw unexpected() }
        let name = try dottedText()
        guard current.kind == .leftParenthesis, !current.followsSpace else { return .member(FilterMember(root: name)) }
        return try offsets(from: .call(try call(FilterMember(root: name))))
    }

    /// `now() - duration("72h")`
    private mutating func offsets(from base: FilterComparable) throws(FilterError) -> FilterComparable {
        var result = base
        var entered = 0
        while let sign = try skipSign() {
            try enter()
            entered += 1
            guard current.kind == .text else { throw error("a duration such as duration(\"72h\") goes here") }
            let name = try dottedText()
            guard current.kind == .leftParenthesis, !current.followsSpace else {
                throw FilterError("a duration such as duration(\"72h\") goes here", at: name.position)
            }
            result = .offset(base: result, sign: sign, amount: try call(FilterMember(root: name)))
        }
        for _ in 0..<entered { leave() }
        return result
    }

    /// Passes the sign between a time and a duration: `now() - x`, `now()-x` and `now() -duration(…)`, while
    /// `now() -x` goes on to a negated condition.
    private mutating func skipSign() throws(FilterError) -> FilterSign? {
        guard current.kind == .text, let sign = FilterSign(rawValue: String(UnicodeScalar(bytes[current.start]))) else {
            return nil
        }
        if current.end - current.start == 1 {
            advance()
            return sign
        }
        let isDuration = bytes[(current.start + 1)..<current.end].elementsEqual("duration".utf8)
        guard !current.followsSpace || isDuration else { return nil }
        try stripSign()
        return sign
    }

    /// `member "(" [ expression { "," expression } ] ")"`
    private mutating func call(_ member: FilterMember) throws(FilterError) -> FilterCall {
        var receiver = member
        let name: FilterLiteral
        if let last = receiver.steps.popLast() {
            guard case .field(let method) = last, !method.isQuoted else {
                throw error("\"(\" stands directly behind the name of a function, and only there")
            }
            name = method
        } else {
            name = member.root
        }
        guard !name.isQuoted else { throw error("a space, AND or OR is missing before \"(\"") }
        let opening = current
        advance()
        try enter()
        defer { leave() }
        let outer = readsValues
        readsValues = false
        defer { readsValues = outer }
        var arguments: [FilterComparable] = []
        if current.kind != .rightParenthesis {
            arguments.append(try argument())
            while current.kind == .comma {
                advance()
                arguments.append(try argument())
            }
        }
        try skipClosing(.rightParenthesis, of: opening)
        return FilterCall(receiver: member.steps.isEmpty ? nil : receiver, name: name, arguments: arguments)
    }

    private mutating func argument() throws(FilterError) -> FilterComparable {
        guard current.kind != .rightParenthesis, current.kind != .comma else { throw error("an argument is missing") }
        let expression = try expression()
        if case .term(let single) = expression { return single }
        return .group(expression)
    }

    // MARK: - Names and texts

    private mutating func fieldStep() throws(FilterError) -> FilterLiteral {
        advance()
        guard !current.followsSpace, current.kind == .text || current.kind == .string || isWord(current) else {
            throw error("the name of a field is missing after \".\"")
        }
        return try literal()
    }

    private mutating func indexStep() throws(FilterError) -> FilterLiteral {
        let opening = current
        advance()
        let key: FilterLiteral
        switch current.kind {
        case .string: key = try literal()
        case .text, .dot: key = try dottedText()
        default: throw error("a key is missing after \"[\", as in labels[\"env\"]")
        }
        try skipClosing(.rightBracket, of: opening)
        return key
    }

    /// The current token as a literal.
    private mutating func literal() throws(FilterError) -> FilterLiteral {
        let token = current
        if token.kind == .string {
            advance()
            let decoded = try StringLiteral.decode(text, bytes, start: token.start, end: token.end)
            return FilterLiteral(decoded, isQuoted: true, position: position(token))
        }
        try refuseTilde()
        advance()
        return unquoted(from: token.start, to: token.end, at: token)
    }

    /// Texts and dots that touch one another, as one literal.
    private mutating func dottedText() throws(FilterError) -> FilterLiteral {
        let first = current
        try refuseTilde()
        var end = first.end
        advance()
        while !current.followsSpace, current.kind == .text || current.kind == .dot || isWord(current) {
            end = current.end
            advance()
        }
        if end - first.start == 1, bytes[first.start] == UInt8(ascii: "-") {
            throw FilterError("a value is missing; \"-\" as a value goes in quotes", at: position(first))
        }
        return unquoted(from: first.start, to: end, at: first)
    }

    private func unquoted(from start: Int, to end: Int, at token: Token) -> FilterLiteral {
        FilterLiteral(String(decoding: bytes[start..<end], as: UTF8.self), position: position(token))
    }

    /// `=~` and `!~` match regular expressions in other languages; reading them as two things would hide that.
    private func refuseTilde() throws(FilterError) {
        guard current.end > current.start, bytes[current.start] == UInt8(ascii: "~") else { return }
        throw error(
            "\"~\" is not an operator; for parts of a text write \"part*\", \"*part\" or has_prefix(field, \"part\")"
        )
    }

    /// Whether the token is a keyword spelt with letters, which is an ordinary name behind a dot.
    private func isWord(_ token: Token) -> Bool {
        guard token.kind == .and || token.kind == .or || token.kind == .not else { return false }
        return (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(bytes[token.start])
    }
}
