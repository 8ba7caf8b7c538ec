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
