import Attestations
import GrafeasProto
import MetadataModel
import PolicyEngine
import SwiftProtobuf

/// An attestor as Binary Authorization has it.
typealias AttestorMessage = Google_Cloud_Binaryauthorization_V1_Attestor

extension AttestorMessage {
    /// A stored attestor, whatever it was written as. Keys that have no id get the one that Binary Authorization gives them.
    init(_ document: Grafeion_V1_Document) throws(MetadataError) {
        let name = try DocumentName(parsing: document.name, sort: .attestor, field: "name")
        let attestor = try AttestorDocument(checking: document.content)
        self = .with {
            $0.name = document.name
            $0.description_p = attestor.description
            $0.updateTime = document.createTime
            $0.etag = document.version
            $0.userOwnedGrafeasNote.noteReference = attestor.noteName(for: name).text
            $0.userOwnedGrafeasNote.publicKeys = attestor.keys.map { .init($0) }
        }
    }
}

extension Google_Cloud_Binaryauthorization_V1_AttestorPublicKey {
    fileprivate init(_ key: AttestorDocument.Key) {
        self = .with {
            $0.comment = key.comment
            $0.id = key.key.identity?.id ?? ""
            switch key.key {
            case .pkix(let pem, let algorithm, _):
                $0.pkixPublicKey.publicKeyPem = pem
                let name = key.key.pkixKey?.algorithm.name ?? algorithm ?? ""
                $0.pkixPublicKey.signatureAlgorithm = .named(name)
            case .openPGP(let armoured, _): $0.asciiArmoredPgpPublicKey = armoured
            }
        }
    }
}

extension Google_Cloud_Binaryauthorization_V1_PkixPublicKey.SignatureAlgorithm {
    /// Unspecified for those that Binary Authorization does not have; such a key says itself how it signs.
    fileprivate static func named(_ name: String) -> Self {
        switch name {
        case "RSA_PSS_2048_SHA256": .rsaPss2048Sha256
        case "RSA_PSS_3072_SHA256": .rsaPss3072Sha256
        case "RSA_PSS_4096_SHA256": .rsaPss4096Sha256
        case "RSA_PSS_4096_SHA512": .rsaPss4096Sha512
        case "RSA_SIGN_PKCS1_2048_SHA256": .rsaSignPkcs12048Sha256
        case "RSA_SIGN_PKCS1_3072_SHA256": .rsaSignPkcs13072Sha256
        case "RSA_SIGN_PKCS1_4096_SHA256": .rsaSignPkcs14096Sha256
        case "RSA_SIGN_PKCS1_4096_SHA512": .rsaSignPkcs14096Sha512
        case "ECDSA_P256_SHA256": .ecdsaP256Sha256
        case "ECDSA_P384_SHA384": .ecdsaP384Sha384
        case "ECDSA_P521_SHA512": .ecdsaP521Sha512
        case "ML_DSA_65": .mlDsa65
        default: .unspecified
        }
    }
}

extension PolicyEngine.SigningKey {
    /// What the key is by its bytes, and what Binary Authorization calls it: an OpenPGP key always by its fingerprint in
    /// upper case, others by the id they were given, or else by their digest. Nil if it cannot be read.
    var identity: (bytes: String, id: String)? {
        switch self {
        case .pkix(_, _, let id):
            guard let computed = pkixKey.map(KeyID.ni) else { return nil }
            return (computed, id ?? computed)
        case .openPGP(let armoured, _):
            guard let fingerprint = try? OpenPGPKey.all(in: armoured).first?.fingerprint else { return nil }
            return (fingerprint, fingerprint.uppercased())
        }
    }

    fileprivate var pkixKey: PKIXPublicKey? {
        guard case .pkix(let pem, let algorithm, _) = self else { return nil }
        return try? PKIXPublicKey(pem: pem, algorithm: .named(algorithm ?? ""))
    }
}

extension RecordServices {
    /// An attestor that a request brings as `attestor`, read, and the text as which it is stored.
    /// - Throws: `invalid` with everything that is wrong with it, by the message's fields.
    func attestor(
        of message: AttestorMessage,
        as name: DocumentName
    ) throws -> (document: AttestorDocument, text: String) {
        guard message.attestorType != nil else {
            let meaning = "is required: the note under which the attestor's attestations are, and its keys"
            throw MetadataError.invalid("attestor.user_owned_grafeas_note", meaning)
        }
        var own = message
        own.name = name.text
        // What the server says is not what the author says: the same attestor is the same text.
        own.clearUpdateTime()
        own.etag = ""
        own.userOwnedGrafeasNote.delegationServiceAccountEmail = ""
        for (index, key) in own.userOwnedGrafeasNote.publicKeys.enumerated() {
            switch key.publicKey {
            case .pkixPublicKey(let pkix)? where !pkix.keyID.isEmpty && !key.id.isEmpty && pkix.keyID != key.id:
                let field = "attestor.user_owned_grafeas_note.public_keys[\(index)].pkix_public_key.key_id"
                throw MetadataError.invalid(field, "is another than the key's id; leave one of the two out")
            case .asciiArmoredPgpPublicKey?:
                // The fingerprint is the id, whatever a caller writes.
                own.userOwnedGrafeasNote.publicKeys[index].id = ""
            default: break
            }
        }
        let text = try documentText(own)
        do throws(InvalidPolicy) {
            return (try AttestorDocument(parsing: text), text)
        } catch {
            throw fieldError(of: error, in: AttestorMessage.self, field: "attestor")
        }
    }
}
