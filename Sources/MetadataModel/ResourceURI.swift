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
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[1].utf8.count >= 32 else { return false }
        return parts[0].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+._-".contains($0)) }
            && parts[1].allSatisfy { $0.isASCII && $0.isHexDigit }
    }
}

extension UInt8 {
    fileprivate var isHexDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        case UInt8(ascii: "A")...UInt8(ascii: "F"): true
        default: false
        }
    }
}
