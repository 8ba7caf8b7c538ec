import Testing

@testable import Reports

/// The names by which packages, distributions and vulnerabilities go.
@Suite("Names in reports")
struct PackageNamesTests {
    @Test(
        "Package URLs are taken apart",
        arguments: [
            ("pkg:deb/debian/bash@5.0-4?arch=amd64&distro=debian-10.1", "deb", "bash", "5.0-4"),
            ("pkg:npm/%40angular/core@12.3.1", "npm", "@angular/core", "12.3.1"),
            ("pkg:npm/@angular/core", "npm", "@angular/core", nil),
            ("pkg:maven/org.example/inner@1.0#sub/path", "maven", "org.example:inner", "1.0"),
            ("pkg:golang/github.com/a/b@v2.7.1%2Bincompatible", "golang", "github.com/a/b", "v2.7.1+incompatible"),
            ("PKG:Gem/uri@0.10.1", "gem", "uri", "0.10.1"), ("pkg:pypi/django@", "pypi", "django", nil),
        ]
    )
    func packageURLs(text: String, type: String, name: String, version: String?) throws {
        let purl = try #require(PackageURL(text))
        #expect(purl.type == type && purl.packageName == name && purl.version == version)
    }

    @Test("What is no package URL is none", arguments: ["", "pkg:", "pkg:npm", "npm/a", "pkg:npm/%00", "pkg:n%20m/a"])
    func noPackageURLs(text: String) {
        #expect(PackageURL(text) == nil)
    }

    @Test("The distribution is in the qualifiers")
    func distributionOfPackageURL() {
        let distribution = PackageURL("pkg:rpm/opensuse/a@1?distro=opensuse-leap-15.5")?.distribution
        #expect(distribution == ScanReport.Distribution(family: "opensuse-leap", version: "15.5"))
        #expect(PackageURL("pkg:deb/debian/a@1?distro=bookworm")?.distribution == nil)
    }

    @Test(
        "Distributions have CPE names with the version that advisories are about",
        arguments: [
            ("debian", "10.1", "cpe:/o:debian:debian_linux:10"),
            ("alpine", "3.10.2", "cpe:/o:alpinelinux:alpine_linux:3.10"),
            ("ubuntu", "18.04", "cpe:/o:canonical:ubuntu_linux:18.04"),
            ("centos", "7.6.1810", "cpe:/o:centos:centos:7"),
            ("redhat", "9.1", "cpe:/o:redhat:enterprise_linux:9"), ("wolfi", "20221118", "cpe:/o:wolfi:wolfi"),
            ("My OS", "1.2.3", "cpe:/o:my%20os:my%20os:1.2.3"), ("debian", nil, "cpe:/o:debian:debian_linux"),
        ]
    )
    func distributions(family: String, version: String?, expected: String) {
        #expect(DistributionCPE.uri(ScanReport.Distribution(family: family, version: version)) == expected)
    }

    @Test("Packages of languages are applications of any vendor")
    func packageCPE() {
        #expect(DistributionCPE.uri(package: "@angular/core") == "cpe:/a::%40angular%2fcore")
    }

    @Test(
        "The CVE stands for a vulnerability if there is exactly one",
        arguments: [
            (["GHSA-1", "CVE-2024-1111"], "CVE-2024-1111", ["GHSA-1"]),
            (["ELSA-2024-1", "CVE-2024-1111", "CVE-2024-2222"], "ELSA-2024-1", ["CVE-2024-1111", "CVE-2024-2222"]),
            (["CVE-2024-1111", "CVE-2024-1111"], "CVE-2024-1111", []),
            (["CVE-24-1", "CVE-2024-11"], "CVE-24-1", ["CVE-2024-11"]),
        ]
    )
    func chosenIDs(ids: [String], id: String, aliases: [String]) {
        let chosen = ids.choosingCVE(ReportLimits())
        #expect(chosen.id == id && chosen.aliases == aliases)
    }

    @Test(
        "Ids are found within the names of rules",
        arguments: [
            ("CVE-2019-18276", "CVE-2019-18276"), ("[HIGH] CVE-2019-18276", "CVE-2019-18276"),
            ("CVE-2019-18276-bash", "CVE-2019-18276"), ("GHSA-hv5j-3h9f-99c2-uri", "GHSA-hv5j-3h9f-99c2"),
            ("js/xss", nil), ("CVE-2019", nil), ("GHSA-hv5j", nil), ("XCVE-2019-18276", nil),
        ]
    )
    func idsWithin(text: String, expected: String?) {
        #expect(text.vulnerabilityIDWithin == expected)
    }
}
