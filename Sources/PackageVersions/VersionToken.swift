/// One part of a version as its rules see it.
///
/// Every set of rules here comes down to this: a function turns a version into a sequence of tokens, and sequences
/// compare token by token, the shorter one filled up with the token that stands for the end. Tokens compare by rank,
/// then by text, and all tokens of a rank compare their texts the same way. Such an order is total whatever the text
/// is: that `a < b` and `b < c` make `a < c` needs no proof for each ecosystem.
struct VersionToken {
    /// The order among tokens that differ in kind.
    var rank: Int
    /// What tokens of the same rank are compared by.
    var text: VersionBytes
    /// Whether the text is compared as a number; the same for all tokens of a rank.
    var isNumber: Bool

    /// A token that is equal to every other of its rank.
    static func mark(_ rank: Int) -> VersionToken { VersionToken(rank: rank, text: [], isNumber: false) }
    static func word(_ rank: Int, _ text: VersionBytes) -> VersionToken {
        VersionToken(rank: rank, text: text, isNumber: false)
    }
    /// Zeros in front are left out here, so that zero is known by its empty text.
    static func number(_ rank: Int, _ digits: VersionBytes) -> VersionToken {
        VersionToken(rank: rank, text: digits.drop { $0 == .zero }, isNumber: true)
    }

    var isZero: Bool { isNumber && text.isEmpty }

    func order(to other: VersionToken) -> VersionOrder {
        VersionOrder(rank, other.rank)
            .then(isNumber ? text.numericOrder(to: other.text) : text.byteOrder(to: other.text))
    }
}

extension Sequence<VersionToken> {
    /// Compares token by token; the shorter sequence goes on with `end` for ever.
    func order(to other: some Sequence<VersionToken>, end: VersionToken) -> VersionOrder {
        var left = makeIterator()
        var right = other.makeIterator()
        while true {
            let (mine, theirs) = (left.next(), right.next())
            if mine == nil, theirs == nil { return .equal }
            let order = (mine ?? end).order(to: theirs ?? end)
            if order != .equal { return order }
        }
    }
}

extension VersionBytes {
    /// Compares numbers between dots; the shorter list goes on with zeros.
    func dottedOrder(to other: VersionBytes) -> VersionOrder {
        let numbers = parts(between: .dot).lazy.map { VersionToken.number(0, $0) }
        let others = other.parts(between: .dot).lazy.map { VersionToken.number(0, $0) }
        return numbers.order(to: others, end: .number(0, []))
    }
}

/// The rules of one ecosystem.
protocol VersionScheme {
    /// Compares any two texts; total and in linear time.
    static func order(_ left: VersionBytes, _ right: VersionBytes) -> VersionOrder
    /// Whether the ecosystem's own tools accept the text as a version.
    static func isValid(_ version: VersionBytes) -> Bool
    /// Whether the rules say where the text belongs; more than what is valid where scanners write versions loosely.
    static func understands(_ version: VersionBytes) -> Bool
}

/// Rules that cannot read every text. What they cannot read is older than all that they can, and is ordered by
/// `GenericVersion` among itself.
protocol ParsedVersionScheme: VersionScheme {
    init?(_ version: VersionBytes)
    func order(to other: Self) -> VersionOrder
}

extension ParsedVersionScheme {
    static func order(_ left: VersionBytes, _ right: VersionBytes) -> VersionOrder {
        switch (Self(left), Self(right)) {
        case (let mine?, let theirs?): mine.order(to: theirs)
        case (nil, _?): .less
        case (_?, nil): .greater
        case (nil, nil): GenericVersion.order(left, right)
        }
    }

    static func understands(_ version: VersionBytes) -> Bool { Self(version) != nil }
}
