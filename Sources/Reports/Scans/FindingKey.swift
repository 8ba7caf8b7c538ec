import GrafeasProto
import MetadataModel

/// What makes a finding the same when the image is scanned again: vulnerability, package, installed version, kind of
/// package, and path.
///
/// It is made of what an occurrence says, so it can be read back from stored occurrences and needs no place of its own.
struct FindingKey: Hashable, Sendable {
    /// The note's id.
    let noteID: String
    let package: String
    /// In full, with epoch and revision; empty if it is not known.
    let version: String
    /// In the words of Grafeas: `OS`, `NPM`.
    let packageType: String
    /// The first place where the package lies; empty if only the layer is known.
    let path: String

    init(_ finding: Finding) {
        noteID = finding.vulnerabilityID
        package = finding.packageName
        version = finding.installedVersion ?? ""
        packageType = Ecosystem.packageType(finding.ecosystem)
        path = finding.locations.first?.path ?? ""
    }

    /// The key of an occurrence; nil if it is none of a vulnerability in a package.
    init?(of occurrence: Occurrence) {
        guard case .vulnerability(let vulnerability) = occurrence.details, let issue = vulnerability.packageIssue.first,
            let note = try? NoteName(parsing: occurrence.noteName, field: "note_name")
        else { return nil }
        noteID = note.id
        package = issue.affectedPackage
        version = issue.affectedVersion.fullName
        packageType = issue.packageType
        path = issue.fileLocation.first?.filePath ?? ""
    }

    /// What tells it from others, in order.
    var parts: [String] { [noteID, package, version, packageType, path] }

    /// The parts compared byte by byte: names that Unicode holds to be the same may be different packages.
    private var exact: [ExactText] { parts.map { ExactText($0) } }

    static func == (left: FindingKey, right: FindingKey) -> Bool { left.exact == right.exact }

    func hash(into hasher: inout Hasher) { hasher.combine(exact) }
}
