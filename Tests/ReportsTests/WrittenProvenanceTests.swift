import Foundation
import GrafeasProto
import MetadataModel
import SwiftProtobuf
import Testing

@testable import Reports

/// Each form of provenance, member by member.
@Suite("Provenance of each form")
struct WrittenProvenanceTests {
    private func first(_ text: String, format: ReportFormat? = nil) throws -> (ReportRecords, Occurrence) {
        let record = try #require(provenance(text, format: format).first)
        return (record, try #require(record.occurrences.first).occurrence)
    }

    @Test("SLSA v1 as GitHub writes it")
    func one() throws {
        let (record, occurrence) = try first(WrittenProvenance.one, format: .inToto)
        let builder = "https://github.com/owner/app/.github/workflows/release.yml@refs/heads/main"
        #expect(record.resourceURI == "https://ghcr.io/owner/app@sha256:\(WrittenProvenance.image)")
        #expect(record.author == builder && record.occurrences.count == 1)
        #expect(record.notes.first?.note.build.builderVersion == "a 1, b 2")
        let build = occurrence.build.provenance
        #expect(build.id == "https://github.com/owner/app/actions/runs/1/attempts/1" && build.logsUri == build.id)
        #expect(build.startTime.seconds == 1_767_323_045 && build.endTime.seconds == 1_767_323_105)
        #expect(build.createTime == build.startTime && build.builderVersion == "a 1, b 2")
        #expect(build.sourceProvenance.context.git.url == "https://github.com/owner/app")
        #expect(build.sourceProvenance.context.git.revisionID == WrittenProvenance.commit)
        #expect(build.builtArtifacts.map(\.id) == ["ghcr.io/owner/app@sha256:\(WrittenProvenance.image)"])
        #expect(
            build.buildOptions == [
                "build_type": "https://actions.github.io/buildtypes/workflow/v1", "event": "push",
                "entry_point": ".github/workflows/release.yml", "ref": "refs/heads/main",
            ]
        )
        let statement = occurrence.build.inTotoSlsaProvenanceV1
        #expect(statement.type == "https://in-toto.io/Statement/v1" && statement.subject.count == 1)
        #expect(statement.predicateType == "https://slsa.dev/provenance/v1" && !occurrence.build.hasIntotoStatement)
        let definition = statement.predicate.buildDefinition
        #expect(definition.externalParameters.fields["workflow"]?.structValue.fields["ref"]?.stringValue != nil)
        #expect(definition.internalParameters.fields["github"]?.structValue.fields.count == 2)
        #expect(definition.resolvedDependencies[0].content == Data("hi".utf8))
        #expect(definition.resolvedDependencies[0].annotations["n"]?.numberValue == 1)
        #expect(definition.resolvedDependencies[1].digest == ["gitCommit": WrittenProvenance.commit])
        let details = statement.predicate.runDetails
        #expect(details.builder.id == builder && details.builder.version == ["a": "1", "b": "2"])
        #expect(details.metadata.startedOn == build.startTime && details.byproducts.map(\.name) == ["log"])
    }

