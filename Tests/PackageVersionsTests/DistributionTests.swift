import PackageVersions
import Testing

@Suite("Versions: Debian")
struct DebianTests {
    /// Debian Policy 5.6.12 and `deb-version(7)`.
    @Test func policy() {
        expectAscending(["~~", "~~a", "~", "", "a"], in: .debian)
        expectAscending(
            ["1.0~beta1~svn1245", "1.0~beta1", "1.0", "1.0-1", "1.0-1+b1", "1.0-2", "1.0.1-1"],
            in: .debian
        )
        expectAscending(["9999-1", "1:0.1-1", "1:0.2-1", "2:0.0.1-1"], in: .debian)
        expectAscending(["1.9", "1.10", "1.10a", "1.10+b", "1.10.1"], in: .debian)
        expectAscending(["1.0a", "1.0b", "1.0+", "1.0.", "1.0.1"], in: .debian)
    }

    @Test func whatDoesNotCount() {
        expectEqual(["1.0", "0:1.0", "00:1.0", "1.0-0", "1.0-", "01.00", " 1.0 "], in: .debian)
        expectEqual(["1.2a0", "1.2a", "1.2a-0"], in: .debian)
    }

    /// As they occur in security updates.
    @Test func updates() {
        expectAscending(
            ["1.1.1n-0+deb11u1", "1.1.1n-0+deb11u3", "1.1.1n-0+deb11u10", "3.0.9-1", "3.0.11-1~deb12u1", "3.0.11-1"],
            in: .debian
        )
        expectAscending(["2.31-0ubuntu9.9", "2.31-0ubuntu9.14", "2.35-0ubuntu3", "2.35-0ubuntu3.1"], in: .debian)
        expectAscending(["7.6-0", "7.6p2-4", "7.6.1-1"], in: .debian)
    }

    /// The cases that dpkg's own tests single out: the revision is behind the last hyphen, an epoch in front of the
    /// first colon.
    @Test func parts() {
        expectAscending(["0:0-1", "0:0-0-0", "0:0-0-1", "0:0-1-0", "0:1-0-0"], in: .debian)
        expectAscending(["1:2:3", "1:2:4"], in: .debian)
    }

    @Test func validity() {
        expectValid(
            ["0", "1.0", "1.0-1", "1:1.0-1", "0:1:2", "1.0~rc1+dfsg-0.1~deb12u1", "2147483647:1", "1-2-3"],
            notValid: [
                "", "a1", "-1", "1.0-", ":1", "a:1", "1:", "1.0_1", "1.0 1", "2147483648:1", "1:a", "1:2-3:4", "1-é",
            ],
            in: .debian
        )
    }
}

@Suite("Versions: RPM")
struct RPMTests {
    /// The pairs that rpm's own tests are known for.
    @Test func segments() {
        expectAscending(["1.0", "2.0", "2.0.1"], in: .rpm)
        expectAscending(["2.0.1", "2.0.1a"], in: .rpm)
        expectAscending(["5.5p1", "5.5p2", "5.5p10", "5.6p1"], in: .rpm)
        expectAscending(["10xyz", "10.1xyz"], in: .rpm)
        expectAscending(["xyz10", "xyz10.1"], in: .rpm)
        expectAscending(["xyz.4", "8"], in: .rpm)
        expectAscending(["xyz.4", "2"], in: .rpm)
        expectAscending(["5.5p2", "5.6p1"], in: .rpm)
        expectAscending(["5.6p1", "6.5p1"], in: .rpm)
        expectAscending(["6.0", "6.0.rc1"], in: .rpm)
        expectAscending(["10a2", "10b2"], in: .rpm)
        expectAscending(["1.0a", "1.0aa"], in: .rpm)
        expectAscending(["2a", "2.0"], in: .rpm)
        expectAscending(["1.0", "1.fc4"].reversed(), in: .rpm)
        expectAscending(["FC5", "fc4"], in: .rpm)
        expectAscending(["20101121", "20101122"], in: .rpm)
        expectAscending(["1.2.3", "1-4"].reversed(), in: .rpm)
    }

    @Test func separatorsOnlySeparate() {
        expectEqual(["2_0", "2.0", "2..0", "2+0", "2.0.", ".2.0", "02.000"], in: .rpm)
        expectEqual(["10abc", "10.abc", "10_abc"], in: .rpm)
        expectEqual(["a", "a+", "a_", "+a", "_+a_"], in: .rpm)
    }

