/// A set of rules by which versions are written and compared.
///
/// A case stands for the rules rather than for a place that serves packages: npm, Cargo and Hex are all `semver`.
public enum PackageEcosystem: String, Sendable, Hashable, CaseIterable {
    /// Debian, Ubuntu and what descends from them.
    case debian
    /// Red Hat, Fedora, SUSE, Amazon Linux and all others that install RPMs.
    case rpm
    /// Alpine, Wolfi, Chainguard.
    case alpine
    /// Semantic Versioning: npm, Cargo, Hex, Pub, Swift packages.
    case semver
    /// Maven, Gradle and other ways of getting Java archives.
    case maven
    /// Python, PEP 440.
    case pypi
    /// Ruby gems.
    case rubygems
    /// .NET.
    case nuget
    /// Go modules and toolchains.
    case go
    /// No rules are known. Numbers compare as numbers and announced releases come before their release;
    /// see `GenericVersion` in the sources for all of it.
    case generic
}

extension PackageEcosystem {
    /// How two versions stand to each other.
    ///
    /// Takes any two texts: what is no version at all has its place too, in most ecosystems below all versions. The
    /// order is total over all texts, costs time in proportion to their length, and knows no number too long. White
    /// space around a version does not count.
    public func compare(_ left: String, _ right: String) -> VersionOrder {
        let (left, right) = (VersionBytes(left).trimmed, VersionBytes(right).trimmed)
        switch (left.count > VersionLimits.versionBytesMax, right.count > VersionLimits.versionBytesMax) {
        case (false, false): return left == right ? .equal : scheme.order(left, right)
        case (true, true): return left.byteOrder(to: right)
        case (true, false): return .less
        case (false, true): return .greater
        }
    }

    /// Whether the ecosystem's own tools would accept the text as a version of a package.
    public func isValid(_ version: String) -> Bool {
        let version = VersionBytes(version)
        return !version.isEmpty && version.count <= VersionLimits.versionBytesMax && scheme.isValid(version)
    }

    /// Whether the rules say where the text belongs, so that older and newer mean something.
    ///
    /// Wider than `isValid`: scanners report `1.2` and `v1.2.3` of npm packages. False for `latest` and for nothing.
    public func understands(_ version: String) -> Bool {
        let version = VersionBytes(version).trimmed
        return !version.isEmpty && version.count <= VersionLimits.versionBytesMax && scheme.understands(version)
    }

    private var scheme: any VersionScheme.Type {
        switch self {
        case .debian: DebianVersion.self
        case .rpm: RPMVersion.self
        case .alpine: AlpineVersion.self
        case .semver: SemVerVersion.self
        case .maven: MavenVersion.self
        case .pypi: PyPIVersion.self
        case .rubygems: RubyGemsVersion.self
        case .nuget: NuGetVersion.self
        case .go: GoVersion.self
        case .generic: GenericVersion.self
        }
    }
}
