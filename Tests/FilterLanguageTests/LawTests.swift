import FilterLanguage
import TestSupport
import Testing

@Suite struct LawTests {
    @Test func parsingWhatWasPrintedGivesTheSame() throws {
        let seed = SeededGenerator.freshSeed("print")
        var random = RandomFilter(seed: seed)
        for round in 0..<3_000 {
            let expression = random.expression(depth: Int.random(in: 0...5, using: &random.generator))
            let text = expression.description
            let limits = FilterLimits(bytesMax: .max, depthMax: 300, termsMax: .max)
            let parsed = try FilterExpression.parse(text, limits: limits)
            #expect(parsed == expression, "seed \(seed), round \(round): \(text)")
            #expect(parsed?.description == text, "seed \(seed), round \(round)")
            #expect(parsed?.json == expression.json, "seed \(seed), round \(round)")
        }
    }

    @Test func checkingIsDeterministicAndKeepsItsMeaningThroughPrinting() throws {
        let seed = SeededGenerator.freshSeed("check")
        var random = RandomFilter(seed: seed)
        for round in 0..<1_000 {
            let text = random.checkable(depth: 3)
            let filter = try TestSchema.check(text)
            #expect(try TestSchema.check(text) == filter, "seed \(seed), round \(round): \(text)")
            #expect(try TestSchema.check(filter.text).root == filter.root, "seed \(seed), round \(round): \(text)")
            #expect(filter.root?.isNormal == true, "seed \(seed), round \(round): \(text)")
        }
    }

    @Test func negationAndDeMorgan() throws {
        let seed = SeededGenerator.freshSeed("De Morgan")
        var random = RandomFilter(seed: seed)
        for round in 0..<1_000 {
            let left = random.checkable(depth: 2)
            let right = random.checkable(depth: 2)
            let source = random.entry().source
            func holds(_ text: String) throws -> Bool { try TestSchema.check(text).matches(source) }
            let comment: Comment = "seed \(seed), round \(round): \(left) / \(right)"
            let (first, second) = (try holds(left), try holds(right))
            #expect(try holds("NOT (\(left))") == !first, comment)
            #expect(try holds("NOT NOT (\(left))") == first, comment)
            #expect(try holds("(\(left)) AND (\(right))") == (first && second), comment)
            #expect(try holds("(\(left)) (\(right))") == (first && second), comment)
            #expect(try holds("(\(left)) OR (\(right))") == (first || second), comment)
            #expect(try holds("NOT ((\(left)) AND (\(right)))") == holds("NOT (\(left)) OR NOT (\(right))"), comment)
            #expect(try holds("NOT ((\(left)) OR (\(right)))") == holds("NOT (\(left)) AND NOT (\(right))"), comment)
        }
    }

    @Test func notEqualIsNotOfEqual() throws {
        let seed = SeededGenerator.freshSeed("not equal")
        var random = RandomFilter(seed: seed)
        for round in 0..<1_000 {
            let (field, value) = random.fieldAndValue()
            let source = random.entry().source
            let differs = try TestSchema.check("\(field) != \(value)")
            #expect(try differs.root == TestSchema.check("NOT \(field) = \(value)").root)
            #expect(
                try differs.matches(source) != TestSchema.check("\(field) = \(value)").matches(source),
                "seed \(seed), round \(round): \(field) \(value)"
            )
        }
    }

    @Test func searchAgreesWithTheStandardLibrary() {
        let seed = SeededGenerator.freshSeed("contains")
        var generator = SeededGenerator(seed: seed)
        for round in 0..<3_000 {
            // Few letters and long parts, so that parts repeat themselves and are found often.
            let text = Self.letters(Int.random(in: 0...200, using: &generator), &generator)
            let part = Self.letters(Int.random(in: 0...60, using: &generator), &generator)
            let found = Bool.random(using: &generator) ? part : String(text.dropFirst(20).prefix(70))
            let exact = text.contains(found)
            let folded = text.lowercased().contains(found.lowercased())
            #expect(FilterTest.containsExact(found).passes(.string(text)) == exact, "seed \(seed), round \(round)")
            #expect(
                FilterTest.contains(found.lowercased()).passes(.string(text)) == folded,
                "seed \(seed), round \(round)"
            )
        }
    }

    private static func letters(_ count: Int, _ generator: inout SeededGenerator) -> String {
        let alphabet: [Character] = Int.random(in: 0..<4, using: &generator) == 0 ? ["a", "A", "é"] : ["a", "A", "b"]
        return String((0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
    }

    @Test func brokenFiltersAreRefusedAndNothingElse() throws {
        let seed = SeededGenerator.freshSeed("broken")
        var random = RandomFilter(seed: seed)
        for round in 0..<3_000 {
            let text = random.broken(random.checkable(depth: 3))
            do throws(FilterError) {
                guard let expression = try FilterExpression.parse(text) else { continue }
                let again = try FilterExpression.parse(expression.description, limits: FilterLimits(bytesMax: .max))
                #expect(again == expression, "seed \(seed), round \(round): \(text)")
                _ = try expression.check(TestSchema.occurrence, now: TestSchema.now)
            } catch {
                #expect(!error.message.isEmpty && error.line >= 1 && error.column >= 1, "seed \(seed), round \(round)")
            }
        }
    }
}

extension CheckedFilter.Node {
    /// Whether the promise of `CheckedFilter` holds.
    fileprivate var isNormal: Bool {
        switch self {
        case .and(let parts):
            parts.count >= 2 && parts.allSatisfy { if case .and = $0 { false } else { $0.isNormal } }
        case .or(let parts):
            parts.count >= 2 && parts.allSatisfy { if case .or = $0 { false } else { $0.isNormal } }
        case .not(let operand): if case .not = operand { false } else { operand.isNormal }
        case .comparison, .search: true
        case .nested(_, let node): node.isNormal
        }
    }
}
