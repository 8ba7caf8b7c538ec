import Foundation

/// Small documents on how things were built, one of each form, made after what builders publish of theirs.
enum WrittenProvenance {
    static let image = String(repeating: "a", count: 64)
    static let file = String(repeating: "b", count: 64)
    static let commit = String(repeating: "c", count: 40)

    /// As GitHub's attest-build-provenance has it.
    static let one = """
        {"_type": "https://in-toto.io/Statement/v1",
         "subject": [{"name": "ghcr.io/owner/app", "digest": {"sha256": "\(image)"}}],
         "predicateType": "https://slsa.dev/provenance/v1",
         "predicate": {
          "buildDefinition": {
           "buildType": "https://actions.github.io/buildtypes/workflow/v1",
           "externalParameters": {"workflow": {"ref": "refs/heads/main", "repository": "https://github.com/owner/app",
            "path": ".github/workflows/release.yml"}},
           "internalParameters": {"github": {"event_name": "push", "runner_environment": "github-hosted"}},
           "resolvedDependencies": [{"uri": "https://example.com/tool.tgz", "digest": {"sha256": "\(file)"},
             "annotations": {"n": 1}, "content": "aGk"},
            {"uri": "git+https://github.com/owner/app@refs/heads/main", "digest": {"gitCommit": "\(commit)"}}]},
          "runDetails": {
           "builder": {"id": "https://github.com/owner/app/.github/workflows/release.yml@refs/heads/main",
            "version": {"b": "2", "a": "1"}},
           "metadata": {"invocationId": "https://github.com/owner/app/actions/runs/1/attempts/1",
            "startedOn": "2026-01-02T03:04:05Z", "finishedOn": "2026-01-02T03:05:05Z"},
           "byproducts": [{"name": "log", "mediaType": "text/plain"}]}}}
        """

    /// As BuildKit has it: without a builder's id, images by package URLs, members spelt as Go spells them.
    static let zeroTwo = """
        {"_type": "https://in-toto.io/Statement/v0.1",
         "predicateType": "https://slsa.dev/provenance/v0.2",
         "subject": [
          {"name": "pkg:docker/registry.example/app@latest?platform=linux%2Famd64", "digest": {"sha256": "\(image)"}},
          {"name": "pkg:docker/registry.example/app@1?platform=linux%2Famd64", "digest": {"sha256": "\(image)"}}],
         "predicate": {
          "builder": {"id": ""},
          "buildType": "https://mobyproject.org/buildkit@v1",
          "materials": [{"uri": "pkg:docker/alpine@3", "digest": {"sha256": "\(file)"}}],
          "invocation": {"configSource": {"entryPoint": "Dockerfile"},
           "parameters": {"frontend": "dockerfile.v0", "args": {"n": null}}, "environment": {"platform": "linux/amd64"}},
          "buildConfig": {"llbDefinition": []},
          "metadata": {"buildInvocationID": "qp3w", "buildStartedOn": "2026-01-02T03:04:05.5Z",
           "buildFinishedOn": "2026-01-02T03:05:05Z", "reproducible": true,
           "completeness": {"parameters": true, "environment": true, "materials": false},
           "https://mobyproject.org/buildkit@v1#metadata": {"vcs": {"source": "git@github.com:owner/app.git",
            "revision": "\(commit)"}}}}}
        """.replacing("git@github.com:owner/app.git", with: "https://github.com/owner/app.git")

    static let zeroOne = """
        {"_type": "https://in-toto.io/Statement/v0.1",
         "predicateType": "https://slsa.dev/provenance/v0.1",
         "subject": [{"name": "dist/app.tar.gz", "digest": {"sha256": "\(file)", "sha512": "00"}},
          {"name": "dist/app.txt", "digest": {"sha512": "11"}}],
         "predicate": {
          "builder": {"id": "https://builder.example/hosted@v1"},
          "recipe": {"type": "https://builder.example/make", "definedInMaterial": 1, "entryPoint": "Makefile",
           "arguments": {"target": "all"}, "environment": {"github_actor": "octocat", "github_event_name": "push"}},
          "metadata": {"buildInvocationId": "17", "buildStartedOn": "2026-01-02T03:04:05Z",
           "completeness": {"arguments": true}},
          "materials": [{"uri": "git+https://github.com/owner/other", "digest": {"sha1": "00"}},
           {"uri": "https://github.com/owner/app/commit/\(commit)"}]}}
        """

    /// Something that is no build, which only an envelope holds.
    static let tests = """
        {"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://in-toto.io/attestation/test-result/v0.1",
         "subject": [{"name": "ghcr.io/owner/app", "digest": {"sha256": "\(image)"}}],
         "predicate": {"result": "PASSED"}}
        """

    static let link = #"""
        {"signed": {"_type": "link", "name": "build app", "command": ["make", "say \"hi\""],
          "materials": {"src/main.c": {"sha256": "FILE"}, "notes": {"sha512": "00"}},
          "products": {"app": {"sha256": "IMAGE"}, "app.log": {"sha512": "00"}},
          "byproducts": {"return-value": 0, "stdout": "a\nb", "stderr": ""},
          "environment": {"workdir": "/src", "variables": ["A=1"]}},
         "signatures": [{"keyid": "0123", "sig": "abcd"}]}
        """#.replacing("FILE", with: file).replacing("IMAGE", with: image)

    static var statements: [String] { [one, zeroTwo, zeroOne] }

    static var all: [String] {
        statements + [link, envelope(one), envelope(tests), bundle(zeroTwo), github([one, tests])]
            + [[envelope(one), envelope(zeroOne)].joined(separator: "\n")]
    }

    static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    static func envelope(_ payload: String, signature: String = "c2lnbmF0dXJl") -> String {
        #"{"payloadType": "application/vnd.in-toto+json", "payload": "\#(base64(payload))", "#
            + #""signatures": [{"keyid": "k", "sig": "\#(signature)"}]}"#
    }

    static func bundle(_ payload: String) -> String {
        #"{"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "verificationMaterial": {}, "#
            + #""dsseEnvelope": \#(envelope(payload))}"#
    }

    static func github(_ payloads: [String]) -> String {
        let entries = payloads.map { #"{"repository_id": 1, "bundle": \#(bundle($0))}"# }
        return #"{"attestations": [\#(entries.joined(separator: ", "))]}"#
    }
}
