/// Semantic Versioning 2.0.0, as npm, Cargo, Hex, Pub and Swift packages use it; the order is its section 11.
///
/// Compared loosely: see `SemanticVersion`. A `v` or `=` in front, as npm takes it, is left out.
struct SemVerVersion: ParsedVersionScheme {
    private let version: SemanticVersion

    init?(_ text: VersionBytes) {
        let plain = text.drop {
            $0 == UInt8(ascii: "v") || $0 == UInt8(ascii: "V") || $0 == UInt8(ascii: "=") || $0.isSpace
        }
        guard let version = SemanticVersion(plain) else { return nil }
        self.version = version
    }

    func order(to other: SemVerVersion) -> VersionOrder { version.order(to: other.version) }

    /// The grammar of the specification: three numbers without zeros in front, and nothing before them.
    static func isValid(_ version: VersionBytes) -> Bool {
        guard let shape = SemVerShape(version) else { return false }
        return shape.numbers.count == 3 && shape.numbers.allSatisfy(\.isPlainNumber)
            && shape.prerelease.allSatisfy { !$0.isNumber || $0.isPlainNumber }
    }
}

/// A version cut at its marks, each identifier made of letters, digits and hyphens and none of them empty.
struct SemVerShape {
    let numbers: [VersionBytes]
    let prerelease: [VersionBytes]
    let hasTail: Bool

    init?(_ version: VersionBytes) {
        var rest = version
        numbers = rest.take { $0 != .hyphen && $0 != .plus }.parts(between: .dot)
        hasTail = !rest.isEmpty
        prerelease = rest.take(.hyphen) ? rest.take { $0 != .plus }.parts(between: .dot) : []
        let build = rest.take(.plus) ? rest.parts(between: .dot) : []
        let areSound = (prerelease + build).allSatisfy { identifier in
            !identifier.isEmpty && identifier.allSatisfy { $0.isAlphanumeric || $0 == .hyphen }
        }
        if !areSound { return nil }
    }
}
