import GrafeasProto
import MetadataModel

/// The package in an image that an assessment is limited to.
struct AssessedPackage: Sendable, Hashable {
    /// As the package's own tools name it.
    let name: String
    /// The package URL, with a version if the assessment is of that one alone.
    let purl: String?

    /// How narrow it is: a version of a package is narrower than the package.
    var narrowness: Int { purl.flatMap { PackageURL($0)?.version } == nil ? 1 : 2 }
}

/// Tells which packages of findings an assessment is about.
struct PackagePattern: Sendable {
    private let name: ExactText
    /// In the words of Grafeas; nil if packages of any kind are meant.
    private let type: String?
    /// The spellings of the version; empty if all versions are meant.
    private let versions: [ExactText]

    /// Nil if the product is the image as a whole.
    init?(_ product: Grafeas_V1_VulnerabilityAssessmentNote.Product) {
        if product.id.isEmpty, product.name.isEmpty { return nil }
        guard let purl = PackageURL(product.id) else {
            name = ExactText(product.name)
            type = nil
            versions = []
            return
        }
        let type = Ecosystem.packageType(purl.type)
        name = ExactText(Self.comparable(purl.packageName, type))
        self.type = type
        var versions = [purl.version].compactMap(\.self)
        // The epoch of an RPM package is a qualifier in its URL.
        if let epoch = purl.qualifiers["epoch"] { versions += versions.map { "\(epoch):\($0)" } }
        self.versions = versions.map { ExactText(Self.comparableVersion($0, type)) }
    }

    func matches(_ issue: Grafeas_V1_VulnerabilityOccurrence.PackageIssue) -> Bool {
        guard let type else { return ExactText(issue.affectedPackage) == name }
        guard issue.packageType == type, ExactText(Self.comparable(issue.affectedPackage, type)) == name else {
            return false
        }
        let version = ExactText(Self.comparableVersion(issue.affectedVersion.fullName, type))
        return versions.isEmpty || versions.contains(version)
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
