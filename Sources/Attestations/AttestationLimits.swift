import StrictJSON

/// Every bound on attestations, in one place and each with its reason.
public enum AttestationLimits {
    /// Bytes of a signed payload, also of one that comes out of a compressed OpenPGP message: statements of builds have
    /// some hundred kilobytes, and a bomb must not take memory.
    public static let payloadBytesMax = 1 << 20
    /// Bytes of one signature. One of OpenPGP has its payload within, armoured, which makes it a third larger.
    public static let signatureBytesMax = 2 << 20
    /// Bytes of a key's text; an OpenPGP key with many subkeys and user ids has some hundred kilobytes.
    public static let keyBytesMax = 1 << 20
    /// Signatures of one occurrence that are looked at; there is mostly one.
    public static let signaturesMax = 100
    /// Tries of a key on a signature, for one occurrence: signatures that name no key are tried with every key, and an
    /// image must not cost seconds.
    public static let triesMax = 500
    /// Values in a payload's JSON: real statements have one in twenty bytes.
    public static let payloadValuesMax = 200_000
    /// Levels of arrays and objects in a payload; real ones have a dozen.
    public static let depthMax = 64
    /// Of a JWT's header, which has an algorithm and a key's name; some bring a chain of certificates.
    static let jwtHeader = JSONLimits(bytesMax: 32 << 10, depthMax: 8, valuesMax: 1000)
    /// Seconds by which the clock of a signer may be ahead of ours, or behind it where a token's end is judged.
    public static let clockSkewSeconds: Int64 = 300
    /// Bits of RSA keys: fewer can be broken, and more take long to verify. Those that Binary Authorization takes.
    public static let rsaBits = 2048...4096
}
