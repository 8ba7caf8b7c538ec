extension PackageEcosystem {
    /// The rules for what a scanner, a package URL or an advisory calls an ecosystem; case does not matter.
    ///
    /// Knows the types of package URLs, Trivy's `Type`, the artifact types of Grype and Syft, and the ecosystems of
    /// OSV, whose suffix (`Debian:12`, `Alpine:v3.18`) is left out. Places that are known but whose rules are not are
    /// `generic`; for a name that nobody knows there is nil, and the caller decides.
    public init?(named name: String) {
        let main = name.prefix { $0 != ":" }.lowercased()
        // `Red Hat` and `redhat`, `go-module` and `gomodule`.
        let plain = main.filter { $0 != " " && $0 != "-" && $0 != "_" }
        guard let ecosystem = Self.byName[plain] else { return nil }
        self = ecosystem
    }

    private static let names: [(ecosystem: PackageEcosystem, names: String)] = [
        (.debian, "deb opkg ipk debian ubuntu raspbian kali echo"),
        (
            .rpm,
            """
            rpm redhat rhel centos coreos fedora rocky rockylinux alma almalinux oracle oraclelinux amazon
            amazonlinux suse sles slem suselinuxenterpriseserver suselinuxenterprisemicro opensuse opensuseleap
            opensuse.leap opensusetumbleweed opensuse.tumbleweed photon photonos mariner cblmariner azure
            azurelinux bottlerocket openeuler mageia
            """
        ),
        // Gentoo's grammar is the one that Alpine's comes from.
        (
            .alpine,
            """
            apk alpine alpaquita bellsofthardenedcontainers wolfi chainguard minimos cleanstart portage ebuild
            gentoo
            """
        ),
        (
            .semver,
            """
            semver npm node nodepkg javascript yarn pnpm bun cargo crates.io rust rustcrate rustbinary hex pub
            dart dartpub swift swifturl julia terraform githubaction githubactions kubernetes k8s vscode
            vscodeextension
            """
        ),
        (.maven, "maven java javaarchive jar pom gradle sbt jenkinsplugin graalvmnativeimage clojars"),
        (.pypi, "pypi python pythonpkg pip pipenv poetry uv pylock"),
        (.rubygems, "rubygems ruby gem gemspec bundler pod cocoapods"),
        (.nuget, "nuget dotnet dotnetcore packagesprops"),
        (.go, "go golang gomod gomodule gobinary stdlib"),
        (
            .generic,
            """
            generic composer composervendor phpcomposer packagist phppear phppecl conda condapkg
            condaenvironment conan conancenter cran rpackage bioconductor hackage ghc cpan opam nix alpm arch
            archlinux bitnami luarocks freebsd qpkg yocto otp erlangotp wordpress wordpressplugin android linux
            linuxkernel linuxkernelmodule kb msrckb binary git github bitbucket ossfuzz docker oci huggingface
            mlflow swid root
            """
        ),
    ]

    private static let byName = Dictionary(
        names.flatMap { row in row.names.split { $0.isWhitespace }.map { (String($0), row.ecosystem) } },
        uniquingKeysWith: { first, _ in first }
    )
}
