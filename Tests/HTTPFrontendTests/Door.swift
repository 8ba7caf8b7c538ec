import APIMethods
import HTTPTypes
import HummingbirdCore
import Logging
import MessageReflection
import MetadataModel
import MetricsTestKit
import NIOCore
import Synchronization
import SwiftProtobuf
import UseCases

@testable import HTTPFrontend

/// The REST door over methods that remember what they were asked and answer what the test says.
struct Door: Sendable {
    let frontend: HTTPFrontend
    let calls: Calls
    let metrics: TestMetrics

    /// What reached the methods.
    final class Calls: Sendable {
        struct Recorded: Sendable {
            var method: String
            var request: [UInt8]
            var call: Call
        }
        private let recorded = Mutex<[Recorded]>([])

        func add(_ method: String, _ request: [UInt8], _ call: Call) {
            recorded.withLock { $0.append(Recorded(method: method, request: request, call: call)) }
        }

        var all: [Recorded] { recorded.withLock { $0 } }
    }

    static let types = Result { try TypeRegistry.load() }

    /// Every method of the registry that has a REST form.
    static func methodNames() throws -> [String] {
        try types.get().services.flatMap(\.methods).filter { !$0.bindings.isEmpty }.map(\.fullName)
    }

    init(
        limits: Limits = Limits(),
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        isReady: Bool = true,
        spool: BodySpool? = nil,
        extraRoutes: [FixedRoute] = [],
        reply: @escaping @Sendable (_ method: String) async throws -> [UInt8] = { _ in [] }
    ) throws {
        let calls = Calls()
        let metrics = TestMetrics()
        let methods = try Self.methodNames().map { name in
            // The one method that takes large bodies; what it reads of one is its record.
            let takesLarge = name == "grafeion.v1.Ingest/IngestReport"
            let runLarge: APIMethod.LargeRun = { request, source, call in
                let read = Mutex<[UInt8]>([])
                try source { piece in read.withLock { $0.append(contentsOf: piece) } }
                calls.add("\(name) of \(read.withLock { $0.count }) bytes", request, call)
                return try await reply(name)
            }
            return APIMethod(name: name, runLarge: takesLarge ? runLarge : nil) { request, call in
                calls.add(name, request, call)
                return try await reply(name)
            }
        }
        self.calls = calls
        self.metrics = metrics
        frontend = try HTTPFrontend(
            methods: APIMethods(methods),
            types: Self.types.get(),
            limits: limits,
            logger: logger,
            metricsFactory: metrics,
            metricsText: { "requests 1\n" },
            isReady: { isReady },
            spool: spool,
            extraRoutes: extraRoutes
        )
    }

    /// An answer as a client sees it.
    struct Answer: Sendable {
        var status: Int
        var headers: HTTPFields
        var body: String
    }

    func send(
        _ verb: String,
        _ target: String,
        body: String = "",
        headers: HTTPFields = [:],
        caller: Caller = .anonymous
    ) async throws -> Answer {
        try await send(verb, target, bytes: Array(body.utf8), headers: headers, caller: caller)
    }

    func send(
        _ verb: String,
        _ target: String,
        bytes: [UInt8],
        headers: HTTPFields = [:],
        caller: Caller = .anonymous
    ) async throws -> Answer {
        let method = HTTPRequest.Method(verb) ?? .get
        let head = HTTPRequest(method: method, scheme: "http", authority: "test", path: target, headerFields: headers)
        let request = Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: bytes)))
        return try await Self.read(await frontend.respond(to: request, caller: caller, peer: "192.0.2.1:5"))
    }

    static func read(_ response: Response) async throws -> Answer {
        let sink = BodySink.Content()
        try await response.body.write(BodySink(content: sink))
        return Answer(status: response.status.code, headers: response.headers, body: sink.text)
    }

    /// The only call that was made, as a message.
    func onlyRequest<M: Message>(_: M.Type = M.self) throws -> M {
        guard calls.all.count == 1, let call = calls.all.first else { throw NotOneCall(count: calls.all.count) }
        return try M(serializedBytes: call.request)
    }

    struct NotOneCall: Error { var count: Int }
}

/// Collects a response's body.
private struct BodySink: ResponseBodyWriter {
    final class Content: Sendable {
        private let bytes = Mutex<[UInt8]>([])
        func append(_ buffer: ByteBuffer) { bytes.withLock { $0.append(contentsOf: buffer.readableBytesView) } }
        var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
    }

    let content: Content

    mutating func write(_ buffer: ByteBuffer) async throws { content.append(buffer) }
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
