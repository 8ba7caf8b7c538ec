import Attestations
public import GrafeasProto
import SwiftProtobuf

/// What vouches for the images of ``Payload``: three attestors with a key each, a policy that asks for all of them, and of
/// each image a scan and an attestation by each attestor.
///
/// The keys are new each time, so attestors and attestations have to be of the same value.
public struct TrustRecords: Sendable {
    private let keys: [(id: String, key: SigningKey)]

    /// Where attestors, policy and decisions are.
    public static let project = "projects/security"
    /// The policy's name.
    public static let policy = "\(project)/policies/bench"
    /// An image that has ``largeImageFindings`` findings and so, with scan and attestations, 200 occurrences.
    public static let largeImage = 1_000_000
    public static let largeImageFindings = 196

    public init() throws {
        keys = try ["build", "qa", "security"].map { ($0, try SigningKey.generate(.p256).key) }
    }

    /// Notes of ``project`` by their ids.
    public var notes: [String: Grafeas_V1_Note] {
        var notes = ["trivy": Grafeas_V1_Note.with { $0.discovery.analysisKind = .vulnerability }]
        for (id, _) in keys { notes[id] = .with { $0.attestation.hint.humanReadableName = id } }
        return notes
    }

    /// The documents of attestors and policy by their names.
    public var documents: [(name: String, text: String)] {
        keys.map { ("\(Self.project)/attestors/\($0.id)", Self.attestor($0.id, $0.key)) }
            + [(Self.policy, Self.policyText(keys.map(\.id)))]
    }

    /// The scan of an image, and its attestations.
    public func occurrences(image: Int) throws -> [Grafeas_V1_Occurrence] {
        let resource = Payload.resource(image: image)
        let name = Self.image(image)
        let digest = try ImageDigest(hex: Payload.digest(image))
        let payload = SimpleSigningPayload(reference: String(name.prefix { $0 != "@" }), digest: digest)
        let scan = Grafeas_V1_Occurrence.with {
            $0.resourceUri = resource
            $0.noteName = "\(Self.project)/notes/trivy"
            $0.discovery.analysisStatus = .finishedSuccess
            $0.discovery.analysisCompleted.analysisType = ["trivy 0.65.0"]
            $0.discovery.lastScanTime.seconds = 1_795_000_000
        }
        return try [scan]
            + keys.map { id, key in
                let attestation = try key.attestation(of: payload)
                return .with {
                    $0.resourceUri = resource
                    $0.noteName = "\(Self.project)/notes/\(id)"
                    $0.attestation = attestation
                }
            }
    }

    /// The name by which pods call an image.
    public static func image(_ number: Int) -> String {
        String(Payload.resource(image: number).dropFirst("https://".count))
    }

    // MARK: Documents

    private static func attestor(_ id: String, _ key: SigningKey) -> String {
        """
        apiVersion: grafeion.dev/v1
        kind: Attestor
        metadata: {name: \(id)}
        spec:
          publicKeys:
          - pkixPublicKey:
              publicKeyPem: |
        \(key.publicKey.pem.split(separator: "\n").map { "        \($0)" }.joined(separator: "\n"))
        """
    }

    /// Every finding is looked at, and none is worse than tolerated.
    private static func policyText(_ attestors: [String]) -> String {
        let signed = attestors.map { id in
            """
                - displayName: attested by \(id)
                  simpleSigningAttestationCheck: {attestors: ["\(project)/attestors/\(id)"]}
            """
        }
        return """
            apiVersion: grafeion.dev/v1
            kind: Policy
            metadata: {name: bench}
            spec:
              checkSets:
              - displayName: all
                checks:
                - displayName: from our registry
                  trustedDirectoryCheck: {trustedDirPatterns: ["europe-docker.pkg.dev/acme-prod/**"]}
                - displayName: no serious known vulnerability
                  vulnerabilityCheck:
                    maximumFixableSeverity: CRITICAL
                    maximumUnfixableSeverity: CRITICAL
                    allowedCves: [CVE-2019-18276]
                    blockedCves: [CVE-2021-44228]
            \(signed.joined(separator: "\n"))
            """
    }
}
