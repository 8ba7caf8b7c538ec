import FilterLanguage
import GrafeasProto
import MetadataModel
import SwiftProtobuf
import Testing

@testable import PolicyEngine

/// Small builders of what is known of an image.
enum Known {
    static let digest = "sha256:" + String(repeating: "a", count: 64)
    static let repository = "registry.example/prod/app"
    static let image = "\(repository)@\(digest)"
    /// 2026-01-01T00:00:00Z
    static let now = Google_Protobuf_Timestamp(seconds: 1_767_225_600)

    static func digest(_ character: Character) -> String { "sha256:" + String(repeating: character, count: 64) }

    static func ago(_ seconds: Int64) -> Google_Protobuf_Timestamp {
        Google_Protobuf_Timestamp(seconds: now.seconds - seconds)
    }

    static func occurrence(_ id: String, note: String = "note", digest: String = digest) -> Occurrence {
        .with {
            $0.name = "projects/p/occurrences/\(id)"
            $0.noteName = "projects/provider/notes/\(note)"
            $0.resourceUri = "https://\(repository)@\(digest)"
        }
    }

    static func scan(
        _ status: Grafeas_V1_DiscoveryOccurrence.AnalysisStatus = .finishedSuccess,
        by scanner: String = "trivy 0.50.1",
        secondsAgo: Int64? = 3_600,
        digest: String = digest
    ) -> Occurrence {
        let name = scanner.split(separator: " ")[0]
        var occurrence = occurrence("scan-\(name)", note: "vulnerability-scan-\(name)", digest: digest)
        occurrence.discovery.analysisStatus = status
        occurrence.discovery.analysisCompleted.analysisType = [scanner]
        if let secondsAgo { occurrence.discovery.lastScanTime = ago(secondsAgo) }
        if status == .finishedFailed { occurrence.discovery.analysisStatusError.message = "no space left" }
        return occurrence
    }

    static func finding(
        _ id: String,
        _ severity: Grafeas_V1_Severity,
        fix: String? = nil,
        state: Grafeas_V1_VulnerabilityAssessmentNote.Assessment.State = .unspecified,
        aliases: [String] = [],
        digest: String = digest
    ) -> Occurrence {
        var occurrence = occurrence("finding-\(id)", note: id, digest: digest)
        occurrence.vulnerability.effectiveSeverity = severity
        occurrence.vulnerability.fixAvailable = fix != nil
        occurrence.vulnerability.packageIssue = [
            .with {
                $0.affectedPackage = "libexample"
                $0.affectedVersion.fullName = "1.0"
                if let fix { $0.fixedVersion.fullName = fix }
                $0.fixedVersion.kind = fix == nil ? .maximum : .normal
                $0.fixAvailable = fix != nil
            }
        ]
        if state != .unspecified { occurrence.vulnerability.vexAssessment.state = state }
        occurrence.vulnerability.extraDetails = AliasLine.text(aliases) ?? ""
        return occurrence
    }

    static func build(
        by builder: String = "https://cloudbuild.googleapis.com/GoogleHostedWorker@v0.3",
        from source: String = "https://github.com/example/app.git",
        secondsAgo: Int64? = 86_400,
        project: String = "p",
        digest: String = digest
    ) -> Occurrence {
        var occurrence = occurrence("build", note: "build", digest: digest)
        occurrence.name = "projects/\(project)/occurrences/build"
        occurrence.build.inTotoSlsaProvenanceV1.predicate.runDetails.builder.id = builder
        occurrence.build.inTotoSlsaProvenanceV1.predicate.buildDefinition.resolvedDependencies = [
            .with {
                $0.uri = "git+\(source)@refs/heads/main"
                $0.digest = ["gitCommit": String(repeating: "1", count: 40)]
            }
        ]
        if let secondsAgo {
            occurrence.build.inTotoSlsaProvenanceV1.predicate.runDetails.metadata.finishedOn = ago(secondsAgo)
        }
        return occurrence
    }

    static func base(_ uri: String?, distance: Int32 = 3) -> Occurrence {
        var occurrence = occurrence("image-\(distance)", note: "image")
        occurrence.image.distance = distance
        if let uri { occurrence.image.baseResourceURL = uri }
        return occurrence
    }

    static func package(_ name: String, _ version: String, type: String = "MAVEN", digest: String = digest)
        -> Occurrence
    {
        var occurrence = occurrence("package-\(name)", note: "package", digest: digest)
        occurrence.package.name = name
        occurrence.package.packageType = type
        occurrence.package.version.fullName = version
        return occurrence
    }
}

extension Evidence {
    /// An image of which some occurrences are known.
    static func of(
        _ occurrences: Occurrence...,
        image: String = Known.image,
        attestations: [String: AttestationOutcome] = [:]
    ) -> Evidence {
        Evidence(
            image: image,
            metadata: ImageMetadata(digest: Known.digest, occurrences: occurrences, attestations: attestations)
        )
    }

    static func unpinned(_ image: String) -> Evidence { Evidence(image: image, metadata: nil) }
}

extension CompiledPolicy {
    /// With a filter language of which the tests need two words: a kind, or nothing that is ever found.
    init(_ text: String) throws {
        let document = try PolicyDocument(parsing: text)
        try self.init(document, version: "v1") { text throws(FilterError) in
            _ = try FilterExpression.parse(text)
            return { occurrence in text.contains("\"\(occurrence.kindOfDetails.apiName)\"") }
        }
    }

    /// A policy of one default check set with one check.
    init(check: String) throws {
        try self.init(Self.text(check: check))
    }

    static func text(check: String) -> String {
        """
        apiVersion: grafeion.dev/v1
        kind: Policy
        metadata: {name: test}
        spec:
          checkSets:
          - displayName: all
            checks:
            - \(check.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n      "))

        """
    }

    func decide(
        _ evidence: Evidence...,
        namespace: String = "default",
        serviceAccount: String = "default"
    ) -> Decision {
        evaluate(evidence, for: PodIdentity(namespace: namespace, serviceAccount: serviceAccount), at: Known.now)
    }
}
