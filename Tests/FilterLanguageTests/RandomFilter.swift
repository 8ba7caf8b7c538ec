import FilterLanguage
import TestSupport

/// Random expressions, filters over `TestSchema` and entries to ask.
struct RandomFilter {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &generator)]
    }

    private mutating func several<Element>(_ make: (inout RandomFilter) -> Element) -> [Element] {
        (0..<Int.random(in: 2...3, using: &generator)).map { _ in make(&self) }
    }

    // MARK: - Syntax, in the normal form of the parser

    mutating func expression(depth: Int) -> FilterExpression {
        switch depth == 0 ? 9 : Int.random(in: 0..<10, using: &generator) {
        case 0, 1:
            return .and(several { $0.part(depth: depth) { if case .and = $0 { true } else { false } } })
        case 2, 3:
            return .or(several { $0.part(depth: depth) { if case .or = $0 { true } else { false } } })
        case 4: return .not(expression(depth: depth - 1))
        case 5: return .term(.call(call(depth: depth)))
        case 6: return .term(.member(member()))
        default:
            let comparison = pick(FilterOperator.allCases)
            return .restriction(
                FilterRestriction(left: .member(member()), comparison: comparison, right: value(depth: depth))
            )
        }
    }

    private mutating func part(depth: Int, _ isSame: (FilterExpression) -> Bool) -> FilterExpression {
        while true {
            let part = expression(depth: depth - 1)
            if !isSame(part) { return part }
        }
    }

    private mutating func member() -> FilterMember {
        let steps = (0..<Int.random(in: 0...2, using: &generator)).map { _ -> FilterStep in
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: .index(literal(values))
            case 1: .field(FilterLiteral(pick(texts), isQuoted: true))
            default: .field(literal(names + ["AND", "OR", "NOT", "-a", "5"]))
            }
        }
        return FilterMember(root: literal(names), steps: steps)
    }

    private mutating func call(depth: Int) -> FilterCall {
        let arguments = (0..<Int.random(in: 0...2, using: &generator)).map { _ -> FilterComparable in
            let expression = expression(depth: depth - 1)
            if case .term(let comparable) = expression { return comparable }
            return .group(expression)
        }
        return FilterCall(
            receiver: Bool.random(using: &generator) ? member() : nil,
            name: FilterLiteral(pick(names)),
            arguments: arguments
        )
    }

    private mutating func value(depth: Int) -> FilterComparable {
        switch depth == 0 ? 9 : Int.random(in: 0..<10, using: &generator) {
        case 0: return .group(pick([true, false]) ? .or(several { $0.leaf() }) : .and(several { $0.leaf() }))
        case 1: return .group(.not(leaf()))
        case 2:
            var result = FilterComparable.call(FilterCall(name: FilterLiteral("now"), arguments: []))
            for _ in 0..<Int.random(in: 0...2, using: &generator) {
                let amount = FilterCall(
                    name: FilterLiteral("duration"),
                    arguments: [.member(FilterMember(root: FilterLiteral("72h", isQuoted: true)))]
                )
                result = .offset(base: result, sign: pick([.plus, .minus]), amount: amount)
            }
            return result
        default: return .member(FilterMember(root: literal(values)))
        }
    }

    private mutating func leaf() -> FilterExpression {
        .term(.member(FilterMember(root: literal(values))))
    }

    private mutating func literal(_ plain: [String]) -> FilterLiteral {
        Bool.random(using: &generator) ? FilterLiteral(pick(plain)) : FilterLiteral(pick(texts), isQuoted: true)
    }

    private let names = ["a", "kind", "resource_url", "größe", "名", "and", "a-b", "a*", "*", "gcr", "x/y@z", "{}"]
    private let values = [
        "a", "-5", "1.5", "1e9", "a.b.c", "gcr.io/p/i@sha256", ".5", "*", "*a*", "日本", "not", "a.AND",
    ]
    private let texts = [
        "", "a", "AND", "*", "two words", "\"", "\\", "'", "\n\t\r", "\u{7F}\u{1}", "日本", "(a OR b)", "-", "é\u{301}",
    ]

    // MARK: - Filters that check

    mutating func checkable(depth: Int) -> String {
        switch depth == 0 ? 9 : Int.random(in: 0..<10, using: &generator) {
        case 0, 1:
            return several { $0.checkable(depth: depth - 1) }.map { "(\($0))" }.joined(
                separator: pick([" AND ", " ", "&&"])
            )
        case 2, 3:
            return several { $0.checkable(depth: depth - 1) }.map { "(\($0))" }.joined(separator: pick([" OR ", "||"]))
        case 4: return pick(["NOT ", "-", "!"]) + "(" + checkable(depth: depth - 1) + ")"
        default: return condition()
        }
    }

    private mutating func condition() -> String {
        let (field, value) = fieldAndValue()
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: return field + ":*"
        case 1: return pick(["log4j", "openssl", "\"p/a\"", "zebra"])
        case 2: return "has_prefix(resourceUrl, \"\(pick(texts3))\")"
        case 3: return "name.\(pick(["contains", "endsWith", "startsWith"]))(\"\(pick(texts3))\")"
        case 4: return "vulnerability.packageIssue.nestedFilter(epoch >= \(pick(["1", "2"])) AND fixAvailable = true)"
        case 5: return "\(pick(["createTime", "severity", "name"])):*"
        case 6: return "severity \(pick(["<", "<=", ">", ">="])) \(pick(["LOW", "HIGH", "critical"]))"
        case 7: return "createTime \(pick(["<", ">="])) now() - duration(\"\(pick(["1", "2", "3"]))h\")"
        default: return field + pick(["=", "!=", ":", " == "]) + value
        }
    }

    private let texts3 = ["", "a", "ab", "https://", "https://a", "b"]

    mutating func fieldAndValue() -> (String, String) {
        pick([
            ("kind", pick(["BUILD", "IMAGE", "PACKAGE_VULNERABILITY"])),
            ("severity", pick(["LOW", "\"HIGH\"", "CRITICAL"])),
            ("resourceUrl", pick(["a", "\"https://a\"", "a*", "\"*b\"", "(a OR ab)"])),
            ("name", pick(["a", "*", "\"a*\"", "ab"])),
            ("noteId", pick(["a", "b"])),
            ("dependencyPackageName", pick(["a", "b", "\"*a\""])),
            ("vulnerability.fixAvailable", pick(["true", "\"false\""])),
            ("vulnerability.packageIssue.epoch", pick(["1", "2", "-3"])),
            ("vulnerability.packageIssue.affected_package", pick(["a", "b"])),
            ("build.provenance.build_options", pick(["a", "b"])),
            ("build.provenance.build_options[\"a\"]", pick(["a", "b"])),
            ("build.parameters.a", pick(["1", "true", "a", "\"a*\""])),
            ("attestation.serialized_payload", pick(["aa", "abcd", "\"YQ==\""])),
            ("build.took", pick(["1s", "2s"])),
        ])
    }

    // MARK: - Entries

    mutating func entry() -> TestEntry {
        .object(
            sometimes([
                "name": text(), "resource_uri": text(), "noteId": text(), "packageName": .list([text(), text()]),
                "shortDescription": .value(.string(pick(["log4j", "OpenSSL"]))),
                "kind": .value(.enumeration(pick([1, 2, 3]))),
                "create_time": .value(
                    .timestamp(FilterTimestamp(seconds: TestSchema.now.seconds - 3600 * pick([1, 2, 3])))
                ),
                "vulnerability": .object(
                    sometimes([
                        "severity": .value(.enumeration(pick([1, 2, 3, 4, 5]))),
                        "fix_available": .value(.bool(pick([true, false]))),
                        "package_issue": .list([issue(), issue()]),
                    ])
                ),
                "build": .object(
                    sometimes([
                        "took": .value(.duration(FilterDuration(seconds: pick([1, 2, 3])))),
                        "parameters": .object(
                            sometimes([
                                "a": pick([
                                    .value(.integer(1)), .value(.bool(true)), "a", "ab", ["a", "b"], ["b": "a"],
                                ])
                            ])
                        ),
                        "provenance": ["build_options": .object(sometimes(["a": text(), "b": text()]))],
                    ])
                ),
                "attestation": ["serialized_payload": .value(.bytes(pick([[0xAA], [0x61], [0xAB, 0xCD]])))],
            ])
        )
    }

    private mutating func issue() -> TestEntry {
        .object(
            sometimes([
                "epoch": .value(.integer(pick([1, 2, -3]))), "fix_available": .value(.bool(pick([true, false]))),
                "affected_package": text(),
            ])
        )
    }

    private mutating func text() -> TestEntry {
        .value(.string(pick(["a", "b", "ab", "https://a", "https://ab", "xa"])))
    }

    private mutating func sometimes(_ fields: [String: TestEntry]) -> [String: TestEntry] {
        // In a fixed order: a dictionary's own would spend the random numbers differently in every process.
        var kept: [String: TestEntry] = [:]
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) where Int.random(in: 0..<4, using: &generator) > 0 {
            kept[name] = value
        }
        return kept
    }

    // MARK: - Damage

    /// The text with a few characters removed, doubled or replaced by ones that mean something.
    mutating func broken(_ text: String) -> String {
        var characters = Array(text)
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !characters.isEmpty {
            let index = Int.random(in: 0..<characters.count, using: &generator)
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: characters.remove(at: index)
            case 1: characters.insert(characters[index], at: index)
            default: characters[index] = pick(Array("()[].,:=<>!&|\"'\\*- \nAé~"))
            }
        }
        return String(characters)
    }
}
