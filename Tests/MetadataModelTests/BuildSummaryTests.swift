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
        "Other materials are none, even with a digest that a commit may have",
        arguments: [
            "https://github.com/o/r/commit/main", "pkg:docker/alpine@3", "https://example.com/commit/", "pkg:maven/x@1",
            "https://example.com/x.jar",
        ]
    )
    func others(uri: String) {
        var build = Grafeas_V1_BuildOccurrence()
        for digest in [[:], ["sha1": Self.commit]] {
            build.intotoStatement.slsaProvenance.materials = [
                .with {
                    $0.uri = uri
                    $0.digest = digest
                }
            ]
            #expect(BuildSummary(build).sources.isEmpty)
        }
    }

    @Test("Where the configuration was is a source also where only the digest tells")
    func configuration() {
        var build = Grafeas_V1_BuildOccurrence()
        build.intotoStatement.slsaProvenanceZeroTwo.invocation.configSource.uri = "https://git.example/o/r"
        build.intotoStatement.slsaProvenanceZeroTwo.invocation.configSource.digest = ["sha1": Self.commit]
        #expect(BuildSummary(build).sources == [.init(repository: "https://git.example/o/r", commit: Self.commit)])
    }

    @Test("A context's URL loses its reference, one without a scheme nothing")
    func contexts() {
        let urls = [
            ("git+https://git.example/o/r@refs/heads/main", "https://git.example/o/r"),
            ("git@git.example:o/r", "git@git.example:o/r"),
        ]
        for (url, repository) in urls {
            var build = Grafeas_V1_BuildOccurrence()
            build.provenance.sourceProvenance.context.git.url = url
            #expect(BuildSummary(build).sources.map(\.repository) == [repository])
        }
    }

    @Test("However many materials there are, the summary has the first of them")
    func many() {
        var build = Grafeas_V1_BuildOccurrence()
        build.intotoStatement.slsaProvenance.materials = (0..<50_000).map { index in
            .with { $0.uri = "git+https://git.example/\(index)" }
        }
        let sources = BuildSummary(build).sources
        #expect(sources.count == BuildSummary.sourcesMax && sources.last?.repository == "https://git.example/99")
    }
}
