/// A set of versions of one ecosystem: alternatives, each of them conditions that hold together.
///
/// Made from what people write (`>=1.0, <2.0 || 3.x`) or from the events of an advisory. It goes by the ecosystem's
/// order alone: `<2.0` contains 2.0-rc1, other than in npm's own ranges, because what was fixed in 2.0 is not fixed in
/// its candidates.
public struct VersionRange: Sendable, Hashable {
    /// Whose rules versions are compared by.
    public let ecosystem: PackageEcosystem
    let alternatives: [[VersionComparator]]

    init(_ alternatives: [[VersionComparator]], in ecosystem: PackageEcosystem) {
        self.alternatives = alternatives
        self.ecosystem = ecosystem
    }

    /// Whether the version is in the range.
    ///
    /// A version that the ecosystem's rules do not understand (`latest`, `unknown`, nothing) is neither older nor newer
    /// than any: it is in ranges that bound nothing, and equal and unequal by its text.
    public func contains(_ version: String) -> Bool {
        let isOrdered = ecosystem.understands(version)
        return alternatives.contains { comparators in
            comparators.allSatisfy { $0.contains(version, isOrdered: isOrdered, in: ecosystem) }
        }
    }
}

extension VersionRange: CustomStringConvertible {
    /// The range as people write it: parsing it gives the range again. `*` for all versions, and nothing for none.
    public var description: String {
        alternatives.map { comparators in
            comparators.isEmpty ? "*" : comparators.map(\.description).joined(separator: " ")
        }.joined(separator: " || ")
    }
}

/// One condition on a version.
struct VersionComparator: Sendable, Hashable, CustomStringConvertible {
    enum Relation: String, Sendable, CaseIterable {
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case equal = "="
        case notEqual = "!="
        /// The version begins with these numbers: `3.x`.
        case begins = ".x"

        var isOrdering: Bool {
            switch self {
            case .less, .lessOrEqual, .greater, .greaterOrEqual, .begins: true
            case .equal, .notEqual: false
            }
        }
    }

    var relation: Relation
    var version: String

    var description: String { relation == .begins ? version + relation.rawValue : relation.rawValue + version }

    func contains(_ candidate: String, isOrdered: Bool, in ecosystem: PackageEcosystem) -> Bool {
        if relation.isOrdering, !isOrdered { return false }
        if relation == .begins {
            return LeadingNumbers(candidate, in: ecosystem).begin(with: LeadingNumbers(version, in: ecosystem))
        }
        let order = ecosystem.compare(candidate, version)
        return switch relation {
        case .less: order == .less
        case .lessOrEqual: order != .greater
        case .greater: order == .greater
        case .greaterOrEqual: order != .less
        case .equal: order == .equal
        case .notEqual: order != .equal
        case .begins: false
        }
    }
}

/// The epoch of a version and the numbers with dots that its name begins with: all that a wildcard asks about.
struct LeadingNumbers {
    private var epoch: VersionBytes = []
    private let numbers: [VersionBytes]
    /// Whether there was nothing else.
    let areAll: Bool

    init(_ version: String, in ecosystem: PackageEcosystem) {
        var rest = VersionBytes(version).trimmed
        let mark: UInt8? =
            switch ecosystem {
            case .debian, .rpm: .colon
            case .pypi: UInt8(ascii: "!")
            default: nil
            }
        if let mark, let end = rest.firstIndex(of: mark), rest[..<end].isNumber {
            epoch = rest[..<end]
            rest = rest[(end + 1)...]
        }
        _ = rest.take("go") || rest.take("v")
        let dotted = rest.take { $0.isDigit || $0 == .dot }
        numbers = dotted.split(separator: .dot)
        areAll = rest.isEmpty && dotted.parts(between: .dot).allSatisfy(\.isNumber)
    }

    /// Numbers that are missing are zero: 3 begins with 3.0.
    func begin(with other: LeadingNumbers) -> Bool {
        epoch.numericOrder(to: other.epoch) == .equal
            && other.numbers.enumerated().allSatisfy { index, number in
                (index < numbers.count ? numbers[index] : []).numericOrder(to: number) == .equal
            }
    }
}
