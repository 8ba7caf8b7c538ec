/// `[epoch:]version[-release]`, as in `rpm-version(7)`: Red Hat, Fedora, SUSE, Amazon, Oracle, Photon and their kin.
///
/// Version and release are cut into runs of digits and runs of letters; whatever else stands between them only
/// separates. A tilde comes before everything, the end included; a caret comes after the end and before everything
/// else. Letters come before numbers. A version without a release is older than the same one with any.
struct RPMVersion: VersionScheme {
    static func order(_ left: VersionBytes, _ right: VersionBytes) -> VersionOrder {
        let (left, right) = (EpochVersion(left), EpochVersion(right))
        return left.epoch.numericOrder(to: right.epoch)
            .then(Tokens(left.name).order(to: Tokens(right.name), end: Tokens.end))
            .then(VersionOrder(left.revision == nil ? 0 : 1, right.revision == nil ? 0 : 1))
            .then(Tokens(left.revision ?? []).order(to: Tokens(right.revision ?? []), end: Tokens.end))
    }

    /// What a spec file may say: letters, digits and `._+~^`, an epoch of 32 bits.
    static func isValid(_ version: VersionBytes) -> Bool {
        let split = EpochVersion(version)
        guard !split.hasEpoch || UInt32(split.epoch.text) != nil else { return false }
        return [split.name, split.revision].compactMap(\.self).allSatisfy { part in
            !part.isEmpty
                && part.allSatisfy {
                    $0.isAlphanumeric || $0 == .dot || $0 == .underscore || $0 == .plus || $0 == .tilde || $0 == .caret
                }
        }
    }

    static func understands(_ version: VersionBytes) -> Bool { version.contains(where: \.isDigit) }

    struct Tokens: Sequence, IteratorProtocol {
        static let end = VersionToken.mark(1)
        private static let tilde = VersionToken.mark(0)
        private static let caret = VersionToken.mark(2)
        private var rest: VersionBytes

        init(_ text: VersionBytes) { rest = text }

        mutating func next() -> VersionToken? {
            rest = rest.drop { !$0.isAlphanumeric && $0 != .tilde && $0 != .caret }
            guard let first = rest.first else { return nil }
            if first.isDigit { return .number(4, rest.take(while: \.isDigit)) }
            if first.isLetter { return .word(3, rest.take(while: \.isLetter)) }
            rest = rest.dropFirst()
            return first == .tilde ? Self.tilde : Self.caret
        }
    }
}
