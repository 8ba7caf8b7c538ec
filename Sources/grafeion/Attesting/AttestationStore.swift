import Crypto

/// The attestations of a project, read and written over the API that every Grafeas server has.
struct AttestationStore {
    let client: RESTClient
    /// `projects/P`, perhaps with a location.
    let parent: String

    /// An attestation on the server.
    struct Stored {
        let occurrence: JSONValue
        /// Whether it was there before.
        let isOld: Bool
    }

    /// Stores an attestation, unless one of the same key, form and image that is valid is there already.
    /// - Parameter now: seconds since 1970, for keys that expire.
    func store(_ attestation: SignedAttestation, now: Int64) async throws -> Stored {
        if let old = try await existing(attestation, now: now) { return Stored(occurrence: old, isOld: true) }
        try await makeNote(attestation.draft.note)
        let body = Array(try attestation.json.compact.utf8)
        let path = "/v1/\(parent)/occurrences"
        do {
            let reply = try await client.post(path, body: body, idempotencyKey: key(of: attestation))
            let stored = try JSONValue(reply: reply)
            if try await isThere(stored, attestation, now: now) {
                return Stored(occurrence: stored, isOld: false)
            }
        } catch ClientFailure.refused(let error) where error.httpStatus == 409 {
            // Somebody else was faster, with a signature of their own.
            if let old = try await existing(attestation, now: now) {
                return Stored(occurrence: old, isOld: true)
            }
        }
        // What the key stands for was deleted since, or changed so that it counts no more.
        return Stored(occurrence: try JSONValue(reply: try await client.post(path, body: body)), isOld: false)
    }

    /// A valid attestation of the image by the same key, in the same form and under the same note.
    private func existing(_ attestation: SignedAttestation, now: Int64) async throws -> JSONValue? {
        let uri = JSONValue.string("https://\(attestation.draft.image.text)").compact
        let filter = "kind=\"\(attestation.draft.form.kindName)\" AND resourceUrl=\(uri)"
        let listing = Listing(path: "/v1/\(parent)/occurrences", collection: "occurrences", filter: filter)
        var token = ""
        repeat {
            let page = try await listing.page(size: 1000, token: token, from: client)
            for entry in page.entries where attestation.isThere(in: entry, now: now) {
                return try JSONValue(reply: entry)
            }
            token = page.nextToken
        } while !token.isEmpty
        return nil
    }

    /// By which the server knows that it is the same attestation again, from pipelines that retry at the same time: each
    /// has another signature.
    private func key(of attestation: SignedAttestation) -> String {
        let draft = attestation.draft
        let parts = [parent, draft.note, draft.image.text, draft.form.rawValue, attestation.keyID]
        let text = JSONValue.array(parts.map { .string($0) }).compact
        let digits = SHA256.hash(data: Array(text.utf8)).prefix(16).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return "attestation-" + digits.joined()
    }

    /// Whether what the server answered with is not only remembered.
    private func isThere(
        _ occurrence: JSONValue,
        _ attestation: SignedAttestation,
        now: Int64
    ) async throws -> Bool {
        guard let name = occurrence["name"]?.text else { return true }
        do {
            return attestation.isThere(in: try await client.get("/v1/\(name)"), now: now)
        } catch ClientFailure.refused(let error) where error.httpStatus == 404 {
            return false
        }
    }

    /// Makes sure that the attestor's note is there.
    private func makeNote(_ name: String) async throws {
        do {
            _ = try await client.get("/v1/\(name)")
            return
        } catch ClientFailure.refused(let error) where error.httpStatus == 404 {}
        let parts = name.split(separator: "/").map(String.init)
        guard parts.count == 4 else { return }
        let hint = JSONValue.object([.init(name: "humanReadableName", value: .string(parts[3]))])
        let note = JSONValue.object([
            .init(name: "kind", value: .string("ATTESTATION")),
            .init(name: "shortDescription", value: .string("Attestations of \(parts[3])")),
            .init(name: "attestation", value: .object([.init(name: "hint", value: hint)])),
        ])
        do {
            let query = [("noteId", parts[3])]
            _ = try await client.post("/v1/projects/\(parts[1])/notes", query: query, body: Array(note.compact.utf8))
        } catch ClientFailure.refused(let error) where error.httpStatus == 409 {
            // Somebody else was faster.
        }
    }
}
