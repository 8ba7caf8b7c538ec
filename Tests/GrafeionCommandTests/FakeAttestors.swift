@testable import grafeion

/// As much of a server as commands about attestations need: attestors that are given, notes and occurrences in memory, and
/// prepared answers to questions.
actor FakeAttestors {
    private let documents: [String: String]
    private(set) var notes: [JSONValue] = []
    private(set) var occurrences: [JSONValue] = []
    private(set) var requests: [FakeServer.Request] = []
    private let decision: FakeServer.Reply
    private let verification: FakeServer.Reply
    /// What a create of an occurrence is answered with in place of the real answer.
    private var refusal: FakeServer.Reply?

    /// - Parameter documents: texts of attestors by their names.
    init(
        _ documents: [String: String],
        decision: FakeServer.Reply = FakeServer.Reply("{}", status: 500),
        verification: FakeServer.Reply = FakeServer.Reply("{}", status: 500)
    ) {
        (self.documents, self.decision, self.verification) = (documents, decision, verification)
    }

    func refuseNext(_ reply: FakeServer.Reply) { refusal = reply }

    /// What the program says and does with this server.
    func run(_ arguments: String..., input: String = "") async throws -> Program.Outcome {
        try await FakeServer.with({ await self.answer($0) }) { server in
            try await Program.run(arguments, input: input, environment: ["GRAFEION_SERVER": server.url])
        }
    }

    func answer(_ request: FakeServer.Request) -> FakeServer.Reply {
        requests.append(request)
        if request.path.hasPrefix("/grafeion/v1/verify/") { return verification }
        if request.path.hasSuffix(":check") { return decision }
        if request.path.hasSuffix("/attestors") { return list }
        if request.path.hasPrefix("/grafeion/v1/") { return document(request.path.dropFirst("/grafeion/v1/".count)) }
        switch (request.method, request.path.split(separator: "/").last) {
        case ("GET", "occurrences"?):
            return FakeServer.Reply(JSONValue.object([.init(name: "occurrences", value: .array(occurrences))]).compact)
        case ("GET", _): return thing(request.path.dropFirst("/v1/".count))
        case ("POST", "notes"?): return create(request, "notes", &notes)
        case ("POST", "occurrences"?):
            if let reply = refusal {
                refusal = nil
                return reply
            }
            return create(request, "occurrences", &occurrences)
        default: return Self.missing
        }
    }

    private static let missing = FakeServer.Reply(
        #"{"error":{"code":404,"message":"there is no such thing","status":"NOT_FOUND"}}"#,
        status: 404
    )

    private static func json(_ name: String, _ content: String) -> JSONValue {
        .object([.init(name: "name", value: .string(name)), .init(name: "content", value: .string(content))])
    }

    private var list: FakeServer.Reply {
        let all = documents.sorted { $0.key < $1.key }.map { Self.json($0.key, $0.value) }
        return FakeServer.Reply(JSONValue.object([.init(name: "documents", value: .array(all))]).compact)
    }

    private func document(_ name: Substring) -> FakeServer.Reply {
        documents[String(name)].map { FakeServer.Reply(Self.json(String(name), $0).compact) } ?? Self.missing
    }

    private func thing(_ name: Substring) -> FakeServer.Reply {
        let found = (notes + occurrences).first { $0["name"]?.text == String(name) }
        return found.map { FakeServer.Reply($0.compact) } ?? Self.missing
    }

    private func create(
        _ request: FakeServer.Request,
        _ collection: String,
        _ things: inout [JSONValue]
    ) -> FakeServer.Reply {
        guard case .object(let members)? = try? JSONValue(parsing: request.body) else {
            return FakeServer.Reply("not JSON", status: 400)
        }
        let parent = request.path.dropFirst("/v1/".count)
        let id = request.query.split(separator: "=").last.map(String.init) ?? "\(things.count + 1)"
        let name = JSONValue.Member(name: "name", value: .string("\(parent)/\(id)"))
        things.append(.object([name] + members))
        return FakeServer.Reply(things[things.count - 1].compact)
    }
}

/// Attestors to put on a ``FakeAttestors``.
enum AttestorText {
    /// With one key in PEM.
    static func pkix(_ pem: String, signs: String = "", note: String = "", id: String = "") -> String {
        let lines = pem.split(separator: "\n").map { "        \($0)\n" }.joined()
        return """
            apiVersion: grafeion.dev/v1
            kind: Attestor
            metadata: {name: qa}
            spec:
              \(note.isEmpty ? "" : "noteReference: \(note)")
              publicKeys:
              - comment: the key of QA
                \(signs.isEmpty ? "" : "signs: [\(signs)]")
                \(id.isEmpty ? "" : "id: \(id)")
                pkixPublicKey:
                  publicKeyPem: |
            \(lines)
            """
    }
}
