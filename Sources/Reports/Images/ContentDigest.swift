import Crypto

/// Digests as registries write them.
enum ContentDigest {
    /// `sha256:` and the SHA-256 of the bytes.
    static func sha256(_ bytes: [UInt8]) -> String { "sha256:" + sha256Digits(bytes) }

    /// The SHA-256 of the bytes as 64 hexadecimal digits.
    static func sha256Digits(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }
}
