import Foundation
import GrafeasProto
import Testing

@testable import Attestations

/// gpg with a home of its own, and keys made by it.
struct Gpg {
    let bench: Workbench

    init() throws {
        bench = try Workbench()
    }

    @discardableResult
    func run(_ arguments: String...) throws -> [UInt8] {
        let fixed = ["--batch", "--yes", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""]
        return try bench.run("gpg", fixed + arguments, environment: ["GNUPGHOME": bench.directory.path])
    }

    func stop() {
        _ = try? bench.run("gpgconf", "--kill", "all", environment: ["GNUPGHOME": bench.directory.path])
    }

    /// Makes a key for signing.
    func makeKey(_ user: String, _ algorithm: String, expires: String = "never", at time: String? = nil) throws {
        let when = time.map { ["--faked-system-time", $0] } ?? []
        let fixed = ["--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""]
        let arguments = fixed + when + ["--quick-gen-key", user, algorithm, "sign", expires]
        try bench.run("gpg", arguments, environment: ["GNUPGHOME": bench.directory.path])
    }

    func fingerprints(_ user: String) throws -> [String] {
        let listing = String(decoding: try run("--list-keys", "--with-colons", user), as: UTF8.self)
        return listing.split(separator: "\n").filter { $0.hasPrefix("fpr:") }.map { line in
            String(line.split(separator: ":", omittingEmptySubsequences: false)[9])
        }
    }

    func keys(_ users: String...) throws -> [OpenPGPKey] {
        let texts = try users.map { String(decoding: try run("--armor", "--export", $0), as: UTF8.self) }
        return try OpenPGPKey.all(in: texts.joined(separator: "\n"))
    }

    /// Signs the file `payload`.
    func sign(_ user: String, _ options: String...) throws -> [UInt8] {
        let fixed = ["--batch", "--yes", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "", "-u", user]
        let arguments = fixed + options + ["-o", "signature", "payload"]
        try bench.run("gpg", arguments, environment: ["GNUPGHOME": bench.directory.path])
        return try bench.bytes("signature")
    }
}

@Suite("Signatures of gpg", .enabled(if: Workbench.hasGPG), .serialized)
struct OpenPGPTests {
    private let payload = Example.payload.bytes + [0x0A]
    private let now = Int64(Date().timeIntervalSince1970)

    private func authority(_ keys: [OpenPGPKey], _ form: SignedForm = .simpleSigning) -> AttestationAuthority {
        AttestationAuthority(name: "qa", keys: keys.map { AttestationKey($0, signs: form) })
    }

    private func verdict(
        _ authority: AttestationAuthority,
        _ payload: [UInt8],
        _ signature: [UInt8],
        keyID: String = "",
        now: Int64? = nil
    ) -> AttestationVerdict {
        let occurrence = Example.occurrence(payload, [signature], keyID: keyID)
        return authority.verdict(on: occurrence, about: Example.digest, now: now ?? self.now)
    }

    @Test(
        "Attached, clear-signed and detached, armoured and binary, by RSA and Ed25519 keys",
        arguments: [
            ("rsa2048", "RSA 2048"), ("rsa4096", "RSA 4096"), ("ed25519", "EDDSA Ed25519"),
            ("nistp256", "ECDSA NIST P-256"),
        ]
    )
    func forms(algorithm: String, name: String) throws {
        let gpg = try Gpg()
        defer { gpg.stop() }
        try gpg.makeKey("a@example.com", algorithm)
        try gpg.bench.write("payload", payload)
        let keys = try gpg.keys("a@example.com")
        #expect(keys.map(\.algorithm) == [name])
        let authority = authority(keys)
        let id = "openpgp4fpr:" + (try gpg.fingerprints("a@example.com")[0]).lowercased()

        let enclosed = [
            try gpg.sign("a@example.com", "--armor", "--sign"), try gpg.sign("a@example.com", "--sign"),
            try gpg.sign("a@example.com", "--sign", "-z", "0"), try gpg.sign("a@example.com", "--clearsign"),
        ]
        for message in enclosed {
            // The payload that comes out of the message is the one that is judged; one beside it must be the same.
            for beside in [[], payload] {
                let verdict = verdict(authority, beside, message)
                #expect(verdict.isVerified, "\(verdict.explanation)")
                #expect(verdict.verified.first?.keyID == id)
                #expect(verdict.verified.first?.payloadBytes == payload)
            }
            let reasons = verdict(authority, Example.payload.bytes + [0x20], message).reasons
            #expect(reasons == ["the OpenPGP message holds another payload than stands beside it"])
        }
        for options in [["--armor"], []] {
            let signature =
                try options.isEmpty
                ? gpg.sign("a@example.com", "--detach-sign") : gpg.sign("a@example.com", "--armor", "--detach-sign")
            #expect(verdict(authority, payload, signature).isVerified)
            #expect(verdict(authority, [], signature).reasons[0].contains("detached"))
            #expect(verdict(authority, payload + [0x20], signature).reasons[0].contains("does not match"))
        }
        let base64 = Array(Base64.text(enclosed[1]).utf8)
        #expect(verdict(authority, [], base64).isVerified)
    }

