import FilterLanguage
import MetadataModel
public import Storage

/// Counts the vulnerability occurrences of a parent by resource and severity.
public struct SummarizeVulnerabilities: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// - Parameter filter: what the occurrences must satisfy besides; empty for all.
    /// - Returns: for each resource that has any, one count for each severity and one for all of them, with severity 0.
    /// - Throws: `overLimit` where there are more resources or occurrences than one summary may cover.
    public func run(parent: String, filter: String) async throws -> [VulnerabilityTally] {
        let parent = try ParentName(parsing: parent, field: "parent", isList: true)
        let collection = ListQuery.Collection.occurrences(parent)
        let limits = services.limits
        var query = ListQuery(
            collection: collection,
            plan: FilterPlanner(collection).plan(try vulnerabilities(filter)),
            before: nil,
            limit: .max,
            bytesMax: .max,
            scannedRowsMax: limits.scannedRowsMax,
            millisecondsMax: limits.scanMillisecondsMax
        )
        let fixable = try services.checkedFilter(Self.fixable, schema: services.schema.occurrences) ?? .everything
        var tallies = VulnerabilityTallies()
        for _ in 0..<limits.summaryStretchesMax {
            // Nobody waits for it any more when the client has gone.
            try Task.checkCancellation()
            let page = try await services.store.tally(query, fixable: fixable)
            tallies.add(page.tallies)
            guard tallies.resourceCount <= limits.summaryResourcesMax else {
                throw MetadataError.overLimit(
                    "more than \(limits.summaryResourcesMax) resources have vulnerabilities here; filter by resource"
                )
            }
            guard let next = page.next else { return tallies.all }
            query.before = next
        }
        throw MetadataError.overLimit("there are too many occurrences to count at once; filter by resource or time")
    }

    /// When one of its packages says so, an occurrence is fixable too: many clients of v1 say it only there.
    private static let fixable = """
        vulnerability.package_issue.fix_available = true \
        OR vulnerability.package_issue.fixed_version.kind = NORMAL \
        OR vulnerability.package_issue.fixed_version.kind = MINIMUM
        """

    /// The filter, and that the occurrence is a vulnerability.
    private func vulnerabilities(_ filter: String) throws(MetadataError) -> CheckedFilter? {
        let own = try services.checkedFilter(filter, schema: services.schema.occurrences)
        let kind = try services.checkedFilter("kind = VULNERABILITY", schema: services.schema.occurrences)
        guard let own, let ownRoot = own.root, let kindRoot = kind?.root else { return kind }
        let parts = if case .and(let parts) = ownRoot { parts } else { [ownRoot] }
        return CheckedFilter(root: .and([kindRoot] + parts), text: own.text)
    }
}
