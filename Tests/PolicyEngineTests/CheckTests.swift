import GrafeasProto
import MetadataModel
import Testing

@testable import PolicyEngine

@Suite("Other checks")
struct CheckTests {
    struct Row: CustomTestStringConvertible {
        let name: String
        let check: String
        let evidence: Evidence
        let verdict: Verdict
        let says: String

        init(_ name: String, _ check: String, _ evidence: Evidence, _ verdict: Verdict, _ says: String) {
            (self.name, self.check, self.evidence, self.verdict, self.says) = (name, check, evidence, verdict, says)
        }

        var testDescription: String { name }
    }

    private static let trusted = "trustedDirectoryCheck: {trustedDirPatterns: [registry.example/prod/**, gcr.io/p/dir]}"
    private static let qa = "projects/security/attestors/qa"
    private static let attested = "simpleSigningAttestationCheck: {attestors: [projects/security/attestors/dev, \(qa)]}"
    private static let verified = AttestationOutcome.verified(key: "k1", occurrences: ["projects/p/occurrences/a"])
    private static let none = AttestationOutcome.refused([])
    private static let expired = AttestationOutcome.refused([
        .init(occurrence: "projects/p/occurrences/x", reason: "the key has expired")
    ])
    private static let slsa =
        "slsaCheck: {rules: [{trustedBuilder: GOOGLE_CLOUD_BUILD, trustedSourceRepoPatterns: [\"github.com/example/**\"]}]}"
    private static let signedSLSA =
        "slsaCheck: {rules: [{trustedBuilder: GOOGLE_CLOUD_BUILD, attestors: [\(qa)], "
        + "attestationSource: {containerAnalysisAttestationProjects: [projects/p]}}]}"
    private static let fresh = "imageFreshnessCheck: {maxUploadAgeDays: 30}"
    private static let bases = "baseImageCheck: {allowedBases: [\"registry.example/base/**\"]}"
    private static let packages =
        "packageCheck: {forbidden: [{name: log4j-core, versions: \"<2.17.1\"}, {name: leftpad}, "
        + "{name: bash, versions: \"<5.1-2\", ecosystem: debian}]}"

    static let rows: [Row] = directoryRows + attestationRows + provenanceRows + contentRows

    private static let directoryRows: [Row] = [
        Row("always deny", "alwaysDeny: true", .of(), .nonConformant, "denies all images"),
        Row("in a trusted directory", trusted, .of(), .conformant, "registry.example/prod/**"),
        Row(
            "a tag will do for a directory",
            trusted,
            .unpinned("registry.example/prod/app:1"),
            .conformant,
            "registry.example/prod/**"
        ),
        Row("directly in a directory", trusted, .unpinned("gcr.io/p/dir/app"), .conformant, "gcr.io/p/dir"),
        Row("below a directory", trusted, .unpinned("gcr.io/p/dir/sub/app"), .nonConformant, "none of the trusted"),
        Row("beside a directory", trusted, .unpinned("gcr.io/p/dirt/app"), .nonConformant, "none of the trusted"),
        Row(
            "look-alike with port",
            trusted,
            .unpinned("registry.example:443/prod/app"),
            .nonConformant,
            "none of the trusted"
        ),
        Row(
            "look-alike in case",
            trusted,
            .unpinned("Registry.example/prod/app"),
            .nonConformant,
            "none of the trusted"
        ),
        Row(
            "look-alike in Unicode",
            trusted,
            .unpinned("reg\u{456}stry.example/prod/app"),
            .nonConformant,
            "is not the name of an image"
        ),
        Row(
            "look-alike behind",
            trusted,
            .unpinned("registry.example.evil/prod/app"),
            .nonConformant,
            "none of the trusted"
        ),
        Row("look-alike on Docker Hub", trusted, .unpinned("prod/app"), .nonConformant, "docker.io/prod/app"),
        Row(
            "dots in a path",
            trusted,
            .unpinned("registry.example/prod/../evil/app"),
            .nonConformant,
            "is not the name of an image"
        ),
        Row(
            "digest in upper case",
            trusted,
            .unpinned("\(Known.repository)@\(Known.digest("A"))"),
            .nonConformant,
            "lower case"
        ),
        Row(
            "digest of another algorithm",
            trusted,
            .unpinned("\(Known.repository)@md5:\(String(repeating: "a", count: 32))"),
            .nonConformant,
            "is no digest"
        ),
        Row(
            "digest too short",
            trusted,
            .unpinned("\(Known.repository)@sha256:\(String(repeating: "a", count: 63))"),
            .nonConformant,
            "is no digest"
        ),
        Row("no name at all", trusted, .unpinned(""), .nonConformant, "is not the name of an image"),
    ]

