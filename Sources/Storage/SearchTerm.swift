public import GrafeasProto
import MetadataModel

/// Something by which an image is found in all projects: the store has an index from terms to resources and occurrences.
///
/// To find by something new is to give occurrences another term.
public struct SearchTerm: Sendable, Hashable {
    /// A kind and its values, separated by a character that names do not have.
    public let text: String

    /// Compared by bytes, as the index does.
    public static func == (left: SearchTerm, right: SearchTerm) -> Bool {
        ExactText(left.text) == ExactText(right.text)
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(ExactText(text)) }

    public init(text: String) { self.text = text }

    private init(_ kind: String, _ values: String...) {
        text = ([kind] + values).joined(separator: Self.separator)
    }

    private static let separator = "\u{1F}"
    /// Bytes of a term: those of the longest resource URI or of a package's longest name with a version, and its kind.
    static let bytesMax = 2_400
    private static let separatorByte: UInt8 = 0x1F

    /// A vulnerability that the image is affected by, as far as is known.
    public static func vulnerability(_ id: String) -> SearchTerm { SearchTerm("vulnerability", id) }
    /// A vulnerability that the image was judged (VEX) not to be affected by, or to have fixed.
    public static func ruledOutVulnerability(_ id: String) -> SearchTerm { SearchTerm("ruled-out", id) }
    /// A commit that the image was built from.
    public static func commit(_ id: String) -> SearchTerm { SearchTerm("commit", id) }
    /// The image that this one stands on, by canonical URI.
    public static func base(_ uri: String) -> SearchTerm { SearchTerm("base", uri) }
    /// The chain id of all layers of the image.
    public static func layers(_ chainID: String) -> SearchTerm { SearchTerm("layers", chainID) }
    /// The image runs somewhere.
    public static let running = SearchTerm("running")

    /// A package in the image.
    /// - Parameter ecosystem: what tells by which rules its versions are compared.
    public static func package(_ name: String, ecosystem: String, version: String) -> SearchTerm {
        SearchTerm("package", name, ecosystem, version)
    }

    /// What the terms of all versions of a package begin with.
    public static func packagePrefix(_ name: String) -> String { SearchTerm("package", name, "").text }

    /// Ecosystem and version of a term that begins with ``packagePrefix(_:)``.
    public func packageVersion(of name: String) -> (ecosystem: String, version: String)? {
        let prefix = Self.packagePrefix(name).utf8
        guard text.utf8.starts(with: prefix) else { return nil }
        let rest = text.utf8.dropFirst(prefix.count)
        guard let end = rest.firstIndex(of: Self.separatorByte) else { return nil }
        return (String(text[rest.startIndex..<end]), String(text[rest.index(after: end)...]))
    }
}

extension Occurrence {
    /// The terms by which the occurrence's resource is found.
    /// - Parameter noteID: the id of the note that it hangs on.
    func searchTerms(noteID: String) -> [SearchTerm] {
        switch details {
        case .vulnerability(let vulnerability):
            let id =
                vulnerability.vexAssessment.state.rulesOut
                ? SearchTerm.ruledOutVulnerability(noteID) : .vulnerability(noteID)
            return [id]
                + vulnerability.packageIssue.flatMap { issue in
                    SearchTerm.packages(
                        issue.affectedPackage,
                        type: issue.packageType,
                        cpeURI: issue.affectedCpeUri,
                        version: issue.affectedVersion
                    )
                }
        case .package(let package):
            let location = package.location.first
            return SearchTerm.packages(
                package.name,
                type: package.packageType,
                cpeURI: package.cpeUri.isEmpty ? location?.cpeUri ?? "" : package.cpeUri,
                version: package.hasVersion ? package.version : location?.version ?? Grafeas_V1_Version()
            )
        case .build(let build):
            return BuildSummary(build).sources.map(\.commit).filter { !$0.isEmpty }.map(SearchTerm.commit)
        case .image(let image):
            return image.searchTerms
        case .deployment(let deployment):
            return deployment.hasUndeployTime ? [] : [.running]
        default: return []
        }
    }
}

extension Grafeas_V1_ImageOccurrence {
    /// What an index lists is written as layers that it has none of: directive MANIFEST, arguments platform and digest.
    public static let manifestDirective = "MANIFEST"

    /// The digests of the images that an index lists.
    public var platformDigests: [String] {
        layerInfo.filter { $0.directive == Self.manifestDirective }.compactMap { layer in
            let digest = layer.arguments.split(separator: " ").last ?? ""
            return ResourceURI.isDigest(digest) ? String(digest) : nil
        }
    }

    fileprivate var searchTerms: [SearchTerm] {
        var terms: [SearchTerm] = []
        if !baseResourceURL.isEmpty { terms.append(.base(ResourceURI(baseResourceURL).canonical)) }
        let isIndex = layerInfo.contains { $0.directive == Self.manifestDirective }
        if !isIndex, !fingerprint.v1Name.isEmpty { terms.append(.layers(fingerprint.v1Name)) }
        return terms
    }
}

extension SearchTerm {
    /// A package by its name, and by the last part of it: people ask for log4j-core, and its name is
    /// org.apache.logging.log4j:log4j-core.
    fileprivate static func packages(
        _ name: String,
        type: String,
        cpeURI: String,
        version: Grafeas_V1_Version
    ) -> [SearchTerm] {
        guard !name.isEmpty else { return [] }
        let ecosystem = EcosystemName.of(type: type, cpeURI: cpeURI)
        let text = version.wholeText
        var terms = [SearchTerm.package(name, ecosystem: ecosystem, version: text)]
        if let end = name.lastIndex(where: { $0 == ":" || $0 == "/" }) {
            let short = String(name[name.index(after: end)...])
            if !short.isEmpty { terms.append(.package(short, ecosystem: ecosystem, version: text)) }
        }
        return terms
    }
}
