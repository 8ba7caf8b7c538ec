/// The URI of an artifact, as written and as compared.
///
/// The same image is written `https://registry/repo@sha256:…` by some clients and `registry/repo@sha256:…` by others.
/// Both are one resource to look-ups; what was written is returned as written.
public struct ResourceURI: Sendable, Hashable {
    /// The text without a leading `https://`: equal for both spellings.
    public let canonical: String
    /// Whether it was written with the leading `https://`.
    public let hasScheme: Bool

    private static let scheme = "https://"

    public init(_ written: String) {
        hasScheme = written.utf8.starts(with: Self.scheme.utf8)
        canonical =
            hasScheme ? String(decoding: written.utf8.dropFirst(Self.scheme.utf8.count), as: UTF8.self) : written
    }

    /// A stored URI, put together again.
    public init(canonical: String, hasScheme: Bool) {
        self.canonical = canonical
        self.hasScheme = hasScheme
    }

    /// A stored URI of which no spelling is known: with `https://`, as images have it, but where it has another scheme.
    public init(canonical: String) {
        self.init(canonical: canonical, hasScheme: !canonical.contains("://"))
    }

    /// The text as the client wrote it.
    public var written: String { hasScheme ? Self.scheme + canonical : canonical }

    /// The image digest that the URI ends in: `sha256:` and 64 hexadecimal digits, or another algorithm's after an `@`.
    public var digest: String? {
        let tail = canonical.utf8.suffix(71)
        if tail.count == 71, tail.starts(with: "sha256:".utf8), tail.dropFirst(7).allSatisfy(\.isHexDigit) {
            return String(decoding: tail, as: UTF8.self)
        }
        guard let at = canonical.lastIndex(of: "@") else { return nil }
        let text = canonical[canonical.index(after: at)...]
        return Self.isDigest(text) ? String(text) : nil
    }

    /// Whether the text has the form `algorithm:hex` of an OCI digest, with at least 32 hexadecimal digits.
    public static func isDigest(_ text: some StringProtocol) -> Bool {
        let bytes = text.utf8
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon != bytes.startIndex else { return false }
        let digits = bytes[bytes.index(after: colon)...]
        return digits.count >= 32 && digits.allSatisfy(\.isHexDigit) && bytes[..<colon].allSatisfy(\.isOfAlgorithm)
    }
}

extension UInt8 {
    /// Whether the name of a digest's algorithm may have it.
    fileprivate var isOfAlgorithm: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }

    fileprivate var isHexDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        case UInt8(ascii: "A")...UInt8(ascii: "F"): true
        default: false
        }
    }
}
