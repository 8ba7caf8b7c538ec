import Attestations
import GrafeasProto
import MetadataModel
import SwiftProtobuf

/// An occurrence with a signature that verifies by a key of the attestor.
struct SignedAttestation {
    let draft: AttestationDraft
    let occurrence: Occurrence
    /// Of the key.
    let keyID: String
    /// Who vouches for attestations of its form.
    let authority: AttestationAuthority

    /// As it is sent.
    var json: JSONValue {
        get throws {
            do {
                let bytes: [UInt8] = try occurrence.jsonUTF8Bytes()
                return try JSONValue(parsing: bytes)
            } catch {
                throw ClientFailure.unexpected("the attestation cannot be written as JSON: \(error)")
            }
        }
    }

    /// Whether an occurrence, in JSON as a server sent it, attests the same: under the same note, by the same key, with a
    /// signature that verifies.
    /// - Parameter now: seconds since 1970, for keys that expire.
    func isThere(in json: some Collection<UInt8>, now: Int64) -> Bool {
        var options = JSONDecodingOptions()
        options.ignoreUnknownFields = true
        // What another server says in words of its own is none of ours.
        guard let other = try? Occurrence(jsonUTF8Bytes: Array(json), options: options),
            other.noteName == occurrence.noteName
        else { return false }
        let verdict = authority.verdict(on: other, about: draft.digest, now: now)
        return verdict.verified.contains { $0.keyID == keyID }
    }
}
