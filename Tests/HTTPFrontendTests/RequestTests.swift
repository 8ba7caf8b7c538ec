import APIMethods
import GrafeasProto
import HTTPTypes
import MetadataModel
import SwiftProtobuf
import Testing
import UseCases

@testable import HTTPFrontend

/// What reaches a method of what the path, the query and the body say.
@Suite struct RequestTests {
    @Test func queryNamesComeInBothSpellings() async throws {
        for query in ["page_size=7&page_token=t", "pageSize=7&pageToken=t"] {
            let door = try Door()
            let answer = try await door.send("GET", "/v1/projects/p/notes?\(query)&filter=kind%3D%22A+B%22%26x")
            #expect(answer.status == 200)
            let request: Grafeas_V1_ListNotesRequest = try door.onlyRequest()
            #expect(request.parent == "projects/p")
            #expect(request.pageSize == 7)
            #expect(request.pageToken == "t")
            #expect(request.filter == #"kind="A B"&x"#)
        }
    }

    @Test(arguments: [
        "updateMask=shortDescription,vulnerability.cvssScore", "update_mask=short_description,vulnerability.cvss_score",
    ])
    func updateMasksComeInTheQuery(query: String) async throws {
        let door = try Door()
        let answer = try await door.send(
            "PATCH",
            "/v1/projects/p/notes/n?\(query)",
            body: #"{"name":"projects/x/notes/y","shortDescription":"s"}"#
        )
        #expect(answer.status == 200, "\(answer.body)")
        let request: Grafeas_V1_UpdateNoteRequest = try door.onlyRequest()
        #expect(request.name == "projects/p/notes/n")
        #expect(request.note.shortDescription == "s")
        #expect(request.note.name == "projects/x/notes/y")
        #expect(request.updateMask.paths == ["short_description", "vulnerability.cvss_score"])
    }

    @Test(arguments: [
        "alt=json", "alt=", "%24alt=json%3Benum-encoding%3Dint", "prettyPrint=true", "$prettyPrint=false", "key=k",
        "access_token=a", "quotaUser=q", "fields=name", "callback=c", "upload_protocol=u", "uploadType=t", "$.xgafv=2",
        "xgafv=1", "", "&&", "key", "name=projects/p/notes/n",
    ])
    func standardParametersAreAccepted(query: String) async throws {
        let answer = try await Door().send("GET", "/v1/projects/p/notes/n?\(query)")
        #expect(answer.status == 200, "\(answer.body)")
    }

