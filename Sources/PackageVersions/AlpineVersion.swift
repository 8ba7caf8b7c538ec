/// `number{.number}{letter}{_suffix{number}}{~hash}{-r#}`, as in `apk-package(5)`: Alpine, Wolfi, Chainguard. Gentoo's
/// versions, from which these descend, fit too.
///
/// Suffixes are ordered alpha, beta, pre, rc, none, cvs, svn, git, hg, p. Where one version ends or goes on with
/// something of another kind, a further number beats a letter, a letter a suffix, a suffix its missing number, and so
/// on down to the build number; only the four suffixes of a version to come are less than nothing. A number behind a
/// dot that starts with zero is compared as text, like a fraction. What does not fit ends the comparison: it is less
/// than a proper end.
struct AlpineVersion: VersionScheme {
    static func order(_ left: VersionBytes, _ right: VersionBytes) -> VersionOrder {
        Tokens(left).order(to: Tokens(right), end: Tokens.end)
    }

    static func isValid(_ version: VersionBytes) -> Bool {
        !Tokens(version).contains { $0.rank == Rank.misfit }
    }

    static func understands(_ version: VersionBytes) -> Bool { version.first?.isDigit == true }

    private enum Rank {
        static let suffixes = [
            "alpha": 0, "beta": 1, "pre": 2, "rc": 3, "cvs": 9, "svn": 10, "git": 11, "hg": 12, "p": 13,
        ]
        static let misfit = 4
        static let end = 5
        static let build = 6
        static let hash = 7
        static let suffixNumber = 8
        static let letter = 14
        static let fraction = 15
        static let number = 16
    }

    struct Tokens: Sequence, IteratorProtocol {
        static let end = VersionToken.mark(Rank.end)
        private enum Place: Int { case start, number, letter, suffix, suffixNumber, hash, build, misfit }

        private var rest: VersionBytes
        private var place = Place.start

        init(_ text: VersionBytes) { rest = text }

        mutating func next() -> VersionToken? {
            let whole = rest
            if place == .start {
                place = .number
                // The first number is a number even with zeros in front.
                return number(Rank.number) ?? misfit(whole)
            }
            guard let first = rest.first, place != .misfit else { return nil }
            switch first {
            case .dot where place == .number:
                rest = rest.dropFirst()
                return number(rest.first == .zero ? Rank.fraction : Rank.number) ?? misfit(whole)
            case _ where first.isLowerLetter && place == .number:
                place = .letter
                rest = rest.dropFirst()
                return .word(Rank.letter, whole.prefix(1))
            case _ where first.isDigit && place == .suffix:
                place = .suffixNumber
                return number(Rank.suffixNumber)
            default:
                return tail(first) ?? misfit(whole)
            }
        }

        /// Suffix, commit hash and build number, each with a mark in front.
        private mutating func tail(_ first: UInt8) -> VersionToken? {
            rest = rest.dropFirst()
            switch first {
            case .underscore where place.rawValue <= Place.suffixNumber.rawValue:
                place = .suffix
                return Rank.suffixes[rest.take(while: \.isLowerLetter).text].map { VersionToken.mark($0) }
            case .tilde where place.rawValue < Place.hash.rawValue:
                place = .hash
                let digits = rest.take { $0.isDigit || ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "f")) }
                return digits.isEmpty ? nil : .word(Rank.hash, digits)
            case .hyphen where place.rawValue < Place.build.rawValue:
                place = .build
                return rest.take("r") ? number(Rank.build) : nil
            default:
                return nil
            }
        }

        private mutating func number(_ rank: Int) -> VersionToken? {
            let digits = rest.take(while: \.isDigit)
            if digits.isEmpty { return nil }
            return rank == Rank.fraction ? .word(rank, digits) : .number(rank, digits)
        }

        private mutating func misfit(_ text: VersionBytes) -> VersionToken {
            place = .misfit
            return .word(Rank.misfit, text)
        }
    }
}
