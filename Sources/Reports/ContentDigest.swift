import Crypto

/// Digests of content: as registries write them, and for ids that follow from what things say.
public enum ContentDigest {
    /// `sha256:` and the SHA-256 of the bytes.
    public static func sha256(_ bytes: [UInt8]) -> String { "sha256:" + sha256Digits(bytes) }

    /// The SHA-256 of the bytes as 64 hexadecimal digits.
    static func sha256Digits(_ bytes: some Sequence<UInt8>) -> String { SHA256.hash(data: Array(bytes)).hexDigits }

    /// 128 bits of a digest over some texts as 32 hexadecimal digits: what is said of all artifacts of all times will not meet.
    public static func digits(of parts: [String]) -> String {
        var hash = SHA256()
        // Each with its length before it, so that parts cannot run into each other.
        for part in parts { hash.update(data: Array("\(part.utf8.count):\(part)".utf8)) }
        return String(hash.finalize().hexDigits.prefix(32))
    }
}

extension SHA256Digest {
    /// The digest in 64 hexadecimal digits.
    var hexDigits: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in self {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
