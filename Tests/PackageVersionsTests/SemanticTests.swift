import PackageVersions
import Testing

@Suite("Versions: SemVer")
struct SemVerTests {
    /// Semantic Versioning 2.0.0, section 11.
    @Test func specification() {
        expectAscending(["1.0.0", "2.0.0", "2.1.0", "2.1.1"], in: .semver)
        expectAscending(
            [
                "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11",
                "1.0.0-rc.1",
                "1.0.0",
            ],
            in: .semver
        )
        expectAscending(
            ["1.0.0--", "1.0.0-0a", "1.0.0-A", "1.0.0-a", "1.0.0-a-b", "1.0.0-a0", "1.0.0-aa"],
            in: .semver
        )
        expectAscending(["1.0.0-1", "1.0.0-9", "1.0.0-10", "1.0.0-99999999999999999999", "1.0.0--1"], in: .semver)
    }

    @Test func buildMetadataDoesNotCount() {
        expectEqual(["1.0.0", "1.0.0+a", "1.0.0+b.1", "1.0.0+a-b"], in: .semver)
        expectEqual(["1.0.0-rc.1", "1.0.0-rc.1+a-b.c"], in: .semver)
    }

    @Test func looseSpellings() {
        expectEqual(["1.2.0", "v1.2.0", "1.2", "=1.2.0", "= v1.2.0", "01.2.0", "1.2.0.0"], in: .semver)
        expectAscending(["1.2.0-rc1", "1.2.0", "1.2.0.1", "1.2.1"], in: .semver)
        expectEqual(["1.2.0rc1", "1.2.0-rc.1"], in: .semver)
    }

    @Test func whatIsNoVersionIsOlder() {
        expectAscending(["", "git+https://example.com/1", "latest", "0.0.0-0"], in: .semver)
        expectAscending(["next", "0.0.0-0"], in: .semver)
    }

    @Test func validity() {
        expectValid(
            [
                "0.0.4", "1.1.2-prerelease+meta", "1.0.0-alpha0.valid", "1.0.0--", "1.0.0-0A.is.legal",
                "2.0.0+build.1848", "99999999999999999999.0.0",
            ],
            notValid: [
                "1", "1.2", "v1.2.3", "1.2.3.4", "01.1.1", "1.1.1-01", "1.2.3-", "1.2.3+", "1.2.3-a..b", "1.2.3-é",
                "1.2.3+a+b", "",
            ],
            in: .semver
        )
    }
}

@Suite("Versions: Go")
struct GoTests {
    @Test func modules() {
        expectAscending(["v0.9.0", "v1.0.0-pre", "v1.0.0", "v1.9.1", "v1.10.0", "v2.0.0+incompatible"], in: .go)
        expectEqual(["v1.2.3", "1.2.3", "v1.2.3+incompatible", "v1.2.3+dirty"], in: .go)
        expectEqual(["v1", "v1.0", "v1.0.0"], in: .go)
    }

    /// The three forms of pseudo-versions in the modules reference: after nothing, after a pre-release, after a
    /// release.
    @Test func pseudoVersions() {
        expectAscending(
            [
                "v0.0.0-20191109021931-daa7c04131f5", "v0.0.0-20200109021931-000000000000", "v1.2.3-pre",
                "v1.2.3-pre.0.20191109021931-daa7c04131f5", "v1.2.3", "v1.2.4-0.20191109021931-daa7c04131f5", "v1.2.4",
            ],
            in: .go
        )
    }

    @Test func toolchains() {
        expectAscending(["(devel)", "go1.20.14", "go1.21rc2", "go1.21rc10", "go1.21", "go1.21.1", "1.22.0"], in: .go)
        expectEqual(["go1.21rc2", "1.21.0-rc.2"], in: .go)
    }

    @Test func validity() {
        expectValid(
            [
                "v1.2.3", "1.2.3", "v1", "v1.2", "v2.0.0+incompatible", "v0.0.0-20191109021931-daa7c04131f5", "go1.21",
                "go1.21rc2", "go1.21.3",
            ],
            notValid: [
                "", "v", "v1.2.3.4", "v01.2.3", "v1-pre", "v1.2+incompatible", "V1.2.3", "v1.2.3-01", "go", "go1.21rc",
                "go1.21x", "(devel)",
            ],
            in: .go
        )
    }
}

@Suite("Versions: NuGet")
struct NuGetTests {
    /// NuGet's "Package versioning": pre-releases by the alphabet without regard to case, numbers in them as numbers.
    @Test func documentation() {
        expectAscending(
            [
                "1.0.1-aaa", "1.0.1-alpha", "1.0.1-alpha10", "1.0.1-Alpha2", "1.0.1-beta", "1.0.1-open", "1.0.1-rc",
                "1.0.1-zzz", "1.0.1",
            ],
            in: .nuget
        )
        expectAscending(["1.0.1-rc.1", "1.0.1-rc.2", "1.0.1-rc.10", "1.0.1"], in: .nuget)
        expectAscending(["1.0.0.0", "1.0.0.1", "1.0.1", "1.1", "2"], in: .nuget)
    }

    @Test func normalization() {
        expectEqual(["1.0", "1.0.0", "1", "1.0.0.0", "1.00", "01.0"], in: .nuget)
        expectEqual(["1.0.0-BETA", "1.0.0-beta", "1.0.0-Beta+meta"], in: .nuget)
        expectEqual(["1.0.7+r3456", "1.0.7"], in: .nuget)
    }

    @Test func validity() {
        expectValid(
            ["1", "1.0", "1.2.3", "1.2.3.4", "01.2.3", "1.0.0-beta.01", "1.0-a+b.c"],
            notValid: ["", "a", "1.2.3.4.5", "v1.0", "1.0-", "1..0", "1.0+", "1.0-a_b", "9999999999.0"],
            in: .nuget
        )
    }
}
