import FilterLanguage
import Testing

@Suite struct EvaluateTests {
    static let vulnerability: TestEntry = [
        "name": "projects/p/occurrences/1",
        "resource_uri": "https://gcr.io/p/app@sha256:ab",
        "note_name": "projects/kritis/notes/CVE-2024-1",
        "noteProjectId": "kritis",
        "packageName": ["log4j", "openssl"],
        "kind": .value(.enumeration(1)),
        "create_time": .value(.timestamp(FilterTimestamp(seconds: 1_715_300_000))),
        "shortDescription": "Überlauf in OpenSSL",
        "vulnerability": [
            "severity": .value(.enumeration(4)),
            "cvss_score": .value(.double(7.5)),
            "fix_available": .value(.bool(false)),
            "package_issue": [
                ["affected_package": "log4j", "fix_available": .value(.bool(true)), "epoch": .value(.integer(2))],
                ["affected_package": "openssl", "fix_available": .value(.bool(false))],
            ],
        ],
    ]

    static let build: TestEntry = [
        "resource_uri": "gcr.io/p/web@sha256:cd",
        "kind": .value(.enumeration(2)),
        "build": [
            "took": .value(.duration(FilterDuration(seconds: 90))),
            "parameters": [
                "count": .value(.integer(5)), "ratio": .value(.double(0.5)), "text": "5", "ok": .value(.bool(true)),
                "list": ["Alpha", "beta"], "object": ["key": ""],
            ],
            "provenance": [
                "id": "b1",
                "build_options": ["cloud": "none", "empty": ""],
                "built_artifacts": [["id": "i1", "names": ["a:1", "b:2"]], ["id": "i2", "names": []]],
                "file_hashes": ["f": ["id": "h1"]],
            ],
        ],
        "attestation": ["serialized_payload": .value(.bytes([0x68, 0x69]))],
    ]

    @Test(arguments: [
        // Texts
        "resourceUrl = \"https://gcr.io/p/app@sha256:ab\"", "resourceUrl = \"gcr.io/p/app@sha256:ab\"",
        "resourceUrl = \"https://gcr.io/p/*\"", "resourceUrl = \"gcr.io/p/*\"", "resourceUrl = \"*@sha256:ab\"",
        "resourceUrl = \"*app*\"", "has_prefix(resourceUrl, \"gcr.io\")", "resourceUrl.startsWith(\"https://gcr.io\")",
        "resourceUrl:APP", "resourceUrl:\"https://\"", "name > \"projects/o\"", "name <= \"projects/p/occurrences/1\"",
        "name:*", "NOT remediation:*", "remediation != x", "NOT remediation = x", "name != x",
        "NOT name.contains(\"Projects\")", "name.contains(\"projects\")",
        "NOT resourceUrl = \"GCR.io/p/app@sha256:ab\"",
        // Kinds, numbers, truths, times
        "kind = PACKAGE_VULNERABILITY", "kind = (BUILD OR VULNERABILITY)", "kind != (BUILD OR IMAGE)",
        "kind:VULNERABILITY",
        "severity >= HIGH", "severity > MEDIUM", "severity <= HIGH", "NOT severity > HIGH", "severity < CRITICAL",
        "vulnerability.effectiveSeverity != LOW", "NOT vulnerability.effectiveSeverity < CRITICAL",
        "vulnerability.cvssScore = 7.5", "vulnerability.cvssScore >= 7", "vulnerability.fixAvailable = false",
        "createTime > 2024-05-09", "createTime < now()", "createTime >= now() - duration(\"24h\")",
        // Lists: some element
        "vulnerability.packageIssue.affectedPackage = openssl", "vulnerability.packageIssue.affectedPackage:SSL",
        "vulnerability.packageIssue.fixAvailable = true vulnerability.packageIssue.affectedPackage = openssl",
        "NOT vulnerability.packageIssue.nestedFilter(fixAvailable = true AND affectedPackage = openssl)",
        "vulnerability.packageIssue.nestedFilter(fixAvailable = true AND affectedPackage = log4j)",
        "vulnerability.packageIssue.epoch = 2", "vulnerability.packageIssue:*",
        "NOT vulnerability.packageIssue.inner:*",
        "dependencyPackageName = log4j", "dependencyPackageName:openssl", "NOT dependencyPackageName:open",
        "NOT dependencyPackageName != log4j", "noteProjectId = kritis", "NOT noteId:*",
        // Searches
        "OPENSSL", "über", "ÜBERLAUF", "\"app@sha256\"", "cve-2024-1 openssl", "NOT zebra", "vulnerability:*",
        "NOT build:*",
        "NOT build:provenance",
    ])
    func holdsForTheVulnerability(text: String) throws {
        #expect(try TestSchema.check(text).matches(Self.vulnerability.source))
        #expect(try !TestSchema.check("NOT (\(text))").matches(Self.vulnerability.source))
    }