    @Test("A key is named by fingerprint or long key id, with and without the scheme, in either case")
    func keyIDs() throws {
        let gpg = try Gpg()
        defer { gpg.stop() }
        try gpg.makeKey("a@example.com", "ed25519")
        try gpg.bench.write("payload", payload)
        let authority = authority(try gpg.keys("a@example.com"))
        let message = try gpg.sign("a@example.com", "--clearsign")
        let fingerprint = try gpg.fingerprints("a@example.com")[0]
        for id in [
            "openpgp4fpr:\(fingerprint)", fingerprint.lowercased(), String(fingerprint.suffix(16)),
            // As older tutorials have it.
            String(fingerprint.suffix(8)),
        ] {
            #expect(verdict(authority, [], message, keyID: id).isVerified)
        }
        for id in [String(fingerprint.suffix(7)), String(fingerprint.dropLast()) + "x", "a@example.com"] {
            #expect(verdict(authority, [], message, keyID: id).reasons[0].contains("no key of qa"))
        }
    }

    @Test("An OpenPGP key signs no JWTs, also none that names it")
    func tokens() throws {
        let gpg = try Gpg()
        defer { gpg.stop() }
        try gpg.makeKey("a@example.com", "ed25519")
        let id = "openpgp4fpr:" + (try gpg.fingerprints("a@example.com")[0]).lowercased()
        let token = WrittenJWT(header: #"{"alg":"EdDSA","kid":"\#(id)"}"#)
        try gpg.bench.write("payload", Array(token.signingInput.utf8))
        let text = token.signingInput + "." + Base64.urlText(try gpg.sign("a@example.com", "--detach-sign"))
        let word = authority(try gpg.keys("a@example.com")).word(on: text)
        #expect(word == "\(id) is a key of OpenPGP, with which no JWT is signed")
    }

    @Test("A signature by a subkey counts for its key, which is one of several in a text")
    func subkeys() throws {
        let gpg = try Gpg()
        defer { gpg.stop() }
        try gpg.makeKey("a@example.com", "ed25519")
        try gpg.makeKey("b@example.com", "rsa2048")
        let primary = try gpg.fingerprints("a@example.com")[0]
        try gpg.run("--quick-add-key", primary, "ed25519", "sign", "never")
        let subkey = try gpg.fingerprints("a@example.com")[1]
        try gpg.bench.write("payload", payload)
        let message = try gpg.sign("\(subkey)!", "--sign")

        let keys = try gpg.keys("b@example.com", "a@example.com")
        #expect(
            Set(keys.map(\.fingerprint)) == [
                primary.lowercased(), try gpg.fingerprints("b@example.com")[0].lowercased(),
            ]
        )
        #expect(keys.flatMap(\.subkeyFingerprints) == [subkey.lowercased()])
        let verdict = verdict(authority(keys), [], message, keyID: subkey)
        #expect(verdict.isVerified, "\(verdict.explanation)")
        #expect(verdict.verified.first?.keyID == "openpgp4fpr:\(primary.lowercased())")

        try gpg.run("--quick-set-expire", primary, "2d", subkey)
        let later = now + 3 * 86_400
        let expiring = authority(try gpg.keys("a@example.com"))
        #expect(self.verdict(expiring, [], message).isVerified)
        let reasons = self.verdict(expiring, [], message, now: later).reasons
        #expect(reasons == ["the OpenPGP key \(subkey.lowercased()) has expired"])
    }

    @Test("Expired keys")
    func expiredKeys() throws {
        let gpg = try Gpg()
        defer { gpg.stop() }
        try gpg.makeKey("a@example.com", "ed25519", expires: "1d")
        try gpg.bench.write("payload", payload)
        let authority = authority(try gpg.keys("a@example.com"))
        let message = try gpg.sign("a@example.com", "--sign")
        #expect(verdict(authority, [], message).isVerified)
        #expect(verdict(authority, [], message, now: now + 2 * 86_400).reasons[0].hasSuffix("has expired"))
    }

