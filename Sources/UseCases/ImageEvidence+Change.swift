import GrafeasProto
import MetadataModel

extension ImageEvidence {
    /// What is different from an earlier image. Packages are compared only where both have any, and vulnerabilities only where
    /// both were scanned to the end: what nobody looked for did not come or go.
    func change(since previous: ImageEvidence, _ limits: Limits) -> Grafeion_V1_Change {
        var change = Grafeion_V1_Change()
        let most = limits.describedEntriesMax
        if !packages.isEmpty, !previous.packages.isEmpty { comparePackages(previous, most, &change) }
        if isScanned, previous.isScanned { compareFindings(previous, most, &change) }
        let builds = previous.builds.map { Grafeion_V1_Build($0) }
        change.previousCommit = builds.first { !$0.sourceCommit.isEmpty }?.sourceCommit ?? ""
        return change
    }

    private func comparePackages(_ previous: ImageEvidence, _ most: Int, _ change: inout Grafeion_V1_Change) {
        var (added, removed, changed): ([String], [String], [String]) = ([], [], [])
        for (key, versions) in packages {
            guard let before = previous.packages[key] else {
                added.append("\(key.name.text) \(Self.list(versions))")
                continue
            }
            if before != versions {
                changed.append("\(key.name.text) \(Self.list(before)) → \(Self.list(versions))")
            }
        }
        for (key, versions) in previous.packages where packages[key] == nil {
            removed.append("\(key.name.text) \(Self.list(versions))")
        }
        change.packagesAdded = Self.cut(added, most, &change)
        change.packagesRemoved = Self.cut(removed, most, &change)
        change.packagesChanged = Self.cut(changed, most, &change)
    }

    private func compareFindings(_ previous: ImageEvidence, _ most: Int, _ change: inout Grafeion_V1_Change) {
        let now = affectingIDs
        let before = previous.affectingIDs
        change.vulnerabilitiesAdded = Self.cut(now.subtracting(before).map(\.text), most, &change)
        change.vulnerabilitiesGone = Self.cut(before.subtracting(now).map(\.text), most, &change)
    }

    private var affectingIDs: Set<ExactText> {
        Set(findings.filter { !$0.value.isRuledOut }.map(\.key.vulnerability))
    }

    private static func list(_ versions: Set<ExactText>) -> String {
        versions.map(\.text).sorted().joined(separator: ", ")
    }

    /// The first entries in order.
    private static func cut(_ entries: [String], _ most: Int, _ change: inout Grafeion_V1_Change) -> [String] {
        if entries.count > most { change.isCut = true }
        return Array(entries.sorted().prefix(most))
    }
}
