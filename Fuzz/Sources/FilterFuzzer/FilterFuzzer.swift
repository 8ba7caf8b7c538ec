import FilterLanguage

/// One input of libFuzzer: any bytes as a filter.
///
/// Whatever the bytes, the parser answers; what it accepts prints to a text that parses to the same; what checks does
/// so again after printing, with the same meaning, and answers for an entry. A broken law traps, and libFuzzer keeps the
/// input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFilter(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    do throws(FilterError) {
        guard let expression = try FilterExpression.parse(text) else { return 0 }
        // Printing adds parentheses, spaces and escapes, so that the canonical text may be longer than the limit.
        let limits = FilterLimits(bytesMax: .max, depthMax: 300)
        guard let again = try? FilterExpression.parse(expression.description, limits: limits) else {
            fatalError("printed text does not parse: \(expression.description)")
        }
        precondition(again == expression, "printed text means something else: \(expression.description)")
        precondition(again.json == expression.json)
        try fuzzCheck(expression, again)
    } catch {
        precondition(!error.message.isEmpty && error.line >= 1 && error.column >= 1)
        precondition(error.oneLine.utf8.count < 4000 && error.caretDescription.count < 300)
    }
    return 0
}

private func fuzzCheck(_ expression: FilterExpression, _ printed: FilterExpression) throws(FilterError) {
    let filter = try expression.check(TestSchema.occurrence, now: TestSchema.now)
    guard let again = try? printed.check(TestSchema.occurrence, now: TestSchema.now) else {
        fatalError("printed text does not check: \(filter.text)")
    }
    precondition(again == filter, "printed text checks to something else: \(filter.text)")
    guard let root = filter.root else { return }
    let negated = CheckedFilter(root: .not(root), text: "")
    precondition(negated.matches(source) != filter.matches(source))
    precondition(!root.description.isEmpty)
}

/// An entry in which every field has two values.
private var source: FilterSource {
    FilterSource(
        visit: { field, matched in values(field.valueType).contains { matched($0) } },
        isPresent: { _ in true },
        searchTexts: { matched in ["gcr.io/p/app", "Überlauf"].contains { matched($0) } },
        nested: { _, matched in matched(source) }
    )
}

private func values(_ type: FilterType) -> [FilterValue] {
    switch type {
    case .bool: [.bool(true), .bool(false)]
    case .integer: [.integer(0), .integer(-5)]
    case .double: [.double(1.5), .double(.nan)]
    case .string: [.string("https://a"), .string("Überlauf aab")]
    case .bytes: [.bytes([]), .bytes([0x68, 0x69])]
    case .timestamp: [.timestamp(TestSchema.now), .timestamp(FilterTimestamp(seconds: -1, nanos: 1))]
    case .duration: [.duration(FilterDuration(seconds: 90)), .duration(FilterDuration(seconds: -1))]
    case .enumeration: [.enumeration(0), .enumeration(3)]
    case .message: []
    case .map(let value): values(value)
    case .dynamic: [.string("a"), .integer(5), .double(0.5), .bool(true)]
    }
}
