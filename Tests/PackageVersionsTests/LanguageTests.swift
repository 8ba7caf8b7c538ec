import PackageVersions
import Testing

@Suite("Versions: Maven")
struct MavenTests {
    /// The examples of the POM reference's "Version Order Specification".
    @Test func specification() {
        expectAscending(["1", "1.1"], in: .maven)
        expectAscending(["1-snapshot", "1", "1-sp"], in: .maven)
        expectAscending(["1-foo2", "1-foo10"], in: .maven)
        expectAscending(["1.foo", "1-1", "1.1"], in: .maven)
        expectEqual(["1.foo", "1-foo"], in: .maven)
        expectEqual(["1.ga", "1-ga", "1-0", "1.0", "1", "1.final", "1.0.0-final", "1.RELEASE", "1."], in: .maven)
        expectAscending(["1-ga", "1-sp"], in: .maven)
        expectAscending(["1-ga.1", "1-sp.1"], in: .maven)
        expectAscending(["1-sp-1", "1-ga-1"], in: .maven)
        expectEqual(["1-ga-1", "1-1"], in: .maven)
        expectEqual(["1-a1", "1-alpha-1", "1.0-ALPHA1"], in: .maven)
        expectAscending(["1.K", "1.7"], in: .maven)
        expectAscending(["5.aardvark", "5.zebra"], in: .maven)
        expectAscending(["1.b", "1.α"], in: .maven)
        expectEqual(["1.0.0-foo.0.0", "1-foo"], in: .maven)
        expectEqual(["1-1.foo-bar1baz-.1", "1-1.foo-bar-1-baz-0.1"], in: .maven)
    }

    @Test func qualifiers() {
        expectAscending(
            [
                "1-alpha2snapshot", "1-alpha2", "1-alpha-123", "1-beta-2", "1-beta123", "1-m2", "1-m11", "1-rc",
                "1-cr2", "1-rc123",
                "1-SNAPSHOT", "1", "1-sp", "1-sp2", "1-sp123", "1-abc", "1-def", "1-pom-1", "1-1-snapshot", "1-1",
                "1-2", "1-123",
            ],
            in: .maven
        )
    }

    @Test func numbers() {
        expectAscending(
            [
                "2.0", "2.0.a", "2-1", "2.0.2", "2.0.123", "2.1.0", "2.1-a", "2.1b", "2.1-c", "2.1-1", "2.1.0.1", "2.2",
                "2.123",
                "11.a2", "11.a11", "11.b2", "11.b11", "11.m2", "11.m11", "11", "11.a", "11b", "11c", "11m",
            ],
            in: .maven
        )
        expectAscending(
            ["20190126.230843", "1234567890.12345", "123456789012345.1H.5-beta", "12345678901234567890.1H.5-beta"],
            in: .maven
        )
        expectEqual(["0000000000000000001", "01", "1"], in: .maven)
    }

    @Test func spellings() {
        expectEqual(["1a", "1-a", "1.0-a", "1.0.0a", "1.a"], in: .maven)
        expectEqual(["1cr", "1rc", "1RC", "1.0.0.CR"], in: .maven)
        expectEqual(["1m3", "1-milestone-3", "1MileStone3", "1.0.m3"], in: .maven)
        expectEqual(["1.É", "1.é"], in: .maven)
    }

    /// As they occur in advisories.
    @Test func libraries() {
        expectAscending(
            ["2.0-beta9", "2.0-rc1", "2.0", "2.3.1", "2.12.1", "2.15.0-rc1", "2.15.0", "2.17.1"],
            in: .maven
        )
        expectAscending(["5.3.0.RC1", "5.3.0.RELEASE", "5.3.18"], in: .maven)
        expectAscending(["4.1.0.Alpha1", "4.1.0.Beta1", "4.1.0.CR1", "4.1.0.Final", "4.1.1.Final"], in: .maven)
        expectAscending(["30.0-android", "30.0-jre", "31.0.1-android", "31.0.1-jre", "32.0.0-android"], in: .maven)
        expectAscending(["6.1.0rc3", "6.1.0", "6.1H.5-beta"], in: .maven)
        expectAscending(["1-0.alpha", "1-0.beta", "1"], in: .maven)
    }

    @Test func validity() {
        expectValid(
            ["1", "1.0-SNAPSHOT", "2020.0.1", "1+2", "1é"],
            notValid: ["", "1 0", "1/2", "[1,2)", "1:2", "${v1}"],
            in: .maven
        )
    }
}

@Suite("Versions: PyPI")
struct PyPITests {
    /// PEP 440, "Summary of permitted suffixes and relative ordering", and its examples.
    @Test func summary() {
        expectAscending(
            [
                "1.dev0", "1.0.dev456", "1.0a1", "1.0a2.dev456", "1.0a12.dev456", "1.0a12", "1.0b1.dev456", "1.0b2",
                "1.0b2.post345.dev456",
                "1.0b2.post345", "1.0rc1.dev456", "1.0rc1", "1.0", "1.0+abc.5", "1.0+abc.7", "1.0+5",
                "1.0.post456.dev34", "1.0.post456",
                "1.0.15", "1.1.dev1",
            ],
            in: .pypi
        )
        expectAscending(["0.9", "0.9.1", "0.9.10", "1.0", "2012.4", "1!0.1", "1!2.0", "2!0"], in: .pypi)
        expectAscending(
            ["1.0", "1.0+a", "1.0+a.b", "1.0+a.1", "1.0+b", "1.0+1", "1.0+1.a", "1.0+1.1", "1.0+2"],
            in: .pypi
        )
        expectAscending(["1.0a1.dev1", "1.0a1", "1.0a1.post1.dev1", "1.0a1.post1", "1.0a2"], in: .pypi)
    }

