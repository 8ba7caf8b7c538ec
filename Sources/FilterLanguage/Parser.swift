/// Recursive descent over the grammar in docs/filters.md; one function a rule, named after it.
struct Parser {
    let text: String
    let bytes: [UInt8]
    var tokens: [Token]
    let limits: FilterLimits

    /// The current token. The last token, of kind `end`, is never passed.
    var index = 0
    private var depth = 0
    private var terms = 0
    /// Inside the parentheses of a value, `kind = (BUILD OR IMAGE)`: every term is a value.
    var readsValues = false

    init(text: String, bytes: [UInt8], tokens: [Token], limits: FilterLimits) {
        self.text = text
        self.bytes = bytes
        self.tokens = tokens
        self.limits = limits
    }

    mutating func filter() throws(FilterError) -> FilterExpression? {
        if current.kind == .end { return nil }
        let result = try expression()
        guard current.kind == .end else { throw unexpected() }
        return result
    }

    /// `sequence { AND sequence }`
    mutating func expression() throws(FilterError) -> FilterExpression {
        var parts: [FilterExpression] = []
        try sequence(into: &parts)
        while current.kind == .and {
            try skipJoiner()
            try sequence(into: &parts)
        }
        return .joined(parts)
    }

    /// `factor { WS factor }`, a conjunction like AND.
    private mutating func sequence(into parts: inout [FilterExpression]) throws(FilterError) {
        try parts.appendFlattening(and: factor())
        while startsTerm {
            guard current.followsSpace else {
                throw error("a space, AND or OR is missing before \(spelling(current))")
            }
            try parts.appendFlattening(and: factor())
        }
    }

    /// `term { OR term }`
    private mutating func factor() throws(FilterError) -> FilterExpression {
        let first = try term()
        guard current.kind == .or else { return first }
        var parts: [FilterExpression] = []
        parts.appendFlattening(or: first)
        while current.kind == .or {
            try skipJoiner()
            try parts.appendFlattening(or: term())
        }
        return .or(parts)
    }

    /// `{ NOT | "-" | "!" } restriction`
    private mutating func term() throws(FilterError) -> FilterExpression {
        guard try skipNegation() else { return try restriction() }
        try enter()
        defer { depth -= 1 }
        return .not(try term())
    }

    /// `comparable [ operator comparable ]`, or an expression in parentheses.
    private mutating func restriction() throws(FilterError) -> FilterExpression {
        if current.kind == .leftParenthesis { return try parenthesized() }
        try count()
        if readsValues { return .term(try operand()) }
        let left = try comparable()
        guard case .comparison(let comparison) = current.kind else { return .term(left) }
        advance()
        let right = try value(after: comparison)
        if case .comparison(let second) = current.kind {
            throw error(
                second == .has && !current.followsSpace
                    ? "a value that holds \":\" goes in quotes"
                    : "a comparison ends here; join two of them with AND, or put the value in quotes"
            )
        }
        return .restriction(FilterRestriction(left: left, comparison: comparison, right: right))
    }

    private mutating func parenthesized() throws(FilterError) -> FilterExpression {
        let result = try group()
        if case .comparison = current.kind {
            throw error(
                readsValues
                    ? "only values stand in the parentheses after an operator"
                    : "what stands in parentheses cannot be compared; name one field on the left"
            )
        }
        return result
    }

    /// `"(" expression ")"`
    mutating func group() throws(FilterError) -> FilterExpression {
        let opening = current
        advance()
        try enter()
        defer { depth -= 1 }
        let result = try expression()
        try skipClosing(.rightParenthesis, of: opening)
        return result
    }
}

// MARK: - Tokens

extension Parser {
    var current: Token { tokens[index] }

    mutating func advance() {
        if index + 1 < tokens.count { index += 1 }
    }

    /// Whether the current token can begin a term.
    private var startsTerm: Bool {
        switch current.kind {
        case .text, .string, .leftParenthesis, .not: true
        case .dot: readsValues
        default: false
        }
    }

    /// Passes AND or OR, which needs a term behind it.
    private mutating func skipJoiner() throws(FilterError) {
        let joiner = spelling(current)
        advance()
        guard startsTerm else { throw error("a condition is missing after \(joiner)") }
    }