    @Test(arguments: [
        "build.provenance.buildOptions[\"cloud\"] = none", "build.provenance.buildOptions.cloud:NON",
        "build.provenance.buildOptions = none", "build.provenance.buildOptions:cloud",
        "build.provenance.buildOptions:empty",
        "NOT build.provenance.buildOptions:none", "build.provenance.buildOptions:*",
        "build.provenance.buildOptions = \"\"",
        "build.provenance.fileHashes.f.id = h1", "build.provenance.fileHashes:f",
        "build.provenance.fileHashes.nestedFilter(id = h1)",
        "build.provenance.builtArtifacts.names = \"a:1\"", "build.provenance.builtArtifacts.names:\"b:2\"",
        "NOT build.provenance.builtArtifacts.names:b",
        "kind == \"BUILD\" && (resource.uri == \"U\" || build.provenance.builtArtifacts.nestedFilter(id == \"i2\"))",
        "build.took > 60s", "build.took = 1m30s", "build.took <= duration(\"90s\")",
        "attestation.serializedPayload = aGk", "attestation.serializedPayload = 6869",
        // JSON
        "build.parameters.count = 5", "build.parameters.count = 5.0", "build.parameters.count < 5.5",
        "build.parameters.count > 4.999", "build.parameters.count >= 5", "NOT build.parameters.count > 5",
        "build.parameters.ratio < 1", "build.parameters.ratio > 0", "build.parameters.text = 5",
        "build.parameters.ok = true", "build.parameters.list = beta", "build.parameters.list:ALPH",
        "build.parameters.object:key", "build.parameters.object.key:*", "NOT build.parameters.object.other:*",
        "build.parameters.list = \"Al*\"", "NOT build.parameters.text > 4",
    ])
    func holdsForTheBuild(text: String) throws {
        #expect(try TestSchema.check(text).matches(Self.build.source))
        #expect(try !TestSchema.check("NOT (\(text))").matches(Self.build.source))
    }

    @Test func everythingHolds() {
        #expect(CheckedFilter.everything.matches(Self.build.source))
    }

    @Test func textsAreEqualByBytes() {
        let composed = "\u{E9}"
        let decomposed = "e\u{301}"
        #expect(composed == decomposed)
        #expect(!FilterTest.equals(.string(composed)).passes(.string(decomposed)))
        #expect(!FilterTest.hasPrefix("e").passes(.string(composed)))
        #expect(FilterTest.hasPrefix("e").passes(.string(decomposed)))
        // U+FF5E is before U+1F600 by bytes and behind it by UTF-16.
        #expect(FilterTest.less(.string("\u{1F600}")).passes(.string("\u{FF5E}")))
    }

    @Test(arguments: [
        (FilterValue.integer(.max), FilterValue.double(0x1p63), true, false),
        (.integer(.min), .double(-0x1p63), false, true),
        (.integer(9_007_199_254_740_993), .double(9_007_199_254_740_992), false, false),
        (.integer(-1), .double(-0.5), true, false), (.integer(0), .double(-0.5), false, false),
        (.integer(0), .double(-0.0), false, true), (.integer(1), .double(.infinity), true, false),
        (.integer(1), .double(-.infinity), false, false), (.integer(1), .double(1.5), true, false),
    ])
    func numbersCompareExactly(integer: FilterValue, double: FilterValue, isLess: Bool, isEqual: Bool) {
        #expect(FilterTest.less(double).passes(integer) == isLess)
        #expect(FilterTest.greater(integer).passes(double) == isLess)
        #expect(FilterTest.equals(double).passes(integer) == isEqual)
        #expect(FilterTest.equals(integer).passes(double) == isEqual)
        #expect(FilterTest.greater(double).passes(integer) == (!isLess && !isEqual))
        #expect(FilterTest.less(integer).passes(double) == (!isLess && !isEqual))
        #expect(FilterTest.lessOrEqual(double).passes(integer) == (isLess || isEqual))
    }

    @Test func notANumberPassesNothing() {
        for test in [
            FilterTest.less(.integer(1)), .lessOrEqual(.double(1)), .greater(.integer(1)), .equals(.double(.nan)),
        ] {
            #expect(!test.passes(.double(.nan)))
        }
        #expect(!FilterTest.less(.double(.nan)).passes(.integer(1)))
        #expect(!FilterTest.greater(.double(.nan)).passes(.integer(1)))
    }

    @Test func valueOfAnotherTypeDoesNotPass() {
        #expect(!FilterTest.equals(.string("1")).passes(.integer(1)))
        #expect(!FilterTest.less(.string("1")).passes(.integer(0)))
        #expect(!FilterTest.contains("1").passes(.integer(1)))
        #expect(!FilterTest.equals(.enumeration(1)).passes(.integer(1)))
    }

    @Test func severalEntriesOfOneFieldAreNotEqualOnlyIfNoneIs() throws {
        let filter = try TestSchema.check("vulnerability.packageIssue.affectedPackage != log4j")
        #expect(!filter.matches(Self.vulnerability.source))
        #expect(filter.matches(Self.build.source))
    }
}
