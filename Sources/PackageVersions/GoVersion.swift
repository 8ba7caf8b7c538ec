/// Go modules: SemVer with a `v`, as in the Go modules reference; `+incompatible` does not count, and a pseudo-version
/// is a pre-release like any other. The toolchain's own versions (`go1.21rc2`) fit in.
///
/// The vulnerability databases write versions without the `v`, so it may be missing.
struct GoVersion: ParsedVersionScheme {
    private let version: SemanticVersion

    init?(_ text: VersionBytes) {
        guard let version = SemanticVersion(Self.plain(text)) else { return nil }
        self.version = version
    }

    func order(to other: GoVersion) -> VersionOrder { version.order(to: other.version) }

    /// What `golang.org/x/mod/semver` accepts, with or without the `v`: SemVer, or `v1` and `v1.2` alone. And a
    /// toolchain's name: one to three numbers and perhaps a beta or release candidate.
    static func isValid(_ version: VersionBytes) -> Bool {
        let plain = plain(version)
        if version.starts(with: "go".utf8) {
            var rest = plain
            let numbers = rest.take { $0.isDigit || $0 == .dot }.parts(between: .dot)
            let hasCandidate = rest.take("rc") || rest.take("beta")
            return numbers.count <= 3 && numbers.allSatisfy(\.isPlainNumber) && rest.isNumber == hasCandidate
                && rest.isEmpty != hasCandidate
        }
        guard let shape = SemVerShape(plain), shape.numbers.allSatisfy(\.isPlainNumber) else { return false }
        let isComplete = shape.numbers.count == 3 || (shape.numbers.count < 3 && !shape.hasTail)
        return isComplete && shape.prerelease.allSatisfy { !$0.isNumber || $0.isPlainNumber }
    }

    private static func plain(_ text: VersionBytes) -> VersionBytes {
        var rest = text
        _ = rest.take("go") || rest.take("v")
        return rest
    }
}
