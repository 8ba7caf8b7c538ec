import Attestations
import MetadataModel
import PolicyEngine

/// An attestor as the server has it, its keys read.
struct Attestor {
    /// `projects/P/attestors/A`
    let name: String
    /// Under which its attestations are.
    let note: String
    let keys: [Key]

    /// One of its public keys.
    struct Key {
        /// The name by which signatures call it.
        let id: String
        let comment: String
        let signs: [AttestorDocument.SignedForm]
        let material: Material
    }

    enum Material {
        case pkix(PKIXPublicKey)
        case openPGP(OpenPGPKey)
        /// And why it cannot be.
        case unreadable(String)
    }

    /// - Parameter document: a `grafeion.v1.Document` of the server.
    init(_ document: JSONValue) throws(ClientFailure) {
        guard let name = document["name"]?.text, let content = document["content"]?.text else {
            throw .unexpected("the server's reply is no attestor: it has no name and content")
        }
        do {
            try self.init(name: name, try AttestorDocument(parsing: content))
        } catch let failure as ClientFailure {
            throw failure
        } catch {
            throw .unexpected("\(name) cannot be read: \(error)")
        }
    }

    init(name: String, _ document: AttestorDocument) throws(ClientFailure) {
        let parts = try Self.parts(of: name)
        self.name = name
        note = document.note ?? "projects/\(parts.project)/notes/\(parts.id)"
        keys = document.keys.flatMap { Key.all(in: $0) }
    }

    /// `projects/P`
    static func project(of name: String) throws(ClientFailure) -> String { "projects/\(try parts(of: name).project)" }

    /// What is in the name of an attestor.
    static func parts(of name: String) throws(ClientFailure) -> (project: String, id: String) {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, parts[0] == "projects", parts[2] == "attestors", !parts[1].isEmpty, !parts[3].isEmpty
        else {
            throw .usage("\(name.quotedForMessage) is not an attestor; write projects/PROJECT/attestors/ATTESTOR")
        }
        return (parts[1], parts[3])
    }
}

extension Attestor.Key {
    /// The keys of an entry of the document: one, but for an OpenPGP text with several.
    fileprivate static func all(in entry: AttestorDocument.Key) -> [Attestor.Key] {
        func key(_ id: String, _ material: Attestor.Material) -> Attestor.Key {
            Attestor.Key(id: id, comment: entry.comment, signs: entry.signs, material: material)
        }
        switch entry.key {
        case .pkix(let pem, let algorithm, let id):
            do {
                let read = try PKIXPublicKey(pem: pem, algorithm: try algorithm.flatMap { try .named($0) })
                return [key(id ?? KeyID.ni(of: read), .pkix(read))]
            } catch {
                return [key(id ?? "", .unreadable("\(error)"))]
            }
        case .openPGP(let armoured, let id):
            do {
                let read = try OpenPGPKey.all(in: armoured)
                let given = read.count == 1 ? id : nil
                return read.map { key(given ?? KeyID.openPGP(fingerprint: $0.fingerprint), .openPGP($0)) }
            } catch {
                return [key(id ?? "", .unreadable("\(error)"))]
            }
        }
    }

    /// The forms in which it signs, for people.
    var signsText: String { signs.map(\.rawValue).joined(separator: ", ") }

    /// For people.
    var algorithm: String {
        switch material {
        case .pkix(let key): key.algorithm.name
        case .openPGP(let key): "OpenPGP \(key.algorithm)"
        case .unreadable(let reason): "unreadable: \(reason)"
        }
    }

    /// The key as one that vouches for an attestation of that form; nil if it does not sign such.
    func verifier(of form: AttestationForm) -> AttestationKey? {
        guard let signed = form.signedForm(among: signs) else { return nil }
        switch material {
        case .pkix(let key): return AttestationKey(key, id: id, signs: signed)
        case .openPGP(let key): return AttestationKey(key, id: id, signs: signed)
        case .unreadable: return nil
        }
    }
}

extension Attestor {
    /// Gets an attestor from the server.
    static func get(_ name: String, from client: RESTClient) async throws -> Attestor {
        try Attestor(try JSONValue(reply: try await client.get(ResourceCollection.attestors.path(of: name))))
    }

    /// All attestors of a project.
    /// - Parameter parent: `projects/P`.
    static func all(of parent: String, from client: RESTClient) async throws -> [Attestor] {
        let listing = Listing(
            path: ResourceCollection.attestors.path(of: "\(parent)/attestors"),
            collection: "documents"
        )
        var found: [Attestor] = []
        var token = ""
        repeat {
            let page = try await listing.page(size: nil, token: token, from: client)
            for entry in page.entries { found.append(try Attestor(try JSONValue(reply: entry))) }
            token = page.nextToken
        } while !token.isEmpty
        return found
    }
}