    /// PEP 440, "Normalization".
    @Test func normalization() {
        expectEqual(
            [
                "1.1rc1", "1.1RC1", "1.1c1", "1.1pre1", "1.1preview1", "1.1-rc1", "1.1_rc_1", "1.1.rc.1", "v1.1rc1",
                " 1.1rc01\n",
            ],
            in: .pypi
        )
        expectEqual(["1.1a0", "1.1a", "1.1alpha", "1.1.alpha-0", "1.1-a."], in: .pypi)
        expectEqual(["1.0.post1", "1.0-1", "1.0post1", "1.0-r1", "1.0.rev1", "1.0_post_1"], in: .pypi)
        expectEqual(["1.0.dev0", "1.0dev", "1.0-dev", "1.0_DEV_0"], in: .pypi)
        expectEqual(["1.0+ubuntu.1", "1.0+ubuntu-1", "1.0+Ubuntu_01"], in: .pypi)
        expectEqual(["1", "1.0", "1.0.0", "0!1", "00!01.00"], in: .pypi)
    }

    @Test func whatIsNoVersionIsOlder() {
        expectAscending(["2004d", "0.dev0"], in: .pypi)
        expectAscending(["2004d", "2004e"], in: .pypi)
    }

    @Test func validity() {
        expectValid(
            ["1", "1.0", "1!1.0a1.post2.dev3+local.1", "1.0-1", "1.0a.", "v1.0"],
            notValid: ["", "1.0.", ".1", "2004d", "1.0-", "1.0+", "1.0+a..b", "1.0a1b1", "1!", "a", "1.0.x", "1.0+é"],
            in: .pypi
        )
    }
}

@Suite("Versions: RubyGems")
struct RubyGemsTests {
    /// `Gem::Version`'s documentation: a letter makes a pre-release, and they sort before their release.
    @Test func documentation() {
        expectAscending(["0.9", "1.0.a.2", "1.0.b1", "1.0", "1.1.a", "1.1"], in: .rubygems)
        expectAscending(["1.8.2.a", "1.8.2.a9", "1.8.2.a10", "1.8.2.b", "1.8.2"], in: .rubygems)
        expectAscending(
            ["1.0.0.alpha", "1.0.0.beta", "1.0.0.pre", "1.0.0.rc1", "1.0.0.rc2", "1.0.0.rc10", "1.0.0", "1.0.0.1"],
            in: .rubygems
        )
        expectAscending(["1.A", "1.a", "1"], in: .rubygems)
        expectAscending(["6.0.3.7", "6.0.4", "6.1.0.rc1", "6.1.0", "6.1.3.2"], in: .rubygems)
    }

    @Test func whatDoesNotCount() {
        expectEqual(["1", "1.0", "1.0.0", "01", " 1.0 "], in: .rubygems)
        expectEqual(["1.0.a", "1.a", "1.a.0", "1.0.0.a.0.0"], in: .rubygems)
        expectEqual(["1.b1", "1.b.1"], in: .rubygems)
        expectEqual(["1.0-rc.1", "1.0.pre.rc.1"], in: .rubygems)
    }

    @Test func validity() {
        expectValid(
            ["1", "1.0.rc1", "1.0.a", "1.0-rc.1", "1.2.3-4"],
            notValid: ["", "a", "1.", "1..2", "v1", "1.0-", "1.0_1", "1.0+1", "junk", "1.é"],
            in: .rubygems
        )
    }
}

@Suite("Versions: no known rules")
struct GenericTests {
    @Test func announcedReleases() {
        expectAscending(
            [
                "1.0~1", "1.0-dev", "1.0-dev2", "1.0-alpha", "1.0a1", "1.0b2", "1.0m1", "1.0-pre1", "1.0-rc1",
                "1.0-RC2", "1.0", "1.0-p1", "1.0.1",
            ],
            in: .generic
        )
        expectAscending(["1.0.2", "1.0.2a", "1.0.2b", "1.0.2zc", "1.0.3", "1.0.10"], in: .generic)
        expectAscending(["dev-main", "0.1", "1.0.0-beta2", "1.0.0-beta10", "v1.0.0", "1.0.0-patch1"], in: .generic)
        expectAscending(["8.2.0-1", "8.2.0-2", "8.2.0-10", "8.2.1-0"], in: .generic)
    }

    @Test func whatDoesNotCount() {
        expectEqual(["1", "1.0", "v1.0.0", "V1", "1-0", "01"], in: .generic)
        expectEqual(["1.0-rc1", "1rc1", "1.RC.1", "1_cr-1", "1.0.0+rc.1"], in: .generic)
    }

    @Test func validity() {
        expectValid(["1", "20240101", "r5", "v1.x"], notValid: ["", "latest", "1 0", "1\u{7F}", "1\n2"], in: .generic)
    }
}
