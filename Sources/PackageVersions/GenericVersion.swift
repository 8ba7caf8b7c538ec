/// The order for everything whose ecosystem has no rules here: what people would say who know none of them either.
///
/// Runs of digits are numbers and runs of other characters words, without regard to case; `.`, `-`, `_`, `+` and the
/// like only separate, and a `v` in front is left out. A tilde makes what follows older than nothing, as do words that
/// announce a release: dev, snapshot, nightly, canary; alpha; beta; milestone; pre; rc, in this order. Other words are
/// newer than nothing (`1.0.2a`, `1.0-p1`, `1.0-sp2`) and older than a number. `a1`, `b1` and `m1` are alpha, beta and
/// milestone. Zeros at the end and before words do not count: 1 = 1.0, 1.0-rc1 = 1-rc.1.
struct GenericVersion: VersionScheme {
    static func order(_ left: VersionBytes, _ right: VersionBytes) -> VersionOrder {
        tokens(left).order(to: tokens(right), end: .mark(Rank.end))
    }

    /// Anything with a digit that people could see and copy.
    static func isValid(_ version: VersionBytes) -> Bool {
        version.contains(where: \.isDigit) && version.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    static func understands(_ version: VersionBytes) -> Bool { version.contains(where: \.isDigit) }

    private enum Rank {
        static let tilde = 0
        static let words = [
            "dev": 1, "snapshot": 1, "nightly": 1, "canary": 1, "alpha": 2, "beta": 3, "milestone": 4, "pre": 5,
            "preview": 5,
            "prerelease": 5, "rc": 6, "cr": 6,
        ]
        static let shortWords = ["a": 2, "b": 3, "m": 4]
        static let end = 7
        static let word = 8
        static let number = 9
    }

    private static func tokens(_ version: VersionBytes) -> [VersionToken] {
        var rest = version.lowercased
        if rest.first == UInt8(ascii: "v"), rest.dropFirst().first?.isDigit == true { rest = rest.dropFirst() }
        var tokens: [VersionToken] = []
        while let first = rest.first {
            if first.isDigit {
                tokens.append(.number(Rank.number, rest.take(while: \.isDigit)))
            } else if first.isLetter || first >= 0x80 {
                tokens.dropTrailingZeros()
                let word = rest.take { $0.isLetter || $0 >= 0x80 }
                tokens.append(token(word, isBeforeDigit: rest.first?.isDigit == true))
            } else {
                rest = rest.dropFirst()
                if first == .tilde {
                    tokens.dropTrailingZeros()
                    tokens.append(.mark(Rank.tilde))
                }
            }
        }
        tokens.dropTrailingZeros()
        return tokens
    }

    private static func token(_ word: VersionBytes, isBeforeDigit: Bool) -> VersionToken {
        // The longest known word has ten letters; others need no look-up, however long.
        let known = word.count > 10 ? nil : Rank.words[word.text] ?? (isBeforeDigit ? Rank.shortWords[word.text] : nil)
        return known.map { VersionToken.mark($0) } ?? .word(Rank.word, word)
    }
}
