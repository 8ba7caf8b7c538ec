import MetadataModel

/// Where a server is: `http://HOST:PORT`, `https://HOST:PORT` or `unix:PATH`.
struct ServerAddress: Sendable, Equatable, CustomStringConvertible {
    /// As it was given.
    let description: String
    /// What stands before a request's path in the HTTP client's URLs.
    let urlBase: String
    let isTLS: Bool

    static let standard = "http://127.0.0.1:8080"

    init(parsing text: String) throws(ClientFailure) {
        description = text
        if text.hasPrefix("unix:"), text.count > "unix:".count {
            let path = text.dropFirst("unix:".count)
            urlBase = "http+unix://" + PercentEncoding.encode(path, keeping: "")
            isTLS = false
            return
        }
        let isHTTP = text.hasPrefix("http://") && text.count > "http://".count
        isTLS = text.hasPrefix("https://") && text.count > "https://".count
        guard isHTTP || isTLS else {
            throw .usage(
                "the server's address must be http://HOST:PORT, https://HOST:PORT or unix:PATH; "
                    + "got \(text.quotedForMessage)"
            )
        }
        urlBase = text.last == "/" ? String(text.dropLast()) : text
    }
}

/// RFC 3986's way to write any text in a URL.
enum PercentEncoding {
    /// The text with every byte escaped but letters, digits, `-._~` and the given ones.
    static func encode(_ text: some StringProtocol, keeping kept: String) -> String {
        let kept = Set(kept.utf8)
        var out = ""
        for byte in text.utf8 {
            if isUnreserved(byte) || kept.contains(byte) {
                out.unicodeScalars.append(UnicodeScalar(byte))
            } else {
                let hex = String(byte, radix: 16, uppercase: true)
                out += hex.count == 1 ? "%0\(hex)" : "%\(hex)"
            }
        }
        return out
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): return true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): return true
        default: return false
        }
    }
}