    @Test("Revoked keys")
    func revokedKeys() throws {
        let gpg = try Gpg()
        defer { gpg.stop() }
        try gpg.makeKey("a@example.com", "rsa2048")
        try gpg.bench.write("payload", payload)
        let message = try gpg.sign("a@example.com", "--sign")
        let fingerprint = try gpg.fingerprints("a@example.com")[0]
        // gpg keeps a revocation certificate of every key, spoilt by a colon against accidents.
        let certificate = try gpg.bench.text("openpgp-revocs.d/\(fingerprint).rev")
        try gpg.bench.write("revocation", Array(certificate.replacingOccurrences(of: ":---", with: "---").utf8))
        #expect(verdict(authority(try gpg.keys("a@example.com")), [], message).isVerified)
        try gpg.run("--import", "revocation")
        let reasons = verdict(authority(try gpg.keys("a@example.com")), [], message).reasons
        #expect(reasons == ["the OpenPGP key \(fingerprint.lowercased()) is revoked"])
    }

    @Test("Signatures that expire")
    func expiringSignatures() throws {
        let gpg = try Gpg()
        defer { gpg.stop() }
        try gpg.makeKey("a@example.com", "ed25519")
        try gpg.bench.write("payload", payload)
        let authority = authority(try gpg.keys("a@example.com"))
        let message = try gpg.sign("a@example.com", "--default-sig-expire", "1d", "--sign")
        #expect(verdict(authority, [], message).isVerified)
        let reasons = verdict(authority, [], message, now: now + 2 * 86_400).reasons
        #expect(reasons == ["the OpenPGP signature has expired"])
        #expect(verdict(authority, [], message, now: now - 86_400).reasons[0].contains("the OpenPGP key"))
    }

    @Test("Signatures over SHA-1, of which collisions are known")
    func weakDigests() throws {
        let gpg = try Gpg()
        defer { gpg.stop() }
        try gpg.makeKey("a@example.com", "rsa2048")
        try gpg.bench.write("payload", payload)
        let authority = authority(try gpg.keys("a@example.com"))
        let message = try gpg.sign("a@example.com", "--digest-algo", "SHA1", "--sign")
        #expect(!verdict(authority, [], message).isVerified)
    }

    @Test("Another key's messages, unsigned ones, damaged ones and text that is none")
    func strangersAndDamage() throws {
        let gpg = try Gpg()
        defer { gpg.stop() }
        try gpg.makeKey("a@example.com", "ed25519")
        try gpg.makeKey("b@example.com", "ed25519")
        try gpg.bench.write("payload", payload)
        let authority = authority(try gpg.keys("a@example.com"))
        let stranger = verdict(authority, [], try gpg.sign("b@example.com", "--sign")).reasons
        #expect(stranger[0].contains("signed by another key"))
        let unsigned = verdict(authority, [], try gpg.sign("a@example.com", "--store")).reasons
        #expect(unsigned[0].contains("no signature"))
        let secret = verdict(authority, [], try gpg.sign("a@example.com", "--passphrase", "x", "--symmetric")).reasons
        #expect(secret[0].contains("no signature"))

        let clear = String(decoding: try gpg.sign("a@example.com", "--clearsign"), as: UTF8.self)
        let forged = clear.replacingOccurrences(of: "shop/cart", with: "shop/card")
        #expect(verdict(authority, [], Array(forged.utf8)).reasons[0].contains("does not match"))
        // What stands around the signed text is not part of the payload.
        let around = verdict(authority, [], Array(("{}\n" + clear + "{}\n").utf8))
        #expect(around.verified.first?.payloadBytes ?? payload == payload)

        let message = try gpg.sign("a@example.com", "--sign")
        for end in stride(from: 0, to: message.count, by: 7) {
            #expect(!verdict(authority, [], Array(message[..<end])).isVerified)
        }
        for index in stride(from: 0, to: message.count, by: 5) {
            var damaged = message
            damaged[index] ^= 0x55
            let verdict = verdict(authority, [], damaged)
            #expect(!verdict.isVerified || verdict.verified.first?.payloadBytes == payload)
        }
    }

    @Test("Compressed PGP bombs", arguments: ["zip", "bzip2"])
    func bombs(compression: String) throws {
        let gpg = try Gpg()
        defer { gpg.stop() }
        try gpg.makeKey("a@example.com", "ed25519")
        try gpg.bench.write("payload", [UInt8](repeating: 0x20, count: 200 << 20))
        let bomb = try gpg.sign("a@example.com", "--compress-algo", compression, "-z", "9", "--sign")
        #expect(bomb.count < AttestationLimits.signatureBytesMax)
        let authority = authority(try gpg.keys("a@example.com"))
        let elapsed = ContinuousClock().measure {
            let reasons = verdict(authority, [], bomb).reasons
            #expect(reasons[0].contains("unpacks to too much"), "\(reasons)")
        }
        #expect(elapsed < .seconds(2))
    }

