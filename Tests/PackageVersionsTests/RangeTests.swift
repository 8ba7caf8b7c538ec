import PackageVersions
import Testing

@Suite("Versions: ranges")
struct RangeTests {
    @Test(
        arguments: [
            ("<2.17.1", ["2.17.0", "2.0-beta9", "2.17.1-rc1"], ["2.17.1", "2.17.1.1", "3.0"]),
            (">=1.0 <2.0", ["1.0", "1", "1.9", "2.0-rc1"], ["1.0-rc1", "2.0", "2", "0.9"]),
            ("=1.2", ["1.2", "1.2.0", "1.2.final"], ["1.2.1", "1.2-rc1"]),
            ("1.2", ["1.2.0"], ["1.2.1"]),
            ("== 1.2", ["1.2.0"], ["1.2.1"]),
            ("!=1.2", ["1.2.1"], ["1.2", "1.2.0"]),
            (">=1.0, <2.0 || 3.x", ["1.5", "3.0", "3", "3.9.9", "3.0-rc1"], ["2.0", "4.0", "30.0", "0.3"]),
            ("3.1.*", ["3.1", "3.1.7", "3.1-beta"], ["3.10", "3", "3.2"]),
            ("=3.x", ["3.1"], ["4"]),
            (">1.0,<=1.5||>2.0", ["1.1", "1.5", "2.1"], ["1.0", "1.6", "2.0"]),
            (" >= 1.0\t,\n< 2.0 ", ["1.0"], ["2.0"]),
            (">=1.0<2.0", ["1.0"], ["2.0"]),
            (">1.0!=1.5<2", ["1.4"], ["1.5", "1.0", "2"]),
            ("*", ["1", "latest", ""], []),
            ("* <2", ["1"], ["2"]),
        ]
    )
    func maven(text: String, inside: [String], outside: [String]) throws {
        let range = try VersionRange(text, in: .maven)
        for version in inside { #expect(range.contains(version), "\(version) is in \(text)") }
        for version in outside { #expect(!range.contains(version), "\(version) is not in \(text)") }
    }

    @Test func eachEcosystemHasItsOrder() throws {
        #expect(try VersionRange("<1.1.1n-0+deb11u5", in: .debian).contains("1.1.1n-0+deb11u4"))
        #expect(try !VersionRange("<2.0", in: .debian).contains("1:1.0"))
        #expect(try VersionRange("1:2.x", in: .debian).contains("1:2.3-4"))
        #expect(try !VersionRange("2.x", in: .debian).contains("1:2.3-4"))
        #expect(try VersionRange("<1.2.3-r5", in: .alpine).contains("1.2.3-r4"))
        #expect(try VersionRange("<1:1.1.1k-7.el8_6", in: .rpm).contains("1:1.1.1k-6.el8_5"))
        #expect(try VersionRange(">=1!0 <1!2", in: .pypi).contains("1!1.5"))
        #expect(try VersionRange("1!2.*", in: .pypi).contains("1!2.1"))
        #expect(try !VersionRange("2.*", in: .pypi).contains("1!2.1"))
        #expect(try VersionRange("v1.2.x", in: .go).contains("1.2.9"))
        #expect(try VersionRange("<1.21.5", in: .go).contains("go1.21.4"))
    }

    @Test func whatIsNoVersionIsNeitherOlderNorNewer() throws {
        for version in ["latest", "", "unknown"] {
            #expect(try !VersionRange("<2.0", in: .semver).contains(version))
            #expect(try !VersionRange(">=0", in: .semver).contains(version))
            #expect(try !VersionRange("0.x", in: .semver).contains(version))
        }
        #expect(try VersionRange("=latest", in: .semver).contains("latest"))
        #expect(try !VersionRange("=latest", in: .alpine).contains("edge"))
        #expect(try VersionRange("!=latest", in: .semver).contains("1.0.0"))
    }

    @Test(
        arguments: [
            ("", 1, "is missing"),
            ("   ", 1, "is missing"),
            ("<", 1, #""<" wants a version behind it"#),
            (">=1.0 <", 7, #""<" wants a version behind it"#),
            (">=1.0 < , 2", 7, #""<" wants a version behind it"#),
            ("=>1.0", 1, #""=>" is not an operator; write ">=""#),
            (">=1.0 =<2.0", 7, #"write "<=""#),
            ("<<1.0", 1, #"write "<""#),
            ("^1.2", 1, #""^" is not an operator; write out both bounds"#),
            ("~>1.2", 1, #""~>" is not an operator; write out both bounds"#),
            (">=1.0 | <2.0", 7, "\"||\""),
            ("1.0 ||", 7, "a condition is missing"),
            ("|| 1.0", 1, "a condition is missing"),
            ("1.0 || || 2.0", 8, "a condition is missing"),
            ("1.0,", 5, "behind the comma"),
            (",1.0", 1, "a condition is missing"),
            ("1.0,,2.0", 5, "behind the comma"),
            ("[1.0,2.0)", 1, "brackets are not understood"),
            ("<latest", 2, #""latest" is not a version that can be ordered by the rules of semver"#),
            (">=1.0 and <2.0", 7, #""and" is not a version"#),
            ("1.0 - 2.0", 5, #""-" is not a version"#),
            ("<3.x", 2, #"the wildcard "3.x" stands alone"#),
            ("3.a.x", 1, "more than numbers and dots"),
            ("<2.0 größer", 6, "größer"),
            ("1.0 é || <", 5, "is not a version"),
            ("=é || <", 7, "wants a version"),
        ]
    )
    func errorsSayWhatAndWhere(text: String, column: Int, message: String) {
        let error = #expect(throws: VersionRangeError.self) { try VersionRange(text, in: .semver) }
        #expect(error?.column == column, "\(text)")
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(error?.oneLine.hasPrefix("version range, column \(column): ") == true)
    }

    @Test func errorsAreShortAndQuiet() {
        let hostile = "<\u{1B}[2J" + String(repeating: "z", count: 500)
        let error = #expect(throws: VersionRangeError.self) {
            try VersionRange("<\u{1B}]2;\u{7}zz" + hostile.dropFirst(5), in: .semver)
        }
        #expect(error?.message.unicodeScalars.allSatisfy { $0.value >= 0x20 } == true)
        #expect((error?.message.count ?? 0) < 160)
    }

    @Test func sizesAreBounded() throws {
        #expect(throws: VersionRangeError.self) { try VersionRange(String(repeating: "1", count: 5_000), in: .semver) }
        #expect(throws: VersionRangeError.self) { try VersionRange(String(repeating: ">1 ", count: 65), in: .semver) }
        _ = try VersionRange(String(repeating: ">1 ", count: 64), in: .semver)
    }
}

@Suite("Versions: ranges of advisories")
struct AdvisoryTests {
    private func range(_ events: AdvisoryEvent..., in ecosystem: PackageEcosystem = .semver) -> VersionRange {
        VersionRange(advisoryEvents: events, in: ecosystem)
    }

    /// The examples of the OSV schema's section on evaluation.
    @Test func schemaExamples() {
        #expect(range(.introduced("0")).description == "*")
        #expect(range(.introduced("0"), .fixed("1.0.2")).description == "<1.0.2")
        #expect(
            range(.introduced("1.0.0"), .fixed("1.0.2"), .introduced("3.0.0"), .fixed("3.2.5")).description
                == ">=1.0.0 <1.0.2 || >=3.0.0 <3.2.5"
        )
        #expect(range(.introduced("0"), .lastAffected("2.1.0")).description == "<=2.1.0")
    }

    @Test func eventsComeInAnyOrder() {
        let sorted = range(.introduced("1.0.0"), .fixed("1.0.2"), .introduced("3.0.0"), .lastAffected("3.2.5"))
        #expect(range(.lastAffected("3.2.5"), .introduced("3.0.0"), .fixed("1.0.2"), .introduced("1.0.0")) == sorted)
    }

    @Test func atOneVersion() {
        #expect(range(.introduced("0"), .fixed("1.0.0"), .introduced("1.0.0"), .fixed("2.0.0")).contains("1.0.0"))
        #expect(range(.introduced("1.0.0"), .lastAffected("1.0.0")).description == ">=1.0.0 <=1.0.0")
    }

    @Test func noIntroductionIsNoVersion() {
        #expect(!range().contains("1.0.0"))
        #expect(!range(.fixed("2.0.0")).contains("1.0.0"))
    }

    @Test func limits() {
        #expect(range(.introduced("1.0"), .limit("2.0"), .limit("1.5")).contains("1.9"))
        #expect(!range(.introduced("1.0"), .limit("2.0")).contains("2.0"))
        #expect(range(.introduced("1.0"), .limit("2.0"), .limit("*")).contains("3.0"))
    }

    /// Zero is before all versions, pre-releases of 0.0.0 included.
    @Test func zeroIsBeforeAllVersions() {
        #expect(range(.introduced("0"), .fixed("1.0.0")).contains("0.0.0-0"))
        #expect(range(.introduced("0"), .fixed("1.1.1n-0+deb11u5"), in: .debian).contains("0~rc1"))
    }
}
