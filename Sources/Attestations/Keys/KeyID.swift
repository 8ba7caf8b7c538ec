import Crypto

/// How keys are named. A name is any text; two schemes are computed from the key itself.
public enum KeyID {
    /// `ni:///sha-256;…`: the digest of the SubjectPublicKeyInfo (RFC 6920), as Binary Authorization names keys that
    /// nobody named.
    public static func ni(of key: PKIXPublicKey) -> String {
        "ni:///sha-256;" + Base64.urlText(SHA256.hash(data: key.der))
    }

    /// `openpgp4fpr:…`, 40 digits.
    public static func openPGP(fingerprint: String) -> String { "openpgp4fpr:" + fingerprint.lowercased() }

    /// The fingerprint, long or short key id, in lower case, that a text names an OpenPGP key by: with the scheme or without,
    /// with spaces between digits as they are printed, or with `0x`. Nil if it is none. Short ids can be made to order, but
    /// a name only narrows the keys that are tried; it proves nothing.
    static func openPGPDigits(_ text: String) -> String? {
        var digits = text.lowercased().filter { $0 != " " }
        for prefix in ["openpgp4fpr:", "0x"] where digits.hasPrefix(prefix) { digits.removeFirst(prefix.count) }
        let count = digits.utf8.count
        guard [40, 16, 8].contains(count),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        return digits
    }
}
