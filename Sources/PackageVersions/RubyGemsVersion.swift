/// Ruby's gems, as `Gem::Version` documents it; CocoaPods took it over.
///
/// A version is its runs of digits and of letters, whatever stands between them; letters make it a pre-release and come
/// before numbers. Zeros before the first letters and at the end do not count. A hyphen stands for `.pre.`.
struct RubyGemsVersion: VersionScheme {
    static func order(_ left: VersionBytes, _ right: VersionBytes) -> VersionOrder {
        tokens(left).order(to: tokens(right), end: .number(1, []))
    }

    /// Numbers and words between dots, a number first; behind a hyphen, SemVer's pre-releases.
    static func isValid(_ version: VersionBytes) -> Bool {
        var rest = version
        let segments = rest.take { $0 != .hyphen }.parts(between: .dot)
        let areSound = segments.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isAlphanumeric) }
        guard segments.first?.isNumber == true, areSound else { return false }
        return !rest.take(.hyphen)
            || rest.parts(between: .dot).allSatisfy { segment in
                !segment.isEmpty && segment.allSatisfy { $0.isAlphanumeric || $0 == .hyphen }
            }
    }

    static func understands(_ version: VersionBytes) -> Bool { version.first?.isDigit == true }

    private static let pre = VersionToken.word(0, VersionBytes("pre"))

    private static func tokens(_ version: VersionBytes) -> [VersionToken] {
        var tokens: [VersionToken] = []
        var isPrerelease = false
        var rest = version
        while let first = rest.first {
            if first.isDigit {
                tokens.append(.number(1, rest.take(while: \.isDigit)))
            } else if first.isLetter || first == .hyphen {
                if !isPrerelease { tokens.dropTrailingZeros() }
                isPrerelease = true
                tokens.append(rest.take(.hyphen) ? pre : .word(0, rest.take(while: \.isLetter)))
            } else {
                rest = rest.dropFirst()
            }
        }
        return tokens
    }
}

extension [VersionToken] {
    /// Takes zeros off the end.
    mutating func dropTrailingZeros() {
        while let last, last.isZero { removeLast() }
    }
}
