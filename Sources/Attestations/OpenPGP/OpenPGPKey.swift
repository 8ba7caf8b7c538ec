/// An OpenPGP public key (RFC 4880, section 11.1) with its subkeys, user ids and signatures.
public struct OpenPGPKey: Sendable {
    /// Of the primary key: hexadecimal digits in lower case.
    public let fingerprint: String
    public let subkeyFingerprints: [String]
    /// Of the primary key, for people: `RSA 3072`, `EDDSA Ed25519`.
    public let algorithm: String
    /// The key as it travels, binary.
    let transferable: [UInt8]

    /// The keys of a text, which may hold several armoured blocks, each with several keys.
    public static func all(in text: String) throws(AttestationProblem) -> [OpenPGPKey] {
        if text.utf8.count > AttestationLimits.keyBytesMax {
            let bound = "at most \(AttestationLimits.keyBytesMax) are taken"
            throw AttestationProblem("the key's text has \(text.utf8.count) bytes; \(bound)")
        }
        if text.contains("-----BEGIN PGP PRIVATE KEY BLOCK-----") {
            let remedy = "`gpg --armor --export` writes public ones"
            throw AttestationProblem("expected OpenPGP public keys, found a private one; \(remedy)")
        }
        let blocks = try armoredBlocks(of: text)
        return try RNPSession.run(now: 1) { session throws(AttestationProblem) in
            for block in blocks { try session.importKeys(block) }
            return try keys(of: session)
        }
    }

    private static let header = "-----BEGIN PGP PUBLIC KEY BLOCK-----"
    private static let footer = "-----END PGP PUBLIC KEY BLOCK-----"

    private static func armoredBlocks(of text: String) throws(AttestationProblem) -> [[UInt8]] {
        var blocks: [[UInt8]] = []
        var lines: [Substring]?
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let isHeader = line.hasPrefix(header)
            if isHeader, lines != nil { break }
            if isHeader { lines = [] }
            lines?.append(line)
            guard line.hasPrefix(footer), let block = lines else { continue }
            blocks.append(Array((block.joined(separator: "\n") + "\n").utf8))
            lines = nil
        }
        if lines != nil { throw AttestationProblem("the OpenPGP key ends before \(footer); it is cut off") }
        if blocks.isEmpty { throw AttestationProblem("expected OpenPGP keys that begin with \(header)") }
        return blocks
    }

    private static func keys(of session: borrowing RNPSession) throws(AttestationProblem) -> [OpenPGPKey] {
        var bytes: [(fingerprint: String, algorithm: String, transferable: [UInt8])] = []
        var subkeys: [String: [String]] = [:]
        for fingerprint in session.fingerprints() {
            guard let key = session.key(fingerprint) else { continue }
            if !key.isPrimary {
                subkeys[key.primaryFingerprint, default: []].append(fingerprint)
            } else if let transferable = key.transferable {
                bytes.append((fingerprint, key.algorithm, transferable))
            }
        }
        if bytes.isEmpty { throw AttestationProblem("the OpenPGP text holds no usable public key") }
        return bytes.map { fingerprint, algorithm, transferable in
            OpenPGPKey(
                fingerprint: fingerprint,
                subkeyFingerprints: subkeys[fingerprint] ?? [],
                algorithm: algorithm,
                transferable: transferable
            )
        }
    }
}
