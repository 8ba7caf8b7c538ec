/// A stretch of a version's UTF-8 bytes. All rules speak of ASCII; other characters are letters to some and
/// separators to others, and compare by their bytes.
typealias VersionBytes = ArraySlice<UInt8>

extension UInt8 {
    static let dot = UInt8(ascii: ".")
    static let hyphen = UInt8(ascii: "-")
    static let plus = UInt8(ascii: "+")
    static let tilde = UInt8(ascii: "~")
    static let caret = UInt8(ascii: "^")
    static let colon = UInt8(ascii: ":")
    static let underscore = UInt8(ascii: "_")
    static let zero = UInt8(ascii: "0")

    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
    var isLowerLetter: Bool { self >= UInt8(ascii: "a") && self <= UInt8(ascii: "z") }
    var isLetter: Bool { (self | 0x20).isLowerLetter && self < 0x80 }
    var isAlphanumeric: Bool { isDigit || isLetter }
    var isSpace: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }
    var lowercased: UInt8 { isLetter ? self | 0x20 : self }
}

extension VersionBytes {
    init(_ text: String) { self = Array(text.utf8)[...] }

    var text: String { String(decoding: self, as: UTF8.self) }
    var lowercased: VersionBytes { map(\.lowercased)[...] }
    var isNumber: Bool { !isEmpty && allSatisfy(\.isDigit) }
    /// A number that SemVer would write: no zero in front of other digits.
    var isPlainNumber: Bool { isNumber && (count == 1 || first != .zero) }

    /// Without white space at both ends.
    var trimmed: VersionBytes {
        let start = drop(while: \.isSpace)
        guard let last = start.lastIndex(where: { !$0.isSpace }) else { return start.prefix(0) }
        return start[...last]
    }

    /// Compares as numbers, however many digits there are. No digits are zero.
    func numericOrder(to other: VersionBytes) -> VersionOrder {
        let left = drop { $0 == .zero }
        let right = other.drop { $0 == .zero }
        return VersionOrder(left.count, right.count).then(left.byteOrder(to: right))
    }

    /// Compares byte by byte; a beginning is less than the whole.
    func byteOrder(to other: VersionBytes) -> VersionOrder {
        for (left, right) in zip(self, other) where left != right { return left < right ? .less : .greater }
        return VersionOrder(count, other.count)
    }

    /// The parts between separators, empty ones too.
    func parts(between separator: UInt8) -> [VersionBytes] {
        split(separator: separator, omittingEmptySubsequences: false)
    }

    /// Takes what is in front as long as it fits.
    mutating func take(while fits: (UInt8) -> Bool) -> VersionBytes {
        let taken = prefix(while: fits)
        self = self[taken.endIndex...]
        return taken
    }

    /// Takes a byte if it is next.
    mutating func take(_ byte: UInt8) -> Bool {
        guard first == byte else { return false }
        self = dropFirst()
        return true
    }

    /// Takes a word if it is next.
    mutating func take(_ word: String) -> Bool {
        guard starts(with: word.utf8) else { return false }
        self = dropFirst(word.utf8.count)
        return true
    }
}
