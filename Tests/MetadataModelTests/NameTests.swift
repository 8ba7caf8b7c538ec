import MetadataModel
import Testing

/// Names, ids, URIs and tokens: what is taken and what is refused, and how.
struct NameTests {
    @Test(arguments: ["a", "CVE-2019-18276", "intoto_11f6c682", "a.b~c%d+e:f@g-h", String(repeating: "x", count: 100)])
    func idsOfRealClientsAreTaken(id: String) throws {
        let name = try NoteName(parsing: "projects/p/notes/\(id)", field: "name")
        #expect(name.id == id)
        #expect(name.text == "projects/p/notes/\(id)")
    }

    @Test(arguments: ["", ".", "..", "a/b", "a b", "é", "a\u{0}", String(repeating: "x", count: 101)])
    func otherIdsAreRefused(id: String) {
        #expect(throws: MetadataError.self) { try NoteName(parsing: "projects/p/notes/\(id)", field: "name") }
    }

    @Test func aLocationIsPartOfTheName() throws {
        let name = try OccurrenceName(parsing: "projects/p/locations/us/occurrences/o", field: "name")
        #expect(name.parent == ParentName(project: "p", location: "us"))
        #expect(name.text == "projects/p/locations/us/occurrences/o")
    }

    @Test func aProviderIsAProject() throws {
        #expect(try NoteName(parsing: "providers/p/notes/n", field: "name").text == "projects/p/notes/n")
        #expect(throws: MetadataError.self) { try OccurrenceName(parsing: "providers/p/occurrences/o", field: "name") }
    }

    @Test func refusalsNameTheFormAndTheValue() {
        let error = #expect(throws: MetadataError.self) { try NoteName(parsing: "projects/p/note/x", field: "name") }
        #expect(
            error?.message == """
                name: expected the form projects/{project}/notes/{note}, with locations/{location} after the project or \
                without; got "projects/p/note/x"
                """
        )
    }

    @Test func aMegabyteOfNameIsRefusedInALine() {
        let huge = "projects/" + String(repeating: "/x", count: 500_000)
        let error = #expect(throws: MetadataError.self) { try ParentName(parsing: huge, field: "parent") }
        #expect((error?.message.count ?? 0) < 400)
    }

    @Test func bothSpellingsOfAResourceAreOne() {
        let with = ResourceURI("https://r/a@sha256:1")
        let without = ResourceURI("r/a@sha256:1")
        #expect(with.canonical == without.canonical)
        #expect(with.written == "https://r/a@sha256:1")
        #expect(without.written == "r/a@sha256:1")
    }

    @Test func theDigestIsTheEndOfTheURI() {
        let digest = "sha256:" + String(repeating: "0f", count: 32)
        #expect(ResourceURI(canonical: "r/a@\(digest)").written == "https://r/a@\(digest)")
        #expect(ResourceURI(canonical: "file://\(digest):a").written == "file://\(digest):a")
        #expect(ResourceURI("https://r/a@\(digest)").digest == digest)
        #expect(ResourceURI("r/a:tag").digest == nil)
        #expect(ResourceURI("r/a@sha256:12").digest == nil)
        #expect(ResourceURI("r/a@sha512:\(String(repeating: "a", count: 128))").digest?.hasPrefix("sha512:") == true)
    }

    @Test func aTokenIsReadForItsQueryOnly() throws {
        for position in [1, 1024, Int64.max] {
            let text = PageToken(position: position).text(for: "q")
            #expect(try PageToken(parsing: text, for: "q").position == position)
            #expect(throws: MetadataError.self) { try PageToken(parsing: text, for: "r") }
        }
    }

    @Test func aProjectsPolicyIsADocumentOfItsOwn() throws {
        let name = try ProjectPolicyName(parsing: "projects/p/policy", field: "name")
        #expect(name.text == "projects/p/policy")
        #expect(name.document.text == "projects/p/policies/~project")
        let document = try DocumentName(parsing: "projects/p/policies/~project", field: "name")
        #expect(document == name.document && document.projectPolicy == name)
        for other in ["projects/p/policies/project", "projects/p/attestors/~project"] {
            #expect(try DocumentName(parsing: other, field: "name").projectPolicy == nil)
        }
    }

    @Test(arguments: ["", "/policy", "projects/p", "projects//policy", "projects/p/q/policy", "projects/p/policies/x"])
    func otherNamesAreNoProjectsPolicy(name: String) {
        #expect(throws: MetadataError.self) { try ProjectPolicyName(parsing: name, field: "name") }
    }
}
