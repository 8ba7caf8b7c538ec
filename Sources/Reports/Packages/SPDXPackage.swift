import MetadataModel

/// A package as every version of SPDX describes it.
struct SPDXPackage {
    /// The object that describes it.
    let node: JSONNode
    /// Where that stands in the document.
    let place: String
    let id: String
    let name: String
    var version: String?
    var purl: PackageURL?
    /// What it is for, in lower case and without hyphens: `container`, `operatingsystem`, `file`.
    var purpose: String?
    /// Its SHA-256 in hexadecimal digits.
    var sha256: String?
    var license = LicenseList()
    var paths: [String] = []
    /// What Trivy says beside, `RepoDigest: debian@sha256:…`.
    var remarks: [String] = []

    /// Whether it is the image, if it is what the document describes.
    ///
    /// Version 2.2 knows no purpose, so Trivy's ids and versions that are digests tell it too.
    var isImage: Bool {
        purpose == "container" || purl?.type == "oci" || id.hasPrefix("SPDXRef-ContainerImage")
            || version.map { ImageReference("image@\($0)") != nil } == true
    }

    var isOperatingSystem: Bool { purpose == "operatingsystem" || id.hasPrefix("SPDXRef-OperatingSystem") }

    /// A file, or a lock file, which is an application to Trivy.
    var isFile: Bool { purpose == "file" || purl == nil && id.hasPrefix("SPDXRef-Application-") }

    func component(_ limits: ReportLimits) throws(ReportProblem) -> BillOfMaterials.Component {
        var component = try BillOfMaterials.Component(
            node["name"],
            place: place,
            purl: purl,
            name: name,
            version: version
        )
        component.license = license
        for path in paths { component.add(path: path, limits) }
        return component
    }
}

extension ScannedImage {
    /// Takes what an SPDX package says of the image that it is.
    mutating func add(_ package: SPDXPackage) throws(ReportProblem) {
        if reference == nil { (reference, path) = (package.name, package.place) }
        if let pinned = package.purl?.pinnedImage { repoDigests.append(pinned) }
        for remark in package.remarks {
            if remark.hasPrefix("RepoDigest: ") { repoDigests.append(String(remark.dropFirst(12))) }
            if remark.hasPrefix("RepoTag: ") { tags.append(String(remark.dropFirst(9))) }
            if remark.hasPrefix("ImageID: ") { configDigest = String(remark.dropFirst(9)) }
        }
        if max(repoDigests.count, tags.count) > package.node.limits.imageNamesMax {
            let most = package.node.limits.imageNamesMax
            throw package.node.problem("has more than \(most) names, which are the most that are taken")
        }
        let digests = [package.version, package.sha256.map { "sha256:\($0)" }, package.purl?.version]
        let digest = digests.compactMap(\.self).first { ImageReference("image@\($0)")?.digest != nil }
        manifestDigest = manifestDigest ?? digest
    }
}
