import Attestations
import Foundation
import MetadataModel

/// Files with keys.
enum KeyFile {
    /// A key that is in a file, public or private.
    struct Key: Equatable {
        /// As signatures name it.
        let id: String
        /// For people.
        let algorithm: String
    }

    // MARK: Reading

    /// The keys of a file: one in PEM, or those of OpenPGP in ASCII armour.
    /// - Parameter algorithm: of a key in PEM that does not say itself how it signs.
    static func keys(in path: String, algorithm: SignatureAlgorithm? = nil) throws(ClientFailure) -> [Key] {
        let text = try text(of: path)
        do {
            if text.contains("-----BEGIN PGP ") {
                return try OpenPGPKey.all(in: text).map { key in
                    Key(id: KeyID.openPGP(fingerprint: key.fingerprint), algorithm: "OpenPGP \(key.algorithm)")
                }
            }
            let key =
                text.contains("PRIVATE KEY-----")
                ? try SigningKey(pem: text, algorithm: algorithm).publicKey
                : try PKIXPublicKey(pem: text, algorithm: algorithm)
            return [Key(id: KeyID.ni(of: key), algorithm: key.algorithm.name)]
        } catch {
            throw .file("\(InputFile.name(of: path)): \(error)")
        }
    }

    /// The signature of the private key in a file, which must be one of the attestor's that signs in that form.
    static func signature(
        over message: [UInt8],
        _ path: String,
        _ form: AttestationForm,
        _ attestor: Attestor
    ) throws(ClientFailure) -> [UInt8] {
        let text = try text(of: path)
        do {
            // How an RSA key signs is the attestor's to say.
            let own = try SigningKey(pem: text)
            let same = attestor.keys.filter { $0.der == own.publicKey.der }
            if same.isEmpty {
                throw ClientFailure.usage(
                    "the key in \(InputFile.name(of: path)), \(KeyID.ni(of: own.publicKey)), is none of "
                        + "\(attestor.name)\(attestor.keysText)"
                )
            }
            guard let key = same.first(where: { $0.verifier(of: form) != nil }), case .pkix(let known) = key.material
            else {
                let signs = Set(same.map(\.signsText)).sorted().joined(separator: ", ")
                throw ClientFailure.usage(
                    "the key \(same[0].id) of \(attestor.name) signs \(signs), not \(form.rawValue)"
                )
            }
            return try SigningKey(pem: text, algorithm: known.algorithm).signature(over: message)
        } catch let failure as ClientFailure {
            throw failure
        } catch {
            throw .file("\(InputFile.name(of: path)): \(error)")
        }
    }

    private static func text(of path: String) throws(ClientFailure) -> String {
        guard let text = String(validating: try InputFile.contents(of: path), as: UTF8.self) else {
            throw .file("\(InputFile.name(of: path)) is no text; keys are taken in PEM and in ASCII armour")
        }
        return text
    }

    // MARK: Writing

    /// Makes a key: the private half into the file, for its owner's eyes only, the public half beside it.
    ///
    /// Neither is written over something, for that could be a key that is in use.
    /// - Returns: the key, and the path of its public half.
    static func generate(
        _ kind: SigningKey.NewKind,
        path: String
    ) throws(ClientFailure) -> (key: Key, publicPath: String) {
        let (key, privatePEM): (SigningKey, String)
        do { (key, privatePEM) = try SigningKey.generate(kind) } catch { throw .unexpected("no key: \(error)") }
        let publicPath = path + ".pub"
        try create(path, privatePEM, mode: 0o600)
        do {
            try create(publicPath, key.publicKey.pem, mode: 0o644)
        } catch {
            // A private key whose public half is not there is of no use, and it is not in use yet.
            unlink(path)
            throw error
        }
        return (Key(id: KeyID.ni(of: key.publicKey), algorithm: key.publicKey.algorithm.name), publicPath)
    }

    /// Writes a file that must not be there before, nor be a link to somewhere else.
    private static func create(_ path: String, _ text: String, mode: mode_t) throws(ClientFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            if errno == EEXIST { throw .file("\(path) is there already; keys are not written over") }
            throw .file("\(path) cannot be created: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let reason = String(cString: strerror(errno))
                unlink(path)
                throw .file("\(path) cannot be written: \(reason)")
            }
            rest = rest.dropFirst(count)
        }
        fsync(descriptor)
    }
}

extension Attestor.Key {
    /// The public key; nil if it is none of PKIX.
    fileprivate var der: [UInt8]? {
        if case .pkix(let key) = material { key.der } else { nil }
    }
}