    @Test("SLSA v0.2 as BuildKit writes it: the build's type stands for a builder without an id")
    func zeroTwo() throws {
        let (record, occurrence) = try first(WrittenProvenance.zeroTwo)
        #expect(record.author == "https://mobyproject.org/buildkit@v1")
        #expect(record.resourceURI == "https://registry.example/app@sha256:\(WrittenProvenance.image)")
        #expect(record.occurrences.count == 1, "both names are of one image")
        let build = occurrence.build.provenance
        #expect(build.id == "qp3w" && build.logsUri.isEmpty && build.startTime.nanos == 500_000_000)
        #expect(build.sourceProvenance.context.git.url == "https://github.com/owner/app.git")
        #expect(build.sourceProvenance.context.git.revisionID == WrittenProvenance.commit)
        #expect(build.buildOptions["entry_point"] == "Dockerfile" && build.creator.isEmpty)
        let statement = occurrence.build.intotoStatement
        #expect(
            statement.subject.map(\.digest) == [
                ["sha256": WrittenProvenance.image], ["sha256": WrittenProvenance.image],
            ]
        )
        let predicate = statement.slsaProvenanceZeroTwo
        #expect(predicate.builder.id.isEmpty && predicate.buildType == record.author)
        #expect(predicate.invocation.parameters.fields["frontend"]?.stringValue == "dockerfile.v0")
        #expect(predicate.buildConfig.fields.keys.elementsEqual(["llbDefinition"]))
        #expect(predicate.metadata.reproducible && predicate.metadata.completeness.environment)
        #expect(predicate.materials.map(\.uri) == ["pkg:docker/alpine@3"])
    }

    @Test("SLSA v0.1: the recipe's own material is the source")
    func zeroOne() throws {
        let (record, occurrence) = try first(WrittenProvenance.zeroOne)
        #expect(record.resourceURI == "file://sha256:\(WrittenProvenance.file):dist/app.tar.gz")
        #expect(record.notes.map(\.id).first?.hasPrefix("build-builder.example-hosted@v1-") == true)
        let build = occurrence.build.provenance
        #expect(build.id == "17" && build.creator == "octocat" && build.buildOptions["event"] == "push")
        #expect(build.sourceProvenance.context.git.url == "https://github.com/owner/app")
        #expect(build.sourceProvenance.context.git.revisionID == WrittenProvenance.commit)
        let statement = occurrence.build.intotoStatement
        #expect(statement.subject.count == 2, "the subject that is passed over is still in the statement")
        let predicate = statement.slsaProvenance
        #expect(predicate.recipe.entryPoint == "Makefile" && predicate.recipe.definedInMaterial == 1)
        let arguments = try Google_Protobuf_Struct(unpackingAny: predicate.recipe.arguments)
        #expect(arguments.fields["target"]?.stringValue == "all")
        #expect(predicate.metadata.completeness.arguments && predicate.materials.count == 2)
    }

    @Test("A signed statement that is no build is an attestation only")
    func otherPredicates() throws {
        let (record, occurrence) = try first(WrittenProvenance.envelope(WrittenProvenance.tests), format: .dsse)
        #expect(record.author == "https://in-toto.io/attestation/test-result/v0.1" && record.occurrences.count == 1)
        #expect(record.notes.first?.note.dsseAttestation.hint.humanReadableName == record.author)
        #expect(occurrence.dsseAttestation.envelope.payload == Data(WrittenProvenance.tests.utf8))
        #expect(occurrence.dsseAttestation.envelope.signatures.map(\.sig) == [Data("signature".utf8)])
        #expect(occurrence.dsseAttestation.envelope.signatures.map(\.keyid) == ["k"])
        #expect(occurrence.dsseAttestation.statement.predicate == nil)
        #expect(occurrence.dsseAttestation.statement.subject.map(\.name) == ["ghcr.io/owner/app"])
        let found = provenanceProblem(WrittenProvenance.tests)
        #expect(found?.path == "predicateType" && found?.description.contains("provenance/v0.2") == true)
    }

    @Test("Bundles, lines of them and GitHub's reply hold envelopes")
    func bundles() throws {
        let bundle = WrittenProvenance.bundle(WrittenProvenance.one)
        let plain = try provenance(WrittenProvenance.envelope(WrittenProvenance.one))
        #expect(plain[0].occurrences.map(\.key.first) == ["build", "dsse"])
        for text in [bundle, "\n\(bundle)\r\n\n\(bundle)\n", WrittenProvenance.github([WrittenProvenance.one])] {
            let records = try provenance(text, format: .sigstore)
            #expect(records.map(\.resourceURI) == plain.map(\.resourceURI))
            #expect(records[0].occurrences.map(\.key) == plain[0].occurrences.map(\.key))
            #expect(records[0].occurrences.map(\.occurrence) == plain[0].occurrences.map(\.occurrence))
        }
        let two = try provenance(WrittenProvenance.github([WrittenProvenance.one, WrittenProvenance.tests]))
        #expect(two.map(\.occurrences.count) == [2, 1])
        #expect(two[1].occurrences[0].place == "attestations[1].bundle.dsseEnvelope")
    }

    @Test("A link is INTOTO, which is JSON of v1beta1")
    func link() throws {
        let (record, occurrence) = try first(WrittenProvenance.link)
        #expect(record.resourceURI == "file://sha256:\(WrittenProvenance.image):app")
        #expect(record.author == "in-toto step build app" && occurrence.details == nil)
        let note = try #require(record.notes.first)
        #expect(note.id.hasPrefix("intoto-build-app-") && note.json?.version == .v1beta1)
        #expect(note.json?.text.contains(#""intoto":{"stepName":"build app"}"#) == true)
        let entry = try #require(record.occurrences.first)
        #expect(entry.key.first == "intoto" && entry.json?.version == .v1beta1)
        let signed =
            #"{"command":["make","say \"hi\""],"#
            + #""materials":[{"resourceUri":"src/main.c","hashes":{"sha256":"\#(WrittenProvenance.file)"}},"#
            + #"{"resourceUri":"notes"}],"#
            + #""products":[{"resourceUri":"app","hashes":{"sha256":"\#(WrittenProvenance.image)"}},"#
            + #"{"resourceUri":"app.log"}],"#
            + #""byproducts":{"customValues":{"return-value":"0","stdout":"a\nb","stderr":""}},"#
            + #""environment":{"customValues":{"workdir":"/src","variables":"[\"A=1\"]"}}}"#
        #expect(
            entry.json?.text
                == #"{"intoto":{"signatures":[{"keyid":"0123","sig":"abcd"}],"signed":\#(signed)}}"#
        )
    }

    @Test("Every form is told from its content", arguments: WrittenProvenance.all)
    func formats(text: String) throws {
        let report = try Report(parsing: Array(text.utf8))
        #expect(!(try provenance(text, format: report.format)).isEmpty)
        for other in ReportFormat.allCases where other != report.format {
            #expect(throws: ReportProblem.self) { try Report(parsing: Array(text.utf8), format: other) }
        }
    }

    @Test(
        "Sources in Git",
        arguments: [
            ("git+https://github.com/o/r@refs/tags/v1", "sha1", "https://github.com/o/r", true),
            ("git+https://github.com/o/r", "gitCommit", "https://github.com/o/r", true),
            ("git+ssh://git@github.com/o/r@refs/heads/main", "sha1", "ssh://git@github.com/o/r", true),
            ("https://github.com/o/r.git#refs/tags/v1", "sha1", "https://github.com/o/r.git", true),
            ("https://gitlab.example/o/r", "gitCommit", "https://gitlab.example/o/r", true),
            ("git://host/o/r", "none", "git://host/o/r", false),
            ("git+https://host/o/r@\(WrittenProvenance.commit)", "none", "https://host/o/r", true),
            ("https://repo.example/a.jar", "sha1", "", false), ("pkg:docker/alpine@3", "sha256", "", false),
        ]
    )
    func gitSources(uri: String, algorithm: String, url: String, hasRevision: Bool) {
        let source = GitSource(uri: uri, digest: [algorithm: WrittenProvenance.commit])
        let revision = hasRevision ? WrittenProvenance.commit : nil
        #expect(source == (url.isEmpty ? nil : GitSource(url: url, revision: revision)))
    }
}
