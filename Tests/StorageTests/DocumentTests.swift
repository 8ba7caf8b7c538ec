import GrafeasProto
import MetadataModel
import SQLiteStorage
import Storage
import SwiftProtobuf
import TestSupport
import Testing
import UseCases

/// Attestors and policies are kept with their revisions.
struct DocumentTests {
    private static let policy = "projects/security/policies/prod"

    private static func policy(_ pattern: String) -> String {
        """
        apiVersion: grafeion.dev/v1
        kind: Policy
        metadata: {name: prod}
        spec:
          checkSets:
          - checks:
            - trustedDirectoryCheck: {trustedDirPatterns: ["\(pattern)"]}
        """
    }

    private func history(_ office: TrustOffice, _ name: String, token: String = "", size: Int32 = 0) async throws
        -> (documents: [Grafeion_V1_Document], next: String)
    {
        let page = PageRequest(pageSize: size, pageToken: token)
        let listed = try await ListDocumentRevisions(office.office.services).run(name: name, page: page)
        let response = try Grafeion_V1_ListDocumentsResponse(serializedBytes: listed.page.frames)
        return (response.documents, listed.nextPageToken)
    }

    private func list(_ office: TrustOffice, _ parent: String) async throws -> [String] {
        let listed = try await ListDocuments(office.office.services).run(parent: parent, page: PageRequest())
        return try Grafeion_V1_ListDocumentsResponse(serializedBytes: listed.page.frames).documents.map(\.name)
    }

    private func get(_ office: TrustOffice, revision: Int32 = 0) async throws -> Grafeion_V1_Document {
        let bytes = try await GetDocument(office.office.services).run(name: Self.policy, revision: revision)
        return try Grafeion_V1_Document(serializedBytes: bytes)
    }

    @Test func aTextIsStoredAsItWasWrittenAndTheSameTextChangesNothing() async throws {
        let office = try await TrustOffice()
        let text = Self.policy("a.example/**") + "\n# with a remark\n"
        let first = try await office.apply(Self.policy, text)
        #expect(first.revision == 1)
        #expect(first.content == text)
        #expect(first.version.hasPrefix("sha256:"))
        let again = try await office.apply(Self.policy, text)
        #expect(again == first)
        let second = try await office.apply(Self.policy, Self.policy("b.example/**"))
        #expect(second.revision == 2)
        #expect(second.version != first.version)
        #expect(try await get(office) == second)
        #expect(try await get(office, revision: 1) == first)
        #expect(try await list(office, "projects/security/policies") == [Self.policy])
        #expect(try await list(office, "projects/security/attestors") == ["projects/security/attestors/qa"])
    }

    @Test func whatIsDeletedIsFoundInItsHistoryOnly() async throws {
        let office = try await TrustOffice()
        try await office.apply(Self.policy, Self.policy("a.example/**"))
        try await DeleteDocument(office.office.services).run(name: Self.policy, claim: nil)
        #expect(await Office.error { try await get(office) }?.message == "policy \"\(Self.policy)\" does not exist")
        let again = await Office.error {
            try await DeleteDocument(office.office.services).run(name: Self.policy, claim: nil)
        }
        #expect(again?.message == "policy \"\(Self.policy)\" does not exist")
        #expect(try await list(office, "projects/security/policies") == [])
        try await office.apply(Self.policy, Self.policy("a.example/**"))
        let all = try await history(office, Self.policy)
        #expect(all.documents.map(\.revision) == [3, 2, 1])
        #expect(all.documents.map(\.deleted) == [false, true, false])
        let first = try await history(office, Self.policy, size: 2)
        #expect(first.documents.map(\.revision) == [3, 2])
        #expect(try await history(office, Self.policy, token: first.next).documents.map(\.revision) == [1])
    }

    @Test func aRevisionThatFollowsAnotherThanItShouldIsRefused() async throws {
        let office = try await TrustOffice()
        let first = try await office.apply(Self.policy, Self.policy("a.example/**"))
        let second = try await office.apply(Self.policy, Self.policy("b.example/**"), replaces: first.version)
        let late = await Office.error {
            try await office.apply(Self.policy, Self.policy("c.example/**"), replaces: first.version)
        }
        #expect(late?.message.contains("somebody has changed it") == true)
        #expect(try await get(office) == second)
    }

