import GrafeasProto
import MetadataModel
import PackageVersions

/// Some packages are not in the image, by its bill of materials.
struct PackageCheck: ImageCheck {
    static let field = "packageCheck"

    var forbidden: [ForbiddenPackage]

    var dependsOnTime: Bool { false }
    var forbids: Bool { true }

    func answer(_ subject: Subject, _ context: CheckContext) -> Answer {
        if subject.packages.isEmpty {
            return Answer(.missing, "no packages of the image are known; ingest its bill of materials (SBOM)")
        }
        var (found, names): ([String], [String]) = ([], [])
        for (name, package) in subject.packages {
            for entry in forbidden {
                guard let why = entry.reason(against: package) else { continue }
                found.append(why)
                names.append(name)
                break
            }
        }
        if found.isEmpty {
            return Answer(.satisfied, "none of the \(subject.packages.count) known packages is forbidden")
        }
        let list = found.named(found.count, max: context.limits.namedFindingsMax)
        return Answer(.violated, "forbidden packages: \(list); update or remove them", names)
    }
}

/// A package, or some versions of it.
struct ForbiddenPackage: Sendable {
    let name: String
    /// As written; nil for all versions.
    let versions: String?
    /// Nil for packages of that name in any ecosystem.
    let ecosystem: PackageEcosystem?
    /// For each ecosystem whose rules understand the versions.
    private let ranges: [PackageEcosystem: VersionRange]
    /// The name in lower case: some ecosystems do not tell case apart, and forbidding should not fail by it.
    private let key: String

    /// - Throws: what is wrong with the versions by the rules of the ecosystem, or by those of all.
    init(name: String, versions: String?, ecosystem: PackageEcosystem?) throws(VersionRangeError) {
        (self.name, self.versions, self.ecosystem) = (name, versions, ecosystem)
        key = name.lowercased()
        var ranges: [PackageEcosystem: VersionRange] = [:]
        if let versions {
            var firstError: VersionRangeError?
            for candidate in ecosystem.map({ [$0] }) ?? PackageEcosystem.allCases {
                do throws(VersionRangeError) {
                    ranges[candidate] = try VersionRange(versions, in: candidate)
                } catch {
                    firstError = firstError ?? error
                }
            }
            if ranges.isEmpty, let firstError { throw firstError }
        }
        self.ranges = ranges
    }

    /// What of the package is forbidden; nil if nothing is.
    func reason(against package: Grafeas_V1_PackageOccurrence) -> String? {
        guard names(package.name) else { return nil }
        let version = package.wholeVersion
        let rules = PackageEcosystem(named: package.ecosystemName) ?? .generic
        if let ecosystem, ecosystem != rules { return nil }
        let title = "\(package.name) \(version)"
        guard let versions else { return title }
        // What cannot be compared may be what is forbidden.
        guard let range = ranges[rules], rules.understands(version) else {
            return "\(title) (cannot be compared with \(versions.quotedForMessage))"
        }
        return range.contains(version) ? "\(title) (forbidden: \(versions.quotedForMessage))" : nil
    }

    /// By the whole name, or its last part: people write log4j-core, and its name is
    /// org.apache.logging.log4j:log4j-core.
    private func names(_ package: String) -> Bool {
        let name = package.lowercased().utf8
        guard name.count > key.utf8.count else { return name.elementsEqual(key.utf8) }
        let before = name[name.index(name.endIndex, offsetBy: -key.utf8.count - 1)]
        return (before == UInt8(ascii: ":") || before == UInt8(ascii: "/"))
            && name.reversed().starts(with: key.utf8.reversed())
    }
}