    /// Passes one NOT, `!` or `-`, which needs a term behind it.
    private mutating func skipNegation() throws(FilterError) -> Bool {
        if current.kind == .not {
            let not = spelling(current)
            advance()
            guard startsTerm else { throw error("a condition is missing after \(not)") }
            return true
        }
        guard current.kind == .text, bytes[current.start] == UInt8(ascii: "-"), !readsValues else { return false }
        if current.end - current.start > 1 {
            try stripSign()
            return true
        }
        advance()
        guard startsTerm, !current.followsSpace else {
            throw error(
                "\"-\" stands directly before what it negates; to search for it, put it in quotes",
                at: index - 1
            )
        }
        return true
    }

    /// Takes the sign from the front of a text; a keyword behind it would be one no longer.
    mutating func stripSign() throws(FilterError) {
        tokens[index].start += 1
        tokens[index].followsSpace = false
        guard !["AND", "OR", "NOT"].contains(String(decoding: bytes[current.start..<current.end], as: UTF8.self)) else {
            throw error("a name is missing behind the sign; put a keyword in quotes to mean its text")
        }
    }

    mutating func skipClosing(_ kind: Token.Kind, of opening: Token) throws(FilterError) {
        guard current.kind == kind else {
            switch current.kind {
            case .end: throw FilterError("this \(spelling(opening)) is not closed", at: position(opening))
            case .comparison where readsValues: throw error("only values stand in the parentheses after an operator")
            default: throw kind == .rightBracket ? error("\"]\" is missing before \(spelling(current))") : unexpected()
            }
        }
        advance()
    }

    /// Goes one level down; whoever calls it comes up again.
    mutating func enter() throws(FilterError) {
        depth += 1
        guard depth <= limits.depthMax else {
            throw error("a filter nests at most \(limits.depthMax) levels deep; take parentheses or NOTs away")
        }
    }

    /// Comes up one level.
    mutating func leave() { depth -= 1 }

    /// Counts one term.
    private mutating func count() throws(FilterError) {
        terms += 1
        guard terms <= limits.termsMax else {
            throw error("a filter has at most \(limits.termsMax) terms; ask for less at a time")
        }
    }

    // MARK: Errors

    func position(_ token: Token) -> FilterPosition { FilterPosition(text: text, offset: token.start) }

    func error(_ message: String) -> FilterError { FilterError(message, at: position(current)) }

    func error(_ message: String, at index: Int) -> FilterError { FilterError(message, at: position(tokens[index])) }

    /// The token as an error quotes it: itself if it is short.
    func spelling(_ token: Token) -> String {
        if token.kind == .end { return "the end" }
        let text = String(decoding: bytes[token.start..<token.end], as: UTF8.self)
        if token.kind == .string || text.count > 40 { return token.kind == .string ? "this string" : "this word" }
        return token.kind == .and || token.kind == .or || token.kind == .not ? text : "\"\(text)\""
    }

    func unexpected() -> FilterError {
        switch current.kind {
        case .end: error("the filter ends where a condition is expected")
        case .rightParenthesis: error("this \")\" closes nothing, or nothing stands before it")
        case .and, .or: error("a condition is missing before \(spelling(current))")
        case .comparison: error("a field is missing before \(spelling(current))")
        case .dot, .leftBracket: error("\(spelling(current)) stands directly behind a field, and only there")
        default: error("\(spelling(current)) is not expected here; put the text in quotes")
        }
    }
}

// MARK: - Joining

extension FilterExpression {
    fileprivate static func joined(_ parts: [FilterExpression]) -> FilterExpression {
        parts.count == 1 ? parts[0] : .and(parts)
    }
}

extension [FilterExpression] {
    fileprivate mutating func appendFlattening(and part: FilterExpression) {
        if case .and(let parts) = part { append(contentsOf: parts) } else { append(part) }
    }

    fileprivate mutating func appendFlattening(or part: FilterExpression) {
        if case .or(let parts) = part { append(contentsOf: parts) } else { append(part) }
    }
}
