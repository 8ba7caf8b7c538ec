/// JSON text without line breaks, as a file of one value a line needs it.
enum JSONLine {
    /// The same text without the white space between tokens; nothing else is touched.
    ///
    /// - Parameter text: must be valid JSON, as ``JSONScanner/skipValue()`` returns it.
    static func minified(_ text: some Sequence<UInt8>) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(text.underestimatedCount)
        var isInString = false
        var isEscaped = false
        for byte in text {
            if isInString {
                out.append(byte)
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: continue
            case UInt8(ascii: "\""): isInString = true
            default: break
            }
            out.append(byte)
        }
        return out
    }
}
