import MetadataModel

/// The digest of an image: `sha256:` and 64 hexadecimal digits in lower case, and nothing else.
///
/// Signed payloads are held against it byte by byte, so there is one way to write it (OCI image specification,
/// "Digests": the encoding of SHA-256 has no upper case).
public struct ImageDigest: Sendable, Hashable, CustomStringConvertible {
    /// `sha256:…`.
    public let description: String

    /// The digits alone.
    public var hex: String { String(description.dropFirst(7)) }

    public init(_ text: String) throws(AttestationProblem) {
        let prefix = "sha256:"
        guard text.utf8.starts(with: prefix.utf8) else {
            throw AttestationProblem("expected sha256: and 64 digits, found \(text.quotedForMessage)")
        }
        try self.init(hex: String(decoding: text.utf8.dropFirst(prefix.utf8.count), as: UTF8.self))
    }

    /// From the digits alone, as in-toto statements have them.
    public init(hex: String) throws(AttestationProblem) {
        let digits = hex.utf8
        guard digits.count == 64 else {
            throw AttestationProblem("expected 64 digits of a SHA-256, found \(hex.quotedForMessage)")
        }
        guard digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else {
            let remedy = "expected lower-case hexadecimal digits"
            throw AttestationProblem("\(remedy), found \(hex.quotedForMessage)")
        }
        description = "sha256:" + hex
    }
}
