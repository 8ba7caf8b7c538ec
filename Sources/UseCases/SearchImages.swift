import GrafeasProto
import MetadataModel
import PackageVersions
import Reports
import Storage
import SwiftProtobuf

/// Finds images by what is known of them: a vulnerability, a package, a commit, a base image, that they run.
public struct SearchImages: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// What is searched for; empty texts ask for nothing.
    public struct Request: Sendable {
        public var vulnerability = ""
        /// A name, and a range of versions behind it if wanted.
        public var package = ""
        /// A commit or the beginning of one.
        public var commit = ""
        /// An image with a digest, or a repository.
        public var base = ""
        public var running = false
        /// Whether images that are judged (VEX) not to be affected by the vulnerability are found too.
        public var includeNotAffected = false
        public var project = ""
        public var pageSize: Int32 = 0
        public var pageToken = ""

        public init() {}
    }

    /// - Returns: an encoded `grafeion.v1.SearchImagesResponse`; the image that became known last is the first.
    /// - Throws: `invalid` for what cannot be understood or when nothing is asked for; `overLimit` for what is too wide.
    public func run(_ request: Request) async throws -> [UInt8] {
        let conditions = try await conditions(request)
        guard !conditions.isEmpty else {
            let text = "say what to look for: vulnerability, package, commit, base or running"
            throw MetadataError.invalid("vulnerability", text)
        }
        let token = request.queryText
        let before =
            request.pageToken.isEmpty ? nil : try PageToken(parsing: request.pageToken, for: token).position
        let page = try await services.store.searchImages(
            ImageQuery(
                conditions: conditions.map(\.terms),
                project: try services.searchedProject(request.project),
                before: before,
                limit: try services.pageLimit(request.pageSize),
                stepsMax: services.limits.scannedRowsMax,
                occurrencesMax: services.limits.searchFindingsMax,
                bytesMax: services.limits.pageBytesMax
            )
        )
        var response = Grafeion_V1_SearchImagesResponse()
        response.images = try page.images.map { try Self.found($0, conditions) }
        response.nextPageToken = page.next.map { PageToken(position: $0).text(for: token) } ?? ""
        return try response.serializedBytes()
    }

    // MARK: What is asked for

    /// A condition, and whether what satisfies it is shown as a finding.
    private struct Condition {
        var terms: [SearchTerm]
        var isFinding = false
    }

    private func conditions(_ request: Request) async throws -> [Condition] {
        var conditions: [Condition] = []
        if !request.vulnerability.isEmpty {
            let id = Self.vulnerabilityID(request.vulnerability)
            let ruledOut = request.includeNotAffected ? [SearchTerm.ruledOutVulnerability(id)] : []
            conditions.append(Condition(terms: [.vulnerability(id)] + ruledOut, isFinding: true))
        }
        if !request.package.isEmpty {
            conditions.append(Condition(terms: try await packageTerms(request.package), isFinding: true))
        }
        if !request.commit.isEmpty { conditions.append(Condition(terms: try await commitTerms(request.commit))) }
        if !request.base.isEmpty { conditions.append(Condition(terms: try await baseTerms(request.base))) }
        if request.running { conditions.append(Condition(terms: [.running])) }
        return conditions
    }

    /// CVE ids are written in capitals, and typed in small letters.
    private static func vulnerabilityID(_ text: String) -> String {
        text.lowercased().hasPrefix("cve-") ? text.uppercased() : text
    }

    private func packageTerms(_ text: String) async throws -> [SearchTerm] {
        var query = try PackageQuery(text)
        let known = try await terms(beginningWith: SearchTerm.packagePrefix(query.name), field: "package")
        var matched: [SearchTerm] = []
        for term in known {
            guard let version = term.packageVersion(of: query.name) else { continue }
            if query.contains(version.version, ecosystem: version.ecosystem) { matched.append(term) }
        }
        return matched
    }

    private func commitTerms(_ text: String) async throws -> [SearchTerm] {
        let commit = text.lowercased()
        guard commit.utf8.count >= Self.commitLengthMin, commit.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            let rule = "must be a commit or at least \(Self.commitLengthMin) characters of one"
            throw MetadataError.invalid("commit", "\(rule); got \(text.quotedForMessage)")
        }
        return try await terms(beginningWith: SearchTerm.commit(commit).text, field: "commit")
    }

    /// As short as git itself takes them.
    private static let commitLengthMin = 4

    private func baseTerms(_ text: String) async throws -> [SearchTerm] {
        guard let reference = ImageReference(text) else {
            let form = "must be registry/repository, with @sha256:… for one image of it"
            throw MetadataError.invalid("base", "\(form); got \(text.quotedForMessage)")
        }
        guard let pinned = reference.pinned else {
            return try await terms(beginningWith: SearchTerm.base(reference.repository + "@").text, field: "base")
        }
        let platforms = try await platforms(of: pinned).map { SearchTerm.base("\(reference.repository)@\($0)") }
        return [.base(pinned), .base(ResourceURI(text).canonical)] + platforms
    }

    /// The digests of an index's images: what is built on an index stands on one of these.
    private func platforms(of index: String) async throws -> [String] {
        guard let index = try await services.store.resources(.uri(index), project: nil, limit: 1).first else {
            return []
        }
        let page = try await services.store.occurrences(
            of: index,
            project: nil,
            limit: services.limits.imageOccurrencesMax,
            bytesMax: services.limits.imageBytesMax
        )
        var evidence = ImageEvidence()
        for message in try page.messages() { evidence.add(try Occurrence(serializedBytes: message)) }
        return evidence.platforms.map(\.image)
    }

    private func terms(beginningWith prefix: String, field: String) async throws -> [SearchTerm] {
        let most = services.limits.searchTermsMax
        let terms = try await services.store.searchTerms(beginningWith: prefix, limit: most + 1)
        guard terms.count <= most else {
            throw MetadataError.overLimit("\(field): more than \(most) versions or commits match; ask more exactly")
        }
        return terms
    }

    // MARK: What was found

    private static func found(_ image: FoundImage, _ conditions: [Condition]) throws -> Grafeion_V1_FoundImage {
        var message = Grafeion_V1_FoundImage()
        message.image = image.uri.written
        message.running = try image.running.map { Grafeion_V1_Deployment(try Occurrence(serializedBytes: $0)) }
        var seen: Set<[ExactText]> = []
        for (condition, occurrences) in zip(conditions, image.occurrences) where condition.isFinding {
            for bytes in occurrences {
                for finding in Grafeion_V1_Finding.all(in: try Occurrence(serializedBytes: bytes)) {
                    let key = [finding.name, finding.package, finding.version].map { ExactText($0) }
                    if seen.insert(key).inserted { message.findings.append(finding) }
                }
            }
        }
        return message
    }
}

