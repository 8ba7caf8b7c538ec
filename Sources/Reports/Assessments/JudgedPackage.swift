import GrafeasProto
import MetadataModel

/// What a judgement is about within an image, so written that it is equal to that of a finding where it fits.
enum JudgedPackage: Hashable {
    /// The image as a whole.
    case image
    /// Packages of any kind by their name.
    case named(ExactText)
    /// A package of a kind, in the words of Grafeas.
    case package(type: String, name: ExactText)
    case version(type: String, name: ExactText, version: ExactText)

    /// What a judgement of a product is about: several spellings of one version, else one thing.
    static func all(of product: Grafeas_V1_VulnerabilityAssessmentNote.Product) -> [JudgedPackage] {
        if product.id.isEmpty, product.name.isEmpty { return [.image] }
        guard let purl = PackageURL(product.id) else { return [.named(ExactText(product.name))] }
        let type = Ecosystem.packageType(purl.type)
        let name = ExactText(comparable(purl.packageName, type))
        guard let version = purl.version else { return [.package(type: type, name: name)] }
        var versions = [version]
        // The epoch of an RPM package is a qualifier in its URL.
        if let epoch = purl.qualifiers["epoch"] { versions.append("\(epoch):\(version)") }
        return versions.map {
            .version(type: type, name: name, version: ExactText(comparableVersion($0, type)))
        }
    }

    /// How narrow a judgement of a product is: a package is narrower than the image, a version than the package.
    static func narrowness(of product: Grafeas_V1_VulnerabilityAssessmentNote.Product) -> Int {
        if product.id.isEmpty, product.name.isEmpty { return 0 }
        return AssessedPackage(name: product.name, purl: product.id).narrowness
    }

    /// All that a judgement of a finding's package may be about, besides the image.
    static func all(in issue: Grafeas_V1_VulnerabilityOccurrence.PackageIssue) -> [JudgedPackage] {
        let type = issue.packageType
        let name = ExactText(comparable(issue.affectedPackage, type))
        let version = ExactText(comparableVersion(issue.affectedVersion.fullName, type))
        return [
            .named(ExactText(issue.affectedPackage)), .package(type: type, name: name),
            .version(type: type, name: name, version: version),
        ]
    }

    /// Names of Python packages are the same in upper and lower case, with `-`, `_` and `.` (PEP 503); scanners write
    /// them as the package does, package URLs in lower case with `-`.
    private static func comparable(_ name: String, _ type: String) -> String {
        guard type == "PYPI" else { return name }
        return String(name.lowercased().map { $0 == "_" || $0 == "." ? "-" : $0 })
    }

    /// Versions of Go modules begin with a v, which some scanners leave out.
    private static func comparableVersion(_ version: String, _ type: String) -> String {
        type == "GO" && version.hasPrefix("v") ? String(version.dropFirst()) : version
    }
}
