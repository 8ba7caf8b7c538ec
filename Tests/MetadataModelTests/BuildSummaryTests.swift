import GrafeasProto
import SwiftProtobuf
import Testing

@testable import MetadataModel

/// What was built by whom, from any form of provenance.
@Suite("Summaries of builds")
struct BuildSummaryTests {
    private static let commit = String(repeating: "c", count: 40)

    @Test(
        "A material is a source if it says which commit it is",
        arguments: [
            ("git+https://github.com/o/r@refs/heads/main", ["sha1": commit], "https://github.com/o/r", commit),
            ("git+https://github.com/o/r", [:], "https://github.com/o/r", ""),
            ("git+ssh://git@github.com/o/r@v1", ["gitCommit": commit], "ssh://git@github.com/o/r", commit),
            // As Google Cloud Build has it.
            ("https://github.com/o/r/commit/\(commit)", [:], "https://github.com/o/r", commit),
        ]
    )
    func sources(uri: String, digest: [String: String], repository: String, commit: String) {
        var build = Grafeas_V1_BuildOccurrence()
        build.intotoStatement.slsaProvenance.builder.id = "https://builder.example"
        build.intotoStatement.slsaProvenance.materials = [
            .with {
                $0.uri = uri
                $0.digest = digest
            }
        ]
        let summary = BuildSummary(build)
        #expect(summary.builder == "https://builder.example")
        #expect(summary.sources == [.init(repository: repository, commit: commit)])
    }

    @Test(
        "Other materials are none",
        arguments: ["https://github.com/o/r/commit/main", "pkg:docker/alpine@3", "https://example.com/commit/"]
    )
    func others(uri: String) {
        var build = Grafeas_V1_BuildOccurrence()
        build.intotoStatement.slsaProvenance.materials = [.with { $0.uri = uri }]
        #expect(BuildSummary(build).sources.isEmpty)
    }
}
