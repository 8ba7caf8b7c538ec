import SwiftProtobuf

/// What is in an image (a software bill of materials), whatever the format it was said in.
struct BillOfMaterials: Sendable, Equatable {
    /// The format that it was read from: `cyclonedx`, `spdx`, `syft`.
    var format: ReportFormat
    /// The format's version, `1.6`; nil if the document does not say.
    var formatVersion: String?
    /// The program that wrote it.
    var tool: ScanReport.Scanner
    /// What it describes.
    var image: ScannedImage
    /// The operating system of the image.
    var distribution: ScanReport.Distribution?
    /// The URI by which the document goes: a serial number, a namespace, an SPDX id.
    var documentID: String?
    /// The SHA-256 of the document's bytes in hexadecimal digits.
    var documentDigest = ""
    /// When it was made.
    var createTime: Google_Protobuf_Timestamp?
    /// The packages, in the order of the document.
    var components: [Component] = []

    init(format: ReportFormat, formatVersion: String?, tool: ScanReport.Scanner, image: ScannedImage) {
        self.format = format
        self.formatVersion = formatVersion
        self.tool = tool
        self.image = image
    }

    /// Adds a package, unless there are as many as are taken.
    mutating func add(_ component: Component, _ limits: ReportLimits) throws(ReportProblem) {
        if components.count == limits.componentsMax {
            let text =
                "the document has more than \(limits.componentsMax) components, which are the most that are taken"
            throw ReportProblem(path: component.place, description: text)
        }
        components.append(component)
    }

    /// One package.
    struct Component: Sendable, Equatable {
        /// Where it stands in the document, `components[17]`.
        var place: String
        /// The name by which the package's own tools know it.
        var name: String
        /// The kind of package by the type in its package URL; empty if it is not known.
        var ecosystem: String
        /// As the package's manager writes it, with the epoch.
        var version: String?
        var purl: PackageURL?
        /// In the package manager's own word, `amd64`, `x86_64`.
        var architecture: String?
        var license = LicenseList()
        /// The files by which it was found, the most telling first.
        var paths: [String] = []

        init(place: String, name: String, ecosystem: String) {
            self.place = place
            self.name = name
            self.ecosystem = ecosystem
        }
    }
}

extension BillOfMaterials.Component {
    /// Takes name, kind, version and architecture from the package URL where there is one, for it is the same with all
    /// tools.
    ///
    /// - Parameters:
    ///   - node: what is to be blamed for a name that is too long.
    ///   - name: the name if there is no package URL.
    ///   - ecosystem: the kind of package if there is no package URL.
    init(
        _ node: JSONNode,
        place: String,
        purl: PackageURL?,
        name: String,
        ecosystem: String = "",
        version: String?
    ) throws(ReportProblem) {
        self.init(place: place, name: purl?.packageName ?? name, ecosystem: purl?.type ?? ecosystem)
        try node.checkName(self.name, bytesMax: node.limits.packageNameBytesMax)
        self.purl = purl
        self.version = version ?? purl?.version
        architecture = purl?.qualifiers["arch"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Adds a path unless it is there or there are as many as are kept.
    mutating func add(path: String?, _ limits: ReportLimits) {
        guard let path, paths.count < limits.locationsMax, !paths.contains(path) else { return }
        paths.append(path)
    }

    /// Takes in the same package as it was found in other places.
    mutating func merge(_ other: BillOfMaterials.Component, _ limits: ReportLimits) {
        if license.isEmpty { license = other.license }
        for path in other.paths { add(path: path, limits) }
    }
}
