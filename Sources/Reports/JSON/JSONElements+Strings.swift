extension JSONElements {
    /// Reads on in a string. Returns whether it ends here.
    mutating func string(_ piece: UnsafeRawBufferPointer, _ at: inout Int) throws(ReportProblem) -> Bool {
        let start = at
        at = piece.endOfPlainText(from: at)
        guard utf8.read(piece[start..<at]), at == piece.count || utf8.isAtBoundary else {
            throw problem("the text is not UTF-8", at)
        }
        if isName, containers.count == 1 {
            name.append(contentsOf: piece[start..<at])
            try checkName(at)
        }
        if at == piece.count { return false }
        switch piece[at] {
        case UInt8(ascii: "\""):
            lexeme = .none
            at += 1
            return true
        case UInt8(ascii: "\\"):
            lexeme = .escape
            escape = JSONEscapeReader()
            return false
        default: throw unexpected(piece, at, "an escape such as \\n in place of the control character")
        }
    }

    /// Reads a byte of an escape.
    mutating func escape(_ piece: UnsafeRawBufferPointer, _ at: inout Int) throws(ReportProblem) -> Bool {
        switch escape.read(piece[at]) {
        case .goesOn: break
        case .ends: lexeme = .string
        case .isWrong: throw unexpected(piece, at, "an escape that JSON knows")
        }
        if isName, containers.count == 1 { name.append(piece[at]) }
        at += 1
        return false
    }

    private func checkName(_ at: Int) throws(ReportProblem) {
        if name.count > limits.titleBytesMax {
            throw problem("the name has more than \(limits.titleBytesMax) bytes", at)
        }
    }
}

/// Checks text that comes in pieces for being UTF-8 (RFC 3629, section 4).
struct UTF8Reader {
    /// Bytes that are still to come of a character.
    private var missing = 0
    /// What the next of them may be; the first after some leading bytes may not be all that others may.
    private var allowed = Self.continuation

    private static let continuation: ClosedRange<UInt8> = 0x80...0xBF

    /// Whether no character is in the middle.
    var isAtBoundary: Bool { missing == 0 }

    /// Reads on. Returns false at a byte that cannot be where it is.
    mutating func read(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        // Nearly all text is ASCII.
        if missing == 0, bytes.allASCII { return true }
        for byte in bytes {
            if missing > 0 {
                guard allowed ~= byte else { return false }
                missing -= 1
                allowed = Self.continuation
            } else if byte >= 0x80 {
                guard begin(byte) else { return false }
            }
        }
        return true
    }

    /// Takes the first byte of a character. No character is written longer than it needs, none is a surrogate, and none is
    /// above U+10FFFF.
    private mutating func begin(_ byte: UInt8) -> Bool {
        switch byte {
        case 0xC2...0xDF: missing = 1
        case 0xE0: (missing, allowed) = (2, 0xA0...0xBF)
        case 0xED: (missing, allowed) = (2, 0x80...0x9F)
        case 0xE1...0xEF: missing = 2
        case 0xF0: (missing, allowed) = (3, 0x90...0xBF)
        case 0xF1...0xF3: missing = 3
        case 0xF4: (missing, allowed) = (3, 0x80...0x8F)
        default: return false
        }
        return true
    }
}

extension Slice<UnsafeRawBufferPointer> {
    /// Whether no byte is above 0x7F. Looks at eight bytes at once.
    fileprivate var allASCII: Bool {
        let bytes = UnsafeRawBufferPointer(rebasing: self)
        var at = 0
        while at + 8 <= bytes.count {
            if bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self) & 0x8080_8080_8080_8080 != 0 { return false }
            at += 8
        }
        while at < bytes.count {
            if bytes[at] >= 0x80 { return false }
            at += 1
        }
        return true
    }
}

/// Reads an escape of a JSON string byte by byte, a surrogate pair being one (RFC 8259, section 7).
struct JSONEscapeReader {
    enum Progress {
        case goesOn, ends, isWrong
    }

    /// Bytes read of the escape.
    private var count = 0
    private var unit: UInt32 = 0

    mutating func read(_ byte: UInt8) -> Progress {
        defer { count += 1 }
        switch count {
        case 0, 6: return byte == UInt8(ascii: "\\") ? .goesOn : .isWrong
        case 1 where byte != UInt8(ascii: "u"):
            return "\"\\/bfnrt".utf8.contains(byte) ? .ends : .isWrong
        case 1, 7: return byte == UInt8(ascii: "u") ? .goesOn : .isWrong
        default: break
        }
        switch byte {
        case 0x30...0x39: unit = unit << 4 | UInt32(byte - 0x30)
        case 0x41...0x46: unit = unit << 4 | UInt32(byte - 0x37)
        case 0x61...0x66: unit = unit << 4 | UInt32(byte - 0x57)
        default: return .isWrong
        }
        let isHigh = unit & 0xFC00 == 0xD800
        let isLow = unit & 0xFC00 == 0xDC00
        switch count {
        case 5:
            unit = isHigh ? 0 : unit
            return isHigh ? .goesOn : isLow ? .isWrong : .ends
        case 11: return isLow ? .ends : .isWrong
        default: return .goesOn
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The first position from here on that is a quote, a backslash or a control character; the end if there is none.
    ///
    /// Looks at eight bytes at once. For a word of eight bytes, `(x - 0x01…) & ~x & 0x80…` is not zero if and only if
    /// one of them is zero; with 0x20 for 0x01, if one is below 0x20.
    fileprivate func endOfPlainText(from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        var at = start
        while at + 8 <= count {
            let word = loadUnaligned(fromByteOffset: at, as: UInt64.self)
            let quotes = word ^ (ones &* 0x22)
            let backslashes = word ^ (ones &* 0x5C)
            let found =
                ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes) | ((word &- ones &* 0x20) & ~word)
            if found & tops != 0 { break }
            at += 8
        }
        while at < count, self[at] != 0x22, self[at] != 0x5C, self[at] >= 0x20 { at += 1 }
        return at
    }
}
