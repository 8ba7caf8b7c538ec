/// Whether the bytes are well-formed UTF-8 (Unicode table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF).
func isValidUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool { invalidUTF8(bytes) == nil }

/// Where the first byte lies that is not well-formed UTF-8, if there is one.
func invalidUTF8(_ bytes: UnsafeRawBufferPointer) -> Int? {
    var position = 0
    while true {
        position = skipASCII(bytes, from: position)
        if position == bytes.count { return nil }
        let length = utf8SequenceLength(bytes, at: position)
        if length == 0 { return position }
        position += length
    }
}

/// The first position at or after `start` that is not ASCII, eight bytes at a time.
func skipASCII(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    var position = start
    while position + 8 <= bytes.count,
        bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
    {
        position += 8
    }
    while position < bytes.count, bytes[position] < 0x80 { position += 1 }
    return position
}

/// The length of the well-formed sequence of two to four bytes at `start`, or 0 if it is not one.
func utf8SequenceLength(_ bytes: UnsafeRawBufferPointer, at start: Int) -> Int {
    func continuation(_ ahead: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
        start + ahead < bytes.count && range.contains(bytes[start + ahead])
    }
    switch bytes[start] {
    case 0xC2...0xDF: return continuation(1) ? 2 : 0
    case 0xE0: return continuation(1, 0xA0...0xBF) && continuation(2) ? 3 : 0
    case 0xED: return continuation(1, 0x80...0x9F) && continuation(2) ? 3 : 0
    case 0xE1...0xEF: return continuation(1) && continuation(2) ? 3 : 0
    case 0xF0: return continuation(1, 0x90...0xBF) && continuation(2) && continuation(3) ? 4 : 0
    case 0xF1...0xF3: return continuation(1) && continuation(2) && continuation(3) ? 4 : 0
    case 0xF4: return continuation(1, 0x80...0x8F) && continuation(2) && continuation(3) ? 4 : 0
    default: return 0
    }
}
