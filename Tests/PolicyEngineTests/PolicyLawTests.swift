import GrafeasProto
import MetadataModel
import SwiftProtobuf
import TestSupport
import Testing

@testable import PolicyEngine

/// What holds of all policies and all evidence.
@Suite("Laws of policies")
struct PolicyLawTests {
    private static let checks = [
        "{alwaysDeny: true}",
        "{vulnerabilityCheck: {maximumFixableSeverity: LOW, maximumUnfixableSeverity: HIGH, blockedCves: [CVE-3], maxScanAge: 1h}}",
        "{vulnerabilityCheck: {maximumFixableSeverity: ALLOW_ALL, maximumUnfixableSeverity: ALLOW_ALL}}",
        "{trustedDirectoryCheck: {trustedDirPatterns: [registry.example/prod/]}}",
        "{simpleSigningAttestationCheck: {attestors: [projects/p/attestors/a, projects/p/attestors/b]}}",
        "{slsaCheck: {rules: [{trustedBuilder: GOOGLE_CLOUD_BUILD, attestors: [projects/p/attestors/a]}, {trustedBuilder: \"https://b/**\"}]}}",
        "{imageFreshnessCheck: {maxUploadAgeDays: 1}}", "{baseImageCheck: {allowedBases: [registry.example/base/]}}",
        "{packageCheck: {forbidden: [{name: log4j-core, versions: \"<2\"}, {name: x}]}}",
        "{occurrenceCheck: {require: 'kind=\"BUILD\"'}}", "{occurrenceCheck: {forbid: 'kind=\"PACKAGE\"'}}",
    ]

    private static func policy(_ checks: [String], enforcement: String = "ENFORCE", onError: String = "DENY") throws
        -> CompiledPolicy
    {
        try CompiledPolicy(
            """
            apiVersion: grafeion.dev/v1
            kind: Policy
            metadata: {name: law}
            spec: {onError: \(onError), checkSets: [{enforcement: \(enforcement), checks: [\(checks.joined(separator: ", "))]}]}
            """
        )
    }

    @Test("A further check never lets an image in, and DRY_RUN never keeps one out")
    func monotone() throws {
        let seed = SeededGenerator.freshSeed("policies")
        var random = SeededGenerator(seed: seed)
        var verdicts: [Verdict: Int] = [:]
        for _ in 0..<400 {
            let count = Int.random(in: 0...3, using: &random)
            let checks = (0..<count).map { _ in Self.checks.randomElement(using: &random) ?? "" }
            let more = checks + [Self.checks.randomElement(using: &random) ?? ""]
            let evidence = Self.evidence(&random)
            let before = try Self.policy(checks).decide(evidence)
            let after = try Self.policy(more.shuffled(using: &random)).decide(evidence)
            #expect(before.isAllowed || !after.isAllowed, "seed \(seed)")
            #expect(after.verdict.weight >= before.verdict.weight || checks.isEmpty, "seed \(seed)")
            #expect(try Self.policy(more, enforcement: "DRY_RUN").decide(evidence).isAllowed, "seed \(seed)")
            #expect(after.images[0].checks.allSatisfy { !$0.explanation.isEmpty && !$0.explanation.contains("\n") })
            verdicts[after.verdict, default: 0] += 1
        }
        #expect((verdicts[.nonConformant] ?? 0) > 0 && (verdicts[.conformant] ?? 0) > 0, "\(verdicts)")
    }

    @Test("Bad evidence beside good never lets an image in: findings, and nothing else, are added")
    func findingsOnlyDeny() throws {
        var random = SeededGenerator(seed: SeededGenerator.freshSeed("findings"))
        for _ in 0..<200 {
            let policy = try Self.policy([Self.checks[1], Self.checks[8]])
            var evidence = Self.evidence(&random)
            let before = policy.decide(evidence)
            let severity = Grafeas_V1_Severity(rawValue: Int.random(in: 0...9, using: &random)) ?? .unspecified
            evidence.metadata?.occurrences.append(Known.finding("CVE-9", severity))
            #expect(before.isAllowed || !policy.decide(evidence).isAllowed)
        }
    }

