/// NuGet's versions: SemVer with an optional fourth number, missing numbers zero and pre-releases compared without
/// regard to case, as in "Package versioning" of NuGet's documentation.
struct NuGetVersion: ParsedVersionScheme {
    private let version: SemanticVersion

    init?(_ text: VersionBytes) {
        guard let version = SemanticVersion(text.lowercased) else { return nil }
        self.version = version
    }

    func order(to other: NuGetVersion) -> VersionOrder { version.order(to: other.version) }

    /// One to four numbers, zeros in front allowed, and what SemVer has behind them.
    static func isValid(_ version: VersionBytes) -> Bool {
        guard let shape = SemVerShape(version) else { return false }
        return shape.numbers.count <= 4 && shape.numbers.allSatisfy { $0.isNumber && Int32($0.text) != nil }
    }
}
