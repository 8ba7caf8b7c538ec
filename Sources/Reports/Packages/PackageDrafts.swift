import Crypto
import GrafeasProto
import MetadataModel

/// How the packages of one image become notes and occurrences; made once for all of them.
struct PackageDrafts {
    private let resourceURI: String
    private let provider: ParentName
    /// The CPE URI of the image's distribution.
    private let distributionURI: String?

    init(resourceURI: String, provider: ParentName, distribution: ScanReport.Distribution?) {
        self.resourceURI = resourceURI
        self.provider = provider
        distributionURI = distribution.map { DistributionCPE.uri($0) }
    }

    /// The note that the package has in all images and versions. It follows from the note's id alone.
    func note(of component: BillOfMaterials.Component) -> ReportNote {
        var note = Note()
        note.shortDescription = component.name
        note.package.name = component.name
        note.package.packageType = Ecosystem.packageType(component.ecosystem)
        note.package.url = component.purl?.versionless ?? ""
        return ReportNote(id: component.noteID, note: note)
    }

    /// That the package is in the image.
    func occurrence(of component: BillOfMaterials.Component) -> ReportOccurrence {
        var package = Grafeas_V1_PackageOccurrence()
        package.name = component.name
        package.packageType = Ecosystem.packageType(component.ecosystem)
        package.cpeUri = cpeURI(of: component)
        package.architecture = Grafeas_V1_Architecture(word: component.architecture ?? "")
        if let license = component.license.message { package.license = license }
        if let version = component.version {
            package.version = Grafeas_V1_Version(version, ecosystem: component.ecosystem)
        }
        // Earlier versions of the API have the version at the places only, so there is always one.
        package.location = (component.paths.isEmpty ? [""] : component.paths).map { path in
            var location = Grafeas_V1_Location()
            location.path = path
            location.cpeUri = package.cpeUri
            if package.hasVersion { location.version = package.version }
            return location
        }
        var occurrence = Occurrence()
        occurrence.resourceUri = resourceURI
        occurrence.noteName = NoteName(parent: provider, id: component.noteID).text
        occurrence.package = package
        return ReportOccurrence(
            key: ComponentKey(component).parts,
            occurrence: occurrence,
            place: component.place
        )
    }

    /// That of the distribution that the package belongs to; empty for packages of languages.
    private func cpeURI(of component: BillOfMaterials.Component) -> String {
        guard Ecosystem.packageType(component.ecosystem) == "OS" else { return "" }
        return distributionURI ?? component.purl?.distribution.map { DistributionCPE.uri($0) } ?? ""
    }
}

extension BillOfMaterials.Component {
    /// `package-deb-bash-0123456789abcdef`: kind and name as far as ids take them, and 64 bits of a digest of the
    /// package URL, so that neither what is replaced and cut nor a namespace (Debian's bash and Ubuntu's) makes two
    /// names meet.
    var noteID: String {
        let kind = ecosystem.isEmpty ? "unknown" : ecosystem
        let digest = SHA256.hash(data: Array((purl?.versionless ?? "\(kind) \(name)").utf8))
        let readable = "package-\(kind)-\(name)".unicodeScalars.prefix(83).map { scalar in
            ResourceID.isValid("a\(scalar)") ? Character(scalar) : "-"
        }
        return String(readable) + "-" + digest.hexDigits.prefix(16)
    }
}

extension Grafeas_V1_Architecture {
    /// A package manager's word for an architecture; unspecified for those that Grafeas does not know.
    init(word: String) {
        switch word.lowercased() {
        case "amd64", "x86_64", "x86-64", "x64": self = .x64
        case "386", "i386", "i486", "i586", "i686", "x86": self = .x86
        default: self = .unspecified
        }
    }
}