    @Test("Random damage to a policy's text is refused or read, and never more than that")
    func damage() {
        let seed = SeededGenerator.freshSeed("damaged policies")
        var random = SeededGenerator(seed: seed)
        let whole = Array(
            """
            apiVersion: grafeion.dev/v1
            kind: Policy
            metadata: {name: damage}
            spec:
              imageAllowlist: {allowPattern: ["registry.example/infra/**"]}
              checkSets:
              - scope: {kubernetesNamespace: a}
                checks: [\(Self.checks.joined(separator: ", "))]
            """.utf8
        )
        for _ in 0..<2_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0...3, using: &random) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: at)
                case 2: bytes.insert("{}[]&*:,-#|>\"'!%@`\n\t ".utf8.randomElement(using: &random) ?? 0, at: at)
                default: bytes.removeSubrange(at...)
                }
                if bytes.isEmpty { break }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            do throws(InvalidPolicy) {
                let policy = try PolicyDocument(parsing: text)
                _ = policy.lint()
            } catch {
                #expect(
                    !error.problems.isEmpty && error.problems.allSatisfy { $0.line > 0 && $0.column > 0 },
                    "\(error) seed \(seed)"
                )
            }
        }
    }

    // MARK: Random evidence

    private static func evidence(_ random: inout SeededGenerator) -> Evidence {
        let images = [
            Known.image, Known.image, Known.image, "registry.example/prod/app:1", "nginx", "", "\u{0}", "a@b@c",
            "evil.example/x@\(Known.digest("b"))",
        ]
        let image = images.randomElement(using: &random) ?? ""
        if Int.random(in: 0...9, using: &random) == 0 { return .unpinned(image) }
        let manifests = ["b", "c"].prefix(Int.random(in: 0...2, using: &random))
        return Evidence(
            image: image,
            metadata: metadata(Known.digest, &random),
            manifests: manifests.map { metadata(Known.digest(Character($0)), &random) }
        )
    }

    private static func metadata(_ digest: String, _ random: inout SeededGenerator) -> ImageMetadata {
        var metadata = ImageMetadata(digest: Int.random(in: 0...20, using: &random) == 0 ? "sha256:x" : digest)
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            metadata.occurrences.append(occurrence(digest, &random))
        }
        let outcomes: [AttestationOutcome] = [
            .verified(key: "k", occurrences: ["projects/p/occurrences/build"]), .failed("x"), .refused([]),
            .refused([.init(occurrence: "projects/p/occurrences/build", reason: "bad")]),
        ]
        for name in ["a", "b"] where Bool.random(using: &random) {
            metadata.attestations["projects/p/attestors/\(name)"] = outcomes.randomElement(using: &random)
        }
        if Int.random(in: 0...20, using: &random) == 0 { metadata.failure = "down" }
        return metadata
    }

    private static func occurrence(_ digest: String, _ random: inout SeededGenerator) -> Occurrence {
        let seconds = ([nil, 0, 60, 90_000, -90_000] as [Int64?]).randomElement(using: &random) ?? nil
        switch Int.random(in: 0...8, using: &random) {
        case 0:
            let status = Grafeas_V1_DiscoveryOccurrence.AnalysisStatus(rawValue: Int.random(in: 0...7, using: &random))
            return Known.scan(status ?? .unspecified, secondsAgo: seconds, digest: digest)
        case 1, 2, 3: return Known.scan(secondsAgo: 60, digest: digest)
        case 4:
            let severity = Grafeas_V1_Severity(rawValue: Int.random(in: 0...7, using: &random)) ?? .unspecified
            return Known.finding("CVE-\(Int.random(in: 0...5, using: &random))", severity, digest: digest)
        case 5: return Known.build(secondsAgo: seconds, digest: digest)
        case 6:
            return Known.package("log4j-core", ["1", "2", "", "x"].randomElement(using: &random) ?? "", digest: digest)
        case 7:
            // Any bytes that are a message at all.
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            return (try? Occurrence(serializedBytes: bytes, partial: true)) ?? Occurrence()
        default:
            var occurrence = Known.scan(digest: digest)
            occurrence.discovery.lastScanTime.seconds = Bool.random(using: &random) ? .max : .min
            return occurrence
        }
    }
}
