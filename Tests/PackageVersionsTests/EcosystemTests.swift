import PackageVersions
import Testing

@Suite("Versions: names of ecosystems")
struct EcosystemTests {
    @Test(
        "Names of package URLs, Trivy, Grype and OSV",
        arguments: [
            (PackageEcosystem.debian, ["deb", "debian", "ubuntu", "Debian:12", "Ubuntu:22.04:LTS", "Debian"]),
            (
                .rpm,
                [
                    "rpm", "redhat", "Red Hat", "centos", "rocky", "Rocky Linux:9", "alma", "AlmaLinux:8", "oracle",
                    "amazon", "photon",
                    "Photon OS:4.0", "fedora", "suse linux enterprise server", "opensuse-leap", "openSUSE:Leap 15.4",
                    "SUSE", "cbl-mariner",
                    "azurelinux", "openEuler", "Mageia",
                ]
            ),
            (.alpine, ["apk", "alpine", "Alpine:v3.18", "Wolfi", "chainguard", "MinimOS"]),
            (
                .semver,
                [
                    "npm", "node-pkg", "yarn", "pnpm", "cargo", "rustbinary", "rust-crate", "crates.io", "hex", "Hex",
                    "pub", "Pub", "swift", "SwiftURL",
                ]
            ),
            (.maven, ["maven", "Maven", "jar", "pom", "gradle", "sbt", "java-archive", "jenkins-plugin"]),
            (.pypi, ["pypi", "PyPI", "pip", "pipenv", "poetry", "uv", "python-pkg", "python"]),
            (.rubygems, ["gem", "RubyGems", "bundler", "gemspec", "cocoapods"]),
            (.nuget, ["nuget", "NuGet", "dotnet", "dotnet-core", "packages-props"]),
            (.go, ["golang", "Go", "gomod", "gobinary", "go-module"]),
            (
                .generic,
                [
                    "generic", "composer", "Packagist", "php-composer", "conda-pkg", "conan", "CRAN", "R-package",
                    "bitnami", "Hackage",
                ]
            ),
        ]
    )
    func names(ecosystem: PackageEcosystem, names: [String]) {
        for name in names { #expect(PackageEcosystem(named: name) == ecosystem, "\(name)") }
    }

    @Test func everyEcosystemKnowsItsOwnName() {
        for ecosystem in PackageEcosystem.allCases { #expect(PackageEcosystem(named: ecosystem.rawValue) == ecosystem) }
    }

    @Test func aNameThatNobodyKnowsIsNil() {
        for name in ["", ":", "nonsense", "deb1an", "deb/ian", ":deb"] {
            #expect(PackageEcosystem(named: name) == nil, "\(name)")
        }
    }
}

@Suite("Versions: parts")
struct PartsTests {
    @Test(
        arguments: [
            (PackageEcosystem.debian, "1:2.3-4", VersionParts(epoch: 1, name: "2.3", revision: "4")),
            (.debian, "2.3", VersionParts(name: "2.3")),
            (.debian, "1:2.3-4-5", VersionParts(epoch: 1, name: "2.3-4", revision: "5")),
            (.debian, "0:2.3-4", VersionParts(name: "2.3", revision: "4")),
            (.debian, "0:1:2-3", VersionParts(name: "0:1:2-3")),
            (.debian, "2.3-", VersionParts(name: "2.3-")),
            (.debian, "-4", VersionParts(name: "-4")),
            (.debian, "1:", VersionParts(name: "1:")),
            (.debian, "99999999999:1-2", VersionParts(name: "99999999999:1-2")),
            (.debian, "", VersionParts(name: "")),
            (.rpm, "1:2.3-4.el8", VersionParts(epoch: 1, name: "2.3", revision: "4.el8")),
            (.rpm, "2.3~rc1-4.el8_6", VersionParts(name: "2.3~rc1", revision: "4.el8_6")),
            (.rpm, "a:2.3", VersionParts(name: "a:2.3")),
            (.alpine, "1.2.3-r4", VersionParts(name: "1.2.3", revision: "r4")),
            (.alpine, "1.2.3_p1", VersionParts(name: "1.2.3_p1")),
            (.alpine, "1.2.3-r", VersionParts(name: "1.2.3-r")),
            (.alpine, "1.2.3-4", VersionParts(name: "1.2.3-4")),
            (.maven, "1.0-rc-1", VersionParts(name: "1.0-rc-1")),
            (.pypi, "1!2.0-1", VersionParts(name: "1!2.0-1")),
            (.semver, "1.2.3-rc.1+b", VersionParts(name: "1.2.3-rc.1+b")),
        ]
    )
    func split(ecosystem: PackageEcosystem, version: String, parts: VersionParts) {
        #expect(ecosystem.split(version) == parts)
    }

    @Test func fullName() {
        #expect(VersionParts(epoch: 1, name: "2.3", revision: "4.el8").fullName == "1:2.3-4.el8")
        #expect(VersionParts(name: "1.2.3", revision: "r4").fullName == "1.2.3-r4")
        #expect(VersionParts(name: "2.3").fullName == "2.3")
    }
}
