import MessageReflection
import MetadataModel
import SQLiteStorage
import Storage
import Testing
import TestSupport
import UseCases

/// Operations of v1alpha1.
struct OperationTests {
    private func operation(_ office: Office, _ json: String) throws -> [UInt8] {
        try #require(office.types.message("google.longrunning.Operation")).wire(fromJSON: Array(json.utf8))
    }

    private func json(_ office: Office, _ bytes: [UInt8]) throws -> String {
        String(
            decoding: try #require(office.types.message("google.longrunning.Operation")).json(from: bytes),
            as: UTF8.self
        )
    }

    @Test func operationsAreStoredReplacedAndRead() async throws {
        let office = try Office()
        let name = "projects/p/operations/scan"
        let created = try await CreateOperation(office.services).run(
            parent: "projects/p",
            operationID: "scan",
            operation: try operation(office, #"{"name":"ignored"}"#),
            claim: nil
        )
        #expect(try json(office, created) == #"{"name":"\#(name)"}"#)
        let again = await Office.error {
            try await CreateOperation(office.services).run(
                parent: "projects/p",
                operationID: "scan",
                operation: [],
                claim: nil
            )
        }
        #expect(again?.message == "operation \"\(name)\" exists already; update it instead")
        _ = try await UpdateOperation(office.services).run(
            name: name,
            operation: try operation(office, #"{"done":true}"#),
            claim: nil
        )
        #expect(
            try json(office, await GetOperation(office.services).run(name: name)) == #"{"name":"\#(name)","done":true}"#
        )
        try await office.store.close()
    }

    @Test func listsAreNewestFirstAndPaged() async throws {
        let office = try Office()
        for id in ["a", "b", "c"] {
            _ = try await CreateOperation(office.services).run(
                parent: "projects/p",
                operationID: id,
                operation: [],
                claim: nil
            )
        }
        var names: [String] = []
        var page = PageRequest(pageSize: 2)
        repeat {
            let listed = try await ListOperations(office.services).run(parent: "projects/p", page: page)
            names += try listed.page.messages().map { try json(office, $0) }
            page.pageToken = listed.nextPageToken
        } while !page.pageToken.isEmpty
        #expect(names == ["c", "b", "a"].map { #"{"name":"projects/p/operations/\#($0)"}"# })
        try await office.store.close()
    }

    @Test func whatIsNotThereIsNotFound() async throws {
        let office = try Office()
        let missing = MetadataError.notFound(ResourceReference(type: "operation", name: "projects/p/operations/x"))
        #expect(
            await Office.error { try await GetOperation(office.services).run(name: "projects/p/operations/x") }
                == missing
        )
        #expect(
            await Office.error {
                try await UpdateOperation(office.services).run(
                    name: "projects/p/operations/x",
                    operation: [],
                    claim: nil
                )
            } == missing
        )
        try await office.store.close()
    }

    @Test func aPageOfOperationsIsBoundedInBytes() async throws {
        var limits = Limits()
        limits.pageBytesMax = 100
        let office = try Office(limits: limits)
        for id in ["a", "b", "c"] {
            let body = #"{"error":{"message":"\#(String(repeating: "x", count: 60))"}}"#
            _ = try await CreateOperation(office.services).run(
                parent: "projects/p",
                operationID: id,
                operation: try operation(office, body),
                claim: nil
            )
        }
        let listed = try await ListOperations(office.services).run(parent: "projects/p", page: PageRequest())
        #expect(listed.page.count == 1 && !listed.nextPageToken.isEmpty)
        try await office.store.close()
    }

    @Test func operationsGoWithTheirProject() async throws {
        let office = try Office()
        _ = try await CreateOperation(office.services).run(
            parent: "projects/p",
            operationID: "",
            operation: [],
            claim: nil
        )
        try await DeleteProject(office.services).run(name: "projects/p", claim: nil)
        #expect(
            try await ListOperations(office.services).run(parent: "projects/p", page: PageRequest()).page.count == 0
        )
        try await office.store.close()
    }
}
