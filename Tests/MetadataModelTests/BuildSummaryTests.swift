import GrafeasProto
import MetadataModel
import SwiftProtobuf
import Testing

/// Builder, source and run are found wherever a producer of provenance puts them.
struct BuildSummaryTests {
    private static let commit = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"

    private static let forms: [(String, Grafeas_V1_BuildOccurrence)] = [
        (
            "the summary of Grafeas",
            .with {
                $0.provenance = .with {
                    $0.id = "run"
                    $0.builderVersion = "builder"
                    $0.sourceProvenance.context.git = .with {
                        $0.url = "https://git.example/web"
                        $0.revisionID = commit
                    }
                }
            }
        ),
        (
            "SLSA 1",
            .with {
                $0.inTotoSlsaProvenanceV1.predicate = .with {
                    $0.runDetails.builder.id = "builder"
                    $0.runDetails.metadata.invocationID = "run"
                    $0.buildDefinition.resolvedDependencies = [
                        .with {
                            $0.uri = "pkg:oci/base"; $0.digest = ["sha256": "x"]
                        },
                        .with {
                            $0.uri = "git+https://git.example/web@refs/heads/main"; $0.digest = ["gitCommit": commit]
                        },
                    ]
                }
            }
        ),
        (
            "SLSA 0.2",
            .with {
                $0.intotoStatement.slsaProvenanceZeroTwo = .with {
                    $0.builder.id = "builder"
                    $0.metadata.buildInvocationID = "run"
                    $0.invocation.configSource = .with {
                        $0.uri = "git+https://git.example/web@v1.2"
                        $0.digest = ["sha1": commit.uppercased()]
                    }
                    $0.materials = [
                        .with {
                            $0.uri = "git+https://git.example/web"; $0.digest = ["sha1": commit]
                        }
                    ]
                }
            }
        ),
        (
            "Google Cloud Build",
            .with {
                $0.intotoStatement.slsaProvenance = .with {
                    $0.builder.id = "builder"
                    $0.metadata.buildInvocationID = "run"
                    $0.materials = [.with { $0.uri = "https://git.example/web/commit/" + commit }]
                }
            }
        ),
    ]

    @Test(arguments: forms.map(\.0))
    func everyFormSaysTheSame(name: String) throws {
        let build = try #require(Self.forms.first { $0.0 == name }).1
        let summary = BuildSummary(build)
        #expect(summary.builder == "builder" && summary.invocation == "run")
        #expect(summary.sources == [BuildSummary.Source(repository: "https://git.example/web", commit: Self.commit)])
    }

    @Test func whatIsNoCommitIsNoSource() {
        let build = Grafeas_V1_BuildOccurrence.with {
            $0.intotoStatement.slsaProvenance.materials = [
                .with { $0.uri = "https://git.example/web/commit/main" }, .with { $0.uri = "pkg:docker/debian" },
            ]
        }
        #expect(BuildSummary(build).sources.isEmpty)
    }

    @Test func aUserNameIsNoReference() {
        let build = Grafeas_V1_BuildOccurrence.with {
            $0.intotoStatement.slsaProvenanceZeroTwo.materials = [.with { $0.uri = "git+ssh://git@git.example/web" }]
        }
        #expect(BuildSummary(build).sources.map(\.repository) == ["ssh://git@git.example/web"])
    }
}