    @Test func aPathFieldMayNotDifferInTheQueryOrTheBody() async throws {
        let door = try Door()
        let query = try await door.send("GET", "/v1/projects/p/notes/n?name=projects/q/notes/n")
        #expect(query.status == 400)
        #expect(
            query.body.contains(
                #""message":"name: is \"projects/q/notes/n\" in the query but \"projects/p/notes/n\" in the path""#
            )
        )
        let body = try await door.send(
            "POST",
            "/v1/projects/p/occurrences:batchCreate",
            body: #"{"parent":"projects/q","occurrences":[]}"#
        )
        #expect(body.status == 400)
        #expect(body.body.contains("parent: is \\\"projects/q\\\" in the body but \\\"projects/p\\\" in the path"))
        #expect(door.calls.all.isEmpty)
        let same = try await door.send(
            "POST",
            "/v1/projects/p/occurrences:batchCreate",
            body: #"{"parent":"projects/p"}"#
        )
        #expect(same.status == 200)
    }

    @Test(arguments: ["filter", "filter=", "filter&pageSize", "filter=&page_token=&pageSize=0"])
    func anEmptyParameterIsOneThatIsNotThere(query: String) async throws {
        let door = try Door()
        #expect(try await door.send("GET", "/v1/projects/p/notes?\(query)").status == 200)
        let request = try #require(door.calls.all.first?.request)
        #expect(request == Array("\n\nprojects/p".utf8))
    }

    @Test func slashesAtTheBeginningAreOne() async throws {
        let door = try Door()
        for target in ["//v1/projects/p/notes/n", "http://host//v1/projects/p/notes/n", "///v1/projects/p/notes/n"] {
            #expect(try await door.send("GET", target).status == 200, "\(target)")
        }
        #expect(try await door.send("GET", "/v1//projects/p/notes/n").status == 404)
    }

    @Test func aBodyIsOneFieldOrTheWholeRequest() async throws {
        let one = try Door()
        _ = try await one.send("POST", "/v1/projects/p/notes?noteId=n", body: #"{"shortDescription":"s"}"#)
        let create: Grafeas_V1_CreateNoteRequest = try one.onlyRequest()
        #expect(create.parent == "projects/p")
        #expect(create.noteID == "n")
        #expect(create.note.shortDescription == "s")

        let whole = try Door()
        _ = try await whole.send(
            "POST",
            "/v1/projects/p/locations/l/notes:batchCreate",
            body: #"{"notes":{"n":{"shortDescription":"s"}}}"#
        )
        let batch: Grafeas_V1_BatchCreateNotesRequest = try whole.onlyRequest()
        #expect(batch.parent == "projects/p/locations/l")
        #expect(batch.notes["n"]?.shortDescription == "s")
    }

    @Test func bodiesAreJSONWhateverTheirTypeSays() async throws {
        for type in ["application/x-www-form-urlencoded", "text/plain", "application/json", nil] {
            let door = try Door()
            let headers = HTTPFields(type.map { [HTTPField(name: .contentType, value: $0)] } ?? [])
            let answer = try await door.send(
                "POST",
                "/v1/projects/p/occurrences",
                body: #" {"resourceUri":"u"} "#,
                headers: headers
            )
            #expect(answer.status == 200)
            let request: Grafeas_V1_CreateOccurrenceRequest = try door.onlyRequest()
            #expect(request.occurrence.resourceUri == "u")
        }
    }

    @Test func anEmptyBodyLeavesItsFieldUnset() async throws {
        for body in ["", " \r\n\t"] {
            let door = try Door()
            #expect(try await door.send("POST", "/v1/projects/p/occurrences", body: body).status == 200)
            let request: Grafeas_V1_CreateOccurrenceRequest = try door.onlyRequest()
            #expect(!request.hasOccurrence)
        }
        let door = try Door()
        #expect(try await door.send("POST", "/v1/projects/p/occurrences", body: "{}").status == 200)
        let request: Grafeas_V1_CreateOccurrenceRequest = try door.onlyRequest()
        #expect(request.hasOccurrence)
    }

    @Test func aGetWithABodyIsRefusedUnlessThereIsNothingInIt() async throws {
        #expect(try await Door().send("GET", "/v1/projects/p/notes", body: " { } ").status == 200)
        #expect(try await Door().send("DELETE", "/v1/projects/p/notes/n", body: "{}").status == 200)
        let answer = try await Door().send("GET", "/v1/projects/p/notes", body: #"{"filter":"kind=\"X\""}"#)
        #expect(answer.status == 400)
        #expect(answer.body.contains("takes no body; fields of the request go into the query string"))
    }

    @Test func headersBecomeTheCall() async throws {
        let door = try Door()
        _ = try await door.send(
            "GET",
            "/v1/projects/p/notes/n",
            headers: [.init(known: "x-idempotency-key"): "k", .init(known: "x-request-id"): "r1"],
            caller: .certificate(subject: "CN=a")
        )
        let call = try #require(door.calls.all.first?.call)
        #expect(call.idempotencyKey == "k")
        #expect(call.requestID == "r1")
        #expect(call.caller == .certificate(subject: "CN=a"))
    }

    @Test func requestIDsAreAnsweredAndMadeWhereNoneIsFit() async throws {
        let header = RequestIdentity.requestIDHeader
        let door = try Door()
        #expect(try await door.send("GET", "/nowhere", headers: [header: "r-1"]).headers[header] == "r-1")
        for unfit in ["", "a b", "é", String(repeating: "x", count: 129)] {
            let id = try await door.send("GET", "/healthz", headers: [header: unfit]).headers[header] ?? ""
            #expect(!id.isEmpty && id != unfit)
        }
    }
}