    @Test("A signed digest alone counts there too, and one that is part of a longer text does not")
    func digestAlone() throws {
        let gpg = try Gpg()
        defer { gpg.stop() }
        try gpg.makeKey("a@example.com", "rsa2048")
        let authority = authority(try gpg.keys("a@example.com"), .rawPayload)
        for (text, counts) in [
            ("\(Example.digest)", true), ("@\(Example.digest)", false), ("x\(Example.digest)", false),
            ("\(Example.digest)0", false), ("\(Example.digest)".uppercased(), false),
        ] {
            try gpg.bench.write("payload", Array("\(text)\n".utf8))
            let message = try gpg.sign("a@example.com", "--clearsign")
            #expect(verdict(authority, [], message).isVerified == counts, "\(text)")
        }
    }

    @Test("A signed image name, as people sign it by hand, counts where the key's configuration says so")
    func imageReference() throws {
        let gpg = try Gpg()
        defer { gpg.stop() }
        try gpg.makeKey("a@example.com", "rsa2048")
        let text = "registry.example/shop/cart@\(Example.digest)"
        try gpg.bench.write("payload", Array("\(text)\n".utf8))
        let keys = try gpg.keys("a@example.com")
        let message = try gpg.sign("a@example.com", "--clearsign")
        let verdict = verdict(authority(keys, .rawPayload), [], message)
        #expect(verdict.verified.first?.payload == .imageReference(text), "\(verdict.explanation)")
        #expect(self.verdict(authority(keys), [], message).reasons[0].contains("not JSON"))
        try gpg.bench.write("payload", Array("registry.example/shop/cart:latest\n".utf8))
        let tagged = self.verdict(authority(keys, .rawPayload), [], try gpg.sign("a@example.com", "--clearsign"))
        #expect(tagged.reasons[0].contains("not about"))
    }

    @Test("An OpenPGP key signs DSSE too, detached")
    func envelopes() throws {
        let gpg = try Gpg()
        defer { gpg.stop() }
        try gpg.makeKey("a@example.com", "ed25519")
        let statement = try Example.statement()
        try gpg.bench.write("payload", DSSE.preAuthenticationEncoding(type: DSSE.inToto, payload: statement))
        let envelope = DSSE.envelope(
            payload: statement,
            signature: try gpg.sign("a@example.com", "--detach-sign"),
            keyID: ""
        )
        let authority = authority(try gpg.keys("a@example.com"), .dsse)
        let verdict = authority.verdict(on: Example.occurrence(envelope), about: Example.digest, now: now)
        #expect(verdict.verified.first?.payloadBytes == statement, "\(verdict.explanation)")
    }

    @Test("Texts that hold no public key are refused with what to do")
    func noKeys() throws {
        let gpg = try Gpg()
        defer { gpg.stop() }
        try gpg.makeKey("a@example.com", "ed25519")
        func refusal(_ text: String) -> String {
            do {
                return "\(try OpenPGPKey.all(in: text).count) keys"
            } catch { return error.description }
        }
        let secret = String(decoding: try gpg.run("--armor", "--export-secret-keys"), as: UTF8.self)
        #expect(refusal(secret).contains("gpg --armor --export"))
        let key = String(decoding: try gpg.run("--armor", "--export"), as: UTF8.self)
        #expect(refusal(key) == "1 keys")
        #expect(refusal("Comment\n\n" + key.replacingOccurrences(of: "\n", with: "\r\n") + key) == "1 keys")
        #expect(refusal("").contains("-----BEGIN PGP PUBLIC KEY BLOCK-----"))
        #expect(refusal(String(key.dropLast(40))).contains("cut off"))
        let lines = key.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(refusal(lines.filter { $0 != lines[4] }.joined(separator: "\n")) != "1 keys")
    }

    @Test("RNP writes nothing to stderr, and everybody else still can, also while many verify at once")
    func quiet() async throws {
        let gpg = try Gpg()
        defer { gpg.stop() }
        try gpg.makeKey("a@example.com", "ed25519")
        try gpg.bench.write("payload", payload)
        let authority = authority(try gpg.keys("a@example.com"))
        let good = try gpg.sign("a@example.com", "--sign")
        let descriptor = dup(STDERR_FILENO)
        try gpg.bench.write("stderr", [])
        let file = open(gpg.bench.directory.appending(path: "stderr").path, O_WRONLY | O_APPEND)
        dup2(file, STDERR_FILENO)
        let verified = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<200 {
                group.addTask {
                    verdict(authority, [], index % 2 == 0 ? good : Array("garbage".utf8)).isVerified
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        // The C library's own stream, in which RNP writes.
        perror("still heard")
        dup2(descriptor, STDERR_FILENO)
        close(descriptor)
        close(file)
        let heard = try gpg.bench.text("stderr")
        #expect(heard.contains("still heard"))
        #expect(!heard.contains("librepgp"), "\(heard)")
        #expect(verified == 100)
    }
}
