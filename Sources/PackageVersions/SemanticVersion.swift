/// Numbers, then a pre-release, then build metadata, which does not count: what SemVer, NuGet and Go have in common.
///
/// Read loosely, because scanners report what manifests say: missing numbers are zero, there may be more than three,
/// and letters right behind the numbers are a pre-release (`1.21rc2`). What is strict is in the ecosystems' `isValid`.
struct SemanticVersion {
    private let numbers: VersionBytes
    private let prerelease: VersionBytes?
    /// Whether the pre-release had no hyphen; its letters and digits are then identifiers of their own.
    private let isLoose: Bool

    /// Nil where no number is in front, or something that is neither number nor pre-release follows.
    init?(_ version: VersionBytes) {
        var rest = version
        numbers = rest.take { $0.isDigit || $0 == .dot }
        guard numbers.parts(between: .dot).allSatisfy(\.isNumber) else { return nil }
        guard let next = rest.first, next != .plus else {
            (prerelease, isLoose) = (nil, false)
            return
        }
        guard next == .hyphen || next.isLetter else { return nil }
        isLoose = next.isLetter
        prerelease = (isLoose ? rest : rest.dropFirst()).prefix { $0 != .plus }
    }

    func order(to other: SemanticVersion) -> VersionOrder {
        numbers.dottedOrder(to: other.numbers).then(prereleaseOrder(to: other))
    }

    /// SemVer 2.0.0, 11.3 and 11.4: none is more than any; numbers are less than words; more identifiers are more.
    private func prereleaseOrder(to other: SemanticVersion) -> VersionOrder {
        guard let mine = prerelease, let theirs = other.prerelease else {
            return VersionOrder(prerelease == nil ? 1 : 0, other.prerelease == nil ? 1 : 0)
        }
        return Identifiers(mine, isLoose: isLoose)
            .order(to: Identifiers(theirs, isLoose: other.isLoose), end: Identifiers.end)
    }

    private struct Identifiers: Sequence, IteratorProtocol {
        static let end = VersionToken.mark(0)
        private var rest: VersionBytes?
        private let isLoose: Bool

        init(_ text: VersionBytes, isLoose: Bool) {
            rest = text
            self.isLoose = isLoose
        }

        mutating func next() -> VersionToken? {
            guard var text = rest else { return nil }
            let isNumber = text.first?.isDigit
            let word = text.take { $0 != .dot && (!isLoose || $0.isDigit == isNumber) }
            rest = text.isEmpty ? nil : text.first == .dot ? text.dropFirst() : text
            return word.isNumber ? .number(1, word) : .word(2, word)
        }
    }
}
