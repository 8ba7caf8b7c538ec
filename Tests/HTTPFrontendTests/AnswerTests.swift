import APIMethods
import GrafeasProto
import HTTPTypes
import HummingbirdCore
import Logging
import MetadataModel
import NIOCore
import SwiftProtobuf
import Synchronization
import Testing
import UseCases

@testable import HTTPFrontend

/// What a client gets: replies, and every shape of error.
@Suite struct AnswerTests {
    private let note = "/v1/projects/p/notes/n"

    @Test func repliesAreCompactJSONUnlessAskedOtherwise() async throws {
        let bytes: [UInt8] = try Grafeas_V1_Note.with {
            $0.name = "projects/p/notes/n"
            $0.shortDescription = "é\u{1}\""
        }.serializedBytes()
        let door = try Door { _ in bytes }
        let compact = try await door.send("GET", note)
        #expect(compact.status == 200)
        #expect(compact.headers[.contentType] == "application/json")
        #expect(compact.headers[.xContentTypeOptions] == "nosniff")
        #expect(compact.body == #"{"name":"projects/p/notes/n","shortDescription":"é\u0001\""}"#)
        let pretty = try await door.send("GET", note + "?prettyPrint=true")
        #expect(pretty.body.hasPrefix("{\n  \"name\": \"projects/p/notes/n\",\n"))
    }

    @Test func emptyRepliesAreAnEmptyObject() async throws {
        let answer = try await Door().send("DELETE", note)
        #expect(answer.status == 200)
        #expect(answer.body == "{}")
    }

    @Test func headAnswersAsGetWithoutTheBody() async throws {
        let door = try Door()
        for path in [note, "/healthz"] {
            let get = try await door.send("GET", path)
            let head = try await door.send("HEAD", path)
            #expect(head.status == 200)
            #expect(head.body.isEmpty)
            #expect(head.headers[.contentLength] == String(get.body.utf8.count))
        }
    }

    // MARK: Errors

    static func info(_ reason: String) -> String {
        #"{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"\#(reason)","domain":"grafeion.dev"}"#
    }

    @Test func everyErrorOfAMethodHasTheStandardForm() async throws {
        let cases: [(MetadataError, Int, String)] = [
            (
                .notFound(ResourceReference(type: "note", name: "projects/p/notes/n")), 404,
                #"{"error":{"code":404,"message":"note \"projects/p/notes/n\" does not exist","status":"NOT_FOUND","details":["#
                    + Self.info("NOT_FOUND")
                    + #",{"@type":"type.googleapis.com/google.rpc.ResourceInfo","resourceType":"note","resourceName":"projects/p/notes/n"}]}}"#
            ),
            (
                .invalid("note.kind", "is \u{7}é"), 400,
                #"{"error":{"code":400,"message":"note.kind: is \u0007é","status":"INVALID_ARGUMENT","details":["#
                    + Self.info("INVALID_REQUEST")
                    + #",{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"note.kind","description":"is \u0007é"}]}]}}"#
            ),
            (
                .alreadyExists(ResourceReference(type: "note", name: "n"), explanation: "there"), 409,
                #"{"error":{"code":409,"message":"there","status":"ALREADY_EXISTS","details":["#
                    + Self.info("ALREADY_EXISTS")
                    + #",{"@type":"type.googleapis.com/google.rpc.ResourceInfo","resourceType":"note","resourceName":"n"}]}}"#
            ),
            (
                .failedPrecondition(subject: "s", explanation: "not now"), 400,
                #"{"error":{"code":400,"message":"not now","status":"FAILED_PRECONDITION","details":["#
                    + Self.info("FAILED_PRECONDITION")
                    + #",{"@type":"type.googleapis.com/google.rpc.PreconditionFailure","violations":[{"type":"STATE","subject":"s","description":"not now"}]}]}}"#
            ),
            (
                .changedMeanwhile(ResourceReference(type: "policy", name: "n"), explanation: "other"), 409,
                #"{"error":{"code":409,"message":"other","status":"ABORTED","details":["#
                    + Self.info("CHANGED_MEANWHILE")
                    + #",{"@type":"type.googleapis.com/google.rpc.ResourceInfo","resourceType":"policy","resourceName":"n"}]}}"#
            ),
            (
                .overLimit("too much"), 429,
                #"{"error":{"code":429,"message":"too much","status":"RESOURCE_EXHAUSTED","details":["#
                    + Self.info("OVER_LIMIT") + "]}}"
            ),
            (
                .unavailable("busy", retryAfterSeconds: 3), 503,
                #"{"error":{"code":503,"message":"busy","status":"UNAVAILABLE","details":["#
                    + Self.info("STORE_UNAVAILABLE")
                    + #",{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"3s"}]}}"#
            ),
            (
                .unimplemented("not here"), 501,
                #"{"error":{"code":501,"message":"not here","status":"UNIMPLEMENTED","details":["#
                    + Self.info("UNIMPLEMENTED") + "]}}"
            ),
        ]
        for (error, status, json) in cases {
            let answer = try await Door { _ in throw error }.send("GET", note)
            #expect(answer.status == status)
            #expect(answer.body == json)
            #expect(answer.headers[.contentType] == "application/json")
            #expect(answer.headers[.retryAfter] == (status == 503 ? "3" : nil))
        }
    }

