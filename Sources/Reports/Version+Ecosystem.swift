import GrafeasProto
import PackageVersions

extension Grafeas_V1_Version {
    /// A version of a package.
    init(_ text: String, ecosystem: String) {
        self.init()
        let parts = PackageEcosystem(named: ecosystem)?.split(text) ?? VersionParts(name: text)
        epoch = parts.epoch
        name = parts.name
        revision = parts.revision
        kind = .normal
        fullName = text
    }

    /// The version behind all others: no version has the fix.
    static var maximum: Grafeas_V1_Version {
        var version = Grafeas_V1_Version()
        version.kind = .maximum
        return version
    }
}