    @Test func aTextThatIsWrongLeavesNothing() async throws {
        let office = try await TrustOffice()
        let unknown = "apiVersion: grafeion.dev/v1\nkind: Policy\nmetadata: {name: prod}\nspec: {checkSet: []}\n"
        let error = await Office.error { try await office.apply(Self.policy, unknown) }
        let problem = "content, line 4, column 8: spec: \"checkSet\" is not a field here; did you mean \"checkSets\"?"
        #expect(error?.message == problem)
        let name = await Office.error {
            try await office.apply("projects/security/policies/dev", Self.policy("a.example/**"))
        }
        #expect(name?.message.contains("the document calls itself \"prod\"") == true)
        let filter = Self.policy("a.example/**").replacing(
            "trustedDirectoryCheck: {trustedDirPatterns: [\"a.example/**\"]}",
            with: "occurrenceCheck: {require: 'kin=\"BUILD\"'}"
        )
        #expect(await Office.error { try await office.apply(Self.policy, filter) }?.message.contains("kin") == true)
        #expect(try await list(office, "projects/security/policies") == [])
        let key = TrustOffice.attestor("bad", key: office.key).replacing("MFkw", with: "MFkx")
        let bad = await Office.error { try await office.apply("projects/security/attestors/bad", key) }
        #expect(bad != nil)
        #expect(try await list(office, "projects/security/attestors") == ["projects/security/attestors/qa"])
    }

    @Test func anAttestorsNoteComesIntoBeingWithIt() async throws {
        let office = try await TrustOffice()
        let note = try Note(
            serializedBytes: try await GetNote(office.office.services).run(name: "projects/security/notes/qa")
        )
        #expect(note.attestation.hint.humanReadableName == "qa")
        let elsewhere = TrustOffice.attestor("far", key: office.key).replacing(
            "spec:",
            with: "spec:\n  noteReference: projects/others/notes/n"
        )
        let error = await Office.error { try await office.apply("projects/security/attestors/far", elsewhere) }
        #expect(error?.message.contains("note \"projects/others/notes/n\" does not exist") == true)
    }

    @Test func aProjectWithPoliciesIsNotDeleted() async throws {
        let office = try await TrustOffice()
        let project = "projects/rules"
        let name = "projects/rules/policies/prod"
        try await office.apply(name, Self.policy("a.example/**"))
        let refused = await Office.error {
            try await DeleteProject(office.office.services).run(name: project, claim: nil)
        }
        #expect(refused?.message.contains("1 attestor or policy") == true)
        try await DeleteDocument(office.office.services).run(name: name, claim: nil)
        try await DeleteProject(office.office.services).run(name: project, claim: nil)
        #expect(await Office.error { try await history(office, name) }?.message.contains("does not exist") == true)
    }

    @Test(
        "names that are none",
        arguments: [
            "projects/p/policies", "projects/p/policies/", "projects/p/locations/l/policies/x", "policies/x",
            "projects/p/notes/n", "projects/p/attestors/..",
        ]
    )
    func wrongNames(name: String) async throws {
        let office = try await TrustOffice()
        let error = await Office.error { try await GetDocument(office.office.services).run(name: name, revision: 0) }
        guard case .invalid? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func documentsAreThereAfterAReopening() async throws {
        let scratch = try ScratchDirectory()
        let path = SQLiteStore.Location.file(path: scratch.path("office.db"))
        let before = try await TrustOffice(try Office(path))
        try await before.apply(Self.policy, Self.policy("a.example/**"))
        try await before.office.store.close()
        let after = try Office(path)
        let bytes = try await GetDocument(after.services).run(name: Self.policy, revision: 0)
        #expect(try Grafeion_V1_Document(serializedBytes: bytes).revision == 1)
        try await after.store.close()
    }
}