    private static let attestationRows: [Row] = [
        Row(
            "attested by one of two",
            attested,
            .of(attestations: ["projects/security/attestors/dev": expired, qa: verified]),
            .conformant,
            "by \"qa\" verified with key \"k1\""
        ),
        Row(
            "not attested",
            attested,
            .of(attestations: ["projects/security/attestors/dev": none, qa: none]),
            .nonConformant,
            "no valid attestation by \"dev\", \"qa\""
        ),
        Row(
            "attested badly",
            attested,
            .of(attestations: ["projects/security/attestors/dev": expired, qa: none]),
            .nonConformant,
            "the key has expired"
        ),
        Row(
            "attestor gone",
            attested,
            .of(attestations: ["projects/security/attestors/dev": .failed("it does not exist"), qa: none]),
            .error,
            "it does not exist"
        ),
        Row(
            "one attestor gone, one verified",
            attested,
            .of(attestations: ["projects/security/attestors/dev": .failed("gone"), qa: verified]),
            .conformant,
            "qa"
        ),
        Row("nobody looked", attested, .of(), .error, "nobody looked"),
        Row("not pinned", attested, .unpinned("registry.example/prod/app:1"), .nonConformant, "not pinned"),
        Row(
            "evidence of another digest",
            attested,
            .of(image: "registry.example/prod/app@\(Known.digest("b"))", attestations: [qa: verified]),
            .error,
            "what is known is of"
        ),
    ]

    private static let provenanceRows: [Row] = [
        Row("trusted build", slsa, .of(Known.build()), .conformant, "github.com/example/app"),
        Row("no build", slsa, .of(), .nonConformant, "no provenance"),
        Row(
            "another builder",
            slsa,
            .of(Known.build(by: "https://evil.example/GoogleHostedWorker@v1")),
            .nonConformant,
            "it was built by"
        ),
        Row(
            "builder that begins so",
            slsa,
            .of(Known.build(by: "https://cloudbuild.googleapis.com/GoogleHostedWorkerX")),
            .nonConformant,
            "not by GOOGLE_CLOUD_BUILD"
        ),
        Row(
            "another repository",
            slsa,
            .of(Known.build(from: "https://github.com/evil/example")),
            .nonConformant,
            "built from \"github.com/evil/example\""
        ),
        Row(
            "host behind a user's name",
            slsa,
            .of(Known.build(from: "https://github.com@evil.example/example/app")),
            .nonConformant,
            "evil.example"
        ),
        Row(
            "provenance signed",
            signedSLSA,
            .of(Known.build(), attestations: [qa: .verified(key: "k", occurrences: ["projects/p/occurrences/build"])]),
            .conformant,
            "built by"
        ),
        Row(
            "something else signed",
            signedSLSA,
            .of(Known.build(), attestations: [qa: verified]),
            .nonConformant,
            "qa has not signed"
        ),
        Row(
            "signed with a bad key",
            signedSLSA,
            .of(
                Known.build(),
                attestations: [
                    qa: .refused([.init(occurrence: "projects/p/occurrences/build", reason: "trailing bytes")])
                ]
            ),
            .nonConformant,
            "trailing bytes"
        ),
        Row("signature unknown", signedSLSA, .of(Known.build()), .error, "nobody looked"),
        Row(
            "provenance of another project",
            signedSLSA,
            .of(Known.build(project: "q")),
            .nonConformant,
            "is in none of projects/p"
        ),
        Row("fresh", fresh, .of(Known.build(secondsAgo: 30 * 86_400)), .conformant, "30 d old"),
        Row("stale", fresh, .of(Known.build(secondsAgo: 30 * 86_400 + 1)), .nonConformant, "build it again"),
        Row("age unknown", fresh, .of(Known.build(secondsAgo: nil)), .nonConformant, "is not known"),
        Row("from the future", fresh, .of(Known.build(secondsAgo: -86_400)), .nonConformant, "is not known"),
    ]

