/// Maven's versions, by the "Version Order Specification" of the POM reference; Gradle and sbt publish to the same
/// places.
///
/// Tokens are separated by dots, hyphens and changes between digits and letters, which are as good as a hyphen. At one
/// place `.word` = `-word` < `-number` < `.number`. The words alpha, beta, milestone, rc = cr and snapshot come before
/// the end, which ga, final and release are equal to; then sp, then all others in the order of the alphabet. `a1`, `b1`
/// and `m1` are alpha, beta and milestone. What means nothing (0, ga, final, release) is left out at the end and before
/// each hyphen.
///
/// It is also left out before a word behind a dot, as Maven's code has it: 1.0.rc1 is 1-rc-1. Apart from that the order
/// is the specification's rather than the code's, which is not transitive: in 3.8.7, 1 < 1.a-0 < 1.rc < 1.
struct MavenVersion: VersionScheme {
    static func order(_ left: VersionBytes, _ right: VersionBytes) -> VersionOrder {
        tokens(left).order(to: tokens(right), end: .mark(Rank.end))
    }

    /// What Maven lets a project be called: anything visible that can be part of a file's name.
    static func isValid(_ version: VersionBytes) -> Bool {
        let forbidden = VersionBytes(#"\/:"<>|?*[](){},"#)
        return !version.isEmpty && version.allSatisfy { $0 > 0x20 && $0 != 0x7F && !forbidden.contains($0) }
    }

    static func understands(_ version: VersionBytes) -> Bool { version.contains(where: \.isDigit) }

    private enum Rank {
        static let words = [
            "alpha": 0, "beta": 1, "milestone": 2, "rc": 3, "cr": 3, "snapshot": 4, "ga": 5, "final": 5, "release": 5,
            "sp": 6,
        ]
        static let shortWords = ["a": 0, "b": 1, "m": 2]
        static let end = 5
        static let word = 7
        static let hyphenNumber = 8
        static let dotNumber = 9
    }

    private static func tokens(_ version: VersionBytes) -> [VersionToken] {
        // Case is Unicode's here, and ASCII alone is the fast way.
        let isASCII = version.allSatisfy { $0 < 0x80 }
        var rest = isASCII ? version.lowercased : VersionBytes(version.text.lowercased())
        var tokens: [VersionToken] = []
        var isAfterHyphen = false
        while true {
            let token = nextToken(&rest, isAfterHyphen: isAfterHyphen)
            if isAfterHyphen || token.rank < Rank.hyphenNumber { dropTrailingNothing(&tokens) }
            tokens.append(token)
            guard let separator = rest.first else { break }
            // Only a separator is taken; a change between digits and letters has none.
            isAfterHyphen = separator != .dot
            if separator == .dot || separator == .hyphen { rest = rest.dropFirst() }
        }
        dropTrailingNothing(&tokens)
        return tokens
    }

    /// An empty token is the number 0.
    private static func nextToken(_ rest: inout VersionBytes, isAfterHyphen: Bool) -> VersionToken {
        guard let first = rest.first, !first.isDigit, first != .dot, first != .hyphen else {
            return .number(isAfterHyphen ? Rank.hyphenNumber : Rank.dotNumber, rest.take(while: \.isDigit))
        }
        let word = rest.take { !$0.isDigit && $0 != .dot && $0 != .hyphen }
        guard word.count <= 9 else { return .word(Rank.word, word) }
        let isBeforeDigit = rest.first?.isDigit == true
        let known = Rank.words[word.text] ?? (isBeforeDigit ? Rank.shortWords[word.text] : nil)
        return known.map { VersionToken.mark($0) } ?? .word(Rank.word, word)
    }

    /// Takes zeros and the words for a release off the end.
    private static func dropTrailingNothing(_ tokens: inout [VersionToken]) {
        while let last = tokens.last, last.isZero || last.rank == Rank.end {
            tokens.removeLast()
        }
    }
}
