import Crypto

/// What is the same in all versions of SPDX.
extension BillOfMaterials {
    /// Reads an SPDX document of any version.
    init(spdx root: JSONNode) throws(ReportProblem) {
        if try root["@graph"].isThere {
            self = try SPDX3Bill(root).bill()
        } else {
            self = try SPDX2Bill(root: root).bill()
        }
        documentDigest = SHA256.hash(data: root.document.bytes).hexDigits
    }

    /// Sorts the packages: the image that the document describes, its operating system, and what is in it.
    ///
    /// What is described and is no image is a package like others: some tools say that of every package.
    /// - Parameter described: whether the document says that it describes a package.
    init(
        spdxVersion: String,
        tool: ScanReport.Scanner?,
        packages: [SPDXPackage],
        limits: ReportLimits,
        described: (SPDXPackage) -> Bool
    ) throws(ReportProblem) {
        self.init(
            format: .spdx,
            formatVersion: spdxVersion,
            tool: tool ?? ScanReport.Scanner(name: "spdx"),
            image: ScannedImage(path: "")
        )
        for package in packages {
            if package.isImage, described(package) {
                try image.add(package)
            } else if package.isOperatingSystem {
                let system = ScanReport.Distribution(family: package.name.lowercased(), version: package.version)
                distribution = distribution ?? system
            } else if !package.isFile {
                try add(package.component(limits), limits)
            }
        }
        // Something else than an image is described: its name serves the message that asks for the image.
        if image.reference == nil, let main = packages.first(where: described) {
            (image.reference, image.path) = (main.name, main.place)
        }
    }
}

extension ScanReport.Scanner {
    /// A tool as SPDX names it, `name-version` (specification 2.3, clause 6.8); the version begins with a digit, or
    /// with a v before one.
    init(spdxTool text: String) {
        var rest = text[...]
        while let separator = rest.firstIndex(where: { $0 == "-" || $0 == " " }) {
            rest = rest[rest.index(after: separator)...]
            let version = rest.first == "v" ? rest.dropFirst() : rest
            if version.first?.isNumber == true, separator > text.startIndex {
                self.init(name: text[..<separator].lowercased(), version: String(rest))
                return
            }
        }
        self.init(name: text.lowercased(), version: nil)
    }
}