extension SearchImages.Request {
    /// The same text for the same search, for page tokens to be bound to.
    fileprivate var queryText: String {
        [
            "search", vulnerability, package, commit, base, running ? "running" : "",
            includeNotAffected ? "all" : "", project,
        ].joined(separator: "\n")
    }
}

extension RecordServices {
    /// The project that an answer is limited to, by name or id; nil for all.
    func searchedProject(_ text: String) throws(MetadataError) -> ProjectName? {
        if text.isEmpty { return nil }
        return try ProjectName(nameOrID: text, field: "project")
    }
}

/// A package as people ask for it: a name, and behind it a range of versions.
struct PackageQuery {
    let name: String
    private let range: String
    /// The range as each ecosystem reads it; nil where it does not understand it.
    private var ranges: [ExactText: VersionRange?] = [:]

    init(_ text: String) throws(MetadataError) {
        let end = text.firstIndex { $0 == " " || "<>=!".contains($0) } ?? text.endIndex
        name = String(text[..<end])
        range = String(text[end...].drop { $0 == " " })
        guard !name.isEmpty else {
            throw .invalid("package", "must be a name, with a range of versions behind it: log4j-core <2.17.1")
        }
        if range.isEmpty { return }
        do {
            _ = try VersionRange(range, in: .generic)
        } catch {
            throw .invalid("package", "\(range.quotedForMessage): \(error.oneLine)")
        }
    }

    /// Whether the version is in the range by its ecosystem's order; none is where that does not understand the range.
    mutating func contains(_ version: String, ecosystem name: String) -> Bool {
        if range.isEmpty { return true }
        let key = ExactText(name)
        if let known = ranges[key] { return known?.contains(version) ?? false }
        let read = try? VersionRange(range, in: PackageEcosystem(named: name) ?? .generic)
        ranges[key] = .some(read)
        return read?.contains(version) ?? false
    }
}
