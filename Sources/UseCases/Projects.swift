import FilterLanguage
public import MetadataModel
public import Storage

/// Creates a project that does not exist yet.
public struct CreateProject: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    public func run(name: String, claim: IdempotencyClaim?) async throws -> ProjectName {
        let name = try ProjectName(parsing: name, field: "project.name")
        _ = try await services.store.write(.createProject(name), claim: claim)
        return name
    }
}

/// Finds a project by its name.
public struct GetProject: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    public func run(name: String) async throws -> ProjectName {
        let name = try ProjectName(parsing: name, field: "name")
        guard try await services.store.projectExists(name) else { throw MetadataError.notFound(name.reference) }
        return name
    }
}

/// Takes a project out, unless there is something in it.
public struct DeleteProject: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    public func run(name: String, claim: IdempotencyClaim?) async throws {
        let name = try ProjectName(parsing: name, field: "name")
        _ = try await services.store.write(.deleteProject(name), claim: claim)
    }
}

/// Lists projects, newest first.
public struct ListProjects: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// A page of project names and the token for the next.
    public func run(page request: PageRequest) async throws -> (names: [ProjectName], nextPageToken: String) {
        let limit = try services.pageLimit(request.pageSize)
        let query = "projects\n\(request.filter)"
        let matches = try services.projectFilter(request.filter)
        var position = request.pageToken.isEmpty ? nil : try PageToken(parsing: request.pageToken, for: query).position
        var names: [ProjectName] = []
        var scanned = 0
        repeat {
            let page = try await services.store.projects(before: position, limit: limit - names.count)
            names += page.names.filter(matches)
            scanned += page.names.count
            position = page.next
        } while names.count < limit && position != nil && scanned < services.limits.scannedRowsMax
        return (names, position.map { PageToken(position: $0).text(for: query) } ?? "")
    }
}

extension RecordServices {
    /// A test of project names for a filter, whose one field is `name`.
    fileprivate func projectFilter(_ text: String) throws(MetadataError) -> (ProjectName) -> Bool {
        let schema = FilterSchema(
            root: "grafeas.v1.project.Project",
            field: { name, _ in name == "name" ? FilterField(name: "name", number: 1, type: .string) : nil },
            fieldNames: { _ in ["name"] }
        )
        guard let filter = try checkedFilter(text, schema: schema) else { return { _ in true } }
        return { project in
            filter.matches(
                FilterSource(
                    visit: { _, matched in matched(.string(project.text)) },
                    isPresent: { _ in true },
                    searchTexts: { matched in matched(project.text) },
                    nested: { _, _ in false }
                )
            )
        }
    }
}

extension ProjectName {
    /// Reads `projects/{project}`, or its id alone.
    init(nameOrID text: String, field: String) throws(MetadataError) {
        try self.init(parsing: text.hasPrefix("projects/") ? text : "projects/\(text)", field: field)
    }
}
