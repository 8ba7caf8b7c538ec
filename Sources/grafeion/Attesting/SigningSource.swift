import ArgumentParser
import Attestations

/// Where signatures come from: `FILE`, `pgp:ID` or `exec:COMMAND`.
enum SigningSource: ExpressibleByArgument, Equatable {
    /// A file with a private key.
    case file(String)
    /// A key of the user's keyring of gpg.
    case pgp(String)
    /// A command line that signs: whatever a key management service or a hardware module wants.
    case command(String)

    init?(argument: String) {
        switch argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false) {
        case let parts where parts.count == 2 && parts[0] == "pgp":
            if parts[1].isEmpty { return nil }
            self = .pgp(String(parts[1]))
        case let parts where parts.count == 2 && parts[0] == "exec":
            if parts[1].isEmpty { return nil }
            self = .command(String(parts[1]))
        default:
            if argument.isEmpty { return nil }
            self = .file(argument)
        }
    }

    /// The occurrence of a draft, signed and verified by one of the attestor's keys, and the key's id.
    ///
    /// Nothing leaves here that would not count: what an unknown key signed, or a key in a form that is not its own, is an
    /// error that says which keys there are.
    /// - Parameter now: seconds since 1970, for keys that expire.
    func sign(_ draft: AttestationDraft, for attestor: Attestor, now: Int64) throws -> SignedAttestation {
        let keys = attestor.keys.compactMap { $0.verifier(of: draft.form) }
        guard !keys.isEmpty else {
            throw ClientFailure.usage("no key of \(attestor.name) signs \(draft.form.rawValue)\(attestor.keysText)")
        }
        let authority = AttestationAuthority(name: attestor.name, keys: keys)
        var refusal = ""
        for signature in try signatures(draft, attestor) {
            let nameless = draft.occurrence(signature: signature, keyID: "")
            let verdict = authority.verdict(on: nameless, about: draft.digest, now: now)
            if let keyID = verdict.verified.first?.keyID {
                let named = draft.occurrence(signature: signature, keyID: keyID)
                return SignedAttestation(draft: draft, occurrence: named, keyID: keyID, authority: authority)
            }
            if case .refused(let reason)? = verdict.outcomes.first?.result { refusal = reason }
        }
        throw ClientFailure.usage(
            "\(self) gave no signature by a key of \(attestor.name): \(refusal)\(attestor.keysText)"
        )
    }

    /// What may be the signature, the likelier first.
    private func signatures(_ draft: AttestationDraft, _ attestor: Attestor) throws -> [[UInt8]] {
        switch self {
        case .file(let path): return [try KeyFile.signature(over: draft.message, path, draft.form, attestor)]
        case .pgp(let id):
            // With the payload within, as those tools want it that verify OpenPGP messages and nothing beside them. An
            // envelope has its payload, and nobody expects it twice.
            let how = draft.form == .dsse ? ["--detach-sign"] : ["--armor", "--compress-algo", "none", "--sign"]
            let arguments = ["/usr/bin/env", "gpg", "--batch", "--local-user", id] + how
            return [try SigningProgram(arguments: arguments, name: "\(self)").output(for: draft.message)]
        case .command(let line):
            let program = SigningProgram(arguments: ["/bin/sh", "-c", line], name: "\(self)")
            let output = try program.output(for: draft.message)
            // Text is taken for what it says; the bytes of a signature hardly ever read as such.
            return [SigningProgram.decoded(output), output].compactMap(\.self)
        }
    }
}

extension SigningSource: CustomStringConvertible {
    /// As it was given.
    var description: String {
        switch self {
        case .file(let path): path
        case .pgp(let id): "pgp:\(id)"
        case .command(let line): "exec:\(line)"
        }
    }
}

extension Attestor {
    /// The keys that there are, a line each, to stand behind a message.
    var keysText: String {
        if keys.isEmpty { return "; it has no keys" }
        let lines = keys.map { key in
            "\n  \(key.id.isEmpty ? "a key" : key.id)  \(key.algorithm), signs \(key.signsText)"
        }
        return "; its keys are" + lines.joined()
    }
}
