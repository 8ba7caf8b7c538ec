/// `[epoch:]upstream[-revision]`, as in Debian Policy 5.6.12 and `deb-version(7)`; Ubuntu and opkg do the same.
///
/// Upstream version and revision are read as text and number in turn. In text a tilde comes before everything, the end
/// included, then the end, then letters, then the other characters. No revision is the same as revision 0.
struct DebianVersion: VersionScheme {
    private let split: EpochVersion

    private init(_ version: VersionBytes) { split = EpochVersion(version) }

    static func order(_ left: VersionBytes, _ right: VersionBytes) -> VersionOrder {
        let (left, right) = (DebianVersion(left).split, DebianVersion(right).split)
        return left.epoch.numericOrder(to: right.epoch)
            .then(Tokens(left.name).order(to: Tokens(right.name), end: Tokens.end))
            .then(Tokens(left.revision ?? []).order(to: Tokens(right.revision ?? []), end: Tokens.end))
    }

    /// What `dpkg --validate-version` accepts: a digit first, a number that fits an `int` as the epoch, and no
    /// characters but those that the policy lists.
    static func isValid(_ version: VersionBytes) -> Bool {
        let split = EpochVersion(version)
        let hasEpoch = split.hasEpoch
        guard split.name.first?.isDigit == true, !hasEpoch || Int32(split.epoch.text) != nil else { return false }
        let isNameSound = split.name.allSatisfy {
            $0.isAlphanumeric || $0 == .dot || $0 == .plus || $0 == .hyphen || $0 == .tilde
                || (hasEpoch && $0 == .colon)
        }
        let isRevisionSound =
            split.revision?.allSatisfy { $0.isAlphanumeric || $0 == .dot || $0 == .plus || $0 == .tilde } ?? true
        return isNameSound && isRevisionSound && split.revision?.isEmpty != true
    }

    static func understands(_ version: VersionBytes) -> Bool { version.contains(where: \.isDigit) }

    /// Characters up to the next digit one by one, then the number that follows, which is zero at the end.
    struct Tokens: Sequence, IteratorProtocol {
        /// Where a character stands against a digit or the end, which are both the beginning of a number.
        static let end = VersionToken.number(0, [])
        private var rest: VersionBytes

        init(_ text: VersionBytes) { rest = text }

        mutating func next() -> VersionToken? {
            guard let first = rest.first else { return nil }
            if first.isDigit { return .number(0, rest.take(while: \.isDigit)) }
            rest = rest.dropFirst()
            if first == .tilde { return .mark(-1) }
            return .mark(first.isLetter ? Int(first) : Int(first) + 256)
        }
    }
}

/// A version of Debian or RPM in its three parts.
struct EpochVersion {
    /// Digits; none where there is no epoch.
    var epoch: VersionBytes = []
    var name: VersionBytes
    /// What stands behind the last hyphen.
    var revision: VersionBytes?

    var hasEpoch: Bool { !epoch.isEmpty }

    /// A colon behind anything but digits is part of the name: the tools refuse that, and here it needs a place in the
    /// order.
    init(_ version: VersionBytes) {
        name = version
        if let colon = name.firstIndex(of: .colon), name[..<colon].isNumber {
            epoch = name[..<colon]
            name = name[(colon + 1)...]
        }
        if let hyphen = name.lastIndex(of: .hyphen) {
            revision = name[(hyphen + 1)...]
            name = name[..<hyphen]
        }
    }
}