    private static let contentRows: [Row] = [
        Row(
            "allowed base",
            bases,
            .of(Known.base("https://registry.example/base/debian@\(Known.digest("c"))")),
            .conformant,
            "is allowed by"
        ),
        Row(
            "another base",
            bases,
            .of(Known.base("https://docker.io/library/debian@\(Known.digest("c"))")),
            .nonConformant,
            "none of the allowed"
        ),
        Row("base unknown", bases, .of(Known.base(nil)), .nonConformant, "is not known"),
        Row(
            "nearest base decides",
            bases,
            .of(
                Known.base("docker.io/library/debian@\(Known.digest("c"))", distance: 9),
                Known.base("registry.example/base/x@\(Known.digest("c"))", distance: 2)
            ),
            .conformant,
            "base/x"
        ),
        Row("no package known", packages, .of(), .nonConformant, "no packages"),
        Row(
            "no package forbidden",
            packages,
            .of(Known.package("org.apache.logging.log4j:log4j-core", "2.17.1")),
            .conformant,
            "none of the 1"
        ),
        Row(
            "package forbidden",
            packages,
            .of(Known.package("org.apache.logging.log4j:log4j-core", "2.14.1")),
            .nonConformant,
            "log4j-core 2.14.1 (forbidden: \"<2.17.1\")"
        ),
        Row(
            "candidate of the fix",
            packages,
            .of(Known.package("log4j-core", "2.17.1-rc1")),
            .nonConformant,
            "2.17.1-rc1"
        ),
        Row(
            "version that is none",
            packages,
            .of(Known.package("log4j-core", "unknown", type: "PYPI")),
            .nonConformant,
            "cannot be compared"
        ),
        Row(
            "all versions forbidden",
            packages,
            .of(Known.package("LeftPad", "1", type: "NPM")),
            .nonConformant,
            "LeftPad 1"
        ),
        Row(
            "ecosystem forbidden",
            packages,
            .of(Known.package("bash", "5.1-1", type: "DEB")),
            .nonConformant,
            "bash 5.1-1"
        ),
        Row("another ecosystem", packages, .of(Known.package("bash", "5.1-1", type: "RPM")), .conformant, "none"),
        Row(
            "required occurrence",
            "occurrenceCheck: {require: 'kind=\"BUILD\"'}",
            .of(Known.build()),
            .conformant,
            "there is an occurrence"
        ),
        Row(
            "required, missing",
            "occurrenceCheck: {require: 'kind=\"BUILD\"'}",
            .of(Known.scan()),
            .nonConformant,
            "there is no occurrence"
        ),
        Row(
            "forbidden occurrence",
            "occurrenceCheck: {forbid: 'kind=\"BUILD\"'}",
            .of(Known.build()),
            .nonConformant,
            "there is 1 occurrence"
        ),
        Row(
            "forbidden, missing",
            "occurrenceCheck: {forbid: 'kind=\"BUILD\"'}",
            .of(Known.scan()),
            .conformant,
            "no occurrence"
        ),
    ]

    @Test("Verdicts by hand", arguments: rows)
    func verdicts(_ row: Row) throws {
        let decision = try CompiledPolicy(check: row.check).decide(row.evidence)
        let result = decision.images[0].checks[0]
        #expect(result.verdict == row.verdict, "\(result.explanation)")
        #expect(result.explanation.contains(row.says), "\(result.explanation)")
        #expect(decision.isAllowed == (row.verdict == .conformant))
        #expect(!result.explanation.contains("\n"))
    }

    @Test("Keys in the policy are listed for a verifier, and its findings are taken by their ids")
    func inlineAuthorities() throws {
        let pem = "-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----"
        let policy = try CompiledPolicy(
            """
            apiVersion: grafeion.dev/v1
            kind: Policy
            metadata: {name: keys}
            spec:
              checkSets:
              - checks:
                - simpleSigningAttestationCheck:
                    attestors: [projects/s/attestors/a]
                    containerAnalysisAttestationProjects: [projects/s]
                    attestationAuthenticators:
                    - displayName: qa
                      pkixPublicKeySet: {pkixPublicKeys: [{publicKeyPem: "\(pem)", signatureAlgorithm: ECDSA_P256_SHA256, keyId: k}]}
                - sigstoreSignatureCheck: {sigstoreAuthorities: [{displayName: rel, publicKeySet: {publicKeys: [{publicKeyPem: "\(pem)"}]}}]}
            """
        )
        #expect(policy.authorities.map(\.displayName) == ["a", "qa", "rel"])
        #expect(policy.attestorNames == ["projects/s/attestors/a"])
        #expect(policy.authorities[1].projects == ["projects/s"])
        guard case .keys(let keys, nil) = policy.authorities[1].trust,
            case .pkix(_, let algorithm, let id)? = keys.first
        else {
            Issue.record("the keys are not there")
            return
        }
        #expect(algorithm == "ECDSA_P256_SHA256" && id == "k")
        let found = Dictionary(
            uniqueKeysWithValues: policy.authorities.map {
                ($0.id, AttestationOutcome.verified(key: "k", occurrences: ["projects/s/occurrences/1"]))
            }
        )
        #expect(policy.decide(.of(attestations: found)).verdict == .conformant)
    }
}
