/// The kinds of packages: what scanners call them, and what Grafeas does.
///
/// The word in between is the type in package URLs, which everybody agrees on.
enum Ecosystem {
    /// The type in package URLs for a scanner's word for a kind of package or a distribution; the word itself if it is
    /// not known.
    static func type(of word: String) -> String {
        let word = word.lowercased()
        return types[word] ?? word
    }

    /// The package type in Grafeas, `OS` for all that a distribution brings.
    static func packageType(_ ecosystem: String) -> String {
        packageTypes[ecosystem] ?? ecosystem.uppercased()
    }

    private static let packageTypes = [
        "deb": "OS", "rpm": "OS", "apk": "OS", "alpm": "OS", "golang": "GO", "pypi": "PYPI", "gem": "RUBYGEMS",
        "cargo": "RUST",
    ]

    private static let types: [String: String] = [
        // Distributions, as Trivy and OSV name them
        "alpine": "apk", "wolfi": "apk", "chainguard": "apk", "alpaquita": "apk", "bellsoft hardened containers": "apk",
        "minimos": "apk", "debian": "deb", "ubuntu": "deb", "echo": "deb", "redhat": "rpm", "red hat": "rpm",
        "centos": "rpm", "rocky": "rpm", "rocky linux": "rpm", "alma": "rpm", "almalinux": "rpm", "amazon": "rpm",
        "amazon linux": "rpm", "oracle": "rpm", "oracle linux": "rpm", "fedora": "rpm", "photon": "rpm",
        "photon os": "rpm",
        "cbl-mariner": "rpm", "azurelinux": "rpm", "azure linux": "rpm", "suse": "rpm", "opensuse": "rpm",
        "opensuse.leap": "rpm", "opensuse.tumbleweed": "rpm", "opensuse-leap": "rpm", "opensuse-tumbleweed": "rpm",
        "suse linux enterprise server": "rpm", "sles": "rpm", "slem": "rpm", "mageia": "rpm", "openeuler": "rpm",
        // Trivy's analyzers
        "yarn": "npm", "pnpm": "npm", "node-pkg": "npm", "bun": "npm", "javascript": "npm",
        "pip": "pypi", "pipenv": "pypi", "poetry": "pypi", "uv": "pypi", "python-pkg": "pypi", "pylock": "pypi",
        "gomod": "golang", "gobinary": "golang", "jar": "maven", "pom": "maven", "gradle": "maven", "sbt": "maven",
        "bundler": "gem", "gemspec": "gem", "rustbinary": "cargo", "composer-vendor": "composer",
        "dotnet-core": "nuget", "packages-props": "nuget", "conda-pkg": "conda", "conda-environment": "conda",
        // Grype's
        "python": "pypi", "java-archive": "maven", "jenkins-plugin": "maven", "go-module": "golang", "go": "golang",
        "rust-crate": "cargo", "php-composer": "composer", "dotnet": "nuget", "msrc-kb": "kb",
        // OSV's
        "crates.io": "cargo", "rubygems": "gem", "packagist": "composer",
    ]
}
