/// Comparisons of texts by their bytes. Swift's own `==` and `<` take canonically equivalent texts for equal, which no
/// database does, so a filter would say one thing in SQL and another here.
enum TextSearch {
    /// Whether both have the same bytes.
    static func equal(_ left: String, _ right: String) -> Bool {
        equal(left.utf8[...], right)
    }

    /// Whether both have the same bytes; takes a part of a text so that none needs to be copied.
    static func equal(_ left: Substring.UTF8View, _ right: String) -> Bool {
        let right = right.utf8
        guard left.count == right.count else { return false }
        let isEqual = left.withContiguousStorageIfAvailable { left in
            right.withContiguousStorageIfAvailable { right in left.elementsEqual(right) }
        }
        return (isEqual ?? nil) ?? left.elementsEqual(right)
    }

    /// Whether the left bytes come before the right ones.
    static func less(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    static func hasPrefix(_ text: Substring.UTF8View, _ prefix: String) -> Bool {
        text.starts(with: prefix.utf8)
    }

    static func hasSuffix(_ text: String, _ suffix: String) -> Bool {
        let (text, suffix) = (text.utf8, suffix.utf8)
        return text.count >= suffix.count && text.suffix(suffix.count).elementsEqual(suffix)
    }

    /// Whether the bytes occur in the text.
    static func contains(_ text: String, _ part: String) -> Bool {
        search(text, part, foldsASCII: false)
    }

    /// Whether the text, in lower case, contains the part, which is in lower case already.
    ///
    /// Only a text beyond ASCII is copied for that.
    static func containsIgnoringCase(_ text: String, lowerCased part: String) -> Bool {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return search(text, part, foldsASCII: true) }
        return search(text.lowercased(), part, foldsASCII: false)
    }

    private static func search(_ text: String, _ part: String, foldsASCII: Bool) -> Bool {
        var (text, part) = (text, part)
        return text.withUTF8 { text in
            part.withUTF8 { part in search(text, part, foldsASCII: foldsASCII) }
        }
    }

    /// Parts up to this many bytes are tried at every place; longer ones could make that take the product of both
    /// lengths, so they are worth a table.
    private static let triedEverywhereBytesMax = 32

    private static func search(
        _ text: UnsafeBufferPointer<UInt8>,
        _ part: UnsafeBufferPointer<UInt8>,
        foldsASCII: Bool
    ) -> Bool {
        guard let first = part.first else { return true }
        guard part.count <= text.count else { return false }
        guard part.count <= triedEverywhereBytesMax else { return searchWithTable(text, part, foldsASCII: foldsASCII) }
        for start in 0...(text.count - part.count) where folded(text[start], foldsASCII) == first {
            var matched = 1
            while matched < part.count, folded(text[start + matched], foldsASCII) == part[matched] { matched += 1 }
            if matched == part.count { return true }
        }
        return false
    }

    /// Knuth, Morris and Pratt: never goes back in the text, because `fallback[n]` knows how long a beginning of the part
    /// the last n matched bytes end with.
    private static func searchWithTable(
        _ text: UnsafeBufferPointer<UInt8>,
        _ part: UnsafeBufferPointer<UInt8>,
        foldsASCII: Bool
    ) -> Bool {
        var fallback = [Int](repeating: 0, count: part.count + 1)
        var length = 0
        for index in 1..<part.count {
            while length > 0, part[index] != part[length] { length = fallback[length] }
            if part[index] == part[length] { length += 1 }
            fallback[index + 1] = length
        }
        var matched = 0
        for byte in text {
            let byte = folded(byte, foldsASCII)
            while matched > 0, byte != part[matched] { matched = fallback[matched] }
            if byte == part[matched] { matched += 1 }
            if matched == part.count { return true }
        }
        return false
    }

    @inline(__always)
    private static func folded(_ byte: UInt8, _ foldsASCII: Bool) -> UInt8 {
        foldsASCII && byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }
}
