import Attestations
import Foundation
import GrafeasProto
import Payloads

/// Verifies a simple signing payload with a signature of each kind, and one attestation with ten signatures.
struct Verification {
    let directory: String
    private let payload: SimpleSigningPayload

    init(directory: String) throws {
        self.directory = directory
        payload = try Self.payload()
    }

    /// What is signed.
    static func payload() throws -> SimpleSigningPayload {
        SimpleSigningPayload(reference: "registry.example/app", digest: try ImageDigest(hex: Payload.digest(1)))
    }

    func run() throws {
        let rsa = try SigningKey(pem: text("rsa.pem"))
        try tell("ecdsa_p256", [try SigningKey.generate(.p256).key])
        try tell("rsa", [rsa])
        try tell("ed25519", [try SigningKey.generate(.ed25519).key])
        try tell("ten_ecdsa_p256", (0..<10).map { _ in try SigningKey.generate(.p256).key })
        try tellOpenPGP()
    }

    private func tell(_ name: String, _ keys: [SigningKey]) throws {
        var attestation = try keys[0].attestation(of: payload)
        attestation.signatures = try keys.flatMap { try $0.attestation(of: payload).signatures }
        try tell(name, attestation, keys.map { AttestationKey($0.publicKey, signs: .simpleSigning) })
    }

    private func tellOpenPGP() throws {
        let keys = try OpenPGPKey.all(in: text("pgp.asc"))
        let signature = try Data(contentsOf: URL(filePath: directory).appending(path: "pgp.sig"))
        let attestation = payload.attestation(
            signature: Array(signature),
            keyID: KeyID.openPGP(fingerprint: keys[0].fingerprint)
        )
        try tell("openpgp", attestation, keys.map { AttestationKey($0, signs: .simpleSigning) })
    }

    private func tell(
        _ name: String,
        _ attestation: Grafeas_V1_AttestationOccurrence,
        _ keys: [AttestationKey]
    ) throws {
        var occurrence = Grafeas_V1_Occurrence()
        occurrence.resourceUri = Payload.resource(image: 1)
        occurrence.attestation = attestation
        let authority = AttestationAuthority(name: name, keys: keys)
        let now = Int64(Date.now.timeIntervalSince1970)
        let figure = try microseconds(calls: 100) {
            let verdict = authority.verdict(on: occurrence, about: payload.digest, now: now)
            guard verdict.verified.count == attestation.signatures.count else { throw Failure(verdict.explanation) }
        }
        print("\(name)_us", figure)
    }

    private func text(_ file: String) throws -> String {
        try String(contentsOf: URL(filePath: directory).appending(path: file), encoding: .utf8)
    }
}
