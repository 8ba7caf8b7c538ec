extension FilterExpression {
    /// Reads a filter; nil for one that is empty or only white space, which is no condition at all.
    ///
    /// Takes time in proportion to the text, and stack in proportion to `limits.depthMax`, whatever the text says.
    public static func parse(
        _ text: String,
        limits: FilterLimits = .standard
    ) throws(FilterError) -> FilterExpression? {
        guard text.utf8.count <= limits.bytesMax else {
            throw FilterError(
                "a filter has at most \(limits.bytesMax) bytes, this one has \(text.utf8.count); "
                    + "ask for less at a time",
                at: FilterPosition(text: text, offset: limits.bytesMax)
            )
        }
        let bytes = Array(text.utf8)
        let tokens = try Lexer.tokens(of: text, bytes: bytes)
        var parser = Parser(text: text, bytes: bytes, tokens: tokens, limits: limits)
        return try parser.filter()
    }
}
