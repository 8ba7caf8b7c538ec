import FilterLanguage
import Testing

/// Filters that clients in the field send, word for word, with what they mean.
@Suite struct ClientFilterTests {
    @Test(arguments: [
        // Kritis
        (
            #"resource_url="https://IMG" AND kind="PACKAGE_VULNERABILITY""#,
            #"resource_uri = "IMG" AND kind = VULNERABILITY"#
        ),
        (
            #"resource_url="https://IMG" AND kind="ATTESTATION_AUTHORITY""#,
            #"resource_uri = "IMG" AND kind = ATTESTATION"#
        ),
        (
            #"resourceUrl="https://IMG" AND noteProjectId="kritis" AND noteId="PACKAGE_VULNERABILITY""#,
            #"resource_uri = "IMG" AND noteProjectId = "kritis" AND noteId = "PACKAGE_VULNERABILITY""#
        ),
        // Voucher
        (#"resourceUrl="https://IMG" AND kind="ATTESTATION""#, #"resource_uri = "IMG" AND kind = ATTESTATION"#),
        (#"resourceUrl="https://IMG" AND kind="VULNERABILITY""#, #"resource_uri = "IMG" AND kind = VULNERABILITY"#),
        (#"resourceUrl="https://IMG" AND kind="BUILD""#, #"resource_uri = "IMG" AND kind = BUILD"#),
        (
            #"resourceUrl="https://IMG" AND kind="DISCOVERY" AND noteProjectId="goog-analysis" AND noteId="PACKAGE_VULNERABILITY""#,
            #"resource_uri = "IMG" AND kind = DISCOVERY AND noteProjectId = "goog-analysis" AND noteId = "PACKAGE_VULNERABILITY""#
        ),
        // Tekton Chains
        (#"resourceUrl="a" OR resourceUrl="b""#, #"resource_uri = "a" OR resource_uri = "b""#),
        // gcloud
        (
            #"(has_prefix(resourceUrl, "https://X") OR has_prefix(resourceUrl, "X")) AND "#
                + #"((kind = "VULNERABILITY") OR (kind = "DISCOVERY")) AND "#
                + #"((resourceUrl = "https://gcr.io/p/i@sha256:ab") OR (resourceUrl = "gcr.io/p/i@sha256:ab"))"#,
            #"(has_prefix(resource_uri, "X") OR has_prefix(resource_uri, "X")) AND "#
                + #"(kind = VULNERABILITY OR kind = DISCOVERY) AND "#
                + #"(resource_uri = "gcr.io/p/i@sha256:ab" OR resource_uri = "gcr.io/p/i@sha256:ab")"#
        ),
        (#"createTime>"2019-04-10T""#, #"create_time > "2019-04-10T00:00:00Z""#),
        (
            #"noteProjectId="goog-analysis" AND dependencyPackageName="X""#,
            #"noteProjectId = "goog-analysis" AND packageName = "X""#
        ),
        (#"has_suffix(resourceUrl, "sha256:ab")"#, #"has_suffix(resource_uri, "sha256:ab")"#),
        (
            #"kind = "PACKAGE_MANAGER" AND has_prefix(resource_url,"https://compute.googleapis.com/compute/")"#,
            #"kind = PACKAGE AND has_prefix(resource_uri, "compute.googleapis.com/compute/")"#
        ),
        // Gardener
        (#"resourceUrl = "https://IMG" AND kind="VULNERABILITY""#, #"resource_uri = "IMG" AND kind = VULNERABILITY"#),
        (#"resourceUrl = "https://IMG" AND kind="DISCOVERY""#, #"resource_uri = "IMG" AND kind = DISCOVERY"#),
        // aactl
        (#"resource_url="https://IMG""#, #"resource_uri = "IMG""#),
        (
            #"noteId="CVE-2024-1" AND resource_url="https://IMG""#,
            #"noteId = "CVE-2024-1" AND resource_uri = "IMG""#
        ),
        // Rode
        (
            #"kind == "BUILD" && (resource.uri == "U" || build.provenance.builtArtifacts.nestedFilter(id == "U"))"#,
            #"kind = BUILD AND (resource_uri = "U" OR some build.provenance.built_artifacts with (id = "U"))"#
        ),
        (
            #"name.startsWith("projects/rode/notes/x-")"#,
            #"has_prefix(name, "projects/rode/notes/x-")"#
        ),
        (#"!name.endsWith("x")"#, #"NOT has_suffix(name, "x")"#),
        (#"name.contains("Mid")"#, #"name.contains("Mid")"#),
    ])
    func clientFilterIsUnderstood(text: String, meaning: String) throws {
        let filter = try TestSchema.check(text)
        #expect(filter.root?.description == meaning)
        #expect(try TestSchema.check(filter.text) == filter)
    }
}
