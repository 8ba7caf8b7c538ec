import MessageReflection
import MetadataModel
import Storage
import UseCases

/// v1alpha1's methods that store operations.
func operationMethods(_ methods: MethodFactory) -> [APIMethod] {
    let services = methods.services
    return [
        methods.write("CreateOperation") {
            try await CreateOperation(services).run(
                parent: $0.string("parent"),
                operationID: $0.string("operation_id"),
                operation: $0.record("operation").message,
                claim: $1
            )
        },
        methods.write("UpdateOperation") {
            try await UpdateOperation(services).run(
                name: $0.string("name"),
                operation: $0.record("operation").message,
                claim: $1
            )
        },
    ].compactMap(\.self)
}

/// The methods that read operations.
func operationReadingMethods(_ methods: MethodFactory) -> [APIMethod] {
    let services = methods.services
    return [
        methods.read("GetOperation") { try await GetOperation(services).run(name: $0.string("name")) },
        methods.read("ListOperations") {
            let listed = try await ListOperations(services).run(parent: $0.string("name"), page: $0.page)
            return listReply(frames: listed.page.frames, nextPageToken: listed.nextPageToken)
        },
    ].compactMap(\.self)
}
