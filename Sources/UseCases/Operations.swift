import MessageReflection
import MetadataModel
public import Storage

/// Stores an operation of v1alpha1: work of a client's that it keeps a record of here.
public struct CreateOperation: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// - Parameters:
    ///   - operationID: the id; empty to have one made.
    ///   - operation: an encoded `google.longrunning.Operation`, whose name is not looked at.
    /// - Returns: the stored operation, encoded.
    public func run(
        parent: String,
        operationID: String,
        operation: [UInt8],
        claim: IdempotencyClaim?
    ) async throws -> [UInt8] {
        let parent = try ParentName(parsing: parent, field: "parent")
        let id = operationID.isEmpty ? services.makeOccurrenceID() : operationID
        guard ResourceID.isValid(id) else {
            throw MetadataError.invalid("operation_id", "must be \(ResourceID.rule); got \(id.quotedForMessage)")
        }
        let messages = try await services.store.write(
            .createOperation(
                OperationName(parent: parent, id: id),
                body: try services.operationBody(operation),
                options: services.createOptions()
            ),
            claim: claim
        )
        return messages.first ?? []
    }
}

/// Replaces a stored operation.
public struct UpdateOperation: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// The stored operation, encoded.
    public func run(name: String, operation: [UInt8], claim: IdempotencyClaim?) async throws -> [UInt8] {
        let name = try OperationName(parsing: name, field: "name")
        let messages = try await services.store.write(
            .updateOperation(name, body: try services.operationBody(operation)),
            claim: claim
        )
        return messages.first ?? []
    }
}

/// Finds an operation by its name.
public struct GetOperation: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    /// The stored operation, encoded.
    public func run(name: String) async throws -> [UInt8] {
        let name = try OperationName(parsing: name, field: "name")
        guard let message = try await services.store.operation(name) else {
            throw MetadataError.notFound(name.reference)
        }
        return message
    }
}

/// Lists the operations of a parent, newest first. There is no filter.
public struct ListOperations: Sendable {
    let services: RecordServices

    public init(_ services: RecordServices) { self.services = services }

    public func run(parent: String, page request: PageRequest) async throws -> ListedPage {
        let parent = try ParentName(parsing: parent, field: "name", isList: true)
        guard parent.location != ParentName.everyLocation else {
            throw MetadataError.invalid(
                "name",
                "operations are listed for a project or one location, not for all at once"
            )
        }
        guard request.filter.isEmpty else {
            throw MetadataError.invalid("filter", "operations have no filter; leave it empty")
        }
        let query = "\(parent.text)/operations"
        let limit = try services.pageLimit(request.pageSize)
        let position = request.pageToken.isEmpty ? nil : try PageToken(parsing: request.pageToken, for: query).position
        let page = try await services.store.operations(
            in: parent,
            before: position,
            limit: limit,
            bytesMax: services.limits.pageBytesMax
        )
        return ListedPage(page: page, nextPageToken: page.next.map { PageToken(position: $0).text(for: query) } ?? "")
    }
}

extension RecordServices {
    /// An operation without its name, which the store puts back.
    fileprivate func operationBody(_ operation: [UInt8]) throws -> [UInt8] {
        let body = try operation.withoutFields { $0.number == 1 }
        try checkSize(body.count, field: "operation")
        return body
    }
}
