/// Where the next page of a list begins, bound to the list it was made for.
///
/// Opaque to clients: URL-safe base64 of a version byte, the position and a 64-bit digest over the position and the
/// query. The digest is no secret; it tells a token of this query from one of another query and from made-up text.
public struct PageToken: Sendable, Equatable {
    /// The next page holds the entries with keys below this.
    public let position: Int64

    public init(position: Int64) { self.position = position }

    /// The token's text for a query; `query` is any text that is the same for the same method, parent and filter.
    public func text(for query: String) -> String {
        var bytes = [Self.version]
        withUnsafeBytes(of: UInt64(bitPattern: position).bigEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: Self.digest(position, query).bigEndian) { bytes.append(contentsOf: $0) }
        return Base64URL.encode(bytes)
    }

    /// Reads a token that ``text(for:)`` wrote for the same query.
    /// - Throws: ``MetadataError/invalid(_:)-enum.case`` for `page_token` when it is not ours or of another query.
    public init(parsing text: String, for query: String) throws(MetadataError) {
        let invalid = MetadataError.invalid(
            "page_token",
            "not a page token of this list; send next_page_token of a reply to the same method, parent and filter as it came"
        )
        guard text.utf8.count == 23, let bytes = Base64URL.decode(text), bytes.count == 17, bytes[0] == Self.version
        else { throw invalid }
        let number: (ArraySlice<UInt8>) -> UInt64 = { $0.reduce(0) { $0 << 8 | UInt64($1) } }
        position = Int64(bitPattern: number(bytes[1..<9]))
        guard position > 0, number(bytes[9..<17]) == Self.digest(position, query) else { throw invalid }
    }

    private static let version: UInt8 = 1

    /// FNV-1a, 64 bits: tokens must stay good across restarts, which the standard library's hashing does not promise.
    private static func digest(_ position: Int64, _ query: String) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        withUnsafeBytes(of: position.bigEndian) { $0.forEach(mix) }
        query.utf8.forEach(mix)
        return hash
    }
}

/// URL-safe base64 without padding, RFC 4648 section 5.
enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        var bits = 0
        var held: UInt32 = 0
        for byte in bytes {
            held = held << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                out.append(alphabet[Int(held >> UInt32(bits) & 63)])
            }
        }
        if bits > 0 { out.append(alphabet[Int(held << UInt32(6 - bits) & 63)]) }
        return String(decoding: out, as: UTF8.self)
    }

    static func decode(_ text: String) -> [UInt8]? {
        var out: [UInt8] = []
        var bits = 0
        var held: UInt32 = 0
        for character in text.utf8 {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            held = held << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                out.append(UInt8(truncatingIfNeeded: held >> UInt32(bits)))
            }
        }
        // Bits left over must be zero, so that each value has one spelling.
        guard bits < 6, held & (1 << UInt32(bits) - 1) == 0 else { return nil }
        return out
    }
}
