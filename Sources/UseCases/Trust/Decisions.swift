import MetadataModel
import Storage

/// Finds a recorded decision.
public struct GetDecision: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// - Returns: an encoded `grafeion.v1.Decision`.
    public func run(name: String) async throws -> [UInt8] {
        let name = try DecisionName(parsing: name, field: "name")
        guard let message = try await services.store.decision(name) else {
            throw MetadataError.notFound(name.reference)
        }
        return message
    }
}

/// Lists the decisions of a project that a filter finds, the newest first.
public struct ListDecisions: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    public func run(parent: String, page request: PageRequest) async throws -> ListedPage {
        let project = try ProjectName(parsing: parent, field: "parent")
        let query = "\(project.text)/decisions\n\(request.filter)"
        let limit = try services.pageLimit(request.pageSize)
        let position = request.pageToken.isEmpty ? nil : try PageToken(parsing: request.pageToken, for: query).position
        let page = try await services.store.decisions(
            DecisionQuery(
                project: project,
                filter: try services.checkedFilter(request.filter, schema: services.schema.decisions),
                before: position,
                limit: limit,
                bytesMax: services.limits.pageBytesMax,
                scannedRowsMax: services.limits.scannedRowsMax
            )
        )
        return ListedPage(page: page, nextPageToken: page.next.map { PageToken(position: $0).text(for: query) } ?? "")
    }
}