    /// `rpm-version(7)`: a tilde comes before the end, a caret right behind it.
    @Test func tildeAndCaret() {
        expectAscending(
            ["1.0~~", "1.0~rc1~git123", "1.0~rc1", "1.0~rc2", "1.0", "1.0^", "1.0^git1", "1.0^git2", "1.0.1"],
            in: .rpm
        )
        expectAscending(["1.0^git1~pre", "1.0^git1", "1.0^git1^", "1.0.1"], in: .rpm)
        expectAscending(["1.0~rc1^git1~pre", "1.0~rc1^git1", "1.0"], in: .rpm)
        expectAscending(["1.0^20160101", "1.0^20160102", "1.0.1", "1.0.1^20160101"], in: .rpm)
    }

    @Test func epochAndRelease() {
        expectAscending(
            ["1.0", "1.0-1", "1.0-2.el8", "1.0-2.el8_4", "1.0-2.el8_4.1", "1.0-10.el8", "1.1-1", "1:0.1-1"],
            in: .rpm
        )
        expectAscending(["1.1.1k-7.el8_6", "1:1.1.1c-2.el8", "1:1.1.1k-6.el8_5", "1:1.1.1k-7.el8_6"], in: .rpm)
        expectEqual(["1.0-1", "0:1.0-1", "00:1.0-01"], in: .rpm)
    }

    @Test func validity() {
        expectValid(
            ["1.0", "1.0-1.el8", "1:1.0-1", "1.0~rc1^git_1+x", "0:1"],
            notValid: ["", "1-", "-1", ":1", "a:1", "1.0-1-1!", "1 0", "4294967296:1", "1.0-é"],
            in: .rpm
        )
    }
}

@Suite("Versions: Alpine")
struct AlpineTests {
    /// `apk-package(5)`.
    @Test func suffixes() {
        expectAscending(
            [
                "1.0_alpha", "1.0_alpha1", "1.0_alpha2", "1.0_beta", "1.0_pre", "1.0_rc", "1.0_rc1", "1.0_rc10", "1.0",
                "1.0_cvs",
                "1.0_svn", "1.0_git20200101", "1.0_git20210101", "1.0_hg", "1.0_p", "1.0_p1", "1.0_p10", "1.0a",
                "1.0.1",
            ],
            in: .alpine
        )
        expectAscending(["0.1.0_alpha_pre2", "0.1.0_alpha"], in: .alpine)
        expectAscending(["4.2.52_p2-r1", "4.2.52_p4-r2"], in: .alpine)
        expectAscending(["1.0.0_pre20191002222144-r0", "1.0.0_pre20210530193627-r0"], in: .alpine)
    }

    @Test func lettersBuildsAndHashes() {
        expectAscending(["2.3.0b-r1", "2.3.0b-r2", "2.3.0b-r10", "2.3.0c", "2.3.0.1"], in: .alpine)
        expectAscending(["1.2.2", "1.2.2-r0", "1.2.2-r1", "1.2.2~0abc", "1.2.2~0abc-r1", "1.2.2~1"], in: .alpine)
        expectAscending(["0.9.8c-r1", "0.9.8d"], in: .alpine)
        expectAscending(["5.9", "6b-r7"], in: .alpine)
        expectAscending(["2.12r-r4", "2.12r-r5"], in: .alpine)
    }

    /// The first number is one; behind dots, zeros in front make a fraction.
    @Test func numbers() {
        expectAscending(["1.06-r6", "006", "013", "014-r1", "087-r1", "103"], in: .alpine)
        expectAscending(["1.0.0", "006"], in: .alpine)
        expectAscending(["1.00", "1.01", "1.02", "1.02.07", "1.02.10-r1", "1.1", "1.10", "1.12"], in: .alpine)
        expectAscending(["2.01", "2.02.06", "2.02.10", "2.1"], in: .alpine)
        expectAscending(["1.2.07.8", "1.2.12.04", "1.2.12.05"], in: .alpine)
        expectAscending(["1.0", "1.00"], in: .alpine)
        expectAscending(["0.99.3.20040818", "1.0", "2.0", "20050405"], in: .alpine)
        expectAscending(["3.10.18-r1", "4.8-r1", "10-r1"], in: .alpine)
        expectEqual(["1.2-r1", "1.2-r01", "001.2-r1"], in: .alpine)
    }

    @Test func whatDoesNotFitIsLessThanAnEnd() {
        expectAscending(["1.0-x", "1.0", "1.0b-", "1.0b"], in: .alpine)
        expectAscending(["edge", "latest", "0"], in: .alpine)
        expectAscending(["1.0_foo", "1.0"], in: .alpine)
    }

    @Test func validity() {
        expectValid(
            ["1", "1.0", "1.2.3-r4", "1.2a_alpha1_p2-r0", "20200101", "1.2~abc123-r1", "1_git20200101"],
            notValid: [
                "", "a", "1.", "1..2", "1.0bc", "1.0B", "1_foo", "1-1", "1-r", "1-r1-r2", "1~", "1~xyz", "1a1",
                "1-r1_p1",
            ],
            in: .alpine
        )
    }
}
