import MetadataModel

/// The target of a request line, cut at its slashes and its question mark; nothing is decoded yet.
struct RequestTarget: Sendable {
    let bytes: [UInt8]
    /// The path's segments between the slashes; empty ones count.
    let segments: [Range<Int>]
    /// What follows the question mark.
    let query: ArraySlice<UInt8>

    /// Reads the origin form (`/path?query`) and, because proxies send it, the absolute form (`http://host/path?query`).
    init(_ text: String) {
        bytes = Array(text.utf8)
        let start = Self.pathStart(bytes)
        let pathEnd =
            bytes[start...].firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? bytes.endIndex
        var segments: [Range<Int>] = []
        segments.reserveCapacity(8)
        // Without a leading slash (as in `OPTIONS *`) there are no segments, and nothing matches.
        if start < pathEnd, bytes[start] == UInt8(ascii: "/") {
            var segmentStart = start + 1
            for index in segmentStart..<pathEnd where bytes[index] == UInt8(ascii: "/") {
                segments.append(segmentStart..<index)
                segmentStart = index + 1
            }
            segments.append(segmentStart..<pathEnd)
        }
        self.segments = segments
        if pathEnd < bytes.endIndex, bytes[pathEnd] == UInt8(ascii: "?") {
            let rest = bytes[(pathEnd + 1)...]
            query = rest[..<(rest.firstIndex(of: UInt8(ascii: "#")) ?? rest.endIndex)]
        } else {
            query = []
        }
    }

    /// Of several slashes at the beginning the last one counts: clients join an address that ends in one with a path.
    private static func pathStart(_ bytes: [UInt8]) -> Int {
        var start = authorityEnd(bytes)
        let slash = UInt8(ascii: "/")
        while start + 1 < bytes.count, bytes[start] == slash, bytes[start + 1] == slash { start += 1 }
        return start
    }

    private static func authorityEnd(_ bytes: [UInt8]) -> Int {
        guard bytes.first != UInt8(ascii: "/"), let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return 0 }
        guard bytes[colon...].starts(with: "://".utf8) else { return 0 }
        return bytes[(colon + 3)...].firstIndex(of: UInt8(ascii: "/")) ?? bytes.endIndex
    }

    /// The path as it came, without the query.
    var path: Substring {
        guard let first = segments.first, let last = segments.last else { return "" }
        return Substring(decoding: bytes[(first.lowerBound - 1)..<last.upperBound], as: UTF8.self)
    }

    /// Whether a segment is the given text, percent-encoded or not.
    func segment(_ index: Int, is text: [UInt8]) -> Bool {
        let segment = bytes[segments[index]]
        if segment.count == text.count { return segment.elementsEqual(text) }
        guard segment.count > text.count, segment.contains(UInt8(ascii: "%")) else { return false }
        guard let decoded = try? PercentDecoding.bytes(segment, plusIsSpace: false) else { return false }
        return decoded == text
    }

    /// Whether the path's last segment ends with a verb and has something before it; a verb of no bytes always fits.
    func ends(with verb: [UInt8]) -> Bool {
        if verb.isEmpty { return true }
        guard let last = segments.last, last.count > verb.count else { return false }
        return bytes[(last.upperBound - verb.count)..<last.upperBound].elementsEqual(verb)
    }
}

/// Percent-decoding (RFC 3986, section 2.1) that refuses what is not well-formed instead of passing it on.
enum PercentDecoding {
    /// What is wrong with an encoded text.
    enum Problem: Error, Equatable {
        /// A percent sign without two hexadecimal digits.
        case badEscape(String)
        case notUTF8
        case containsNUL

        var explanation: String {
            switch self {
            case .badEscape(let escape):
                "\(escape.quotedForMessage) is not a percent escape; a percent sign itself is written %25"
            case .notUTF8: "the bytes are not UTF-8 after percent-decoding"
            case .containsNUL: "the text contains a NUL character"
            }
        }
    }

    /// The decoded text; cheap where there is nothing to decode.
    static func text(_ encoded: ArraySlice<UInt8>, plusIsSpace: Bool) throws(Problem) -> String {
        let needsDecoding = encoded.contains { $0 == UInt8(ascii: "%") || (plusIsSpace && $0 == UInt8(ascii: "+")) }
        let plain = needsDecoding ? try bytes(encoded, plusIsSpace: plusIsSpace)[...] : encoded
        guard !plain.contains(0) else { throw .containsNUL }
        guard let text = String(validating: plain, as: UTF8.self) else { throw .notUTF8 }
        return text
    }

    /// The decoded bytes, whatever they are.
    static func bytes(_ encoded: ArraySlice<UInt8>, plusIsSpace: Bool) throws(Problem) -> [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(encoded.count)
        var index = encoded.startIndex
        while index < encoded.endIndex {
            let byte = encoded[index]
            if byte == UInt8(ascii: "%") {
                guard encoded.endIndex - index > 2, let high = hexDigit(encoded[index + 1]),
                    let low = hexDigit(encoded[index + 2])
                else { throw .badEscape(String(decoding: encoded[index...].prefix(3), as: UTF8.self)) }
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
                index += 1
            }
        }
        return decoded
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