    @Test func faultsOfOursShowAnIDAndAreLoggedOnce() async throws {
        struct Secret: Error { let password = "hunter2" }
        let log = RecordedLog()
        let door = try Door(logger: log.logger) { _ in throw Secret() }
        let answer = try await door.send("GET", note, headers: [RequestIdentity.requestIDHeader: "r7"])
        #expect(answer.status == 500)
        #expect(
            answer.body
                == #"{"error":{"code":500,"message":"internal error; the server's log has the cause under request id r7","status":"INTERNAL","details":["#
                + Self.info("INTERNAL")
                + #",{"@type":"type.googleapis.com/google.rpc.RequestInfo","requestId":"r7"}]}}"#
        )
        #expect(log.lines.count == 1)
        #expect(log.lines.first?.contains("error request failed") == true)
        #expect(log.lines.first?.contains("hunter2") == true)
        #expect(log.lines.first?.contains("request_id=r7") == true)
    }

    @Test func aReplyThatIsNoMessageIsAFaultOfOurs() async throws {
        let answer = try await Door { _ in [0x0A, 0xFF] }.send("GET", note)
        #expect(answer.status == 500)
    }

    @Test func unknownPathsAndMethodsHaveTheSameForm() async throws {
        let door = try Door()
        let path = try await door.send("GET", "/nowhere")
        #expect(path.status == 404)
        #expect(
            path.body
                == #"{"error":{"code":404,"message":"no such path: \"/nowhere\"; the API is under /v1/, /v1beta1/, /v1alpha1/, /grafeion/v1/, /grafeion/v1beta1/, for example GET /v1/projects/{project}/occurrences","status":"NOT_FOUND","details":["#
                + Self.info("UNKNOWN_PATH") + "]}}"
        )
        let method = try await door.send("PUT", note)
        #expect(method.status == 405)
        #expect(method.headers[.allow] == "DELETE, GET, HEAD, PATCH")
        #expect(
            method.body
                == #"{"error":{"code":405,"message":"\"/v1/projects/p/notes/n\" has no \"PUT\", only DELETE, GET, HEAD, PATCH","status":"UNIMPLEMENTED","details":["#
                + Self.info("METHOD_NOT_ALLOWED") + "]}}"
        )
        let fixed = try await door.send("POST", "/healthz")
        #expect(fixed.status == 405)
        #expect(fixed.headers[.allow] == "GET, HEAD")
    }

    @Test func unknownParametersNameThemselvesAndTheNearest() async throws {
        let near = try await Door().send("GET", "/v1/projects/p/notes?pagesize=1&page_sise=2")
        #expect(near.status == 400)
        #expect(
            near.body.contains(
                #"{"field":"pagesize","description":"is not a query parameter of ListNotes; did you mean pageSize?"}"#
            )
        )
        #expect(
            near.body.contains(
                #"{"field":"page_sise","description":"is not a query parameter of ListNotes; did you mean page_size?"}"#
            )
        )
        let far = try await Door().send("GET", "/v1/projects/p/notes?zzz=1")
        #expect(
            far.body.contains(
                "zzz: is not a query parameter of ListNotes, which takes filter, pageSize, pageToken, returnPartialSuccess"
            )
        )
        let none = try await Door().send("GET", note + "?zzz=1")
        #expect(none.body.contains("zzz: is not a query parameter of GetNote, which takes none"))
    }

    @Test(arguments: [
        ("/v1/projects/p/notes?pageSize=many", "pageSize: expected an integer"),
        ("/v1/projects/p/notes?filter=%FF", "UTF-8"),
        ("/v1/projects/p/notes?filter=%4", "%25"), ("/v1/projects/p/notes?filter=%00", "NUL"),
        ("/v1/projects/p/notes?alt=proto", "json only"), ("/v1/projects/p/notes?prettyPrint=perhaps", "true or false"),
        ("/v1/projects/p/notes?pageSize.x=1", "has no fields to set"),
        ("/v1/projects/p/notes?pageSize=1&page_size=2", "given twice"),
    ])
    func queriesThatMakeNoSenseAreInvalid(target: String, word: String) async throws {
        let door = try Door()
        let answer = try await door.send("GET", target)
        #expect(answer.status == 400)
        #expect(answer.body.contains("INVALID_ARGUMENT"))
        #expect(answer.body.contains(word), "\(answer.body)")
        #expect(door.calls.all.isEmpty)
    }

    @Test func whatTheBodyOwnsIsNotReadFromTheQuery() async throws {
        let field = try await Door().send("POST", "/v1/projects/p/notes?note.name=n", body: "{}")
        #expect(field.status == 400)
        #expect(field.body.contains("note.name: is read from the body of POST"))
        let whole = try await Door().send("POST", "/v1/projects/p/notes:batchCreate?notes=n", body: "{}")
        #expect(whole.status == 400)
    }

    @Test func jsonProblemsNameEveryFieldInProtoSpelling() async throws {
        let door = try Door()
        let answer = try await door.send(
            "POST",
            "/v1/projects/p/occurrences",
            body: #"{"resourceUri": 7, "vulnerability": {"packageIssue": [{"affectedPackage": []}]}}"#
        )
        #expect(answer.status == 400)
        #expect(answer.body.contains(#""field":"occurrence.resource_uri""#))
        #expect(answer.body.contains(#""field":"occurrence.vulnerability.package_issue[0].affected_package""#))
        #expect(door.calls.all.isEmpty)
    }

    @Test(arguments: ["{\n \"resourceUri\": }", "{", "[]x", "\u{0}", "{\"a\":1}}", "nul", "\"", "resourceUri=x&y=z"])
    func brokenJSONSaysWhere(body: String) async throws {
        let answer = try await Door().send("POST", "/v1/projects/p/occurrences", body: body)
        #expect(answer.status == 400)
        #expect(answer.body.contains("the body is not valid JSON: ") || answer.body.contains("expected an object"))
        #expect(answer.body.contains("(line ") && answer.body.contains(", column "))
    }

    @Test func deepNestingIsRefusedAndDoesNoHarm() async throws {
        for opening in ["[", #"{"a":"#, #"{"vulnerability":"#] {
            let body = String(repeating: opening, count: 200_000)
            let answer = try await Door().send("POST", "/v1/projects/p/occurrences", body: body)
            #expect(answer.status == 400)
            #expect(answer.body.utf8.count < 2000)
        }
    }

    // MARK: Size

    @Test func aBodyOverTheLimitIsRefusedAnnouncedOrNot() async throws {
        var limits = Limits()
        limits.bodyBytesMax = 100
        let door = try Door(limits: limits)
        let announced = try await door.send(
            "POST",
            "/v1/projects/p/occurrences",
            body: "{}",
            headers: [.contentLength: "101"]
        )
        let streamed = try await door.send(
            "POST",
            "/v1/projects/p/occurrences",
            body: String(repeating: " ", count: 101)
        )
        for answer in [announced, streamed] {
            #expect(answer.status == 413)
            #expect(answer.headers[.connection] == "close")
            #expect(
                answer.body
                    == #"{"error":{"code":413,"message":"the request body is larger than 100 bytes, which is the most this server reads","status":"RESOURCE_EXHAUSTED","details":["#
                    + Self.info("BODY_TOO_LARGE") + "]}}"
            )
        }
        #expect(door.calls.all.isEmpty)
        #expect(
            try await door.send("POST", "/v1/projects/p/occurrences", body: String(repeating: " ", count: 100)).status
                == 200
        )
    }

    @Test func anEndlessBodyIsReadOnlyToTheLimit() async throws {
        var limits = Limits()
        limits.bodyBytesMax = 1000
        let door = try Door(limits: limits)
        let chunks = Mutex(0)
        let stream = AsyncStream<ByteBuffer> {
            chunks.withLock { $0 += 1 }
            return ByteBuffer(repeating: 0x20, count: 100)
        }
        let head = HTTPRequest(method: .post, scheme: "http", authority: "a", path: "/v1/projects/p/occurrences")
        let request = Request(head: head, body: RequestBody(asyncSequence: stream))
        let response = await door.frontend.respond(to: request, caller: .anonymous, peer: "p")
        #expect(response.status.code == 413)
        #expect(chunks.withLock { $0 } <= 12)
    }
}

/// A log kept in memory, one text a line: level, message, metadata.
final class RecordedLog: Sendable {
    private let recorded = Mutex<[String]>([])

    var lines: [String] { recorded.withLock { $0 } }

    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(log: self) }
        logger.logLevel = .debug
        return logger
    }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.debug

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let pairs = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            log.recorded.withLock { $0.append("\(event.level) \(event.message) \(pairs.joined(separator: " "))") }
        }
    }
}
