extension VersionRange {
    /// Reads a range as people write it.
    ///
    /// A condition is one of `<`, `<=`, `>`, `>=`, `=` (also `==`, or nothing) and `!=` in front of a version, a
    /// wildcard such as `3.x` or `3.1.*`, or `*` for any version. Space or comma between conditions means that all must
    /// hold, `||` separates alternatives. Versions to be ordered by must be such as the ecosystem understands.
    public init(_ text: String, in ecosystem: PackageEcosystem) throws(VersionRangeError) {
        guard text.utf8.count <= VersionLimits.rangeBytesMax else {
            throw VersionRangeError(
                "a version range has at most \(VersionLimits.rangeBytesMax) bytes; this one has \(text.utf8.count)",
                column: 1
            )
        }
        var parser = RangeParser(text, in: ecosystem)
        self.init(try parser.alternatives(), in: ecosystem)
    }
}

private struct RangeParser {
    private let whole: VersionBytes
    private var rest: VersionBytes
    private let ecosystem: PackageEcosystem
    private var comparatorCount = 0

    init(_ text: String, in ecosystem: PackageEcosystem) {
        whole = VersionBytes(text)
        rest = whole
        self.ecosystem = ecosystem
    }

    mutating func alternatives() throws(VersionRangeError) -> [[VersionComparator]] {
        if whole.trimmed.isEmpty { throw error(#"a version range is missing, such as ">=1.0 <2.0""#, at: whole) }
        var alternatives = [try conditions()]
        while rest.take("||") { alternatives.append(try conditions()) }
        return alternatives
    }

    /// Conditions up to the next alternative. `*` is one that adds no comparator.
    private mutating func conditions() throws(VersionRangeError) -> [VersionComparator] {
        var comparators: [VersionComparator] = []
        skipSpace()
        let start = rest
        while true {
            guard let next = rest.first, next != .bar, next != .comma else {
                let isAfterComma = rest.startIndex > start.startIndex
                throw error(
                    isAfterComma ? "a condition is missing behind the comma" : "a condition is missing",
                    at: rest
                )
            }
            if let comparator = try condition() { comparators.append(comparator) }
            skipSpace()
            if rest.isEmpty || rest.starts(with: "||".utf8) { return comparators }
            if rest.first == .bar {
                throw error(#""|" is not an operator; alternatives are separated by "||""#, at: rest)
            }
            if rest.take(.comma) { skipSpace() }
        }
    }

    private mutating func condition() throws(VersionRangeError) -> VersionComparator? {
        comparatorCount += 1
        if comparatorCount > VersionLimits.comparatorsMax {
            throw error("a version range has at most \(VersionLimits.comparatorsMax) conditions", at: rest)
        }
        let start = rest
        let sign = rest.take(while: \.isOperator)
        let relation = try relation(sign)
        skipSpace()
        let version = takeVersion()
        if version.isEmpty {
            throw error("\(VersionRangeError.quote(sign)) wants a version behind it", at: start)
        }
        if let bracket = version.firstIndex(where: \.isBracket) {
            throw error(#"brackets are not understood; write ">=1.0 <2.0" for [1.0,2.0)"#, at: version[bracket...])
        }
        return try comparator(relation, hasSign: !sign.isEmpty, version)
    }

    private func relation(_ sign: VersionBytes) throws(VersionRangeError) -> VersionComparator.Relation {
        let text = sign.text
        if text.isEmpty || text == "==" { return .equal }
        if let relation = VersionComparator.Relation(rawValue: text) { return relation }
        let meant = ["=<": "<=", "=>": ">=", "<<": "<", ">>": ">", "<>": "!=", "===": "=", "!": "!="]
        let advice = meant[text].map { #"write "\#($0)""# } ?? #"write out both bounds, such as ">=1.2 <2.0""#
        throw error("\(VersionRangeError.quote(sign)) is not an operator; \(advice)", at: sign)
    }

    private func comparator(
        _ relation: VersionComparator.Relation,
        hasSign: Bool,
        _ version: VersionBytes
    ) throws(VersionRangeError) -> VersionComparator? {
        let quoted = VersionRangeError.quote(version)
        if let stem = version.wildcardStem {
            guard relation == .equal else {
                throw error(
                    "the wildcard \(quoted) stands alone, without an operator; others take a version",
                    at: version
                )
            }
            if stem.isEmpty { return nil }
            guard LeadingNumbers(stem.text, in: ecosystem).areAll else {
                throw error("the wildcard \(quoted) has more than numbers and dots in front", at: version)
            }
            return VersionComparator(relation: .begins, version: stem.text)
        }
        if relation.isOrdering || !hasSign, !ecosystem.understands(version.text) {
            throw error(
                "\(quoted) is not a version that can be ordered by the rules of \(ecosystem.rawValue)",
                at: version
            )
        }
        return VersionComparator(relation: relation, version: version.text)
    }

    /// Up to the next mark of the range's own. An exclamation mark is one before `=`, and else belongs to Python's
    /// epochs.
    private mutating func takeVersion() -> VersionBytes {
        let start = rest
        while let next = rest.first, !next.isSpace, next != .comma, next != .bar, !next.isComparison,
            !rest.starts(with: "!=".utf8)
        {
            rest = rest.dropFirst()
        }
        return start[..<rest.startIndex]
    }

    private mutating func skipSpace() { _ = rest.take(while: \.isSpace) }

    private func error(_ message: String, at place: VersionBytes) -> VersionRangeError {
        VersionRangeError(message, column: whole[..<place.startIndex].text.count + 1)
    }
}

extension UInt8 {
    fileprivate static let bar = UInt8(ascii: "|")
    fileprivate static let comma = UInt8(ascii: ",")

    fileprivate var isComparison: Bool {
        self == UInt8(ascii: "<") || self == UInt8(ascii: "=") || self == UInt8(ascii: ">")
    }
    /// Operators that we have, and those of others that stand where ours do.
    fileprivate var isOperator: Bool { isComparison || self == UInt8(ascii: "!") || self == .tilde || self == .caret }
    fileprivate var isBracket: Bool {
        switch self {
        case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "("), UInt8(ascii: ")"): true
        default: false
        }
    }
}

extension VersionBytes {
    /// What stands in front of `.x`, `.X` or `.*`; empty where that is all.
    fileprivate var wildcardStem: VersionBytes? {
        guard let last, last == UInt8(ascii: "*") || last | 0x20 == UInt8(ascii: "x") else { return nil }
        let stem = dropLast()
        return stem.isEmpty ? stem : stem.last == .dot ? stem.dropLast() : nil
    }
}
